"""One way of comparing names: without case, accents, punctuation or width, the same everywhere."""

import re
import unicodedata

_SPELLING = "\u0900-\u0963\u0966-\u109f\u1780-\u17ff\u3099\u309a"
"""Indic and South-East Asian scripts and Japanese voicing: there, marks are part of the spelling, not accents."""
_APART = re.compile(f"(?:[^\\w{_SPELLING}]|_)+")
_ACCENT = re.compile(f"[^{_SPELLING}]")
_NUMERAL = re.compile(r"\d{1,2}|[ivx]+|part|chapter|volume|vol|episode")
_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and "}
)


def fold(text: str) -> str:
    """Fold `text` for comparison: 'Amélie: Le Fabuleux  Destin' becomes 'amelie le fabuleux destin'.

    Case, accents on Latin, Greek and Cyrillic letters, full-width forms and punctuation go; letters of every script
    stay with the marks that spell them, so Chinese, Japanese, Hindi or Thai names keep all their characters.
    Apostrophes join ("Ocean's" is "oceans"), everything else that is no letter or digit parts words.
    """
    lowered = unicodedata.normalize("NFKD", text.replace("´", "'")).casefold().translate(_SPECIAL)
    bare = "".join(c for c in lowered if not (unicodedata.combining(c) and _ACCENT.match(c)) and c not in "'’ʼ`")
    return _APART.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def title_words(name: str) -> list[str]:
    """The distinct folded words of a title, in their order; numerals and words like "part" say nothing and go."""
    return [word for word in dict.fromkeys(fold(name).split()) if not _NUMERAL.fullmatch(word)]


def name_id(name: str) -> str:
    """The person id of somebody of whom only the name is known, e.g. `name:tom hanks`.

    Namesakes share it: a source that has names only cannot tell them apart.
    """
    return f"name:{fold(name)}"
