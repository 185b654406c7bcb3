"""What came of an import of personal exports: every file counted, every title with what was decided of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.file_count import FileCount
from reelation.histories.decision import OUTCOMES, Decision
from reelation.histories.entry import Tally
from reelation.histories.mentions import Mention
from reelation.histories.stored import Stored
from reelation.messages import Messages
from reelation.search.lookup import label

_SHOWN = 20
"""Titles listed under a heading in the text for people; `--json` and `reelation resolve --list` have all."""


@dataclass(frozen=True)
class Candidate:
    """A title of the atlas."""

    title_id: str
    label: str
    """'Alien (1979)'."""
    kind: str


@dataclass(frozen=True)
class Item:
    """One title that an export mentions, and what was decided of it."""

    entry: str
    """Its mark: eight hexadecimal digits that stay the same from import to import."""
    mention: str
    """As the export calls it, with its year."""
    times: int
    """Entries that mention it."""
    outcome: str
    """matched, guessed, asks, missing or dismissed."""
    how: str
    title: Candidate | None
    evidence: tuple[tuple[str, str], ...]
    candidates: tuple[Candidate, ...]
    """What it may be; of a missing one, what has a close name."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "entry": self.entry,
            "mention": self.mention,
            "times": self.times,
            "outcome": self.outcome,
            "how": self.how,
            "title": asdict(self.title) if self.title else None,
            "evidence": [{"what": what, "value": value} for what, value in self.evidence],
            "candidates": [asdict(one) for one in self.candidates],
        }

    def because(self, say: Messages) -> str:
        """How it was decided, with the evidence, as a sentence."""
        how = say.say(f"history.how.{self.how}")
        told = [say.say(f"history.evidence.{what}", value=value) for what, value in self.evidence if what != "id"]
        return how + (say.say("history.evidence_list", evidence=say.names(told, 4)) if told else "")


@dataclass(frozen=True)
class Reading:
    """What came of one path."""

    path: Path
    format: str
    label: str
    files: Mapping[str, FileCount]


