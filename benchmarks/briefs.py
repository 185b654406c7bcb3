"""How many numbers and claims of 200 briefs can be traced to the catalogue: all of them have to be.

    PYTHONPATH=. python benchmarks/briefs.py CATALOGUE ATLAS [--count 200] [--seed 1]

The briefs are drawn over all kinds in turn (comparables, programmes, gaps, blends and combinations, casting) and both
languages, each on titles, topics and people of the atlas drawn by chance. Every answer is made a second time, and the
brief of the first is traced to the second, to the catalogue's tables, and to what was asked.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.brief_facts import Tracer, flat

from programmes import drawn_themes, limits_for
from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.create.blend.blend import blend, combine
from reelation.create.brief.document import Document
from reelation.create.brief.of_blend import of_blend
from reelation.create.brief.of_casting import of_casting
from reelation.create.brief.of_comps import of_comps
from reelation.create.brief.of_gaps import of_gaps
from reelation.create.brief.of_programme import of_programme
from reelation.create.brief.writing import brief_bytes
from reelation.create.casting.casting import CastingWanted, casting
from reelation.create.casting.people import roles_of
from reelation.create.comps.comps import WantedComps, comps
from reelation.create.gaps.combinations import DEFAULT
from reelation.create.gaps.gaps import GapsWanted, gaps
from reelation.create.programme.programme import programme
from reelation.create.reading.project import BUDGETS, Project
from reelation.create.title_facts import TitleFacts
from reelation.errors import ImpossibleError
from reelation.insights.related import Wanted
from reelation.messages import LANGUAGES, Messages, messages
from reelation.search.fame import fame_of

SYNOPSES = Path(__file__).parent / "synopses.csv"
Answer = Callable[[Messages], Any]
Made = tuple[Callable[[Atlas, Any, Messages], Document], Answer, dict[str, Any]]
"""What makes the document, what makes the answer, and what was asked, by the names in facts."""


class Draws:
    """Requests of every kind, drawn by chance."""

    def __init__(self, atlas: Atlas, count: int, draw: np.random.Generator) -> None:
        self._atlas, self._draw = atlas, draw
        fame = fame_of(atlas)
        self._known = np.arange(len(atlas)) if fame is None else np.flatnonzero(np.asarray(fame) >= 0.7)
        self._themes = drawn_themes(atlas, 2 * count, draw)
        with SYNOPSES.open(encoding="utf-8", newline="") as handle:
            self._texts = [row[name] for row in csv.DictReader(handle) for name in LANGUAGES]

    def programme(self) -> Made:
        """A theme with limits."""
        wanted = limits_for(self._themes.pop(), self._draw)
        return of_programme, lambda say: programme(self._atlas, wanted, say), flat(asdict(wanted))

    def comps(self) -> Made:
        """A project with one to all of: a text, and the genres, a person, the country and the year of a title."""
        like = TitleFacts(self._atlas, self._rows(1)[0], messages("en"))
        fields: dict[str, Any] = {
            "text": self._texts[int(self._draw.integers(len(self._texts)))],
            "genres": tuple(str(one.value) for one in like.of("genre")),
            "people": tuple(str(one.value) for one in like.of("director"))[:1],
            "territory": next((str(one.value) for one in like.of("country")), None),
            "year": like.title.year,
            "budget": BUDGETS[int(self._draw.integers(3))],
        }
        kept = {name: value for name, value in fields.items() if value and self._draw.random() < 0.6}
        project = Project(**(kept if {"text", "genres", "people"} & set(kept) else {**kept, "text": fields["text"]}))
        return of_comps, lambda say: comps(self._atlas, project, WantedComps(8), say), flat(asdict(project))

    def gaps(self) -> Made:
        """Two to four types of topics, with a loose or a strict rate, up to today or an earlier year."""
        known = [kind for kind in (*DEFAULT, "decade") if kind in (*self._atlas.manifest.node_types, "decade")]
        by = tuple(self._draw.choice(known, min(len(known), int(self._draw.integers(2, 5))), replace=False).tolist())
        until = int(self._draw.integers(1990, 2010)) if self._draw.random() < 0.5 else None
        lately = float(self._draw.integers(0, 2))
        rate = float(self._draw.choice([0.05, 0.1, 0.2]))
        wanted = GapsWanted(by=by, until=until, rate=rate, fewest_lately=lately, count=15)
        return of_gaps, lambda say: gaps(self._atlas, wanted, say), {}

    def blend(self) -> Made:
        """A mix of two titles, or two or three added and up to two taken away."""
        few = Wanted(k=8, metric=str(self._draw.choice(["dot", "cosine"])))
        if self._draw.random() < 0.5:
            one, two = self._rows(2)
            mix = round(float(self._draw.random()), 2)
            return of_blend, lambda say: blend(self._atlas, one, two, mix, few, say), {}
        plus, minus = int(self._draw.integers(1, 4)), int(self._draw.integers(0, 3))
        rows = self._rows(plus + minus)
        return of_blend, lambda say: combine(self._atlas, rows[:plus], rows[plus:], few, say), {}

    def casting(self) -> Made:
        """A role for a project like one or two titles, with up to two people of other titles attached."""
        atlas, types = self._atlas, self._atlas.manifest.node_types
        beside = [np.asarray(atlas.edge_node[atlas.edges_of(row)]) for row in self._rows(2)]
        people = [nodes[np.asarray(atlas.node_type)[nodes] == types.index("person")] for nodes in beside]
        attached = [int(self._draw.choice(some)) for some in people if len(some)]
        wanted = CastingWanted(
            role=str(self._draw.choice(roles_of(atlas))),
            like=tuple(self._rows(int(self._draw.integers(1, 3)))),
            with_people=tuple(dict.fromkeys(attached))[: int(self._draw.integers(0, 3))],
            active=None if self._draw.random() < 0.3 else 10,
        )
        return of_casting, lambda say: casting(atlas, wanted, say), {}

    def _rows(self, count: int) -> list[int]:
        rows: NDArray[np.int64] = self._draw.choice(self._known, count, replace=False)
        return [int(row) for row in rows]


def main() -> None:
    """Make the briefs, trace them, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("atlas", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    catalogue, atlas = Catalogue.open(asked.catalogue), Atlas.open(asked.atlas)
    draws = Draws(atlas, asked.count, np.random.default_rng(asked.seed))
    tracers = {name: Tracer(catalogue, atlas, messages(name)) for name in LANGUAGES}
    kinds = (draws.comps, draws.programme, draws.gaps, draws.blend, draws.casting)
    briefs, facts, numbers, empty, seconds = (Counter[str]() for _ in range(5))
    impossible, untraced = 0, list[str]()
    while (done := briefs.total()) < asked.count:
        make = kinds[done % len(kinds)]
        name, language = make.__name__, LANGUAGES[done // len(kinds) % len(LANGUAGES)]
        say, start = messages(language), time.perf_counter()
        to_document, answer, given = make()
        try:
            document, again = to_document(atlas, answer(say), say), answer(say).to_json()
        except ImpossibleError:
            impossible += 1
            continue
        untraced += [f"{name}, {language}: {one}" for one in tracers[language].check(document, again, given)]
        for form in ("md", "html", *(("csv",) if document.tables() else ())):
            brief_bytes(document, form)
        briefs[name] += 1
        facts[name] += len(document.facts())
        numbers[name] += sum(any(letter.isdigit() for letter in text.text) for text in document.texts())
        empty[name] += not document.tables()
        seconds[name] += round(1000 * (time.perf_counter() - start))
    for name, count in briefs.items():
        what = (
            f"{count} briefs ({empty[name]} of nothing found), {facts[name]} facts, {numbers[name]} texts with numbers"
        )
        print(f"{name}: {what}; {seconds[name] / count / 1000:.1f} s each with its second answer and tracing")
    total = f"{briefs.total()} briefs, {facts.total()} facts, {numbers.total()} texts with numbers"
    print(f"{total}; {impossible} programmes were impossible and drawn anew")
    print(f"not traced: {len(untraced)}")
    for one in untraced[:20]:
        print(f"  {one}")
    raise SystemExit(1 if untraced else 0)


if __name__ == "__main__":
    main()
