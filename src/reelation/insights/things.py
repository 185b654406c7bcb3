"""From what a person types to something that has titles: a genre, theme, person, company, country … or group.

"ridley scott"  ->  thing_named  ->  Thing(name, type, rows)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.errors import AmbiguousTitleError, TitleNotFoundError, UsageError
from reelation.folding import fold
from reelation.insights.groups_lived_in import groups_of
from reelation.insights.topics import ASPECTS, Topics, topics_of
from reelation.messages import Messages

_ORDER = ("genres", "themes", "franchises", "countries", "languages", "companies", "people", "places")
"""Where a name is looked for; all of it, unless `by` says otherwise."""
_CLOSE = 70.0


@dataclass(frozen=True)
class Thing:
    """What a timeline is about."""

    node_id: str
    """With its type in front; "group:3" for groups."""
    name: str
    type: str
    """"genre", "person" … or "group"."""
    aspect: str
    """Of `ASPECTS`, or "groups"."""
    rows: NDArray[np.int64]
    """[titles] rows that have it, rising."""
    covered: NDArray[np.bool_]
    """[titles of the atlas] True where a title has anything of this aspect: shares are among these."""


def kinds_of_things(atlas: Atlas) -> tuple[str, ...]:
    """What `by` may be in this atlas: types of nodes, and "group" where it has groups."""
    known = [kind for aspect in _ORDER for kind in ASPECTS[aspect] if kind in atlas.manifest.node_types]
    return (*known, "group") if atlas.part("groups") is not None else tuple(known)


def thing_named(atlas: Atlas, text: str, say: Messages, by: str | None = None) -> Thing:
    """The one thing that `text` means.

    Args:
        atlas: has it.
        text: a name, whatever its case and accents, or a node id ("genre:western").
        say: the language of the names of groups.
        by: only things of this type: genre, person, keyword, country … or group.

    Raises:
        UsageError: there is no such type, or the atlas has none of it.
        TitleNotFoundError: nothing has this name; names close ones.
        AmbiguousTitleError: several have; lists their ids.
    """
    possible = kinds_of_things(atlas)
    if by is not None and by not in possible:
        raise UsageError(f"this atlas has nothing by {by}; it has {', '.join(possible)}")
    if by == "group" or text.startswith("group:"):
        return _group_named(atlas, text, say)
    aspects = {name: topics_of(atlas, name) for name in _ORDER if by is None or by in ASPECTS[name]}
    found = [
        (aspect, number)
        for aspect, topics in aspects.items()
        for number in _named(topics, text)
        if by is None or topics.topic(number).type == by
    ]
    if not found:
        raise _not_found(aspects, text, by)
    if len(found) > 1:
        candidates = [aspects[aspect].topic(number) for aspect, number in found[:10]]
        lines = tuple(f"{one.name}  [{one.node_id}]  {one.type}, {one.titles} titles" for one in candidates)
        shown = "\n  ".join(lines)
        raise AmbiguousTitleError(f"'{text}' may be any of these; give its id, or --by TYPE:\n  {shown}", lines)
    aspect, number = found[0]
    topics = aspects[aspect]
    topic = topics.topic(number)
    return Thing(topic.node_id, topic.name, topic.type, aspect, topics.rows(number), topics.covered)


def _named(topics: Topics, text: str) -> list[int]:
    """Numbers of the topics whose id or name is `text`; names in the same case and accents are quicker."""
    names = topics.names()
    wanted = text.casefold()
    exact = [i for i, name in enumerate(names) if name.casefold() == wanted]
    if exact or ":" in text:
        return exact or [i for i in [topics.find(text)] if i is not None]
    key = fold(text)
    return [i for i, name in enumerate(names) if fold(name) == key] if key else []


def _group_named(atlas: Atlas, text: str, say: Messages) -> Thing:
    found = groups_of(atlas, say)
    if found is None:
        raise UsageError("this atlas was made without groups")
    names, wanted = found.names, fold(text.removeprefix("group:"))
    fits = [i for i, name in enumerate(names) if text == f"group:{i}" or fold(name) == wanted]
    fits = fits or [i for i, name in enumerate(names) if wanted and wanted in fold(name)]
    if len(fits) != 1:
        some = tuple(f"{names[i]}  [group:{i}]" for i in (fits or range(len(names)))[:10])
        shown = "\n  ".join(some)
        if fits:
            raise AmbiguousTitleError(f"'{text}' fits several groups; give the id:\n  {shown}", some)
        raise TitleNotFoundError(f"No group '{text}' in this atlas; there are such as:\n  {shown}", some)
    number = fits[0]
    level = found.level_of(number)
    return Thing(f"group:{number}", names[number], "group", "groups", np.flatnonzero(level == number), level >= 0)


def _not_found(aspects: dict[str, Topics], text: str, by: str | None) -> TitleNotFoundError:
    from rapidfuzz import fuzz, process

    names = {name: 0 for topics in aspects.values() for name in topics.names()}
    close = process.extract(text, list(names), scorer=fuzz.WRatio, limit=3, score_cutoff=_CLOSE)
    found = tuple(name for name, *_ in close)
    hint = f" Close names: {', '.join(found)}." if found else ""
    return TitleNotFoundError(f"No {by or 'genre, theme, person, company or country'} '{text}' here.{hint}", found)
