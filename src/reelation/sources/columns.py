"""Which column of somebody's own table means what: known names, or what the user says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reelation.errors import UsageError

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "title_id", "movie_id", "movieid", "film_id", "item_id", "show_id"),
    "imdb_id": ("imdb_id", "imdbid", "imdb", "tconst", "const", "imdb id"),
    "tmdb_id": ("tmdb_id", "tmdbid", "tmdb", "tmdb id"),
    "wikidata_id": ("wikidata_id", "wikidata", "qid"),
    "title": ("title", "film", "movie", "name", "movie_title", "primary_title", "primarytitle", "标题", "片名"),
    "original_title": ("original_title", "originaltitle", "original title", "original_name"),
    "year": ("year", "release_year", "year_release", "startyear", "title_year", "年份"),
    "date": ("release_date", "released", "premiered", "date_published"),
    "type": ("type", "kind", "title_type", "titletype", "title type"),
    "director": ("director", "directors", "director_name", "导演"),
    "writer": ("writer", "writers", "screenwriter", "screenplay", "编剧"),
    "cast": ("cast", "actors", "actor", "stars", "starring", "lead_actor_actress_known", "演员"),
    "genres": ("genres", "genre", "listed_in", "类型"),
    "country": ("country", "countries", "production_countries", "地区"),
    "language": ("language", "languages", "original_language", "语言"),
    "company": ("company", "companies", "studio", "studios", "production_companies"),
    "keywords": ("keywords", "keyword", "plot_keywords", "tags"),
    "subject": ("subject", "subjects", "main_subject"),
    "description": ("description", "overview", "plot", "summary", "synopsis", "storyline", "简介"),
    "runtime": ("runtime", "duration", "runtime_min", "runtimeminutes", "length", "runtime (mins)"),
    "viewer": ("user", "user_id", "userid", "viewer", "viewer_id", "用户"),
    "rating": ("your rating", "my_rating", "user_rating", "rating", "stars", "score", "评分"),
    "rated_at": ("timestamp", "rated_at", "date rated", "watched_at", "date"),
    "poster": ("poster", "poster_url", "poster_path"),
    "trailer": ("trailer", "trailer_url"),
}
"""Field -> column names that mean it, folded; the first that a table has is taken."""

NAMING = ("title", "id", "imdb_id", "tmdb_id", "wikidata_id")
"""A table must have one of these."""


def map_columns(header: Iterable[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Field -> column of this table.

    Args:
        header: the table's column names.
        chosen: field -> column that the user named; wins over known names.

    Raises:
        UsageError: the user named a field that does not exist.
    """
    if unknown := set(chosen) - set(ALIASES):
        raise UsageError(f"no field {', '.join(sorted(unknown))}; there are {', '.join(ALIASES)}")
    by_name = {name.strip().lower(): name for name in header}
    fields = {field: by_name[column.lower()] for field, column in chosen.items() if column.lower() in by_name}
    taken = set(fields.values())
    for field, names in ALIASES.items():
        if field not in fields:
            found = next((by_name[name] for name in names if name in by_name and by_name[name] not in taken), None)
            if found is not None:
                fields[field] = found
                taken.add(found)
    return fields
