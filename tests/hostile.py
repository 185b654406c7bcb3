"""Small valid inputs for every source, and ways of breaking them."""

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl

Files = dict[str, bytes]
"""File name -> content; several names are a folder."""


def valid_inputs() -> dict[str, Files]:
    """One valid input for every source, invented."""
    people = [f"Person {n}" for n in range(12)]
    films = [(n, f"Invented Film {n}", 1950 + n, people[n % 12], people[(n + 5) % 12]) for n in range(1, 31)]
    return {
        "default": {"movies.db": _movies_db(films)},
        "imdb": _imdb(films),
        "movielens-100k": _ml100k(films),
        "movielens-1m": {
            "movies.dat": _lines(f"{n}::{name} ({year})::Drama|Horror" for n, name, year, *_ in films),
            "ratings.dat": _lines(f"{n % 4 + 1}::{n}::{n % 5 + 1}::97830{n:04}" for n, *_ in films),
            "users.dat": _lines(f"{n}::F::25::1::12345" for n in range(1, 5)),
        },
        "movielens-latest": _ml_latest(films),
        "movielens-zip": {"ml-latest.zip": _zip({f"ml-latest/{k}": v for k, v in _ml_latest(films).items()})},
        "streaming": {
            "netflix_titles.csv": _csv(
                "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,listed_in,description",
                (
                    f's{n},Movie,{name},{a},"{a}, {b}",France,"May 1, 2021",{year},R,9{n % 10} min,"Dramas, Horror",'
                    f'"A plot, with commas\nand a line {n}."'
                    for n, name, year, a, b in films
                ),
            )
        },
        "justwatch": {
            "titles.csv": _csv(
                "id,title,type,description,release_year,age_certification,runtime,genres,production_countries,seasons,"
                "imdb_id,imdb_score,imdb_votes,tmdb_popularity,tmdb_score",
                (
                    f"tm{n},{name},MOVIE,Words.,{year},R,90,\"['drama', 'horror']\",['US'],,tt90000{n:02},7.1,100,3.5,6"
                    for n, name, year, *_ in films
                ),
            ),
            "credits.csv": _csv(
                "person_id,id,name,character,role", (f"{n},tm{n},{a},Hero,ACTOR" for n, _, _, a, _ in films)
            ),
        },
        "wikipedia": {
            "movies-1950s.json": json.dumps(
                [
                    {
                        "title": name,
                        "year": year,
                        "cast": [a, b],
                        "genres": ["Drama"],
                        "href": name,
                        "extract": "A film.",
                    }
                    for _, name, year, a, b in films
                ]
            ).encode()
        },
        "wikidata": {
            "films.jsonl": _lines(
                json.dumps(
                    {
                        "qid": f"Q9000{n}",
                        "imdb_id": f"tt90000{n:02}",
                        "title": name,
                        "year": year,
                        "genres": ["drama film"],
                        "directors": [["Q1", a]],
                        "cast": [["Q2", b], ["Q3", None]],
                    }
                )
                for n, name, year, a, b in films
            )
        },
        "tmdb": {
            "tmdb_5000_movies.csv": _csv(
                "budget,genres,id,keywords,original_language,original_title,overview,popularity,production_companies,"
                "production_countries,release_date,revenue,runtime,title,vote_average,vote_count",
                (
                    f'1000,"[{{""id"": 18, ""name"": ""Drama""}}]",{n},[],en,{name},Words.,2.5,[],[],{year}-01-01,5,90,'
                    f"{name},6.5,10"
                    for n, name, year, *_ in films
                ),
            )
        },
        "generic-csv": {
            "mine.csv": _csv(
                "title,year,director,cast,genres", (f"{n},{y},{a},{a}|{b},Drama" for _, n, y, a, b in films)
            )
        },
        "generic-jsonl": {
            "mine.jsonl": _lines(json.dumps({"title": n, "year": y, "director": a}) for _, n, y, a, _ in films)
        },
        "generic-parquet": {"mine.parquet": _parquet(films)},
    }


def break_one(files: Files, rng: random.Random) -> Files:
    """Break one file of an input in one or two ways."""
    broken = dict(files)
    name = rng.choice(sorted(files))
    for _ in range(rng.choice((1, 1, 2))):
        broken[name] = rng.choice(BREAKS)(broken[name], rng)
    return broken


