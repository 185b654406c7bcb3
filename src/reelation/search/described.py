"""A title that somebody describes, checked: a JSON object in, plain fields out.

    {"name": …, "year": …, "credits": {"actor": [...]}, "tags": {"genre": [...]}}  ->  description_of  ->  Description

docs/reference/json.md has the schema. What is wrong with an object is said with the place where it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reelation.catalogue.schema_names import FACETS, KINDS, LINKS, ROLES
from reelation.errors import DataError

FIELDS = ("id", "name", "original_name", "year", "kind", "runtime_min", "plot", "credits", "tags", "links")


@dataclass(frozen=True)
class Description:
    """A title in words; nothing in it need be known to an atlas."""

    name: str
    title_id: str | None = None
    """Given where the title is one of the atlas, described anew."""
    original_name: str | None = None
    year: int | None = None
    """Calendar year."""
    kind: str = "film"
    runtime_min: float | None = None
    """Minutes."""
    plot: str | None = None
    credits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Role -> names or ids."""
    tags: dict[str, dict[str, float]] = field(default_factory=dict)
    """Facet -> value -> weight, above 0 to 1."""
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of link -> other titles, by name or id."""


def description_of(content: Any) -> Description:
    """Check a JSON object.

    Raises:
        DataError: a field is unknown, of the wrong type or out of range.
    """
    if not isinstance(content, Mapping):
        raise DataError(f"A title is described by a JSON object with a name, got {_shown(content)}.")
    _known("title", content, FIELDS)
    name = _text(content, "name")
    if not name:
        raise DataError('A title needs a name: {"name": "…"}.')
    kind = _text(content, "kind") or "film"
    if kind not in KINDS:
        raise DataError(f"kind is {_shown(kind)}; it is one of {', '.join(KINDS)}.")
    return Description(
        name=name,
        title_id=_text(content, "id"),
        original_name=_text(content, "original_name"),
        year=_year(content.get("year")),
        kind=kind,
        runtime_min=_number(content.get("runtime_min"), "runtime_min", "minutes", 0, 100_000),
        plot=_text(content, "plot"),
        credits={role: _texts(names, f"credits.{role}") for role, names in _group(content, "credits", ROLES)},
        tags={facet: _weighted(values, f"tags.{facet}") for facet, values in _group(content, "tags", FACETS)},
        links={link: _texts(others, f"links.{link}") for link, others in _group(content, "links", LINKS)},
    )


def _known(where: str, content: Mapping[Any, Any], names: Sequence[str]) -> None:
    if unknown := [key for key in content if key not in names]:
        raise DataError(f"{where} has no field {_shown(unknown[0])}; there are {', '.join(names)}.")


def _group(content: Mapping[str, Any], name: str, names: Sequence[str]) -> Iterable[tuple[str, Any]]:
    found = content.get(name)
    if found is None:
        return ()
    if not isinstance(found, Mapping):
        raise DataError(f"{name} is {_shown(found)}; expected an object of lists, e.g. {{{_shown(names[0])}: […]}}.")
    _known(name, found, names)
    return found.items()


def _text(content: Mapping[str, Any], name: str) -> str | None:
    found = content.get(name)
    if found is not None and not isinstance(found, str):
        raise DataError(f"{name} is {_shown(found)}; expected a text.")
    return (found.strip() or None) if found is not None else None


def _texts(found: Any, where: str) -> tuple[str, ...]:
    if not isinstance(found, list | tuple):
        raise DataError(f"{where} is {_shown(found)}; expected a list of texts.")
    if wrong := [one for one in found if not isinstance(one, str) or not one.strip()]:
        raise DataError(f"{where} holds {_shown(wrong[0])}; expected texts that are not empty.")
    return tuple(dict.fromkeys(one.strip() for one in found))


def _weighted(found: Any, where: str) -> dict[str, float]:
    """Values with their weights: texts, or {"value": …, "weight": …}."""
    if not isinstance(found, list | tuple):
        raise DataError(f'{where} is {_shown(found)}; expected a list of texts or of {{"value", "weight"}}.')
    weights: dict[str, float] = {}
    for one in found:
        value: Any = one
        weight: Any = 1.0
        if isinstance(one, Mapping):
            _known(where, one, ("value", "weight"))
            value, weight = one.get("value"), one.get("weight", 1.0)
        (text,) = _texts([value], where)
        number = _number(weight, f"{where} weight", "above 0 to 1", 1e-6, 1)
        weights[text] = max(weights.get(text, 0.0), number if number is not None else 1.0)
    return weights


def _year(found: Any) -> int | None:
    number = _number(found, "year", "a calendar year", 1870, 2200)
    if number is not None and number != int(number):
        raise DataError(f"year is {_shown(found)}; expected a whole number.")
    return int(number) if number is not None else None


def _number(found: Any, where: str, unit: str, low: float, high: float) -> float | None:
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise DataError(f"{where} is {_shown(found)}; expected a number ({unit}).")
    if not low <= found <= high:
        raise DataError(f"{where} is {_shown(found)}; expected {low:g} to {high:g} ({unit}).")
    return float(found)


def _shown(found: Any) -> str:
    import json

    text = json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"
