"""Whatever happens to a file on its way here, reading it ends in tables or in a sentence, and no row is lost."""

import gzip
import io
import json
import random
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from reelation.catalogue.store import write_catalogue
from reelation.errors import DataError, UsageError
from reelation.histories.detect import find_exports
from reelation.histories.entry import Entry, Tally
from reelation.histories.formats import Choices
from reelation.sources.base import Report, Source
from reelation.sources.imdb import ImdbSource
from reelation.sources.movielens import MovieLensSource
from reelation.sources.movielens_wikidata import MovieLensWikidataSource
from reelation.sources.wikidata import WikidataSource
from tests.test_imdb import write_world
from tests.test_movielens import LATEST, ONE, TEN, folder_of
from tests.test_personal_exports import ACTIVITY, RATINGS, douban_rows, letterboxd_files, packed, workbook
from tests.test_wikidata import DUMPED, FETCHED

FACTS = {
    "movies_with_wikidata_values.csv": "movieId,title,genres,year,duration,boxOfficeWorldwide,tommatometerScore\n"
    '1,"Twin, The (1995)",Drama|War,1996,81,394436586,100%\n3,Three,War,1990,9,,5\n',
    "links_with_wikidata_uri.csv": ",movieId,imdbId,tmdbId,wikidataURI\n0,1,0114709,862,Q171048\n1,3,7,,\n",
    "stars.csv": ",movieId,castMember\n0,1,Q5\n3,1,Q6\n",
    "actors.csv": ",wikidataURI,name\n0,Q5,Tom\n1,Q6,Q6\n",
}
ITEMS = {
    "x.jsonl": "\n".join(json.dumps({**item, "qid": f"Q{n}"}) for n, item in enumerate([DUMPED, FETCHED] * 3, 1))
    + "\n",
    "person_labels.tsv": "qid\tname\tsource\nQ6\tBob\twikidata_label\nQ7\tDan\taligned\n",
}
WORLDS: dict[str, tuple[Source, Callable[[Path], Path]]] = {
    "imdb": (ImdbSource(), write_world),
    "latest": (MovieLensSource(), lambda path: folder_of(path, LATEST)),
    "1m": (MovieLensSource(), lambda path: folder_of(path, ONE, "latin-1")),
    "100k": (MovieLensSource(), lambda path: folder_of(path, TEN, "latin-1")),
    "facts": (MovieLensWikidataSource(), lambda path: folder_of(path, FACTS)),
    "wikidata": (WikidataSource(), lambda path: folder_of(path, ITEMS)),
}
TURNS = 40
PIECES = (
    b"\t",
    b"\n",
    b"\r",
    b'"',
    b",",
    b"|",
    b"::",
    b"\x00",
    b"\xff",
    b"\x1f",
    b"\\",
    b"\xef\xbb\xbf",
    b"-1",
    b"9" * 30,
    b"{",
    b"]",
)


def mutate(data: bytes, dice: random.Random) -> bytes:
    place, length = dice.randrange(len(data) + 1), dice.randrange(1, 30)
    match dice.randrange(9):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + dice.choice(PIECES) * dice.randrange(1, 4) + data[place:]
        case 2:
            return data[:place] + dice.randbytes(length) + data[place + length :]
        case 3:
            return data[:place] + data[place + length :]
        case 4:
            return data.decode("latin-1").encode("utf-16")
        case 5:
            return data.replace(b"\n", b"\r\n")
        case 6:
            lines = data.split(b"\n")
            dice.shuffle(lines)
            return b"\n".join(lines)
        case 7:
            return b"\n".join(b"\t".join(reversed(line.split(b"\t"))) for line in data.split(b"\n"))
        case _:
            return data[:place] + b"x" * 300_000 + data[place:]


