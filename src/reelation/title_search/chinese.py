"""Chinese names: one script for comparing, and their sounds in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from reelation.errors import MissingExtraError

_HAN = re.compile("[㐀-䶿一-鿿豈-﫿\U00020000-\U000323af]")
_KANA = re.compile("[぀-ヿㇰ-ㇿ]")


def has_han(text: str) -> bool:
    """Whether any character is Chinese (or Japanese kanji)."""
    return _HAN.search(text) is not None


def simplified(texts: Sequence[str]) -> list[str]:
    """The texts with traditional characters as simplified ones, so that either finds the other.

    Args:
        texts: without line breaks.

    Raises:
        MissingExtraError: OpenCC is not installed.
    """
    if not texts:
        return []
    return str(_converter().convert("\n".join(texts))).split("\n")


def sounds(text: str) -> tuple[str, str] | None:
    """Pinyin of a name without tones, and its initials: "重庆森林" is "chong qing sen lin" and "cqsl".

    Words of other scripts stay as they are in the first and give their first letter to the second.

    Args:
        text: folded, simplified.

    Returns:
        None where nothing is Chinese, or the name is Japanese.

    Raises:
        MissingExtraError: pypinyin is not installed.
    """
    if not has_han(text) or _KANA.search(text):
        return None
    parts = _lazy_pinyin()(text)
    words = " ".join(part.strip() for part in parts).split()
    return " ".join(words), "".join(word if word.isdigit() else word[0] for word in words)


@cache
def _converter() -> Any:
    try:
        from opencc import OpenCC
    except ImportError:
        raise MissingExtraError("Searching Chinese names", "serve") from None
    return OpenCC("t2s")


@cache
def _lazy_pinyin() -> Any:
    try:
        from pypinyin import lazy_pinyin
    except ImportError:
        raise MissingExtraError("Searching Chinese names", "serve") from None
    return lazy_pinyin
