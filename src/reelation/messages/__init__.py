"""One message catalogue: every sentence of an answer, in English and in Chinese.

    messages("zh").say("reasons.same_year")  ->  "同年"

A message lives under FILE.KEY in `en/FILE.json` and `zh/FILE.json`, with named fields in braces. Which language is
meant: what the caller says, else REELATION_LANG, else the locale (LC_ALL, LC_MESSAGES, LANG); English where it is
none of ours.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

from reelation.errors import UsageError

LANGUAGES = ("en", "zh")


class Messages:
    """The messages of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._files: dict[str, dict[str, str]] = {}
        self._found: dict[str, str] = {}

    def say(self, key: str, **values: object) -> str:
        """The message under FILE.KEY with its fields filled in.

        Raises:
            KeyError: there is no such message, or a field of it is not given.
        """
        return self._text(key).format(**values)

    def knows(self, key: str) -> bool:
        """Whether there is a message under FILE.KEY; for keys made from data, such as a tag facet's name."""
        return self._find(key) is not None

    def all(self, name: str) -> dict[str, str]:
        """Every message of a file, by its key."""
        return dict(self._file(name))

    def label(self, group: str, word: str) -> str:
        """What a word of a closed list is called ("director" of "role": 导演); itself where it has no name."""
        key = f"words.{group}.{word}"
        return self.say(key) if self.knows(key) else word.replace("_", " ")

    def tag(self, facet: str, name: str) -> str:
        """What a genre, country or language is called; its own name where it has none in this language."""
        if facet not in self._facets:
            return name
        for key in (f"tags.{facet}.{name}", f"tags.{facet}.{name.lower()}"):
            if self.knows(key):
                return self.say(key)
        return name

    def names(self, names: Sequence[str], most: int = 3) -> str:
        """'A', 'A and B', 'A, B and C', 'A, B, C and 4 more'; in Chinese 'A、B 和 C'."""
        shown, rest = list(names[:most]), len(names) - most
        if rest > 0:
            return self.say("words.and_more", names=self._comma.join(shown), rest=rest)
        if len(shown) < 2:
            return "".join(shown)
        return self.say("words.and", names=self._comma.join(shown[:-1]), last=shown[-1])

    @cached_property
    def _facets(self) -> frozenset[str]:
        """Facets of which any tag has a name in this language."""
        return frozenset(key.partition(".")[0] for key in self._file("tags"))

    @cached_property
    def _comma(self) -> str:
        return self.say("words.comma")

    def _text(self, key: str) -> str:
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        return found

    def _find(self, key: str) -> str | None:
        """The text under FILE.KEY; what is there is kept by its whole key, which is quicker."""
        found = self._found.get(key)
        if found is None:
            name, _, inner = key.partition(".")
            found = self._file(name).get(inner)
            if found is not None:
                self._found[key] = found
        return found

    def _file(self, name: str) -> dict[str, str]:
        if name not in self._files:
            path = Path(__file__).parent / self.language / f"{name}.json"
            self._files[name] = json.loads(path.read_text(encoding="utf-8"))
        return self._files[name]


@cache
def _of(language: str) -> Messages:
    return Messages(language)


def messages(language: str | None = None) -> Messages:
    """The messages of `language`, or of the person's own where None; see this module's docstring.

    Raises:
        UsageError: `language` is none of `LANGUAGES`.
    """
    if language is None:
        return _of(own_language())
    if language not in LANGUAGES:
        raise UsageError(f"no language '{language}'; there are {', '.join(LANGUAGES)}")
    return _of(language)


def own_language() -> str:
    """The language that the environment asks for."""
    for name in ("REELATION_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if found := os.environ.get(name):
            return "zh" if found.lower().startswith("zh") else "en"
    return "en"
