"""How near every title of an atlas is to a project, from several signals at once.

    Project  ->  text read, names found, placed as a new title  ->  Kin.scores [titles], the sum of its signals

| signal | what it is | needs |
|---|---|---|
| text | the project's text and a title's read alike | texts in the atlas, the encoder |
| around | it reads like the texts of titles that share series, makers or cast with a title | the part "kin" |
| named | people, genres, places, themes that the project names, compared as a new title is (`insights.place`) | names |
| titles | near a title that the text names | such a name |
| words | words of the text in titles, rare ones more | words of titles in the atlas |
| known | how well known a title is, only beside other signals | figures or the part "recommender" |

Each signal is standardised over all titles and weighed; weights were chosen on validation synopses (docs/research/
create.md). Signals that a project or an atlas does not have are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.reading.mentions import Mention, chinese, mentions_of
from reelation.create.reading.named import described
from reelation.create.reading.project import Project
from reelation.create.reading.text_signals import TextSignals
from reelation.create.reading.text_vector import read
from reelation.create.reading.words import title_word_scores
from reelation.messages import Messages
from reelation.search.company import company
from reelation.search.exact import Measure, Point, Scorer
from reelation.search.fame import fame_of
from reelation.search.figures import Figures
from reelation.search.inductive import Inductive
from reelation.search.naming import Question, Unknown, understood

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

NAMED, TITLES, WORDS, KNOWN = 1.0, 1.0, 0.1, 0.5
"""Weights of signals in standard deviations; those of texts are in `text_signals`."""
_MEANT = {"person", "genre"}
"""What a text names by intent; a place or theme may be named in passing."""
_IN_PASSING = 0.2
"""Of what is named in passing, where the text was read."""
_WORDS_ALONE = 0.3
"""Of words of titles where no text was read."""
_MOST_WORDS = 10.0
"""Standard deviations: a title that is one word of the text is no better than this."""


@dataclass(frozen=True)
class Kin:
    """What is near a project."""

    scores: Floats
    """[titles] the sum of `signals`."""
    signals: dict[str, Floats]
    """Name -> [titles] weighed, standardised over all titles."""
    point: Point
    """Of the project, placed by what it names and by its text."""
    mentions: tuple[Mention, ...]
    unknown: tuple[Unknown, ...]
    """What it names expressly and the atlas does not have."""
    questions: tuple[Question, ...]
    unread: tuple[str, ...]
    """Why the text was not read, in sentences; empty where it was, or where there is none."""
    text_read: bool
    company: float | None
    """Share of the atlas's own titles with less company, 0 to 1; None where the text was not read."""
    territory: int | None
    """Node of the project's country."""
    alike: Floats | None
    """[titles] cosines of texts, NaN without a text; None where the text was not read."""
    words: dict[str, Rows]
    """Words of the text that stand in titles -> rows of those."""

    @property
    def anything(self) -> bool:
        """Whether there is anything to compare by."""
        return bool(self.signals)

    @cached_property
    def named_rows(self) -> frozenset[int]:
        """Titles that the text names."""
        return frozenset(row for one in self.mentions for row in one.rows)

    @cached_property
    def _texts(self) -> Floats:
        return np.sort(self.alike[~np.isnan(self.alike)]) if self.alike is not None else np.zeros(0, np.float32)

    def plot_share(self, row: int) -> float | None:
        """Share of texts that are less like the project's than that of the title in `row`; None where unknown."""
        if self.alike is None or np.isnan(self.alike[row]) or len(self._texts) < 2:
            return None
        return float(np.searchsorted(self._texts, self.alike[row]) / (len(self._texts) - 1))

    def words_of(self, row: int) -> list[str]:
        """Words of the text that stand in the title of `row`."""
        return [word for word, rows in self.words.items() if row in rows]


def kin_of(atlas: Atlas, project: Project, say: Messages) -> Kin:
    """How near all titles are to a project.

    Args:
        atlas: has the part "network".
        project: what is to be made.
        say: the language of notes.

    Raises:
        AtlasError: the atlas was made without the part "network".
    """
    inductive = _inductive(atlas)
    mentions = mentions_of(atlas, project.text)
    found = understood(atlas, described(atlas, project, mentions))
    text, unread = read(inductive, project.told, say)
    point = inductive.point(found, text)
    compact = inductive.network.compact(text)
    scorer = Scorer(atlas, Measure.of(atlas))
    signals: dict[str, Floats] = {}
    alike = None
    if compact is not None:
        texts = TextSignals(atlas, inductive, compact)
        signals |= texts.signals()
        alike = texts.alike
    if len(found.nodes):
        meant = project.genres or project.people or project.territory or {one.kind for one in mentions} & _MEANT
        weight = np.float32(NAMED if meant or compact is None else _IN_PASSING)
        signals["named"] = weight * standard(scorer.scores_of(inductive.point(found)))
    named = sorted({row for one in mentions for row in one.rows})
    if named:
        near = np.max([scorer.scores(row) for row in named], axis=0)
        signals["titles"] = TITLES * standard(near)
    words: dict[str, Rows] = {}
    if not chinese(project.text):
        scores, words = title_word_scores(atlas, project.text)
        if words:
            weight = np.float32(WORDS if alike is not None else _WORDS_ALONE)
            signals["words"] = np.asarray(weight * np.minimum(standard(scores), _MOST_WORDS), np.float32)
    known = _known(atlas)
    if signals and known is not None:
        signals["known"] = KNOWN * standard(known)
    total = np.sum(list(signals.values()), axis=0) if signals else np.zeros(len(atlas))
    return Kin(
        scores=np.asarray(total, np.float32),
        signals=signals,
        point=point,
        mentions=mentions,
        unknown=found.unknown,
        questions=found.questions,
        unread=tuple(unread),
        text_read=compact is not None,
        company=company(atlas, alike[~np.isnan(alike)]) if alike is not None else None,
        territory=_territory(found, atlas, project),
        alike=alike,
        words=words,
    )


def standard(values: NDArray[Any]) -> Floats:
    """[titles] less their mean, over their standard deviation; zero where all are the same."""
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values)), np.float32)


def _inductive(atlas: Atlas) -> Inductive:
    if "create inductive" not in atlas.kept:
        atlas.kept["create inductive"] = Inductive(atlas)
    found: Inductive = atlas.kept["create inductive"]
    return found


def _known(atlas: Atlas) -> Floats | None:
    """[titles] how well known: by viewers' ratings or votes, else by the recommender's fame; None where unknown."""
    figures = Figures.of(atlas)
    for measure in ("ratings", "votes", "popularity"):
        if figures is not None and measure in figures.measures:
            return np.asarray(np.log1p(np.nan_to_num(figures.column(measure))), np.float32)
    return fame_of(atlas)


def _territory(found: Any, atlas: Atlas, project: Project) -> int | None:
    if project.territory is None or "country" not in atlas.manifest.node_types:
        return None
    kind = atlas.manifest.node_types.index("country")
    nodes = [node for node in found.nodes.tolist() if atlas.node_type[node] == kind]
    from reelation.catalogue.values import country
    from reelation.folding import fold

    wanted = fold(country(project.territory) or project.territory)
    return next((node for node in nodes if fold(atlas.node_names[node]) == wanted), None)
