"""Titles of a catalogue as somebody would describe them: plain dicts, as `reelation place` reads them."""

from __future__ import annotations

from typing import Any

from reelation.catalogue.store import Catalogue


def described(catalogue: Catalogue, ids: set[str]) -> dict[str, dict[str, Any]]:
    """Title id -> its name, year, length, people (by id) and tags, without the id itself."""
    found: dict[str, dict[str, Any]] = {}
    for row in catalogue.table("titles").to_dicts():
        if row["title_id"] in ids:
            kept = {name: row[name] for name in ("name", "year", "kind", "runtime_min")}
            found[row["title_id"]] = {**kept, "credits": {}, "tags": {}}
    for row in catalogue.table("credits").to_dicts():
        if row["title_id"] in ids:
            found[row["title_id"]]["credits"].setdefault(row["role"], []).append(row["person_id"])
    for row in catalogue.table("tags").to_dicts():
        if row["title_id"] in ids:
            tag = {"value": row["value"], "weight": row["weight"] if row["weight"] is not None else 1.0}
            found[row["title_id"]]["tags"].setdefault(row["facet"], []).append(tag)
    return found
