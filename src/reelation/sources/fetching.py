"""What `reelation fetch` knows: names, addresses, licences. Nothing is fetched unless somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reelation.errors import UsageError
from reelation.sources.download import Client, Fetched, download

_GROUPLENS = "GroupLens: research and other non-commercial use; name them; no redistribution without permission"
_IMDB = "IMDb: personal and non-commercial use only; no redistribution"
WIKIDATA_LICENCE = "Wikidata: CC0"


@dataclass(frozen=True)
class Download:
    """Files that are fetched under one name."""

    urls: tuple[str, ...]
    licence: str
    homepage: str
    size: str
    """Roughly, for a person to decide."""
    md5: bool = False
    """The publisher states a checksum at the address + ".md5"."""


def _movielens(file: str, size: str, md5: bool = True) -> Download:
    page = "https://grouplens.org/datasets/movielens/"
    return Download((f"https://files.grouplens.org/datasets/movielens/{file}",), _GROUPLENS, page, size, md5)


KNOWN: dict[str, Download] = {
    "movielens-100k": _movielens("ml-100k.zip", "5 MB"),
    "movielens-1m": _movielens("ml-1m.zip", "6 MB"),
    "movielens-latest-small": _movielens("ml-latest-small.zip", "1 MB"),
    "movielens-latest": _movielens("ml-latest.zip", "335 MB"),
    "movielens-25m": _movielens("ml-25m.zip", "250 MB"),
    "movielens-32m": _movielens("ml-32m.zip", "239 MB"),
    "imdb": Download(
        tuple(
            f"https://datasets.imdbws.com/{name}.tsv.gz"
            for name in (
                "title.basics",
                "title.akas",
                "title.crew",
                "title.episode",
                "title.principals",
                "title.ratings",
                "name.basics",
            )
        ),
        _IMDB,
        "https://developer.imdb.com/non-commercial-datasets/",
        "about 2 GB",
    ),
}
"""Name -> what to fetch. "wikidata" is asked for page by page instead: `reelation.sources.wikidata_query`."""

HOSTS = frozenset({"files.grouplens.org", "datasets.imdbws.com", "query.wikidata.org"})


def fetch_files(name: str, folder: Path, client: Client | None = None) -> list[Fetched]:
    """Fetch all files of `name` into `folder / name`.

    Raises:
        UsageError: no such name.
        DataError: a file cannot be had or is damaged.
    """
    if name not in KNOWN:
        raise UsageError(f"'{name}' is not known; there are {', '.join([*KNOWN, 'wikidata'])}")
    known, client = KNOWN[name], client or Client(HOSTS)
    return [
        download(
            client,
            url,
            folder / name / url.rsplit("/", 1)[-1],
            licence=known.licence,
            md5_url=f"{url}.md5" if known.md5 else None,
        )
        for url in known.urls
    ]
