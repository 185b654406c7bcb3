"""Traces every fact of a brief to a row of the catalogue, or computes it anew, and every number of a text to a fact.

Tracer(catalogue, atlas, answer).check(document)  ->  list of what could not be traced (empty: all of it could)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.create.brief.document import Document, texts_of
from reelation.create.brief.markdown import block_markdown
from reelation.create.facts import Fact, Said
from reelation.messages import Messages
from reelation.search.exact import Measure, Scorer

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MAKERS = ("director", "creator")


class Tracer:
    """One catalogue and the atlas that was made from it."""

    def __init__(self, catalogue: Catalogue, atlas: Atlas, say: Messages) -> None:
        self._catalogue, self._atlas, self._say = catalogue, atlas, say
        self._checked: set[Fact] = set()

    @cached_property
    def _titles(self) -> dict[str, dict[str, Any]]:
        names = ["title_id", "name", "original_name", "year", "runtime_min", "kind"]
        return {row["title_id"]: row for row in self._catalogue.table("titles").select(names).to_dicts()}

    @cached_property
    def _has(self) -> set[tuple[str, str, str]]:
        """(title, role or facet, node) of every credit and tag of the catalogue."""
        credits, tags = self._catalogue.table("credits"), self._catalogue.table("tags")
        credit = credits.select("title_id", "role", pl.concat_str(pl.lit("person:"), "person_id")).iter_rows()
        tag = tags.select("title_id", "facet", pl.concat_str("facet", pl.lit(":"), "value").alias("node")).iter_rows()
        return {*credit, *tag}

    @cached_property
    def _of_title(self) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for title, field, node in self._has:
            found.setdefault((title, field), set()).add(node)
        return found

    @cached_property
    def _people(self) -> dict[str, str]:
        rows = self._catalogue.table("people").select("person_id", "name").iter_rows()
        return {f"person:{person}": name for person, name in rows}

    @cached_property
    def _sources(self) -> dict[str, Any]:
        return {f"source:{one.name}": one for one in self._catalogue.sources}

    def check(self, document: Document, answer: dict[str, Any], asked: dict[str, Any]) -> list[str]:
        """What of a document could not be traced.

        Args:
            document: the brief.
            answer: the answer's JSON, made anew and not read from the document.
            asked: what was asked, with dots between the names ("at_most.director").
        """
        bad = [f"{fact}" for fact in document.facts() if not self._true(fact, answer, asked)]
        bad += [f"number {one} of {said.text!r}" for said in document.texts() for one in self._loose(said)]
        bad += [f"number {one} in Markdown" for one in self._strange(document)]
        return bad

    def _true(self, fact: Fact, answer: dict[str, Any], asked: dict[str, Any]) -> bool:
        if fact.subject == "asked":
            value = asked[fact.field]
            return (fact.value == value or (isinstance(value, tuple | list) and fact.value in value)) and self._shown(
                fact
            )
        if fact.subject == "answer":
            return _at(answer, fact.field) == fact.value and self._shown(fact)
        if fact.subject == "statistic":
            return bool(self._computed(fact) == fact.value) and self._shown(fact)
        if fact in self._checked:
            return True
        found = self._row(fact) and self._shown(fact)
        if found:
            self._checked.add(fact)
        return found

    def _row(self, fact: Fact) -> bool:
        if fact.subject in self._sources:
            return bool(getattr(self._sources[fact.subject], fact.field) == fact.value)
        if fact.subject in self._titles:
            row = self._titles[fact.subject]
            if fact.field.startswith("figure "):
                return any(
                    abs(value - float(fact.value or 0)) <= (0.5 if float(fact.value or 0) >= 1_000 else 0.005)
                    for value in self._measured(fact)
                )
            if not fact.node:
                value = row[fact.field]
                return bool(round(value, 1) == fact.value if fact.field == "runtime_min" else value == fact.value)
            has = (fact.subject, fact.field, fact.node) in self._has
            return has and self._name(fact.node) == fact.value
        if fact.subject.startswith("decade:"):
            return fact.subject == f"decade:{fact.value}"
        return self._name(fact.subject) == fact.value

    def _measured(self, fact: Fact) -> list[float]:
        measure = fact.field.removeprefix("figure ")
        rows = self._catalogue.table("measures")
        rows = rows.filter((pl.col("title_id") == fact.subject) & (pl.col("measure") == measure))
        small = isinstance(fact.value, float) or (fact.value is not None and float(fact.value) < 1_000)
        return [round(value, 2) if small else value for value in rows["value"].to_list()]

    def _name(self, node: str) -> str:
        return self._people[node] if node.startswith("person:") else node.partition(":")[2]

    def _shown(self, fact: Fact) -> bool:
        """Whether the text shows the value, rounded or in its language."""
        if isinstance(fact.value, int | float) and not fact.subject.startswith("decade:"):
            digits = _NUMBER.search(fact.shown)
            value, off = abs(float(fact.value)), 0.006
            if fact.shown.endswith("%"):
                value, off = 100 * value, 0.51
            return digits is not None and abs(float(digits[0].replace(",", "")) - value) < off
        facet = (fact.node or fact.subject).partition(":")[0]
        named = {str(fact.value), self._say.tag(facet, str(fact.value))}
        if facet == "decade":
            named = {self._say.say("words.decade", decade=fact.value)}
        if fact.field == "kind":
            named = {self._say.label("kind", str(fact.value))}
        return fact.shown in named

    def _computed(self, fact: Fact) -> float:
        kind, _, what = fact.field.partition(" ")
        if kind == "count":
            return len(fact.of)
        if kind == "sum":
            return round(float(sum(self._titles[one][what] for one in fact.of)), 1)
        if kind == "distinct":
            return len({value for title in fact.of for value in self._values(title, what)})
        if kind == "mean":
            rows = [self._atlas.titles.find(one) for one in fact.of]
            scorer = Scorer(self._atlas, Measure.of(self._atlas, metric="cosine"))
            scores = {row: scorer.scores(row) for row in rows if row is not None}
            return round(float(np.mean([scores[one][two] for one, two in combinations(scores, 2)])), 2)
        if kind == "years":
            one, two = (self._titles[title]["year"] for title in fact.of)
            return int(abs(one - two))
        raise AssertionError(f"no way to compute {fact.field!r}")

    def _values(self, title: str, trait: str) -> set[str]:
        if trait == "decade":
            year = self._titles[title]["year"]
            return set() if year is None else {str(year // 10)}
        fields = _MAKERS if trait == "director" else (trait,)
        return {node for field in fields for node in self._of_title.get((title, field), ())}

    def _loose(self, said: Said) -> Iterator[str]:
        """Numbers of a text that are neither a fact's nor of the messages it was made from."""
        known = {number for fact in said.facts for number in _NUMBER.findall(fact.shown)}
        known |= {number for key in said.keys for number in _NUMBER.findall(_template(self._say, key))}
        yield from (one for one in _NUMBER.findall(said.text) if one not in known)

    def _strange(self, document: Document) -> Iterator[str]:
        """Numbers of the rendered Markdown that its texts do not have."""
        for block in document.body():
            known = [number for said in texts_of(block) for number in _NUMBER.findall(said.text)]
            shown = _NUMBER.findall(re.sub(r"\\(.)", r"\1", block_markdown(block)))
            if sorted(known) != sorted(shown):
                yield f"{sorted(shown)} instead of {sorted(known)}"


def _template(say: Messages, key: str) -> str:
    text: Callable[[str], str | None] = say._find
    return re.sub(r"{[^}]*}", "", text(key) or "")


def _at(content: Any, path: str) -> Any:
    for name in path.split("."):
        content = content[int(name)] if isinstance(content, list) else content[name]
    return content


def flat(content: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """{"at_most": {"director": 1}} -> {"at_most.director": 1}."""
    found: dict[str, Any] = {}
    for name, value in content.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found
