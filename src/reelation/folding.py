"""One way of comparing names: without case, accents, punctuation or width, the same everywhere."""

import re
import unicodedata

_APART = re.compile(r"[\W_]+")
_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and "}
)

_VOICED = "\u3099\u309a"
"""Japanese voicing marks: part of the letter, not accents."""


def fold(text: str) -> str:
    """Fold `text` for comparison: 'Amélie: Le Fabuleux  Destin' becomes 'amelie le fabuleux destin'.

    Case, accents on Latin, Greek and Cyrillic letters, full-width forms and punctuation go; letters of every
    script stay, so Chinese or Japanese names keep all their characters. Apostrophes join ("Ocean's" is
    "oceans"), everything else that is no letter or digit parts words.
    """
    lowered = unicodedata.normalize("NFKD", text.replace("´", "'")).casefold().translate(_SPECIAL)
    bare = "".join(c for c in lowered if (not unicodedata.combining(c) or c in _VOICED) and c not in "'’ʼ`")
    return _APART.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def name_id(name: str) -> str:
    """The person id of somebody of whom only the name is known, e.g. `name:tom hanks`.

    Namesakes share it: a source that has names only cannot tell them apart.
    """
    return f"name:{fold(name)}"
