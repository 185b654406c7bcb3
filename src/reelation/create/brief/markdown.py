"""A document as Markdown (CommonMark with GitHub's tables): every text from outside is escaped.

Document  ->  markdown  ->  text
"""

from __future__ import annotations

import re

from reelation.create.brief.document import Block, Bullets, Document, Figures, Heading, Paragraph, clean

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$^{}])")
_FIRST = re.compile(r"^([-+=:])|^(\d+)([.)])(?=\s|$)")
_BARE_LINK = re.compile(r"(?i)\b(https?|ftp)(://)|\b(www)(\.)|(\w)(@)(?=\w)")


def markdown(document: Document) -> str:
    """The document as Markdown text, ending in a line break."""
    parts = [f"# {escaped(document.title.text)}", *(block_markdown(block) for block in document.body())]
    return "\n\n".join(parts) + "\n"


def block_markdown(block: Block) -> str:
    """One block."""
    if isinstance(block, Heading):
        return f"## {escaped(block.text.text)}"
    if isinstance(block, Paragraph):
        return escaped(block.text.text)
    if isinstance(block, Bullets):
        return "\n".join(f"- {escaped(item.text)}" for item in block.items)
    if isinstance(block, Figures):
        return "\n".join(f"- **{escaped(name.text)}**: {escaped(value.text)}" for name, value in block.items)
    head = _row([escaped(column.text) for column in block.columns])
    rows = [_row([escaped(cell.text) for cell in row]) for row in block.rows]
    return "\n".join([head, _row(["---"] * len(block.columns)), *rows])


def escaped(text: str) -> str:
    """A text that Markdown shows as it is: no mark-up, no HTML, no list, and no link of its own."""
    found = _SPECIAL.sub(r"\\\1", clean(text))
    found = _FIRST.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", found)
    return _BARE_LINK.sub(lambda match: "".join(_broken(group) for group in match.groups() if group), found)


def _broken(group: str) -> str:
    return {"://": r"\://", ".": r"\.", "@": r"\@"}.get(group, group)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
