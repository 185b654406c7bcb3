"""A document as PDF, by Typst.

Document  ->  JSON  ->  brief.typ (a fixed program that shows it)  ->  bytes

The content is data to the program, never mark-up, so no text from outside needs escaping. Typst brings fonts for Latin,
Greek and Cyrillic letters; Chinese, Japanese and Korean ones are taken from the system.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from reelation.create.brief.document import Block, Bullets, Document, Figures, Heading, Paragraph, clean
from reelation.errors import MissingExtraError, UsageError

_LATIN = "Libertinus Serif"
_CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Serif CJK SC"),
    *("Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "PingFang SC", "Hiragino Sans GB", "Heiti SC"),
    *("Songti SC", "STHeiti", "Microsoft YaHei", "SimSun", "SimHei", "DengXian", "WenQuanYi Micro Hei"),
    *("WenQuanYi Zen Hei", "AR PL UMing CN", "AR PL UKai CN", "Droid Sans Fallback"),
)
"""Families with Chinese characters, the first that is there is taken."""
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
        "blocks": [_block(block) for block in document.body()],
        "footer": "Reelation",
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading | Paragraph):
        return {"kind": "heading" if isinstance(block, Heading) else "paragraph", "text": clean(block.text.text)}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": [clean(item.text) for item in block.items]}
    if isinstance(block, Figures):
        return {"kind": "figures", "items": [[clean(name.text), clean(value.text)] for name, value in block.items]}
    return {
        "kind": "table",
        "columns": [clean(column.text) for column in block.columns],
        "rows": [[clean(cell.text) for cell in row] for row in block.rows],
    }
