"""IMDb: the CSV of ratings, a watchlist or a list, with the headers of today and of ten years ago.

Descriptions, which people write themselves, are not read.
"""

from __future__ import annotations

from datetime import UTC, datetime

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.cell_values import BadRowError, cell, imdb_id, number, whole
from reelation.histories.entry import FILMS, SERIES, Entry, Tally
from reelation.histories.files import Files
from reelation.histories.formats import Choices, Format, read_rows
from reelation.histories.values import people_of, seconds_of, stars_of, time_of

_KINDS: dict[str, tuple[str, ...]] = {
    "movie": FILMS,
    "featurefilm": FILMS,
    "tvmovie": FILMS,
    "short": FILMS,
    "shortfilm": FILMS,
    "tvshort": FILMS,
    "tvspecial": FILMS,
    "video": FILMS,
    "documentary": FILMS,
    "tvseries": SERIES,
    "tvminiseries": SERIES,
    "miniseries": SERIES,
    "tvepisode": ("episode",),
}
"""Title Type without blanks and hyphens, lower-case -> kinds."""
_SKIPPED = {"videogame": "game", "podcastseries": "podcast", "podcastepisode": "podcast", "musicvideo": "music"}


def _knows(files: Files) -> tuple[str, ...]:
    if len(files.names) != 1:
        return ()
    header = files.header(files.names[0])
    own = header & {"your rating", "you rated", "date rated", "position", "created"}
    return files.names if header >= {"const", "title"} and own else ()


def _read(files: Files, names: tuple[str, ...], tally: Tally, choices: Choices) -> list[Entry]:
    (file,) = names
    header = files.header(file)
    listed = bool(header & {"position", "created"})
    unsaid = "watchlist" if "watchlist" in file.lower() else choices.lists

    def convert(line: int, row: dict[str, str]) -> Entry | None:
        kind = (row.get("title type") or "").lower().replace(" ", "").replace("-", "")
        if kind in _SKIPPED:
            tally.skip(file, _SKIPPED[kind])
            return None
        stars = stars_of(row.get("your rating") or row.get("you rated"), 10)
        if stars is None and not listed:
            raise BadRowError("no rating")
        if stars is None and "watchlist" not in file.lower():
            tally.note("list", option="--lists", file=file, status=unsaid)
        return _entry(file, line, row, _KINDS.get(kind, ()), unsaid if stars is None else "rating", stars)

    return read_rows(files.text(file), file, tally, convert)


def _entry(
    file: str, line: int, row: dict[str, str], kinds: tuple[str, ...], status: str, stars: float | None
) -> Entry:
    name, key = cell(row.get("title")), imdb_id(row.get("const"))
    if name is None and key is None:
        raise BadRowError("neither a title nor an IMDb id")
    name = name or ""
    when = row.get("date rated") if stars is not None else None
    time = _time(when or row.get("created"))
    ids = (("imdb", key),) if key else ()
    episode = kinds == ("episode",)
    show, _, rest = name.partition(": ") if episode else (name, "", "")
    original = cell(row.get("original title"))
    return Entry(
        source=FORMAT.name,
        file=file,
        line=line,
        name=show,
        names=(original,) if original and original != name and not episode else (),
        year=whole(row.get("year"), "year"),
        year_of_part=episode,
        kinds=SERIES if episode else kinds,
        ids=() if episode else ids,
        episode_ids=ids if episode else (),
        episode_name=(rest or name) if episode else "",
        status=status,
        stars=stars,
        time=time,
        directors=() if episode else people_of(row.get("directors")),
        runtime=None if episode else number(row.get("runtime (mins)"), "runtime"),
    )


def _time(text: str | None) -> int:
    """Of "2021-05-03", or of "Sat May  5 00:00:00 2012", as older files write."""
    found = time_of(text)
    if found != UNKNOWN_TIME or not text:
        return found
    try:
        return seconds_of(datetime.strptime(" ".join(text.split()), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC))
    except ValueError:
        return UNKNOWN_TIME


FORMAT = Format("imdb", "IMDb", _knows, _read)
