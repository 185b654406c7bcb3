"""Relatedness: given a title, the titles that belong with it should come first.

    Material + pairs that belong together  ->  RelatednessTask.open(seed)  ->  RelatednessProblem + sealed exam

Pairs of films of one series are in `series`, pairs that the same people like in `liked`.

What is validation and what is test never changes: weights that are chosen once, on validation, stay honest at every
seed. The seed draws wrong titles, and which titles lose their text, their people or their ratings (a tenth each):
the main figures are of queries that lost nothing, "no text" and so on of those that lost it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reelation.catalogue.schema_names import EVENTS
from reelation.catalogue.store import Catalogue
from reelation.encoders import TextEncoder
from reelation.evaluation.figures import Figure, mean_figure
from reelation.evaluation.questions import Labels, Questions, Rows, draw_questions, mark, split_pairs
from reelation.evaluation.retrieval import ScoreRows
from reelation.evaluation.task import Exam
from reelation.features.text import Cache
from reelation.graph.build import Graph, GraphOptions, build_graph
from reelation.graph.hide import hide_rows, hide_viewers, without
from reelation.seeds import generator

MASKED = 0.1
"""Share of titles that lose their text, and of others that lose their people, and of others their ratings."""
PLOT = "plot"
"""The kind of text that is read first; a lead paragraph names people and years, which are known anyway."""
_SENTENCES = 470
"""Characters of a text that go into its sentence vector, two or three sentences: encoding is what takes longest."""


@dataclass(frozen=True)
class Material:
    """A catalogue as contenders see it, before anything is hidden."""

    catalogue: Catalogue
    graph: Graph
    texts: tuple[str, ...]
    """[titles] the plot where there is one, else whatever is written about the title, or ""."""
    vectors: NDArray[np.float32] | None
    """[titles, width] sentence vectors of the texts, unit length, zero without a text; None without an encoder."""

    @classmethod
    def of(cls, catalogue: Catalogue, encoder: TextEncoder | None, *, display_sources: bool = False) -> Material:
        """Build the graph and read the texts.

        Args:
            catalogue: whose titles are ranked.
            encoder: of texts; their vectors come from its cache where it has them.
            display_sources: also read sources whose terms leave them out of training.
        """
        graph = build_graph(catalogue, GraphOptions(display_sources=display_sources))
        texts = catalogue.table("texts").filter(pl.col("source").is_in(graph.sources)).sort("title_id", "text")
        best = pl.col("kind") == pl.when((pl.col("kind") == PLOT).any()).then(pl.lit(PLOT)).otherwise("kind")
        joined = texts.filter(best.over("title_id")).group_by("title_id").agg(pl.col("text").str.join("\n"))
        titles = catalogue.table("titles").select("title_id")
        column = titles.join(joined, on="title_id", how="left", maintain_order="left")["text"].fill_null("").to_list()
        vectors = None
        if encoder is not None:
            written = [row for row, text in enumerate(column) if text]
            vectors = np.zeros((len(column), encoder.width), np.float32)
            vectors[written] = Cache(encoder).vectors([column[row][:_SENTENCES] for row in written])
        return cls(catalogue, graph, tuple(column), vectors)


@dataclass(frozen=True)
class RelatednessProblem:
    """What contenders see."""

    graph: Graph
    """Without what the test hides."""
    texts: tuple[str, ...]
    """[titles] or ""."""
    vectors: NDArray[np.float32] | None
    """[titles, width] sentence vectors, zero without a text."""
    validation: Questions
    """To choose by, and to fit few weights on; none of its pairs is in the test."""
    main: str
    """The figure that counts first."""


@dataclass(frozen=True)
class Masks:
    """Rows of titles that lost something."""

    text: Rows
    people: Rows
    ratings: Rows

    def named(self) -> dict[str, Rows]:
        """Stratum -> its rows."""
        return {"no text": self.text, "no people": self.people, "no ratings": self.ratings}


class RelatednessExam(Exam[RelatednessProblem, ScoreRows]):
    """Ranks all titles for each query, and compares right titles with wrong ones."""

    def __init__(
        self, population: str, questions: Questions, masks: Masks, hidden: Sequence[str], viewers: Rows
    ) -> None:
        super().__init__(population)
        self._questions, self._masks, self._hidden, self._viewers = questions, masks, hidden, viewers

    def leaks(self, problem: RelatednessProblem) -> list[str]:
        """Hidden relations and viewers, test pairs among links and validation pairs, masked titles that kept things."""
        relations, found = problem.graph.relations, []
        found += [f"relation '{name}'" for name in self._hidden if name in relations and relations[name].matrix.nnz]
        pairs = set(split_pairs(self._questions.labels))
        if shared := pairs & set(split_pairs(problem.validation.labels)):
            found.append(f"{len(shared)} test pairs among the validation pairs")
        for relation in problem.graph.of_target("title"):
            rows, columns = relation.matrix.nonzero()
            if linked := pairs & {(min(a, b), max(a, b)) for a, b in zip(rows.tolist(), columns.tolist(), strict=True)}:
                found.append(f"{len(linked)} test pairs joined by '{relation.name}'")
        for relation in problem.graph.of_target("viewer"):
            if seen := int(np.isin(relation.matrix.indices, self._viewers).sum()):
                found.append(f"{seen} events of kind '{relation.name}' by hidden viewers")
            found += self._kept(relation.name, np.diff(relation.matrix.indptr)[self._masks.ratings])
        for relation in problem.graph.of_target("person"):
            found += self._kept(relation.name, np.diff(relation.matrix.indptr)[self._masks.people])
        return found + self._kept("text", np.array([len(problem.texts[row]) for row in self._masks.text]))

    @staticmethod
    def _kept(name: str, counts: NDArray[np.integer]) -> list[str]:
        return [f"'{name}' of {int((counts > 0).sum())} titles that should have none"] if (counts > 0).any() else []

    def _mark(self, predict: ScoreRows) -> dict[str, Figure]:
        found, queries = mark(predict, self._questions), self._questions.queries
        strata = {name: np.isin(queries, rows) for name, rows in self._masks.named().items()}
        whole = ~np.any(list(strata.values()), axis=0)
        figures = {}
        for label, chosen in [("", whole), *((f", {name}", some) for name, some in strata.items())]:
            for name, values in found.items():
                if len(known := values[chosen & ~np.isnan(values)]):
                    figures[f"{name}{label}"] = mean_figure(known)
        return figures


@dataclass(frozen=True)
class RelatednessTask:
    """One kind of pairs over one catalogue."""

    name: str
    about: str
    material: Material
    test: Labels
    validation: Labels
    popularity: NDArray[np.number] | None
    """[titles] what wrong titles are matched by; contenders don't see it."""
    hidden: tuple[str, ...] = ()
    """Relations that contenders don't see."""
    viewers: tuple[int, ...] = ()
    """Viewers that contenders don't see."""
    masked: float = MASKED
    main: str = "MRR"
    lower_is_better: bool = False
    _drawn: dict[int, tuple[Questions, Questions]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """Of the catalogue, the pairs and the protocol."""
        content = [self.material.catalogue.hash, *map(repr, self._shown()), "2"]
        return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]

    def _shown(self) -> list[object]:
        pairs = [list(split_pairs(labels)) for labels in (self.test, self.validation)]
        return [pairs, self.hidden, self.viewers, self.masked, self.material.vectors is not None]

    def open(self, seed: int) -> tuple[RelatednessProblem, RelatednessExam]:
        """Hide what the test asks for, and draw wrong titles."""
        material, masks = self.material, _masks(self.material, self.masked, seed)
        graph = without(material.graph, self.hidden)
        graph = hide_viewers(graph, np.array(self.viewers, np.int64))
        graph = hide_rows(graph, [relation.name for relation in graph.of_target("person")], masks.people)
        graph = hide_rows(graph, EVENTS, masks.ratings)
        blank = set(masks.text.tolist())
        texts = tuple("" if row in blank else text for row, text in enumerate(material.texts))
        vectors = material.vectors
        if vectors is not None:
            vectors = vectors.copy()
            vectors[masks.text] = 0
        validation, test = self._questions(seed)
        exam = RelatednessExam(f"{self.name} {seed}", test, masks, self.hidden, np.array(self.viewers, np.int64))
        return RelatednessProblem(graph, texts, vectors, validation, self.main), exam

    def _questions(self, seed: int) -> tuple[Questions, Questions]:
        """Validation and test; drawn once a seed."""
        if seed not in self._drawn:
            asked = sorted({*self.test, *self.validation})
            nobody: frozenset[int] = frozenset()
            known = {row: self.test.get(row, nobody) | self.validation.get(row, nobody) for row in asked}
            rng, graph = generator(seed, f"wrong titles {self.name}"), self.material.graph
            both = [
                draw_questions(graph, labels, known, self.popularity, rng) for labels in (self.validation, self.test)
            ]
            self._drawn[seed] = both[0], both[1]
        return self._drawn[seed]


def _masks(material: Material, share: float, seed: int) -> Masks:
    count = len(material.graph)
    each = int(share * count)
    drawn = generator(seed, "masked titles").permutation(count)[: 3 * each].reshape(3, each)
    return Masks(*(np.sort(part) for part in drawn))


def rating_counts(graph: Graph) -> NDArray[np.int64] | None:
    """[titles] ratings; None where the graph has none."""
    if "rating" not in graph.relations:
        return None
    return np.asarray(np.diff(graph.relations["rating"].matrix.indptr), np.int64)
