"""What a title of an export was found to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelation.histories.evidence import Evidence

OUTCOMES = ("matched", "guessed", "asks", "missing", "dismissed")
"""Dismissed: the person said that it is none of the catalogue's."""


@dataclass(frozen=True)
class Decision:
    """What a mention was found to be."""

    outcome: str
    how: str
    """A key of `reelation.messages` below "history.how."."""
    title_id: str | None = None
    evidence: Evidence = ()
    candidates: tuple[str, ...] = ()
    """Title ids: what it may be, the likeliest first; of a missing one, what has a close name."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "outcome": self.outcome,
            "how": self.how,
            "title_id": self.title_id,
            "evidence": [list(pair) for pair in self.evidence],
            "candidates": list(self.candidates),
        }

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> Decision:
        """Read back what `to_json` gave."""
        return cls(
            outcome=content["outcome"],
            how=content["how"],
            title_id=content["title_id"],
            evidence=tuple((what, value) for what, value in content["evidence"]),
            candidates=tuple(content["candidates"]),
        )
