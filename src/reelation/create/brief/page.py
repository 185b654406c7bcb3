"""A document as one HTML page: no network, no program; light, dark and print.

Document  ->  page  ->  text
"""

from __future__ import annotations

import base64
import hashlib
from html import escape

from reelation.create.brief.document import Block, Bullets, Document, Figures, Heading, Paragraph, clean
from reelation.drawing.svg import FONT, KINDS

_LANGUAGES = {"en": "en", "zh": "zh-Hans"}
_COLOURS = ("paper", "panel", "ink", "quiet", "grid", "bar")


def page(document: Document) -> str:
    """The page as one text, ending in a line break."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = _text(document.title.text)
    body = "\n".join(_block(block) for block in document.body())
    return (
        f'<!doctype html>\n<html lang="{_LANGUAGES[document.language]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}\n"
        "</main>\n<footer>Reelation · 影联</footer>\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    return escape(clean(text))


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h2>{_text(block.text.text)}</h2>"
    if isinstance(block, Paragraph):
        return f"<p>{_text(block.text.text)}</p>"
    if isinstance(block, Bullets):
        return "<ul>" + "".join(f"<li>{_text(item.text)}</li>" for item in block.items) + "</ul>"
    if isinstance(block, Figures):
        return (
            '<dl class="figures">'
            + "".join(
                f"<div><dt>{_text(name.text)}</dt><dd>{_text(value.text)}</dd></div>" for name, value in block.items
            )
            + "</dl>"
        )
    head = "".join(f'<th scope="col">{_text(column.text)}</th>' for column in block.columns)
    rows = "".join("<tr>" + "".join(f"<td>{_text(cell.text)}</td>" for cell in row) + "</tr>" for row in block.rows)
    return f'<div class="table" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _style() -> str:
    light, dark = (";".join(f"--{name}:{KINDS[name][at]}" for name in _COLOURS) for at in (0, 1))
    return (
        f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f"body{{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 {FONT}}}"
        "main{max-width:52rem;margin:0 auto;padding:2rem 1.25rem}"
        "h1{font-size:1.8rem;line-height:1.2;margin:0 0 1rem;border-top:.35rem solid var(--bar);padding-top:1rem}"
        "h2{font-size:1.2rem;margin:2rem 0 .5rem}p,ul{margin:.5rem 0}li{margin:.3rem 0}"
        ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1rem 0}"
        ".figures div{background:var(--panel);border-radius:.5rem;padding:.75rem}"
        "dt{color:var(--quiet);font-size:.85rem}dd{margin:0;font-size:1.4rem;font-weight:600}"
        ".table{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.95rem}"
        "th,td{text-align:start;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--grid)}"
        "th{color:var(--quiet);font-weight:600}"
        "footer{max-width:52rem;margin:0 auto;padding:0 1.25rem 2rem;color:var(--quiet);font-size:.85rem}"
        f"@media print{{:root{{{light}}}main{{max-width:none;padding:0}}.table{{overflow:visible}}"
        "tr,li,.figures div{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}}"
    )
