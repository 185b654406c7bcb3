"""A drawing that is put together mark by mark, and its text as SVG or as one self-contained HTML page.

    Drawing(width).text(…).rect(…)  ->  svg(height)

Marks name a kind ("ink", "bar" …), never a colour: the style has each kind's colour for light and for dark screens.
Every text from outside is escaped, and characters that XML forbids are dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html import escape

Point = tuple[float, float]

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Noto Sans CJK SC', sans-serif"
KINDS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#16181c"),
    "panel": ("#f6f7f9", "#1f2227"),
    "ink": ("#1c2024", "#eceef1"),
    "quiet": ("#5b636d", "#a2abb6"),
    "grid": ("#dfe3e8", "#343a42"),
    "bar": ("#c2410c", "#fb923c"),
    "soft": ("#b9c0c9", "#5d6671"),
    "band": ("#c2410c", "#fb923c"),
    "second": ("#1d4ed8", "#7aa7ff"),
    "third": ("#0f766e", "#2dd4bf"),
    "fourth": ("#7c3aed", "#b794ff"),
    "fifth": ("#a16207", "#e3b341"),
}
"""Kind -> its colour on light and on dark; each with "ink" or "paper" has a contrast of 3:1 or more, texts 4.5:1."""
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Drawing:
    """Marks in pixels, from the upper left corner."""

    def __init__(self, width: float, name: str, about: str = "") -> None:
        """An empty drawing.

        Args:
            width: pixels.
            name: what it shows, for readers of screens and as the page's title.
            about: a sentence more.
        """
        self.width = width
        self.name = name
        self.about = about
        self._marks: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        content: str,
        kind: str = "ink",
        *,
        size: float = 13,
        anchor: str = "start",
        bold: bool = False,
        most: float | None = None,
    ) -> None:
        """A line of text whose baseline starts (or ends, or has its middle) at x, y.

        Args:
            x: pixels.
            y: of the baseline.
            content: any text.
            kind: of `KINDS`.
            size: of the letters, pixels.
            anchor: start, middle or end.
            bold: heavier letters.
            most: pixels that it may take; what is longer ends in an ellipsis, and is whole when pointed at.
        """
        shown = shorten(content, most, size, bold) if most is not None else content
        whole = f"<title>{clean(content)}</title>" if shown != content else ""
        weight = ' font-weight="600"' if bold else ""
        place = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self._marks.append(
            f'<text x="{x:.1f}" y="{y:.1f}" class="f-{kind}" font-size="{size:g}"{weight}{place}>{clean(shown)}'
            f"{whole}</text>"
        )

    def rect(self, x: float, y: float, width: float, height: float, kind: str, *, radius: float = 0) -> None:
        """A filled rectangle."""
        self._marks.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" rx="{radius:g}" '
            f'class="f-{kind}"/>'
        )

    def line(self, start: Point, end: Point, kind: str, *, width: float = 1, dashes: str = "") -> None:
        """A straight line."""
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._marks.append(
            f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" class="s-{kind}" '
            f'stroke-width="{width:g}"{dashed}/>'
        )

    def curve(self, points: Sequence[Point], kind: str, *, width: float = 2) -> None:
        """A line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._marks.append(
            f'<polyline points="{path}" fill="none" class="s-{kind}" stroke-width="{width:g}" '
            f'stroke-linejoin="round" stroke-linecap="round"/>'
        )

    def area(self, low: Sequence[Point], high: Sequence[Point], kind: str, *, opacity: float = 0.18) -> None:
        """What lies between two lines from left to right."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (*high, *reversed(low)))
        self._marks.append(f'<polygon points="{path}" class="f-{kind}" opacity="{opacity:g}"/>')

    def dot(self, x: float, y: float, radius: float, kind: str, *, said: str = "") -> None:
        """A filled circle, with a text for when it is pointed at."""
        inner = f"<title>{clean(said)}</title>" if said else ""
        self._marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="f-{kind}">{inner}</circle>')

    def svg(self, height: float) -> str:
        """The drawing as the text of an SVG file, `height` pixels high."""
        light = "".join(f".f-{kind}{{fill:{one}}}.s-{kind}{{stroke:{one}}}" for kind, (one, _) in KINDS.items())
        dark = "".join(f".f-{kind}{{fill:{one}}}.s-{kind}{{stroke:{one}}}" for kind, (_, one) in KINDS.items())
        about = f"<desc>{clean(self.about)}</desc>" if self.about else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {height:g}" width="{self.width:g}" '
            f'height="{height:g}" role="img" font-family="{FONT}">\n<title>{clean(self.name)}</title>{about}\n'
            f"<style>{light}@media (prefers-color-scheme: dark){{{dark}}}</style>\n"
            f'<rect width="100%" height="100%" class="f-paper"/>\n' + "\n".join(self._marks) + "\n</svg>\n"
        )

    def html(self, height: float, language: str, sentences: Sequence[str] = ()) -> str:
        """The drawing in a page of its own that loads nothing, with `sentences` below it."""
        told = "".join(f"<li>{clean(one)}</li>" for one in sentences)
        paper, ink = KINDS["paper"], KINDS["ink"]
        return (
            f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f"<title>{clean(self.name)}</title>\n<style>body{{margin:2rem auto;max-width:{self.width:g}px;"
            f"padding:0 1rem;font:15px/1.5 {FONT};background:{paper[0]};color:{ink[0]}}}"
            "svg{width:100%;height:auto}"
            f"@media (prefers-color-scheme: dark){{body{{background:{paper[1]};color:{ink[1]}}}}}</style>\n"
            f"</head>\n<body>\n{self.svg(height)}{f'<ul>{told}</ul>' if told else ''}\n</body>\n</html>\n"
        )


def clean(text: str) -> str:
    """Text as it may stand in SVG and HTML."""
    return escape(_FORBIDDEN.sub("", text))


def text_width(text: str, size: float, bold: bool = False) -> float:
    """How many pixels a text takes at the most; an East Asian letter is as wide as high, a Latin one narrower."""
    wide = sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else _latin(letter) for letter in text)
    return wide * size * (1.06 if bold else 1.0)


def shorten(text: str, most: float, size: float, bold: bool = False) -> str:
    """The text, or its beginning and an ellipsis where it takes more than `most` pixels."""
    if text_width(text, size, bold) <= most:
        return text
    kept = text
    while kept and text_width(f"{kept}…", size, bold) > most:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def wrap(text: str, most: float, size: float) -> list[str]:
    """The text in lines of at most `most` pixels, broken at spaces, or anywhere between East Asian letters."""
    lines, line = [], ""
    for word in re.findall(r"[^\W\u2e80-\U0003ffff]+\S*?(?=[\u2e80-\U0003ffff]|\s|$)|\s+|.", text):
        if line and text_width(line + word, size) > most and word not in "，。；：、）,.;:)":
            lines.append(line.rstrip())
            line = ""
        line += word if line or not word.isspace() else ""
    return [*lines, line] if line.strip() else lines


def _latin(letter: str) -> float:
    """Of the widest common sans-serif: what fits by it fits anywhere."""
    if letter in "il.,:;'|!()[] jtfrI":
        return 0.39
    return 0.74 if letter.isupper() or letter in "mw@%" else 0.62
