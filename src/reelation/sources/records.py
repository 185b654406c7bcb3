"""Collect what the rows of a file say of titles, and turn it into canonical tables at the end.

Every row of the file is counted once: kept, set aside with a reason, or skipped by design. What hangs on a title
that was set aside (its cast, its tags) goes with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import polars as pl

from reelation.catalogue.schema import TABLES
from reelation.cell_values import BadRowError
from reelation.folding import name_id
from reelation.sources.base import Report, Tables, admit, tables_of


class Records:
    """Rows of canonical tables, collected one title at a time."""

    def __init__(self, source: str, report: Report) -> None:
        self._source, self._report = source, report
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self._lines: dict[str, tuple[str, int]] = {}
        self._people: dict[str, Counter[str]] = {}
        """Person id -> spellings of the name."""

    def __contains__(self, title_id: str) -> bool:
        return title_id in self._lines

    def title(self, file: str, line: int, fields: dict[str, Any]) -> None:
        """Add a title.

        Args:
            file: where it stands.
            line: from 1.
            fields: columns of `titles`.

        Raises:
            BadRowError: an earlier row has the same id.
        """
        title_id = fields["title_id"]
        if title_id in self._lines:
            other, at = self._lines[title_id]
            raise BadRowError(f"the same title as {other if other != file else 'line'} {at}")
        self._lines[title_id] = (file, line)
        self._rows["titles"].append({**fields, "file": file, "line": line})

    def add(self, table: str, **fields: Any) -> None:
        """Add a row to any other table."""
        self._rows[table].append(fields)

    def credit(self, title_id: str, role: str, people: Iterable[tuple[str | None, str, str | None]]) -> None:
        """Add people in billing order, each (person id or None, name, character or None)."""
        for order, (person_id, name, character) in enumerate(people):
            key = person_id or name_id(name)
            if key == "name:":
                continue
            self._people.setdefault(key, Counter())[name] += 1
            self.add(
                "credits", title_id=title_id, person_id=key, role=role, order=min(order, 32_767), character=character
            )

    def names(self, title_id: str, role: str, names: Iterable[str]) -> None:
        """Add people of whom only the name is known, in billing order."""
        self.credit(title_id, role, [(None, name, None) for name in dict.fromkeys(names)])

    def tags(self, title_id: str, facet: str, values: Iterable[str], weight: float = 1.0) -> None:
        """Add tags, each once."""
        for value in dict.fromkeys(values):
            self.add("tags", title_id=title_id, facet=facet, value=value, weight=weight)

    def text(self, title_id: str, text: str | None, kind: str = "plot", language: str | None = "en") -> None:
        """Add a text, if there is one."""
        if text and text.strip():
            self.add("texts", title_id=title_id, kind=kind, language=language, text=text.strip())

    def measure(self, title_id: str, measure: str, value: float | None) -> None:
        """Add a figure, if there is one."""
        if value is not None and value >= 0:
            self.add("measures", title_id=title_id, measure=measure, value=value)

    def set_aside(self, file: str, line: int, reason: str) -> None:
        """Set a row aside."""
        self._report.set_aside(file, line, reason)

    def tables(self) -> Tables:
        """Canonical tables of all titles that obey the schema, and of what hangs on them."""
        schema = {**TABLES["titles"].schema, "file": pl.String(), "line": pl.Int64()}
        schema |= {"year": pl.Int64(), "end_year": pl.Int64(), "season": pl.Int64(), "runtime_min": pl.Float64()}
        found = pl.DataFrame(self._rows["titles"], schema=schema, strict=False)
        titles = admit("titles", found.drop("source"), self._source, self._report)
        kept = set(titles["title_id"])
        for name in found.join(titles, on="title_id", how="semi")["file"]:
            self._report.count(name, kept=1)
        rows = {
            name: [row for row in rows if row["title_id"] in kept]
            for name, rows in self._rows.items()
            if name not in ("titles", "people")
        }
        used = {row["person_id"] for row in rows["credits"]}
        people = [{"person_id": key, "name": _commonest(self._people[key])} for key in self._people if key in used]
        return {**({"titles": titles} if titles.height else {}), **tables_of(self._source, {**rows, "people": people})}


def _commonest(names: Counter[str]) -> str | None:
    """The spelling met most often; of several the last in order, which has accents and lower case."""
    return max(names, key=lambda name: (names[name], name)) or None
