"""A document made of facts, before it is Markdown, CSV, a web page or a PDF.

answer  ->  of_programme …  ->  Document: blocks of `Said`  ->  markdown · as_csv · page · pdf
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reelation.create.facts import Fact, Said
from reelation.messages import Messages

_FORBIDDEN = re.compile(
    "[^\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]+|[\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]+"
)


@dataclass(frozen=True)
class Heading:
    """The title of what follows."""

    text: Said


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    text: Said


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Said, ...]


@dataclass(frozen=True)
class Figures:
    """The numbers to look at first: what each is, and the number."""

    items: tuple[tuple[Said, Said], ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells; what CSV holds."""

    columns: tuple[Said, ...]
    rows: tuple[tuple[Said, ...], ...]


Block = Heading | Paragraph | Bullets | Figures | Table


@dataclass(frozen=True)
class Document:
    """One brief."""

    title: Said
    language: str
    """"en" or "zh"."""
    blocks: tuple[Block, ...]
    samples: tuple[Said, ...] = ()
    """How many titles each statement rests on."""
    caveats: tuple[Said, ...] = ()
    """What the numbers do not say."""
    sources: tuple[Said, ...] = ()
    """Where the data is from, with licences."""
    headings: dict[str, Said] = field(default_factory=dict)
    """Of the last three sections, by their names here."""

    def body(self) -> Iterator[Block]:
        """All blocks in order, sample sizes, caveats and sources last."""
        yield from self.blocks
        for name in ("samples", "caveats", "sources"):
            items: tuple[Said, ...] = getattr(self, name)
            if items:
                yield Heading(self.headings[name])
                yield Bullets(items)

    def texts(self) -> Iterator[Said]:
        """Every text of the document, the title first."""
        yield self.title
        for block in self.body():
            yield from texts_of(block)

    def facts(self) -> tuple[Fact, ...]:
        """Every fact in it, each once."""
        return tuple(dict.fromkeys(fact for text in self.texts() for fact in text.facts))

    def tables(self) -> tuple[Table, ...]:
        """Its tables."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


def texts_of(block: Block) -> Iterator[Said]:
    """The texts of one block."""
    if isinstance(block, Heading | Paragraph):
        yield block.text
    elif isinstance(block, Bullets):
        yield from block.items
    elif isinstance(block, Figures):
        for pair in block.items:
            yield from pair
    else:
        yield from block.columns
        for row in block.rows:
            yield from row


def clean(text: str) -> str:
    """A text on one line, without characters that files forbid or that turn the direction of writing."""
    return re.sub(r"\s+", " ", _FORBIDDEN.sub(" ", text)).strip()


def section_headings(say: Messages) -> dict[str, Said]:
    """Headings of the sections that every document ends with."""
    return {
        name: Said(say.say(f"create_brief.{name}"), (), (f"create_brief.{name}",))
        for name in ("samples", "caveats", "sources")
    }
