"""A table of one's own: one person's viewing, columns found by name. A column with a title or any known id is enough.

Fields: title, year, any id, rating, rating_scale, date, status, tags (not needed), kind, director, cast, country; a
column `user` may be there if it names one person only.
"""

from __future__ import annotations

from collections.abc import Mapping

from reelation.catalogue.schema_names import EVENTS
from reelation.cell_values import BadRowError, cell, imdb_id, number, whole, year_of
from reelation.cells import json_rows, table_rows
from reelation.errors import DataError, UsageError
from reelation.folding import fold
from reelation.histories.entry import FILMS, SERIES, Entry, Tally
from reelation.histories.files import Files, delimiter_of
from reelation.histories.formats import Choices, Format, convert_rows
from reelation.histories.values import people_of, stars_of, time_of
from reelation.search.lookup import split_year

FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title", "name", "film", "movie", "movie_title", "标题", "片名"),
    "original_title": ("original_title", "original title", "originaltitle", "original_name"),
    "year": ("year", "release_year", "年份"),
    "imdb_id": ("imdb_id", "imdbid", "imdb", "tconst", "const", "imdb id"),
    "tmdb_id": ("tmdb_id", "tmdbid", "tmdb", "tmdb id"),
    "wikidata_id": ("wikidata_id", "wikidata", "qid"),
    "movielens_id": ("movielens_id", "ml_id"),
    "letterboxd_id": ("letterboxd_id", "letterboxd"),
    "douban_id": ("douban_id", "douban"),
    "title_id": ("title_id",),
    "kind": ("kind", "type", "title type", "title_type"),
    "director": ("director", "directors", "导演"),
    "cast": ("cast", "actors", "演员"),
    "country": ("country", "countries", "地区"),
    "user": ("user", "user_id", "userid", "viewer", "viewer_id", "用户"),
    "rating": ("your rating", "my_rating", "my rating", "user_rating", "rating", "stars", "score", "评分", "我的评分"),
    "rating10": ("rating10",),
    "rating_scale": ("rating_scale", "scale"),
    "date": ("date", "watched_at", "watcheddate", "watched date", "rated_at", "date rated", "timestamp", "日期"),
    "status": ("status", "action", "状态"),
}
"""Field -> column names that mean it; the first that a table has is taken."""
_NAMING = ("title", "imdb_id", "tmdb_id", "wikidata_id", "movielens_id", "letterboxd_id", "douban_id", "title_id")
_SERVICES = ("wikidata", "tmdb", "movielens", "letterboxd", "douban")
_STATUS = {
    **{event: event for event in EVENTS},
    **dict.fromkeys(("watched", "seen", "finished", "completed", "watching", "看过", "在看"), "watch"),
    **dict.fromkeys(("rated", "review", "reviewed"), "rating"),
    **dict.fromkeys(("liked", "loved", "favorite", "favourite", "喜欢"), "like"),
    **dict.fromkeys(("disliked", "不喜欢"), "dislike"),
    **dict.fromkeys(("to watch", "want to watch", "plan to watch", "planned", "wish", "想看"), "watchlist"),
    **dict.fromkeys(("hidden", "not interested", "不感兴趣"), "hide"),
}
_SERIES_WORDS = ("series", "show", "tv", "剧")


def _knows(files: Files) -> tuple[str, ...]:
    return _fitting(files, {})


def fits(files: Files, columns: Mapping[str, str]) -> bool:
    """Whether a table has what is needed, given what the person says of its columns."""
    return bool(_fitting(files, columns))


def _fitting(files: Files, columns: Mapping[str, str]) -> tuple[str, ...]:
    if len(files.names) != 1 or files.path.name != files.names[0]:
        return ()
    if files.path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        try:
            rows = json_rows(files.text(files.names[0]), Tally(), files.names[0])
        except DataError:
            return ()
        header: set[str] = {key.lower() for _, row in rows[:20] for key in row}
    else:
        header = set(files.header(files.names[0]))
    fields = _fields(header, columns)
    return files.names if any(name in fields for name in _NAMING) else ()


def says_personal(files: Files) -> bool:
    """Whether a table has a column that only a person's own list has, such as a status."""
    if len(files.names) != 1 or files.path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return False
    fields = _fields(files.header(files.names[0]), {})
    return bool(fields.keys() & {"status", "rating_scale", "rating10"}) and any(name in fields for name in _NAMING)


