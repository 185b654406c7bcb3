"""The queue of what only the person can tell: what is in it, looking for other titles, and keeping the answers.

queue  ->  the person picks, dismisses or searches  ->  answer  ->  kept, and matched again
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelation.atlas.store import Atlas
from reelation.errors import AmbiguousTitleError, TitleNotFoundError
from reelation.histories import store
from reelation.histories.entry import Tally
from reelation.histories.mentions import Mention
from reelation.histories.report import Candidate, HistoryReport, Item, candidate_at, report
from reelation.histories.stored import Correction, Stored, current, redecide
from reelation.search.batch import close_names, rows_of_names
from reelation.search.lookup import find, spellings, split_year


@dataclass(frozen=True)
class Queue:
    """What is left to be decided of a history."""

    history: str
    counts: Mapping[str, int]
    """Outcome -> titles, of the whole history."""
    items: tuple[Item, ...]
    answered: int
    """Answers that were kept on the way here."""

    def __len__(self) -> int:
        return len(self.items)

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "history": self.history,
            "counts": dict(self.counts),
            "queue": [item.to_json() for item in self.items],
        }


def report_of(atlas: Atlas, name: str) -> HistoryReport:
    """The decisions of a kept history, as they are in `atlas`.

    Raises:
        TitleNotFoundError: there is none of this name.
    """
    return report(atlas, current(atlas, _known(name)), Tally(), folder=store.folder_of(name))


def queue(found: HistoryReport, *, guesses: bool = False, missing: bool = False) -> tuple[Item, ...]:
    """What is to be decided: the questions, and if asked for, guesses to confirm and what is missing."""
    wanted = {"asks", *(("guessed",) if guesses else ()), *(("missing",) if missing else ())}
    return tuple(item for item in found.items if item.outcome in wanted)


def accepted(found: HistoryReport) -> list[tuple[str, str | None]]:
    """Answers that take the only candidate of every question that has just one."""
    return [(item.entry, item.candidates[0].title_id) for item in found.of("asks") if len(item.candidates) == 1]


def search(atlas: Atlas, text: str, most: int = 9) -> tuple[Candidate, ...]:
    """Titles that a text may mean: an id, a name with or without a year, or something close.

    Args:
        atlas: whose titles.
        text: what the person typed.
        most: titles at the most.

    Returns:
        Those called so first, of the year first where one is given; then close names.
    """
    name, year = split_year(text)
    keys = spellings(name)
    named = rows_of_names(atlas, keys)
    rows = [row for key in keys for row, _ in named.get(key, ())]
    rows.sort(key=lambda row: abs(int(atlas.year[row]) - year) if year else 0)
    with contextlib.suppress(AmbiguousTitleError, TitleNotFoundError):
        rows.insert(0, find(atlas, text).row)
    rows += [row for close in close_names(atlas, keys[:1], most).values() for row in close]
    return tuple(candidate_at(atlas, row) for row in list(dict.fromkeys(rows))[:most])


def answer(
    atlas: Atlas, name: str, answers: Sequence[tuple[str, str | None]], undo: Iterable[str] = ()
) -> HistoryReport:
    """Keep what the person says of mentions; it counts from now on, at later imports and in other atlases too.

    Args:
        atlas: has the titles.
        name: of the history.
        answers: (mark of the mention, title id); None for "none of these".
        undo: marks of mentions of which nothing is to be kept that was said of them.

    Raises:
        TitleNotFoundError: no such history, mention or title.
    """
    stored = current(atlas, _known(name))
    corrections = corrected(atlas, stored, answers, undo)
    kept = store.keep(redecide(atlas, stored, corrections))
    return report(atlas, kept, Tally(), folder=store.folder_of(name))


def corrected(
    atlas: Atlas, stored: Stored, answers: Sequence[tuple[str, str | None]], undo: Iterable[str] = ()
) -> dict[str, Correction]:
    """All that the person has said, with `answers` and without what is undone; see `answer`.

    Raises:
        TitleNotFoundError: no such mention or title.
    """
    corrections = dict(stored.corrections)
    by_mark = {mention.mark: mention for mention, _ in stored.decided}
    for mark in undo:
        for key in _mention(by_mark, mark, stored.name).keys:
            corrections.pop(key, None)
    for mark, title_id in answers:
        mention = _mention(by_mark, mark, stored.name)
        keys = mention.keys[: len(mention.entry.ids) or 1]
        corrections |= dict.fromkeys(keys, Correction(title_id, _externals(atlas, title_id)))
    return corrections


def resolve(
    atlas: Atlas,
    name: str,
    *,
    answers: Sequence[tuple[str, str | None]] = (),
    undo: Sequence[str] = (),
    accept: bool = False,
    guesses: bool = False,
    missing: bool = False,
) -> Queue:
    """Keep answers, and tell what is left to be decided.

    Args:
        atlas: has the titles.
        name: of the history.
        answers: see `answer`.
        undo: see `answer`.
        accept: also take the only candidate of every question that has just one.
        guesses: also list guesses.
        missing: also list what was not found.

    Raises:
        TitleNotFoundError: no such history, mention or title.
    """
    found = report_of(atlas, name)
    told = [*answers, *(accepted(found) if accept else ())]
    if told or undo:
        found = answer(atlas, name, told, undo)
    return Queue(name, found.counts, queue(found, guesses=guesses, missing=missing), len(told) + len(undo))


def _mention(by_mark: Mapping[str, Mention], mark: str, name: str) -> Mention:
    if mark not in by_mark:
        raise TitleNotFoundError(
            f"No entry '{mark}' in the history '{name}'. List them: reelation resolve --list --name {name}"
        )
    return by_mark[mark]


def _externals(atlas: Atlas, title_id: str | None) -> str:
    if title_id is None:
        return ""
    row = atlas.titles.find(title_id)
    if row is None:
        raise TitleNotFoundError(f"No title '{title_id}' in this atlas; give the id as `reelation resolve` shows it.")
    return atlas.externals[row]


def _known(name: str) -> Stored:
    stored = store.load(name)
    if stored is None:
        raise store.no_history(name)
    return stored
