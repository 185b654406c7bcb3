"""TMDB: the CSV of an account's ratings, watchlist or favourites. `Rating` is everybody's and is not read."""

from __future__ import annotations

from reelation.cell_values import BadRowError, cell, imdb_id, whole, year_of
from reelation.histories.entry import FILMS, SERIES, Entry, Tally
from reelation.histories.files import Files
from reelation.histories.formats import Choices, Format, read_rows
from reelation.histories.values import stars_of, time_of


def _knows(files: Files) -> tuple[str, ...]:
    if len(files.names) != 1:
        return ()
    return files.names if files.header(files.names[0]) >= {"tmdb id", "imdb id", "type", "name"} else ()


def _read(files: Files, names: tuple[str, ...], tally: Tally, choices: Choices) -> list[Entry]:
    (file,) = names
    told = file.lower()
    unsaid = "watchlist" if "watchlist" in told else "like" if "favo" in told else choices.lists

    def convert(line: int, row: dict[str, str]) -> Entry:
        stars = stars_of(row.get("your rating"), 10)
        if stars is None and unsaid == choices.lists and "watchlist" not in told:
            tally.note("list", option="--lists", file=file, status=unsaid)
        return _entry(file, line, row, "rating" if stars is not None else unsaid, stars)

    return read_rows(files.text(file), file, tally, convert)


def _entry(file: str, line: int, row: dict[str, str], status: str, stars: float | None) -> Entry:
    kind = (row.get("type") or "").lower()
    film, part = kind == "movie", "episode" in kind or "season" in kind
    name = cell(row.get("name"))
    pairs = [("imdb", imdb_id(row.get("imdb id"))), ("tmdb" if film else "tmdb_tv", cell(row.get("tmdb id")))]
    ids = tuple((service, key) for service, key in pairs if key)
    if name is None and not ids:
        raise BadRowError("neither a name nor an id")
    return Entry(
        source=FORMAT.name,
        file=file,
        line=line,
        name=name or "",
        year=year_of(row.get("release date")),
        year_of_part=part,
        kinds=FILMS if film else SERIES,
        ids=() if part else ids,
        episode_ids=tuple(pair for pair in ids if pair[0] == "imdb") if part else (),
        season=whole(row.get("season number"), "season"),
        episode=whole(row.get("episode number"), "episode"),
        status=status,
        stars=stars,
        time=time_of(row.get("date rated")),
    )


FORMAT = Format("tmdb", "TMDB", _knows, _read)