@dataclass(frozen=True)
class HistoryReport:
    """A history and how it came about. Frozen; `to_json` gives plain values, `lines` text for people."""

    name: str
    folder: Path | None
    """Where it is kept; None where that is no folder."""
    readings: tuple[Reading, ...]
    """Of this import; empty where nothing was read."""
    items: tuple[Item, ...]
    """Of the whole history, in the order of their first entries."""
    entries: int
    """Of the whole history."""
    skipped: Mapping[str, int]
    """What was left out by design (book, music, trailer …) -> rows."""
    rejected: tuple[tuple[str, int | None, str], ...]
    """Rows set aside: file, line, reason."""
    notes: tuple[tuple[str, Mapping[str, Any]], ...]
    unread: tuple[tuple[Path, str], ...]
    """Paths that could not be read, and why."""

    def of(self, outcome: str) -> tuple[Item, ...]:
        """The items of one of `OUTCOMES`."""
        return tuple(item for item in self.items if item.outcome == outcome)

    @property
    def counts(self) -> dict[str, int]:
        """Outcome -> titles."""
        return {outcome: len(self.of(outcome)) for outcome in OUTCOMES}

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "history": self.name,
            "folder": str(self.folder) if self.folder is not None else None,
            "entries": self.entries,
            "counts": self.counts,
            "readings": [
                {
                    "path": str(reading.path),
                    "format": reading.format,
                    "files": {file: asdict(count) for file, count in reading.files.items()},
                }
                for reading in self.readings
            ],
            "skipped": dict(self.skipped),
            "set_aside": [{"file": file, "line": line, "reason": why} for file, line, why in self.rejected],
            "notes": [{"note": key, **values} for key, values in self.notes],
            "unread": [{"path": str(path), "why": why} for path, why in self.unread],
            "items": [item.to_json() for item in self.items],
        }

    def lines(self, say: Messages) -> list[str]:
        """What happened, for a person: files, decisions with their evidence, what is left to do."""
        found = []
        for reading in self.readings:
            found.append(say.say("history.reading", path=reading.path, label=reading.label))
            for file, count in reading.files.items():
                found.append("  " + say.say("history.file", file=file, rows=count.rows_in, kept=count.kept))
        found += [say.say(f"history.note.{key}", **values) for key, values in self.notes]
        found += [say.say("history.unread", path=path, why=why) for path, why in self.unread]
        counts = self.counts
        found.append(say.say("history.summary", name=self.name, entries=self.entries, titles=len(self.items), **counts))
        for outcome in ("guessed", "asks", "missing"):
            found += self._listed(outcome, say)
        if self.skipped:
            told = [say.say(f"history.skipped.{what}", rows=rows) for what, rows in sorted(self.skipped.items())]
            found.append(say.say("history.left_out", what=say.names(told, len(told))))
        if self.rejected:
            found.append(say.say("history.set_aside", rows=len(self.rejected)))
            for file, line, why in self.rejected[:_SHOWN]:
                found.append("  " + say.say("history.set_aside_row", file=file, line=line or 0, why=why))
            found += self._more(len(self.rejected), say)
        if counts["asks"]:
            found.append(say.say("history.go_on", command=f"reelation resolve --name {self.name}"))
        return found

    def _listed(self, outcome: str, say: Messages) -> list[str]:
        items = self.of(outcome)
        if not items:
            return []
        found = [say.say(f"history.list.{outcome}", count=len(items))]
        for item in items[:_SHOWN]:
            name = item.mention if item.times == 1 else say.say("history.times", mention=item.mention, times=item.times)
            if item.title:
                text = say.say("history.line.guessed", mention=name, title=item.title.label, why=item.because(say))
            else:
                names = say.names([one.label for one in item.candidates], 3)
                key = "history.line.asks" if names else "history.line.alone"
                text = say.say(key, entry=item.entry, mention=name, names=names, why=item.because(say))
            found.append("  " + text)
        return found + self._more(len(items), say)

    def _more(self, count: int, say: Messages) -> list[str]:
        return ["  " + say.say("history.more", count=count - _SHOWN)] if count > _SHOWN else []


def report(
    atlas: Atlas,
    kept: Stored,
    tally: Tally,
    readings: Sequence[Reading] = (),
    unread: Sequence[tuple[Path, str]] = (),
    folder: Path | None = None,
) -> HistoryReport:
    """A kept history with the names that a person needs to judge it.

    Args:
        atlas: that it was matched to.
        kept: the history.
        tally: what became of the rows of this import.
        readings: what was read in this import.
        unread: what could not be, and why.
        folder: where it is kept.
    """
    return HistoryReport(
        name=kept.name,
        folder=folder,
        readings=tuple(readings),
        items=tuple(_item(atlas, mention, decision) for mention, decision in kept.decided),
        entries=len(kept.entries),
        skipped=dict(tally.skipped),
        rejected=tuple(tally.rejected),
        notes=tuple(tally.notes),
        unread=tuple(unread),
    )


def _item(atlas: Atlas, mention: Mention, decision: Decision) -> Item:
    title = _candidate(atlas, decision.title_id) if decision.title_id else None
    found = [_candidate(atlas, title_id) for title_id in decision.candidates]
    return Item(
        entry=mention.mark,
        mention=mention.label,
        times=len(mention.entries),
        outcome=decision.outcome,
        how=decision.how,
        title=title,
        evidence=decision.evidence,
        candidates=tuple(one for one in found if one is not None),
    )


def candidate_at(atlas: Atlas, row: int) -> Candidate:
    """The title in `row`."""
    return Candidate(atlas.titles[row], label(atlas, row), KINDS[atlas.kind[row]])


def _candidate(atlas: Atlas, title_id: str) -> Candidate | None:
    row = atlas.titles.find(title_id)
    return None if row is None else candidate_at(atlas, row)
