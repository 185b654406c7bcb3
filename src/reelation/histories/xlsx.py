"""The cells of an Excel workbook, and nothing else of it: no formulas, no links, no entities, no macros.

file.xlsx  ->  sheets  ->  {sheet: [[cell, ...], ...]}

Only four kinds of members are opened: the workbook, its relations, the shared texts and the sheets. XML that declares
anything (a DOCTYPE) is refused, so no entity is ever expanded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from reelation.archive import members, read_members
from reelation.errors import DataError

LARGEST = 256 << 20
_MOST_CELLS = 5_000_000
_MEMBER = re.compile(r"xl/(workbook\.xml|_rels/workbook\.xml\.rels|sharedStrings\.xml|worksheets/[^/]+\.xml)")
_PLACE = re.compile(r"([A-Z]{1,3})\d+")
_WIDEST = 500

Rows = list[list[str]]


def is_workbook(path: Path) -> bool:
    """Whether `path` is a zip with a workbook in it; never raises."""
    return path.is_file() and "xl/workbook.xml" in members(path)


def sheet_names(path: Path) -> list[str]:
    """The sheets' names; empty where it is no workbook that can be read. Never raises."""
    try:
        files = read_members(path, "xl/workbook.xml".__eq__, LARGEST)
        return [name for name, _ in _listed(files["xl/workbook.xml"])]
    except (DataError, KeyError):
        return []


def sheets(path: Path, wanted: Callable[[str], bool]) -> dict[str, Rows]:
    """The rows of the sheets whose names are wanted; empty cells are "", short rows stay short.

    Raises:
        DataError: it is no workbook, is damaged, unsafe, or far too large.
    """
    files = read_members(path, lambda name: bool(_MEMBER.fullmatch(name)), LARGEST)
    if "xl/workbook.xml" not in files:
        raise DataError(f"{path.name} is no Excel workbook.")
    try:
        places = _relations(files.get("xl/_rels/workbook.xml.rels", b""))
        texts = _texts(files["xl/sharedStrings.xml"]) if "xl/sharedStrings.xml" in files else []
        found = {}
        for name, relation in _listed(files["xl/workbook.xml"]):
            if wanted(name):
                member = places.get(relation, "")
                if member not in files:
                    raise DataError(f"{path.name} has no content for its sheet '{name[:40]}'.")
                found[name] = _Sheet(texts).read(files[member])
        return found
    except DataError as error:
        raise DataError(f"{path.name} cannot be read: {error}") from error


def _parse(xml: bytes, parser: expat.XMLParserType) -> None:
    """Run a parser whose handlers are set.

    Raises:
        DataError: no well-formed XML, or it declares something.
    """

    def refuse(*_: object) -> None:
        raise DataError("its XML declares a document type, which no spreadsheet does; it may be hostile.")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, UnicodeError) as error:
        raise DataError(f"its XML is damaged ({error}).") from error


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    return parser


def _tag(name: str) -> str:
    return name.rpartition("}")[2]


def _listed(xml: bytes) -> list[tuple[str, str]]:
    """(name, relation id) of the sheets, in their order."""
    found = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if _tag(name) == "sheet":
            inside = {_tag(key): value for key, value in attributes.items()}
            found.append((inside.get("name", ""), inside.get("id", "")))

    parser = _parser()
    parser.StartElementHandler = start
    _parse(xml, parser)
    return found


def _relations(xml: bytes) -> dict[str, str]:
    """Relation id -> member of the zip."""
    found = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if _tag(name) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found[attributes.get("Id", "")] = str(PurePosixPath(member))

    if xml:
        parser = _parser()
        parser.StartElementHandler = start
        _parse(xml, parser)
    return found


def _texts(xml: bytes) -> list[str]:
    """The shared texts; of rich ones all pieces, of Japanese ones not the reading."""
    found: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "reading": 0}

    def start(name: str, _attributes: dict[str, str]) -> None:
        tag = _tag(name)
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            state["reading"] += 1
        state["text"] = tag == "t" and not state["reading"]

    def end(name: str) -> None:
        tag = _tag(name)
        state["text"] = False
        if tag == "si":
            found.append("".join(pieces))
        elif tag == "rPh":
            state["reading"] -= 1

    def data(text: str) -> None:
        if state["text"]:
            pieces.append(text)

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    _parse(xml, parser)
    return found


class _Sheet:
    """Reads one sheet."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._rows: Rows = []
        self._column = self._cells = 0
        self._kind = ""
        self._inside = False
        self._pieces: list[str] = []

    def read(self, xml: bytes) -> Rows:
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        _parse(xml, parser)
        return self._rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _tag(name)
        if tag == "row":
            self._rows.append([])
            self._column = 0
        elif tag == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _number(place[1]) if place else self._column
            self._kind = attributes.get("t", "n")
            self._pieces.clear()
        self._inside = tag in ("v", "t")

    def _end(self, name: str) -> None:
        self._inside = False
        if _tag(name) != "c" or not self._rows:
            return
        self._cells += 1
        if self._column >= _WIDEST or self._cells > _MOST_CELLS:
            raise DataError(f"it has more than {_WIDEST} columns or {_MOST_CELLS:,} cells.")
        row = self._rows[-1]
        row += [""] * (self._column - len(row))
        row[self._column : self._column + 1] = [self._value("".join(self._pieces))]
        self._column += 1

    def _data(self, text: str) -> None:
        if self._inside:
            self._pieces.append(text)

    def _value(self, text: str) -> str:
        if self._kind == "s":
            at = int(text) if text.isascii() and text.isdigit() else -1
            if not 0 <= at < len(self._texts):
                raise DataError(f"a cell refers to the text {text[:20]!r}, which is not there.")
            return self._texts[at].strip()
        return "" if self._kind == "e" else text.strip()


def _number(letters: str) -> int:
    """'A' -> 0, 'Z' -> 25, 'AA' -> 26."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found - 1
