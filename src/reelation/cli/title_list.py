"""A list of titles from a file: one id or name a line, or a CSV with a column of ids or names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

from reelation.engine import Engine
from reelation.errors import AmbiguousTitleError, DataError, TitleNotFoundError
from reelation.histories.history import History
from reelation.search.lookup import find

WATCHLIST = "watchlist"
"""Said instead of a file: the titles on the person's own watchlist."""

_IDS = ("title_id", "const", "imdb_id", "imdb id", "wikidata_id", "id")
_NAMES = ("title", "name", "original title")


def titles_of(engine: Engine, where: str | None, history: History) -> list[str] | None:
    """Ids of the titles in a file, or on the watchlist; None where nothing is asked.

    Lines that name no title, or several, are counted on standard error.

    Raises:
        DataError: there is no such file, or no line of it names a title.
    """
    if where is None:
        return None
    atlas = engine.atlas
    if where == WATCHLIST:
        return [atlas.titles[row] for row in history.wanted.tolist()]
    try:
        text = Path(where).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{where} cannot be read: {error}. Give a UTF-8 text file or CSV, or say: watchlist") from error
    rows, lost, lines = [], [], 0
    for names in _entries(text):
        lines += 1
        for name in names:
            try:
                rows.append(find(atlas, name).row)
                break
            except (TitleNotFoundError, AmbiguousTitleError):
                continue
        else:
            lost.append(names[-1])
    if not rows:
        raise DataError(f"No line of {where} names a title of this atlas; give one id or name a line, or a CSV.")
    if lost:
        some = engine.say.names(lost[:3])
        told = engine.say.say("recommend.not_found", count=len(lost), lines=lines, file=where, some=some)
        click.echo(told, err=True)
    return [atlas.titles[row] for row in np.unique(rows).tolist()]


def _entries(text: str) -> Iterator[list[str]]:
    """What may name the title of each line, the surest first."""
    table = list(csv.reader(text.splitlines()))
    head = [cell.strip().lower() for cell in table[0]] if table else []
    ids, names = ([head.index(name) for name in known if name in head] for known in (_IDS, _NAMES))
    if not ids and not names:
        yield from ([line.strip()] for line in text.splitlines() if line.strip())
        return
    year = head.index("year") if "year" in head else None
    for cells in table[1:]:
        cells = [cell.strip() for cell in cells] + [""] * (len(head) - len(cells))
        found = [cells[at] for at in ids if cells[at]]
        for at in names:
            dated = year is not None and cells[year].isdigit()
            found += [f"{cells[at]} ({cells[year]})" if dated and year is not None else cells[at]] if cells[at] else []
        if found:
            yield found
