"""Statistics of a brief's nodes, computed anew from the catalogue's tables.

Counts(catalogue).computed("titles until 1999", ("genre:horror", "place:Rome"))  ->  how many titles have both
"""

from __future__ import annotations

from functools import cached_property

import polars as pl

from reelation.catalogue.store import Catalogue


class Counts:
    """Which titles have which people, tags and decades."""

    def __init__(self, catalogue: Catalogue) -> None:
        titles, credits, tags = (catalogue.table(name) for name in ("titles", "credits", "tags"))
        self._year: dict[str, int] = dict(titles.select("title_id", "year").drop_nulls().iter_rows())
        self._whole = set(titles.filter(pl.col("kind") != "episode")["title_id"].to_list())
        self._of: dict[str, set[str]] = {}
        credit = credits.select(pl.concat_str(pl.lit("person:"), "person_id"), "title_id")
        tag = tags.select(pl.concat_str("facet", pl.lit(":"), "value").alias("node"), "title_id")
        for table in (credit, tag):
            for node, title in table.iter_rows():
                self._of.setdefault(node, set()).add(title)
        for title, year in self._year.items():
            self._of.setdefault(f"decade:{year // 10 * 10}", set()).add(title)

    @cached_property
    def _people_of(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for node, titles in self._of.items():
            if node.startswith("person:"):
                for title in titles:
                    found.setdefault(title, set()).add(node)
        return found

    def computed(self, field: str, nodes: tuple[str, ...]) -> int:
        """A statistic over the titles that have all nodes: "titles", "titles until Y", "titles since Y", "first year",
        "last year"; or over people: "circle" (worked with the one) and "circle apart" (and with none of the others).
        """
        if field == "circle":
            return len(self.circle(nodes[0]))
        if field == "circle apart":
            others = set(nodes[1:]).union(*(self.circle(one) for one in nodes[1:]))
            return len(self.circle(nodes[0]) - others)
        titles: set[str] = set.intersection(*(self._of.get(node, set()) for node in nodes))
        years = [self._year[one] for one in titles if one in self._year]
        kind, _, year = field.rpartition(" ")
        if field == "titles":
            return len(titles)
        if kind == "titles until":
            return sum(self._year.get(one, 9999) <= int(year) for one in titles & self._whole)
        if kind == "titles since":
            return sum(one >= int(year) for one in years)
        if field in ("first year", "last year"):
            return min(years) if field == "first year" else max(years)
        raise AssertionError(f"no way to compute {field!r}")

    def circle(self, person: str) -> set[str]:
        """People with a title together with this one."""
        return set().union(*(self._people_of[one] for one in self._of.get(person, ()))) - {person}
