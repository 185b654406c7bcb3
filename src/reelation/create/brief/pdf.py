"""A document as PDF, by Typst.

Document  ->  JSON  ->  brief.typ (a fixed program that shows it)  ->  bytes

The content is data to the program, never mark-up, so no text from outside needs escaping. Typst brings fonts for Latin,
Greek and Cyrillic letters; Chinese, Japanese and Korean ones are taken from the system.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from reelation.create.brief.document import Block, Bullets, Document, Figures, Heading, Paragraph, Table, clean
from reelation.errors import MissingExtraError, UsageError

_LATIN = "Libertinus Serif"
_CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Serif CJK SC"),
    *("Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "PingFang SC", "Hiragino Sans GB", "Heiti SC"),
    *("Songti SC", "STHeiti", "Microsoft YaHei", "SimSun", "SimHei", "DengXian", "WenQuanYi Micro Hei"),
    *("WenQuanYi Zen Hei", "AR PL UMing CN", "AR PL UKai CN", "Droid Sans Fallback"),
)
"""Families with Chinese characters, the first that is there is taken."""
_SHORT, _NUMBERS, _LONGEST = 13, 24, 28
"""Letters of a column that is as wide as its text, of one of numbers, and beyond which a column gets no wider."""
_WIDE = re.compile(
    "[\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


def pdf(document: Document, fonts: Sequence[Path] = ()) -> bytes:
    """The document as a PDF file's content.

    Args:
        document: what to show.
        fonts: folders with fonts, besides the system's.

    Raises:
        MissingExtraError: Typst is not installed.
        UsageError: it has Chinese, Japanese or Korean text, and no font has those characters.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingExtraError("A brief as PDF", "create") from error
    found = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=list(fonts))
    content = _content(document)
    content["fonts"] = _families(found.families(), json.dumps(content, ensure_ascii=False))
    with as_file(files("reelation.create.brief") / "brief.typ") as program:
        made = typst.compile(program, font_paths=found, sys_inputs={"brief": json.dumps(content)})
    if not isinstance(made, bytes):
        raise TypeError(f"Typst gave {type(made).__name__}, expected the bytes of one file")
    return made


def _families(known: Sequence[str], text: str) -> list[str]:
    lower = {name.lower(): name for name in known}
    chinese = [lower[name.lower()] for name in _CHINESE if name.lower() in lower][:1]
    if not chinese and (wide := _WIDE.findall(text.replace("影联", ""))):
        raise UsageError(
            f"The brief has Chinese, Japanese or Korean characters ('{''.join(wide[:4])}' …), and no font for them is "
            "installed. Install one, for instance Noto Sans CJK (Debian, Ubuntu: apt install fonts-noto-cjk; Fedora: "
            "dnf install google-noto-sans-cjk-fonts), name a folder that has one, or take the web page instead"
        )
    return [_LATIN, *chinese, *(lower[name] for name in ("dejavu sans",) if name in lower)]


def _content(document: Document) -> dict[str, Any]:
    return {
        "title": clean(document.title.text),
        "language": document.language,
        "blocks": [_block(block, _widths(document)) for block in document.body()],
        "footer": "Reelation",
    }


def _widths(document: Document) -> dict[tuple[str, ...], list[int]]:
    """Of tables with the same columns, each column's part of the width that is shared out; 0: as wide as it has to be.

    A column of short texts takes what it needs; the others share the rest by their longest text, up to `_LONGEST`.
    """
    longest: dict[tuple[str, ...], list[int]] = {}
    short: dict[tuple[str, ...], list[int]] = {}
    for table in document.tables():
        lines = [[_width(cell.text) for cell in row] for row in (table.columns, *table.rows)]
        own = [max(column) for column in zip(*lines, strict=True)]
        before = longest.setdefault(_key(table), own)
        longest[_key(table)] = [max(pair) for pair in zip(before, own, strict=True)]
        short[_key(table)] = [_NUMBERS if numeric else _SHORT for numeric in table.numeric()]
    return {
        key: [
            0 if width <= most < max(widths) else min(width, _LONGEST)
            for width, most in zip(widths, short[key], strict=True)
        ]
        for key, widths in longest.items()
    }


def _key(table: Table) -> tuple[str, ...]:
    return tuple(column.text for column in table.columns)


def _width(text: str) -> int:
    """In Latin letters; a Chinese character is as wide as two."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)


def _block(block: Block, widths: dict[tuple[str, ...], list[int]]) -> dict[str, Any]:
    if isinstance(block, Heading | Paragraph):
        return {"kind": "heading" if isinstance(block, Heading) else "paragraph", "text": clean(block.text.text)}
    if isinstance(block, Bullets):
        leads = [clean(lead.text) for lead in block.leads] or [""] * len(block.items)
        return {
            "kind": "bullets",
            "items": [list(pair) for pair in zip(leads, (clean(item.text) for item in block.items), strict=True)],
        }
    if isinstance(block, Figures):
        return {"kind": "figures", "items": [[clean(name.text), clean(value.text)] for name, value in block.items]}
    return {
        "kind": "table",
        "widths": widths[_key(block)],
        "numeric": block.numeric(),
        "columns": [clean(column.text) for column in block.columns],
        "rows": [[clean(cell.text) for cell in row] for row in block.rows],
    }