def hostile_archives() -> dict[str, bytes]:
    """Zip files that must be refused."""
    link = zipfile.ZipInfo("ml/movies.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    found = {
        "climbing": _zip({"../../movies.csv": b"movieId,title,genres\n1,A (1990),Drama\n"}),
        "absolute": _zip({"/etc/movies.csv": b"movieId,title,genres\n"}),
        "bomb": _zip({"ml/movies.csv": b"\0" * (1 << 28), "ml/ratings.csv": b""}),
        "cut": _zip(_ml_latest([(1, "A", 1990, "x", "y")]))[:-40],
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    found["link"] = content.getvalue()
    return found


def _truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _flip(data: bytes, rng: random.Random) -> bytes:
    content = bytearray(data)
    for _ in range(rng.randrange(1, 40)):
        if content:
            content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def _encode(data: bytes, rng: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-16-be", "utf-32", "cp037")), "replace")


def _swap_columns(data: bytes, rng: random.Random) -> bytes:
    first, _, rest = data.partition(b"\n")
    for mark in (b"\t", b",", b"::", b"|"):
        if mark in first:
            cells = first.split(mark)
            rng.shuffle(cells)
            return mark.join(cells) + b"\n" + rest
    return rest


def _huge_cell(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + b"A" * rng.choice((70_000, 1_200_000)) + data[at:]


def _splice(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    bits = (b"\x00" * 50, b'"', b"\n\n\n", b"\t\t\t\t", b"\xff\xfe\xfd", b'"' * 9 + b"\n", b"[" * 3000, b"{" * 3000)
    return data[:at] + rng.choice(bits) + data[at:]


def _binary(data: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(len(data) + 1)


def _repeat_lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines + lines[: len(lines) // 2])


def _entities(data: bytes, rng: random.Random) -> bytes:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    return bomb + data if rng.random() < 0.5 else data.replace(b"Film", b"&b;<!ENTITY x SYSTEM 'file:///etc/passwd'>")


def _pack(data: bytes, rng: random.Random) -> bytes:
    return gzip.compress(data)[: rng.choice((None, -9))]


BREAKS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _truncate,
    _flip,
    _encode,
    _swap_columns,
    _huge_cell,
    _splice,
    _binary,
    _repeat_lines,
    _entities,
    _pack,
)


def _lines(rows: object) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()  # type: ignore[attr-defined]


def _csv(header: str, rows: object) -> bytes:
    return f"{header}\n".encode() + _lines(rows)


def _zip(files: Files) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def _parquet(films: list[tuple[int, str, int, str, str]]) -> bytes:
    content = io.BytesIO()
    pl.DataFrame({"title": [f[1] for f in films], "year": [f[2] for f in films]}).write_parquet(content)
    return content.getvalue()


def _movies_db(films: list[tuple[int, str, int, str, str]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "movies.db"
        connection = sqlite3.connect(path)
        connection.execute(
            "CREATE TABLE omdb (ID INTEGER, imdbID TEXT, Title TEXT, Year INTEGER, Rating TEXT, Runtime REAL, "
            "Genre TEXT, Director TEXT, Writer TEXT, [Cast] TEXT, Language TEXT, Country TEXT, Oscars INTEGER)"
        )
        connection.execute("CREATE TABLE tomatoes (ID INTEGER, Production TEXT, Meter INTEGER, BoxOffice REAL)")
        for n, name, year, a, b in films:
            row = (
                n,
                f"tt90000{n:02}",
                name,
                year,
                "R",
                90.0,
                "Drama, Horror",
                a,
                b,
                f"{a}, {b}",
                "English",
                "France",
                0,
            )
            connection.execute(f"INSERT INTO omdb VALUES ({','.join('?' * 13)})", row)
            connection.execute("INSERT INTO tomatoes VALUES (?, 'Lantern', 80, 5.0)", (n,))
        connection.commit()
        connection.close()
        return path.read_bytes()


def _imdb(films: list[tuple[int, str, int, str, str]]) -> Files:
    def ids(n: int) -> str:
        return f"tt90000{n:02}"

    return {
        "title.basics.tsv": _csv(
            "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres",
            (f"{ids(n)}\tmovie\t{name}\t{name}\t0\t{year}\t\\N\t90\tDrama,Horror" for n, name, year, *_ in films),
        ),
        "title.principals.tsv": _csv(
            "tconst\tordering\tnconst\tcategory\tjob\tcharacters",
            (f'{ids(n)}\t1\tnm000000{n % 9 + 1}\tactor\t\\N\t["Hero"]' for n, *_ in films),
        ),
        "name.basics.tsv": _csv(
            "nconst\tprimaryName\tbirthYear\tdeathYear\tprimaryProfession\tknownForTitles",
            (f"nm000000{n}\tPerson {n}\t1950\t\\N\tactor\t\\N" for n in range(1, 10)),
        ),
        "title.ratings.tsv": _csv("tconst\taverageRating\tnumVotes", (f"{ids(n)}\t7.5\t100" for n, *_ in films)),
    }


def _ml100k(films: list[tuple[int, str, int, str, str]]) -> Files:
    flags = "|".join("01"[n % 5 == 0] for n in range(19))
    return {
        "u.item": _lines(f"{n}|{name} ({year})|01-Jan-{year}||http://x|{flags}" for n, name, year, *_ in films),
        "u.data": _lines(f"{n % 4 + 1}\t{n}\t{n % 5 + 1}\t8750{n:05}" for n, *_ in films),
        "u.genre": _lines(f"genre{n}|{n}" for n in range(19)),
        "u.user": _lines(f"{n}|24|M|writer|12345" for n in range(1, 5)),
    }


def _ml_latest(films: list[tuple[int, str, int, str, str]]) -> Files:
    return {
        "movies.csv": _csv(
            "movieId,title,genres", (f'{n},"{name} ({year})",Drama|Horror' for n, name, year, *_ in films)
        ),
        "ratings.csv": _csv(
            "userId,movieId,rating,timestamp", (f"{n % 4 + 1},{n},{n % 9 / 2 + 0.5},96498{n:04}" for n, *_ in films)
        ),
        "links.csv": _csv("movieId,imdbId,tmdbId", (f"{n},90000{n:02},{n}" for n, *_ in films)),
        "tags.csv": _csv("userId,movieId,tag,timestamp", (f"1,{n},quiet,96498{n:04}" for n, *_ in films)),
    }