@pytest.mark.parametrize("kind", WORLDS)
def test_mutated_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    source, write = WORLDS[kind]
    dice = random.Random(kind)
    read = 0
    for turn in range(TURNS):
        folder = write(tmp_path / str(turn))
        for _ in range(dice.randrange(1, 3)):
            victim = dice.choice(sorted(folder.iterdir()))
            victim.write_bytes(mutate(victim.read_bytes(), dice))
        report = Report()
        source.sniff(folder)
        try:
            tables = source.read(folder, report)
        except DataError:
            pass
        else:
            read += 1
            for file, count in report.files.items():
                assert count.rows_in == count.kept + count.set_aside + count.skipped, (turn, file, count)
            assert set(report.rejected["file"]) <= set(report.files)
            assert report.rejected["line"].null_count() == 0
            if turn % 4 == 0:
                write_catalogue(folder / "catalogue", tables, ())
        shutil.rmtree(folder)
    assert read > TURNS // 4


EXPORTS: dict[str, Callable[[Path], Path]] = {
    "letterboxd": lambda path: folder_of(path, {k: v for k, v in letterboxd_files().items() if "/" not in k}),
    "letterboxd-zip": lambda path: packed(folder_of(path, {}) / "x.zip", letterboxd_files()).parent,
    "imdb": lambda path: folder_of(
        path, {"a.csv": f"{RATINGS}tt9000001,9,2021-05-03,V,L,u,Movie,8,7,1979,H,1,x,A B\n" * 2}
    ),
    "trakt": lambda path: folder_of(
        path,
        {
            "history.json": json.dumps(
                [{"watched_at": "2020-01-03", "movie": {"title": "V", "year": 1979, "ids": {}}}] * 3
            )
        },
    ),
    "netflix": lambda path: folder_of(path, {"n.csv": 'Title,Date\n"Dark: Season 1: Lies","1/2/19"\nRoma,1/1/19\n'}),
    "activity": lambda path: folder_of(
        path, {"v.csv": f"{ACTIVITY}\nMe,2021-01-01 20:15:33,01:45:12,,Roma,,TV,x,y,DE\n"}
    ),
    "douban": lambda path: workbook(folder_of(path, {}) / "d.xlsx", {"看过": douban_rows()}).parent,
    "table": lambda path: folder_of(path, {"t.csv": "title,year,rating,status\nVoidborn,1979,4,seen\nX,2000,5,\n"}),
}


def mutate_member(data: bytes, dice: random.Random) -> bytes:
    """A zip with one member mutated and packed anew, so that its checksum holds; itself where it is none any more."""
    whole = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(whole, "w") as new:
            victim = dice.choice(old.namelist())
            for name in old.namelist():
                new.writestr(name, mutate(old.read(name), dice) if name == victim else old.read(name))
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError):
        return data
    return whole.getvalue()


@pytest.mark.parametrize("kind", EXPORTS)
def test_mutated_exports_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    dice = random.Random(kind)
    read = 0
    for turn in range(TURNS):
        folder = EXPORTS[kind](tmp_path / str(turn))
        for _ in range(dice.randrange(1, 3)):
            victim = dice.choice(sorted(folder.iterdir()))
            inside = victim.suffix in (".zip", ".xlsx") and dice.random() < 0.8
            victim.write_bytes((mutate_member if inside else mutate)(victim.read_bytes(), dice))
        try:
            found, _ = find_exports([folder, *folder.iterdir()], own=True)
        except DataError:
            continue
        for one in found:
            tally = Tally()
            try:
                entries = one.format.read(one.files, one.names, tally, Choices())
            except (DataError, UsageError):
                continue
            read += 1
            for file, count in tally.files.items():
                assert count.rows_in == count.kept + count.set_aside + count.skipped, (turn, file, count)
            json.dumps([entry.to_json() for entry in entries], ensure_ascii=False).encode()
            assert all(Entry.of_json(entry.to_json()) == entry for entry in entries)
    assert read > TURNS // 4


def test_a_packed_file_cut_short_is_refused(tmp_path: Path) -> None:
    folder = write_world(tmp_path, packed=True)
    victim = folder / "title.principals.tsv.gz"
    victim.write_bytes(victim.read_bytes()[:-10])
    with pytest.raises(DataError, match="fetch it again"):
        ImdbSource().read(folder, Report())
    victim.write_bytes(gzip.compress(b"0" * (32 << 20)))
    with pytest.raises(DataError, match="refused"):
        ImdbSource().read(folder, Report())