def _read(files: Files, names: tuple[str, ...], tally: Tally, choices: Choices) -> list[Entry]:
    (file,) = names
    text = files.text(file)
    if files.path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        rows = [(line, {k.lower(): v for k, v in row.items()}) for line, row in json_rows(text, tally, file)]
    else:
        rows = table_rows(text, tally, file, delimiter=delimiter_of(text), ragged=True)
    header = {name for _, row in rows for name in row}
    fields = _fields(header, dict(choices.columns))
    if not any(name in fields for name in _NAMING):
        raise DataError(f"{file} has no column that names a title; say which, e.g. --column title=Film")
    users = {cell(row.get(fields["user"])) for _, row in rows} - {None} if "user" in fields else set()
    if len(users) > 1:
        raise UsageError(
            f"{file} has {len(users):,} people's viewing; a history is one person's. Import it into a catalogue "
            "(without --name), or leave one person's rows in it."
        )
    scale = choices.scale or _scale([row.get(fields.get("rating", "")) for _, row in rows])
    if "rating" in fields and not choices.scale and "rating_scale" not in fields:
        tally.note("scale", option="--scale", file=file, scale=f"{scale:g}")

    def convert(line: int, row: dict[str, object]) -> Entry:
        return _entry(file, line, {field: row.get(column) for field, column in fields.items()}, scale)

    return convert_rows(rows, file, tally, convert)


def _fields(header: set[str] | frozenset[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Field -> column.

    Raises:
        UsageError: the person named a field that there is not.
    """
    if unknown := set(chosen) - set(FIELDS):
        raise UsageError(f"no field {', '.join(sorted(unknown))}; there are {', '.join(FIELDS)}")
    fields = {field: column.lower() for field, column in chosen.items() if column.lower() in header}
    for field, names in FIELDS.items():
        if field not in fields and (found := next((n for n in names if n in header and n not in fields.values()), "")):
            fields[field] = found
    return fields


def _scale(values: list[object]) -> float:
    """5, 10 or 100: the least that no rating of the column exceeds."""
    ratings = []
    for value in values:
        try:
            ratings.append(number(value, "rating") or 0.0)
        except BadRowError:
            continue
    highest = max(ratings, default=0.0)
    return next((scale for scale in (5.0, 10.0) if highest <= scale), 100.0)


def _entry(file: str, line: int, row: dict[str, object], scale: float) -> Entry:
    name, told_year = split_year(cell(row.get("title")) or "")
    ids = [
        ("imdb", imdb_id(row.get("imdb_id"))),
        *(
            (service, cell(row.get(f"{service}_id")))
            for service in ("wikidata", "tmdb", "movielens", "letterboxd", "douban")
        ),
        ("title_id", cell(row.get("title_id"))),
    ]
    known = tuple((service, key) for service, key in ids if key)
    if not name and not known:
        raise BadRowError("neither a title nor an id")
    if cell(row.get("rating10")):
        stars = stars_of(row["rating10"], 10)
    else:
        stars = stars_of(row.get("rating"), number(row.get("rating_scale"), "rating_scale") or scale)
    told = fold(cell(row.get("status")) or "")
    if told and told not in _STATUS:
        raise BadRowError(f"status '{told[:40]}' is none of {', '.join(EVENTS)}")
    kind = (cell(row.get("kind")) or "").lower()
    kinds = () if not kind else SERIES if any(word in kind for word in _SERIES_WORDS) and "movie" not in kind else FILMS
    original = cell(row.get("original_title"))
    year = row.get("year")
    return Entry(
        source=FORMAT.name,
        file=file,
        line=line,
        name=name,
        names=(original,) if original and original != name else (),
        year=(whole(year, "year") if len(str(year or "")) <= 6 else year_of(year)) or told_year,
        kinds=kinds,
        ids=known,
        status=_STATUS[told] if told else "rating" if stars is not None else "watch",
        stars=stars,
        time=_time(row.get("date")),
        directors=people_of(row.get("director")),
        cast=people_of(row.get("cast")),
        countries=people_of(row.get("country")),
    )


def _time(value: object) -> int:
    """Of a date, or of seconds since 1970."""
    text = cell(value) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) in (9, 10) else time_of(text)


FORMAT = Format("table", "table of your own", _knows, _read)
