"""What "related" means to somebody, from pairs of titles that belong together.

file of pairs + catalogue  ->  read_pairs  ->  pairs of rows, and the lines that name no title
pairs + facet plans        ->  fit_to_pairs  ->  facet plans with other weights, if these do better on pairs left out
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from reelation.catalogue.names import folded
from reelation.catalogue.parts import SERVICES
from reelation.catalogue.store import Catalogue
from reelation.errors import DataError
from reelation.evaluation.questions import draw_questions, labels_of, mark, means
from reelation.folding import fold
from reelation.graph.build import Graph
from reelation.seeds import generator
from reelation.training.assemble import FacetPlan
from reelation.training.weights import fit_weights, plan_scores, reweighed

Pair = tuple[int, int]
LEAST = 50
"""Pairs that weights can be learned from."""
MOST_TITLES, MOST_EACH = 2_000, 5
"""Titles that are asked about, and right ones of each, at most; drawn by lot."""
LEFT_OUT = 0.2
"""Share of the titles whose pairs say whether the new weights are better."""
_NAMED = re.compile(r"(?P<name>.+?)\s*\((?P<year>\d{4})\)\s*")


@dataclass(frozen=True)
class Pairs:
    """Pairs of titles by row in the catalogue."""

    pairs: frozenset[Pair]
    """The lower row first."""
    rejected: tuple[tuple[int, str], ...]
    """Line from 1 and reason of every line that gave none."""


def read_pairs(path: Path, catalogue: Catalogue) -> Pairs:
    """Read a table whose first two columns name titles that belong together: by id, or by name and year.

    Args:
        path: .csv, or .tsv or .txt with tabs. A first line that names no title is taken for a header.
        catalogue: whose titles they are. An id may be a title_id ("imdb:tt0078748") or the bare id of a service.

    Raises:
        DataError: the file cannot be read, or has fewer than 50 pairs of titles in the catalogue.
    """
    titles = catalogue.table("titles")
    by_id, by_name = _ids(titles), _names(titles)

    def row_of(cell: str) -> int | str:
        if (row := by_id.get(cell)) is not None:
            return row
        named = _NAMED.fullmatch(cell)
        found = by_name.get((fold(named["name"]), int(named["year"]))) if named else None
        found = by_name.get((fold(cell), None), []) if found is None else found
        if len(found) == 1:
            return found[0]
        return (
            f"{len(found)} titles are called '{cell[:60]}': add the year or use the id"
            if found
            else (f"no title '{cell[:60]}' in the catalogue")
        )

    pairs: set[Pair] = set()
    rejected: list[tuple[int, str]] = []
    for line, cells in _lines(path):
        ends = [row_of(cell.strip()) for cell in cells[:2]]
        names = [end for end in ends if isinstance(end, str)]
        if len(ends) < 2:
            rejected.append((line, "two titles are needed"))
        elif names:
            if line > 1 or len(names) < 2:
                rejected.append((line, names[0]))
        elif ends[0] == ends[1]:
            rejected.append((line, "both are the same title"))
        else:
            low, high = sorted(end for end in ends if isinstance(end, int))
            pairs.add((low, high))
    if len(pairs) < LEAST:
        why = f"; line {rejected[0][0]}: {rejected[0][1]}" if rejected else ""
        raise DataError(
            f"{path.name} has {len(pairs)} pairs of titles in the catalogue; weights need {LEAST}{why}. "
            "Each line should name two titles, by id or as 'Name (Year)'."
        )
    return Pairs(frozenset(pairs), tuple(rejected))


@dataclass(frozen=True)
class PairFit:
    """What pairs made of the weights."""

    plans: tuple[FacetPlan, ...]
    before: dict[str, float]
    """Figures on the pairs left out, with the weights as they were: MRR, recall and areas under the ROC curve."""
    after: dict[str, float]
    """The same with the weights learned from the others; empty where no part says anything of them."""
    kept: bool
    """Whether the learned ones are better (MRR and the area against hard wrong titles, added up) and so are used."""

    def figures(self) -> dict[str, Any]:
        """Plain values for the manifest."""
        before, after = (
            {name: round(value, 4) for name, value in figures.items() if not np.isnan(value)}
            for figures in (self.before, self.after)
        )
        return {"before": before, "after": after, "kept": self.kept}


def fit_to_pairs(graph: Graph, plans: Sequence[FacetPlan], pairs: frozenset[Pair], seed: int) -> PairFit:
    """Learn the weights of the parts from pairs; used only where they do better on pairs that had no part in it.

    Args:
        graph: draws wrong titles that are like the right ones in genre, era and popularity.
        plans: parts, with the weights to be beaten.
        pairs: right ones.
        seed: of every draw.
    """
    labels = labels_of(set(pairs))
    rng = generator(seed, "pairs")
    asked = rng.permutation(sorted(labels))[:MOST_TITLES]
    away = set(asked[: max(1, int(LEFT_OUT * len(asked)))].tolist())
    chosen = {row: _some(labels[row], rng) for row in asked.tolist()}
    apart = {row: others - away for row, others in chosen.items() if row not in away}
    seen = graph.relations.get("rating")
    popularity = np.asarray(np.diff(seen.matrix.indptr)) if seen is not None else None
    left, rest, everything = (
        draw_questions(graph, {row: others for row, others in some.items() if others}, labels, popularity, rng)
        for some in ({row: chosen[row] for row in sorted(away)}, apart, chosen)
    )
    learned = reweighed(plans, fit_weights(plans, [rest], seed))
    before = means(mark(plan_scores(plans), left))
    if not learned:  # no part tells these pairs from others
        return PairFit(tuple(plans), before, {}, kept=False)
    after = means(mark(plan_scores(learned), left))
    kept = _worth(after) > _worth(before)
    best = reweighed(plans, fit_weights(plans, [everything], seed)) if kept else tuple(plans)
    return PairFit(best, before, after, kept=kept)


def _worth(figures: dict[str, float]) -> float:
    return float(np.nansum([figures["MRR"], figures["AUC hard"]]))


def _some(others: frozenset[int], rng: np.random.Generator) -> frozenset[int]:
    return frozenset(rng.permutation(sorted(others))[:MOST_EACH].tolist())


def _ids(titles: pl.DataFrame) -> dict[str, int]:
    """title_id, and what each service calls a title, where that is clear -> row."""
    rows = titles.with_row_index("row")
    bare = [rows.select("row", id=pl.col(column).cast(pl.String)) for column in SERVICES.values()]
    known = pl.concat(bare).drop_nulls().unique()
    known = known.filter(pl.col("id").is_unique())
    return dict(known.select("id", "row").iter_rows()) | dict(rows.select("title_id", "row").iter_rows())


def _names(titles: pl.DataFrame) -> dict[tuple[str, int | None], list[int]]:
    """Folded name with its year, and without -> rows."""
    found: dict[tuple[str, int | None], list[int]] = {}
    for row, (key, year) in enumerate(zip(folded(titles["name"]).to_list(), titles["year"].to_list(), strict=True)):
        for one in {(key, year), (key, None)}:
            found.setdefault(one, []).append(row)
    return found


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from enumerate(csv.reader(file, delimiter="," if path.suffix.lower() == ".csv" else "\t"), 1)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read as a table of pairs: {error}.") from error
