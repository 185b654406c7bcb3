"""Briefs: every number and name traced, hostile names shown as they are, both languages, every format."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.create.brief.as_csv import as_csv, guarded
from reelation.create.brief.document import Bullets, Document, Figures, Heading, Paragraph, Table
from reelation.create.brief.markdown import escaped, markdown
from reelation.create.brief.of_programme import of_programme
from reelation.create.brief.page import page
from reelation.create.brief.pdf import pdf
from reelation.create.brief.writing import FORMATS, brief_bytes, write_brief
from reelation.create.facts import Fact, Said, plain, said
from reelation.create.programme.parts import Wanted
from reelation.create.programme.programme import programme
from reelation.errors import MissingExtraError, UsageError
from reelation.messages import LANGUAGES, messages
from tests.brief_facts import Tracer, flat

HOSTILE = (
    '#import "x"',
    "*a* | b",
    "<script>alert(1)</script>",
    "=cmd()",
    "+1+1",
    "@SUM(A1)",
    "![a](http://example.org/b.png)",
    "[a](javascript:alert(1))",
    '$x$ #eval("1") `code` \\ ~ _under_ &amp; ^',
    "1. not a list",
    "- not a list",
    "two\nlines\ttab\x00nul \u202e turned",
    "</style></title><b>",
    "https://example.org/",
)
WANTED = (
    Wanted(("drama",), count=4),
    Wanted(("horror", "country:United Kingdom"), count=2, at_most={"director": 2}, longest=400),
    Wanted(seeds=("w:void1",), count=5, at_least={"decade": 3}, must=("w:bench1",)),
    Wanted(("crime",), count=3),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wanted", WANTED)
def test_every_number_and_claim_is_traced(
    tiny_catalogue: Catalogue, tiny_atlas: Atlas, language: str, wanted: Wanted
) -> None:
    say = messages(language)
    document = of_programme(tiny_atlas, programme(tiny_atlas, wanted, say), say)
    again = programme(tiny_atlas, wanted, say).to_json()
    assert Tracer(tiny_catalogue, tiny_atlas, say).check(document, again, flat(asdict(wanted))) == []
    assert len(document.facts()) > 10
    assert any("CC0-1.0" in line.text for line in document.sources)


def test_the_tracer_notices_what_is_invented(tiny_catalogue: Catalogue, tiny_atlas: Atlas) -> None:
    say, wanted = messages("en"), Wanted(("drama",), count=3)
    found = programme(tiny_atlas, wanted, say)
    document, tracer = of_programme(tiny_atlas, found, say), Tracer(tiny_catalogue, tiny_atlas, say)
    for wrong in (
        Said("made in 1903"),
        plain(Fact("w:void1", "year", 1980, "1980")),
        plain(Fact("w:void1", "year", 1979, "1997")),
        plain(Fact("w:void1", "director", "Dee Anselm", "Dee Anselm", "person:p:dee")),
        plain(Fact("w:void1", "director", "Bo Ferrant", "Bo Ferrant", "person:p:ada")),
        plain(Fact("statistic", "distinct country", 3, "3", of=("w:void1", "w:void2"))),
        plain(Fact("answer", "pool", 99, "99")),
        plain(Fact("asked", "count", 4, "4")),
    ):
        lying = replace(document, blocks=(*document.blocks, Paragraph(wrong)))
        assert tracer.check(lying, found.to_json(), flat(asdict(wanted))) != [], wrong


def _hostile(language: str = "en") -> Document:
    names = tuple(Said(name) for name in HOSTILE)
    return Document(
        title=Said(HOSTILE[0]),
        language=language,
        blocks=(
            Heading(names[1]),
            Paragraph(names[2]),
            *(Paragraph(name) for name in names),
            Bullets(names),
            Figures(tuple((name, name) for name in names)),
            Table((names[1], names[3]), tuple((name, name) for name in names)),
        ),
        sources=names,
        headings={"sources": Said("Sources")},
    )


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.cells.append(data)


def test_a_page_shows_hostile_names_as_text() -> None:
    text = page(_hostile())
    read = _Read()
    read.feed(text)
    assert not read.tags & {"script", "b", "img", "a", "iframe"}
    assert "<script>alert(1)</script>" in read.cells
    assert "\u202e" not in text
    assert "\x00" not in text
    assert "default-src 'none'" in text.replace("&#x27;", "'")


def test_markdown_shows_hostile_names_as_text() -> None:
    text = markdown(_hostile())
    assert "<script" not in re.sub(r"\\<", "", text)
    for row in (line for line in text.split("\n") if line.startswith("| ")):
        assert len(re.findall(r"(?<!\\)\|", row)) == 3
    assert escaped("1. not a list") == r"1\. not a list"
    assert escaped("- a") == r"\- a"
    assert escaped("0.26 is a number") == "0.26 is a number"
    assert escaped("[a](b)") == r"\[a\](b)"
    assert escaped("a\n\nb") == "a b"


def test_a_spreadsheet_computes_nothing() -> None:
    rows = list(csv.reader(io.StringIO(brief_bytes(_hostile(), "csv").decode("utf-8-sig"))))
    assert len(rows) == 1 + len(HOSTILE)
    assert not any(cell.startswith(("=", "+", "@", "-")) for row in rows for cell in row)
    assert guarded("-3.5") == "-3.5"
    assert guarded(" =1") == "'=1"
    assert guarded("－1＋1") == "'－1＋1"


def test_a_pdf_holds_hostile_names_as_text() -> None:
    pytest.importorskip("typst")
    pypdf = pytest.importorskip("pypdf")
    made = pypdf.PdfReader(io.BytesIO(pdf(_hostile())))
    text = re.sub(r"\s+", " ", " ".join(one.extract_text() for one in made.pages))
    for name in ('#import "x"', "*a* | b", "<script>alert(1)</script>", "=cmd()", "1. not a list"):
        assert name in text, name
    assert made.metadata.title == '#import "x"'


def test_chinese_without_a_font_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    typst = pytest.importorskip("typst")

    own = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[])
    monkeypatch.setattr(typst, "Fonts", lambda **_: own)
    with pytest.raises(UsageError, match="fonts-noto-cjk"):
        pdf(Document(Said("西部片"), "zh", (), headings={}))
    assert pdf(Document(Said("Western"), "en", (), headings={})).startswith(b"%PDF")


def test_without_typst_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(MissingExtraError, match=r"reelation\[create\]"):
        pdf(_hostile())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_document_can_be_written(language: str, tmp_path: Path) -> None:
    empty = Document(said(messages(language), "create_brief.unknown"), language, ())
    assert markdown(empty).startswith("# ")
    assert "</html>" in page(empty)
    assert brief_bytes(empty, "csv").decode("utf-8-sig") == ""
    with pytest.raises(UsageError, match="0 tables"):
        as_csv(empty, table=1)
    with pytest.raises(UsageError, match="no brief as 'docx'"):
        write_brief(empty, tmp_path / "brief.docx")


def test_files_are_what_their_endings_say(tiny_atlas: Atlas, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    say = messages("en")
    document = of_programme(tiny_atlas, programme(tiny_atlas, Wanted(("horror",), count=3), say), say)
    for form in FORMATS:
        write_brief(document, tmp_path / f"brief.{form}")
    assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "brief.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert len((tmp_path / "brief.csv").read_text(encoding="utf-8-sig").splitlines()) == 4
    json.dumps([fact.to_json() for fact in document.facts()])
