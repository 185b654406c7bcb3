"""The queue of what only the person can tell: what is in it, looking for other titles, and keeping the answers.

queue  ->  the person picks, dismisses or searches  ->  answer  ->  kept, and matched again
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from reelation.atlas.store import Atlas
from reelation.errors import AmbiguousTitleError, TitleNotFoundError
from reelation.histories import store
from reelation.histories.entry import Tally
from reelation.histories.report import Candidate, HistoryReport, Item, candidate_at, report
from reelation.search.batch import close_names, rows_of_names
from reelation.search.lookup import find, spellings, split_year


def report_of(atlas: Atlas, name: str) -> HistoryReport:
    """The decisions of a kept history, as they are in `atlas`.

    Raises:
        TitleNotFoundError: there is none of this name.
    """
    return report(atlas, store.current(atlas, _known(name)), Tally())


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


def answer(atlas: Atlas, name: str, answers: Sequence[tuple[str, str | None]]) -> HistoryReport:
    """Keep what the person says of mentions; it counts from now on, at later imports and in other atlases too.

    Args:
        atlas: has the titles.
        name: of the history.
        answers: (mark of the mention, title id); None for "none of these".

    Raises:
        TitleNotFoundError: no such history, mention or title.
    """
    stored = store.current(atlas, _known(name))
    corrections = dict(stored.corrections)
    by_mark = {mention.mark: mention for mention, _ in stored.decided}
    for mark, title_id in answers:
        mention = by_mark.get(mark)
        if mention is None:
            raise TitleNotFoundError(
                f"No entry '{mark}' in the history '{name}'. List them: reelation resolve --list --name {name}"
            )
        keys = mention.keys[: len(mention.entry.ids) or 1]
        corrections |= dict.fromkeys(keys, store.Correction(title_id, _externals(atlas, title_id)))
    return report(atlas, store.save(atlas, name, stored.entries, corrections), Tally())


def _externals(atlas: Atlas, title_id: str | None) -> str:
    if title_id is None:
        return ""
    row = atlas.titles.find(title_id)
    if row is None:
        raise TitleNotFoundError(f"No title '{title_id}' in this atlas; give the id as `reelation resolve` shows it.")
    return atlas.externals[row]


def _known(name: str) -> store.Stored:
    stored = store.load(name)
    if stored is None:
        raise store.no_history(name)
    return stored
