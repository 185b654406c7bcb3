"""Groups of rows that are one work, kept free of contradictions.

A row carries marks: the ids that services gave it. A group may hold one id of each service; whatever would
put two of them together is refused and reported, never done.

    rows + "these share an id"  ->  Clusters.join_same  ->  one label a group
    groups + "these look alike" ->  Clusters.join_pairs ->  one label a group

Labels are row numbers: the least of the group. Rows come in order of trust, so that order decides.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from reelation.catalogue.order import repeated

Labels = NDArray[np.int64]


class Clusters:
    """Rows 0 .. n-1 in groups, and the marks that must not contradict each other."""

    def __init__(self, rows: int, marks: pl.DataFrame) -> None:
        """Start with every row on its own.

        Args:
            rows: how many.
            marks: columns row, space, value: `row` is called `value` by the service `space`.
        """
        self.labels: Labels = np.arange(rows, dtype=np.int64)
        self._marks = marks

    def count(self) -> int:
        """How many groups there are."""
        return pl.Series(self.labels).n_unique()

    def marks(self) -> pl.DataFrame:
        """What each group is called: columns label, space, value; distinct."""
        label = pl.Series("label", self.labels)[self._marks["row"]]
        return self._marks.select(label, "space", "value").unique()

    def join_same(self, space: str) -> pl.DataFrame:
        """Join all groups with the same value in `space`, unless that would put two ids of a service together.

        Returns:
            What was refused: columns space, value (what they share), label, other (the groups left apart).
        """
        if not repeated(self._marks.filter(pl.col("space") == space)["value"]).any():
            return pl.DataFrame(schema=_REFUSED)
        calls = self.marks()
        same = calls.filter((pl.col("space") == space) & (pl.len().over("space", "value") > 1))
        if same.height == 0:
            return pl.DataFrame(schema=_REFUSED)
        target = same.group_by("label").agg(pl.col("value").min()).with_columns(to=pl.col("label").min().over("value"))
        clash = self._contradictory(target.select("label", "to"), calls)
        fine = target.filter(~pl.col("to").is_in(clash.implode()))
        moves = dict(zip(fine["label"].to_list(), fine["to"].to_list(), strict=True))
        refused = []
        for (value,), group in (
            target.filter(pl.col("to").is_in(clash.implode())).sort("label").group_by("value", maintain_order=True)
        ):
            members = group["label"].to_list()
            settled, apart = _settle(members, calls.filter(pl.col("label").is_in(members)))
            moves.update(settled)
            refused += [(space, value, a, b) for a, b in apart]
        self._move(moves)
        return pl.DataFrame(refused, schema=_REFUSED, orient="row")

    def join_pairs(self, pairs: pl.DataFrame, apart: pl.DataFrame) -> NDArray[np.bool_]:
        """Join pairs of groups that look alike; a chain of pairs that contradicts itself is refused as a whole.

        Args:
            pairs: columns a, b: labels.
            apart: columns label, space, value: marks that count here besides the ids.

        Returns:
            [pairs], True where the pair was joined.
        """
        if pairs.height == 0:
            return np.zeros(0, bool)
        nodes, ends = np.unique(pairs.select("a", "b").to_numpy(), return_inverse=True)
        ends = ends.reshape(-1, 2)
        graph = sparse.coo_array((np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=(len(nodes),) * 2)
        _, component = csgraph.connected_components(graph, directed=False)
        first = np.full(component.max() + 1, len(self.labels), np.int64)
        np.minimum.at(first, component, nodes)
        target = pl.DataFrame({"label": nodes, "to": first[component]})
        calls = pl.concat([self.marks(), apart.select("label", "space", "value")])
        clash = self._contradictory(target, calls)
        fine = target.filter(~pl.col("to").is_in(clash.implode()))
        self._move(dict(zip(fine["label"].to_list(), fine["to"].to_list(), strict=True)))
        return ~np.isin(first[component][ends[:, 0]], clash.to_numpy())

    def _contradictory(self, target: pl.DataFrame, calls: pl.DataFrame) -> pl.Series:
        """The groups-to-be (`to`) in which a service would have two ids."""
        held = calls.join(target, on="label").group_by("to", "space").agg(pl.col("value").n_unique())
        return held.filter(pl.col("value") > 1)["to"].unique().sort()

    def _move(self, moves: dict[int, int]) -> None:
        table = np.arange(len(self.labels), dtype=np.int64)
        table[list(moves.keys())] = list(moves.values())
        self.labels = table[self.labels]


_REFUSED = pl.Schema({"space": pl.String(), "value": pl.String(), "label": pl.Int64(), "other": pl.Int64()})


def _settle(members: list[int], calls: pl.DataFrame) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """Join each member to the first group before it that it does not contradict; pairs that do are returned."""
    called: dict[int, dict[str, set[str]]] = {member: {} for member in members}
    for label, space, value in calls.iter_rows():
        called[label].setdefault(space, set()).add(value)
    moves: dict[int, int] = {}
    apart: list[tuple[int, int]] = []
    groups: list[int] = []
    for member in members:
        clashing = []
        for group in groups:
            both = [called[group].get(space, values) | values for space, values in called[member].items()]
            if all(len(values) == 1 for values in both):
                moves[member] = group
                for space, values in called[member].items():
                    called[group].setdefault(space, set()).update(values)
                break
            clashing.append(group)
        else:
            groups.append(member)
        apart += [(group, member) for group in clashing]
    return moves, apart
