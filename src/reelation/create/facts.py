"""Sentences that know where each of their numbers and names comes from.

Fact(subject, field, value)  ->  said(say, "create_programme.length", minutes=fact)  ->  Said(text, facts, keys)

A text that is put together here holds nothing but fixed words of the message files and facts, so a test can look each
of them up in the catalogue or compute it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reelation.messages import Messages

Value = str | int | float | None


@dataclass(frozen=True)
class Fact:
    """One value of the catalogue, of what was asked, or one computed from the catalogue."""

    subject: str
    """A title's id; a node's id ("genre:horror"); "source:NAME"; "asked"; "answer"; "statistic"."""
    field: str
    """A column ("year"), a role or facet ("director", "genre"); of "answer" and "asked" a key; of "statistic" what was
    computed, such as "sum runtime_min" or "distinct country"."""
    value: Value
    shown: str
    """How it stands in the text."""
    node: str = ""
    """The node behind a role or facet."""
    of: tuple[str, ...] = ()
    """What a statistic was computed over: ids of titles."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "subject": self.subject,
            "field": self.field,
            "value": self.value,
            "shown": self.shown,
            "node": self.node or None,
            "of": list(self.of),
        }


@dataclass(frozen=True)
class Said:
    """A text, the facts in it, and the keys of the messages that its other words are from."""

    text: str
    facts: tuple[Fact, ...] = ()
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


Part = Fact | Said


def said(say: Messages, key: str, **parts: Part) -> Said:
    """The message under `key` with facts, or texts made of facts, in its fields."""
    texts = {name: part.shown if isinstance(part, Fact) else part.text for name, part in parts.items()}
    return _joined(say.say(key, **texts), parts.values(), (key,))


def listed(say: Messages, parts: Sequence[Part]) -> Said:
    """'A, B and C'; all of them."""
    texts = [part.shown if isinstance(part, Fact) else part.text for part in parts]
    return _joined(say.names(texts, most=max(len(texts), 1)), parts, ("words.comma", "words.and"))


def together(say: Messages, parts: Sequence[Part], separator: str) -> Said:
    """Texts one after another, with the message `separator` in between."""
    texts = [part.shown if isinstance(part, Fact) else part.text for part in parts]
    return _joined(say.say(separator).join(texts), parts, (separator,))


def plain(fact: Fact) -> Said:
    """A fact as a text of its own."""
    return Said(fact.shown, (fact,))


def number(value: float) -> str:
    """A number as texts show it: whole, or with as many decimals as it needs, at most two."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def asked(field: str, value: Value, shown: str | None = None) -> Fact:
    """What the asker gave."""
    return Fact("asked", field, value, shown if shown is not None else _shown(value))


def answered(field: str, value: float, shown: str | None = None) -> Fact:
    """A number of the answer, under its key in the answer's JSON ("pool", "coverage.decade.values")."""
    return Fact("answer", field, value, shown if shown is not None else _shown(value))


def statistic(field: str, value: float, of: Iterable[str], shown: str | None = None) -> Fact:
    """A number computed over titles."""
    return Fact("statistic", field, value, shown if shown is not None else _shown(value), of=tuple(of))


def _shown(value: Value) -> str:
    return number(value) if isinstance(value, int | float) else str(value)


def _joined(text: str, parts: Iterable[Part], keys: tuple[str, ...]) -> Said:
    facts: list[Fact] = []
    names = list(keys)
    for part in parts:
        if isinstance(part, Fact):
            facts.append(part)
        else:
            facts += part.facts
            names += part.keys
    return Said(text, tuple(dict.fromkeys(facts)), tuple(dict.fromkeys(names)))
