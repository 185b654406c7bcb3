"""Uploads that are made to do harm: to memory, to the disk, to the reader of the request, or to that of the files.

Each is the body of a multipart request, or the files of one. What is `refused` must be answered with a 4xx; the rest is
only odd, and may be read.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.hostile import BREAKS
from tests.personal_exports import Known, douban, imdb, letterboxd, netflix, trakt

LETTERBOXD = b"Date,Name,Year,Letterboxd URI,Rating\n"
TABLE = b"title,year,rating\nVoidborn,1979,4\n"
MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True)
class Attack:
    """Files of one request."""

    files: Callable[[], list[tuple[str, bytes]]]
    """Names and contents."""
    refused: bool = True


def zipped(*members: tuple[str, bytes | Iterator[bytes]], level: int = 1) -> bytes:
    """A zip; members may be given in pieces."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in members:
            with archive.open(name, "w", force_zip64=True) as target:
                for piece in [data] if isinstance(data, bytes) else data:
                    target.write(piece)
    return content.getvalue()


def pieces(of: bytes, size: int) -> Iterator[bytes]:
    """About `size` bytes that repeat `of`."""
    block = of * max(1, MIB // len(of))
    return (block for _ in range(size // len(block)))


def _noisy(size: int) -> Iterator[bytes]:
    """Text that shrinks to a hundredth: below what is taken for a bomb."""
    dice = random.Random(1)
    for _ in range(size // MIB):
        noise = dice.randbytes(MIB // 128).hex()[: MIB // 128].encode()
        yield noise + b"a" * (MIB - len(noise))


def _export(member: tuple[str, bytes | Iterator[bytes]], name: str = "letterboxd.zip") -> list[tuple[str, bytes]]:
    return [(name, zipped(member, ("watched.csv", LETTERBOXD)))]


def _lying(size: int) -> bytes:
    """A zip whose directory says that 64 MiB are `size` bytes."""
    data = bytearray(zipped(("ratings.csv", LETTERBOXD + b"a" * (64 * MIB)), ("watched.csv", LETTERBOXD)))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(data)


def _overlapping() -> bytes:
    """Many members of a zip that are one and the same bytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packed.compress(b"a" * (16 * MIB)) + packed.flush()
    crc = zlib.crc32(b"a" * (16 * MIB))
    names = [f"ratings{number}.csv".encode() for number in range(500)]
    content, directory = b"", b""
    fixed = b"\x14\0\0\0\x08\0\0\0\0\0" + crc.to_bytes(4, "little")
    sizes = len(kernel).to_bytes(4, "little") + (16 * MIB).to_bytes(4, "little")
    content = b"PK\x03\x04" + fixed + sizes + len(names[0]).to_bytes(2, "little") + b"\0\0" + names[0] + kernel
    for name in names:
        directory += b"PK\x01\x02\x14\0" + fixed + sizes + len(name).to_bytes(2, "little") + bytes(16) + name
    counts = len(names).to_bytes(2, "little") * 2
    ends = len(directory).to_bytes(4, "little") + len(content).to_bytes(4, "little") + b"\0\0"
    return content + directory + b"PK\x05\x06\0\0\0\0" + counts + ends


def _workbook(sheet: bytes, shared: bytes = b"<sst/>") -> bytes:
    """A workbook by its parts."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        ("[Content_Types].xml", b"<Types/>"),
        (
            "xl/workbook.xml",
            b'<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="s" sheetId="1" r:id="r1"/>'
            b"</sheets></workbook>" % (main, relations),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        ),
        ("xl/sharedStrings.xml", shared),
        ("xl/worksheets/sheet1.xml", sheet),
    )


def _laughs() -> bytes:
    """Entities of entities: a few hundred bytes that mean gigabytes."""
    lines = [b'<!ENTITY a0 "ha">', *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 11))]
    return (
        b"<!DOCTYPE x ["
        + b"".join(lines)
        + b"]><worksheet><sheetData><row><c><v>&a10;</v></c></row></sheetData></worksheet>"
    )


def attacks() -> dict[str, Attack]:
    """Every kind by its name."""
    deep = b"[" * 500_000 + b"]" * 500_000
    many = [(f"{number}.csv", TABLE) for number in range(60)]
    return {
        "a zip bomb": Attack(lambda: _export(("ratings.csv", pieces(b"a", GIB)))),
        "a bomb in a bomb": Attack(lambda: [("a.zip", zipped(("b.zip", zipped(("c.csv", pieces(b"a", 256 * MIB))))))]),
        "a cell of 1 GB in a zip": Attack(lambda: _export(("ratings.csv", _noisy(GIB)))),
        "a cell of 60 MB": Attack(lambda: [("ratings.csv", LETTERBOXD + b"2020-01-01," + b"x" * (60 * MIB))]),
        "a quote that never ends": Attack(lambda: [("ratings.csv", LETTERBOXD + b'"' + b"x,\n" * (12 * MIB))]),
        "a million columns": Attack(
            lambda: [("ratings.csv", b"title,year," + b"x," * 1_000_000 + b"\n")], refused=False
        ),
        "300,000 lines": Attack(lambda: [("f.csv", b"title,year\n" + b"a,1990\n" * 300_000)]),
        "250,000 titles": Attack(
            lambda: [("f.csv", b"title,year\n" + b"".join(b"a%d,1990\n" % number for number in range(250_000)))]
        ),
        "sizes that lie": Attack(lambda: [("letterboxd.zip", _lying(900))]),
        "members that overlap": Attack(lambda: [("letterboxd.zip", _overlapping())]),
        "twenty thousand members": Attack(
            lambda: [("letterboxd.zip", zipped(*((f"{number}/ratings.csv", b"") for number in range(20_000))))]
        ),
        "a path that leads out": Attack(lambda: _export(("../../ratings.csv", LETTERBOXD))),
        "a path from the root": Attack(lambda: _export(("/etc/cron.d/ratings.csv", LETTERBOXD))),
        "a path of another system": Attack(lambda: _export(("C:\\Windows\\ratings.csv", LETTERBOXD))),
        "the same name twice": Attack(lambda: [("l.zip", zipped(("ratings.csv", LETTERBOXD), ("ratings.csv", b"")))]),
        "a gz bomb": Attack(lambda: [("ratings.csv.gz", gzip.compress(LETTERBOXD + b"a" * (256 * MIB), 1))]),
        "a gz bomb by another name": Attack(lambda: [("ratings.csv", gzip.compress(b"a" * (256 * MIB), 1))]),
        "entities of entities": Attack(lambda: [("douban.xlsx", _workbook(_laughs()))]),
        "entities from the disk": Attack(
            lambda: [
                (
                    "douban.xlsx",
                    _workbook(
                        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row><c t="str">'
                        b"<v>&e;</v></c></row></sheetData></worksheet>"
                    ),
                )
            ]
        ),
        "a cell in the last row of a sheet": Attack(
            lambda: [
                (
                    "d.xlsx",
                    _workbook(
                        b'<worksheet><sheetData><row r="1"><c r="A1"/><c r="XFD1048576"><v>1</v></c></row>'
                        b"</sheetData></worksheet>"
                    ),
                )
            ]
        ),
        "a workbook with a sheet of 1 GB": Attack(lambda: [("d.xlsx", _workbook(b"<x>" + b"<c/>" * (64 * MIB)))]),
        "deep JSON": Attack(lambda: [("ratings.json", deep)]),
        "deep JSON in objects": Attack(lambda: [("watched.json", b'{"movie":' * 200_000 + b"1" + b"}" * 200_000)]),
        "a number of a million digits": Attack(
            lambda: [("ratings.json", b'[{"rating": ' + b"9" * 1_000_000 + b', "movie": {"title": "x"}}]')]
        ),
        "numbers that are none": Attack(
            lambda: [("ratings.json", b'[{"rating": NaN, "movie": {"title": "x", "year": 1e999}}]')], refused=False
        ),
        "many files": Attack(lambda: many),
        "zero bytes": Attack(lambda: [("ratings.csv", b"\0" * (8 * MIB))]),
        "other code units": Attack(lambda: [("f.csv", TABLE.decode().encode("utf-32"))], refused=False),
        "half a character": Attack(
            lambda: [("f.csv", TABLE + b"\xf0\x9f\x92,1990,4\n\xed\xa0\x80,1,1\n")], refused=False
        ),
        "formulas": Attack(lambda: [("f.csv", TABLE + b"\"=cmd|' /C calc'!A0\",1990,4\n")], refused=False),
        "years and stars beyond reason": Attack(
            lambda: [("f.csv", TABLE + b"x,99999999999999999999,4\nx,-1,1e308\nx,1990,nan\nx,1990,-inf\n")],
            refused=False,
        ),
        "years and times beyond reason": Attack(
            lambda: [
                ("Const.csv", b"Const,Your Rating,Date Rated\ntt0078748,8,9999999-99-99\n" + b"tt1,0,0000-00-00\n" * 9)
            ],
            refused=False,
        ),
        "no name": Attack(lambda: [("", TABLE)], refused=False),
        "a name that is a path": Attack(lambda: [("../../../../../../etc/passwd", TABLE)], refused=False),
        "a name of a device": Attack(lambda: [("CON.csv", TABLE)], refused=False),
        "a name of signs": Attack(lambda: [("‮\u202ecsv.exe\x7f;`id`$(id).csv", TABLE)], refused=False),
        "a name of 60 kB": Attack(lambda: [("x" * 60_000 + ".csv", TABLE)], refused=False),
    }


def bodies() -> dict[str, tuple[str, bytes]]:
    """Bodies that are no sound multipart: content type and bytes; all are to be refused."""
    part = b'--b\r\nContent-Disposition: form-data; name="viewer_id"\r\n\r\nme\r\n'
    file = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n' + TABLE + b"\r\n"
    kind = "multipart/form-data; boundary=b"
    field = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
    return {
        "no boundary": ("multipart/form-data", part + file + b"--b--"),
        "an empty boundary": ("multipart/form-data; boundary=", part + file + b"--b--"),
        "another boundary": ("multipart/form-data; boundary=c", part + file + b"--b--"),
        "a boundary of 10 kB": (f"multipart/form-data; boundary={'b' * 10_000}", b"--" + b"b" * 10_000 + b"--"),
        "a boundary of signs": ("multipart/form-data; boundary=\xff\xfe", b"--\xff\xfe--"),
        "no end, no file": (kind, part),
        "cut in a header": (kind, part + file[:30]),
        "nothing": (kind, b""),
        "only an end": (kind, b"--b--\r\n"),
        "a part without a name": (kind, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        "a header of 1 MB": (kind, b"--b\r\nX: " + b"x" * MIB + b"\r\n\r\nx\r\n--b--\r\n"),
        "ten thousand headers": (kind, b"--b\r\n" + b"X: x\r\n" * 10_000 + b"\r\nx\r\n--b--\r\n"),
        "five thousand fields": (kind, (field % b"viewer_id" + b"me\r\n") * 5000 + b"--b--\r\n"),
        "five thousand files": (kind, part + file * 5000 + b"--b--\r\n"),
        "a field of 40 MB": (kind, field % b"viewer_id" + b"x" * (40 * MIB) + b"\r\n--b--\r\n"),
        "a file that is a field": (kind, part + field % b"file" + TABLE + b"\r\n--b--\r\n"),
        "a viewer who is a file": (kind, file.replace(b'"file"', b'"viewer_id"') + file + b"--b--\r\n"),
        "a viewer of control characters": (kind, part.replace(b"me", b"m\0\x1b[2Je") + file + b"--b--\r\n"),
        "a scale that is none": (kind, part + field % b"scale" + b"nan\r\n" + file + b"--b--\r\n"),
        "JSON": ("application/json", json.dumps({"viewer_id": "me", "file": "x"}).encode()),
        "no type": ("", part + file + b"--b--"),
        "packed": (kind, zlib.compress(part + file + b"--b--\r\n")),
    }


def exports(folder: Path) -> list[Path]:
    """Sound exports of every service about the tiny world, each a file."""
    world = [
        Known("w:void1", "film", "Voidborn", 1979, imdb="tt9000001", directors=("Ada Quill",), genres=("Horror",)),
        Known("w:bench2", "film", "Hung Jury", 1996, ("Le Jury pendu",), "tt9000002", ("Dee Anselm",)),
        Known("w:tide02", "film", "The Tide", 2002, imdb="tt9000003", directors=("Hal Wren",), countries=("France",)),
        Known("w:harbour", "series", "Harbour Lights", 2001, imdb="tt9000004"),
    ]
    found = []
    for make in (letterboxd, imdb, trakt, douban, netflix):
        place = folder / make.__name__
        place.mkdir(parents=True)
        made = make(world * 3, place, random.Random(date.max.year))
        found += [path for one in made.paths for path in ([one] if one.is_file() else sorted(one.iterdir()))]
    return [path for path in found if path.is_file() and path.name != "user-profile.json"]  # tells nothing seen


def broken(path: Path, dice: random.Random) -> bytes:
    """A sound file, broken in one to three ways; what is packed, also inside."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path) and dice.random() < 0.6:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = dice.choice(sorted(members))
        members[name] = _break(members[name], dice)
        return zipped(*members.items())
    return _break(data, dice)


def _break(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.choice((1, 1, 2, 3))):
        data = dice.choice(BREAKS)(data, dice)
    return data
