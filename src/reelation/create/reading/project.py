"""What somebody wants to make, in a few fields: what every feature of creating starts from.

Project(text="A grieving chef …", genres=("drama",))  ->  comps, casting, gaps …
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from reelation.catalogue.schema_names import KINDS
from reelation.errors import UsageError

BUDGETS = ("low", "mid", "high")
MOST_CHARACTERS = 100_000
"""Of a text; more is no synopsis."""


@dataclass(frozen=True)
class Project:
    """A film or series that is not there yet. Whether an atlas knows its genres and people shows when it is used."""

    text: str = ""
    """Logline or synopsis, English or Chinese; up to 100,000 characters."""
    genres: tuple[str, ...] = ()
    tone: tuple[str, ...] = ()
    """Words for how it feels: "bittersweet", "slow-burning"; read together with the text."""
    people: tuple[str, ...] = ()
    """Names or ids of those attached."""
    territory: str | None = None
    """The country that it is made for or in."""
    budget: str | None = None
    """"low", "mid" or "high": the lowest, middle or highest third of the figures of scale that an atlas has."""
    year: int | None = None
    """Of the planned release."""
    kind: str = "film"

    def __post_init__(self) -> None:
        """Check types and ranges; lists become tuples, and texts lose the space around them.

        Raises:
            UsageError: a value is of the wrong type or out of range.
        """
        for name in ("text", "kind"):
            if not isinstance(getattr(self, name), str):
                raise UsageError(f"{name} of a project is {getattr(self, name)!r}; it must be a text")
        for name in ("territory", "budget"):
            if getattr(self, name) is not None and not isinstance(getattr(self, name), str):
                raise UsageError(f"{name} of a project is {getattr(self, name)!r}; it must be a text")
        for name in ("genres", "tone", "people"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        object.__setattr__(self, "text", self.text.strip())
        if len(self.text) > MOST_CHARACTERS:
            raise UsageError(f"the text has {len(self.text):,} characters; up to {MOST_CHARACTERS:,} are read")
        if self.budget is not None and self.budget not in BUDGETS:
            raise UsageError(f"no budget '{self.budget}'; there are {', '.join(BUDGETS)}")
        if self.kind not in KINDS:
            raise UsageError(f"no kind '{self.kind}'; there are {', '.join(KINDS)}")
        if self.year is not None and (
            isinstance(self.year, bool) or not isinstance(self.year, int) or not 1870 <= self.year <= 2100
        ):
            raise UsageError(f"the year of a project is {self.year!r}; it must be a calendar year, 1870 to 2100")

    @property
    def told(self) -> str:
        """The text with the words for its tone, as an encoder reads it."""
        return "\n".join(part for part in (self.text, ", ".join(self.tone)) if part)

    @property
    def empty(self) -> bool:
        """Whether nothing is said that titles can be compared by."""
        return not (any(letter.isalnum() for letter in self.told) or self.genres or self.people)

    def but(self, **changes: Any) -> Project:
        """The same project with other fields."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "text": self.text,
            "genres": list(self.genres),
            "tone": list(self.tone),
            "people": list(self.people),
            "territory": self.territory,
            "budget": self.budget,
            "year": self.year,
            "kind": self.kind,
        }


def _names(where: str, found: Any) -> tuple[str, ...]:
    if isinstance(found, str):
        raise UsageError(f"{where} of a project is the text {found!r}; it must be a list of texts")
    names = tuple(found)
    if wrong := [one for one in names if not isinstance(one, str)]:
        raise UsageError(f"{where} of a project holds {wrong[0]!r}; expected texts")
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
