"""What a programme says of its titles, and of what leads from one to the next: facts only.

TitleFacts  ->  note  ->  "1979, United Kingdom; 117 min; horror; directed by Ada Quill."
two rows    ->  join  ->  "same director: Ada Quill; both horror; 3 years apart"
"""

from __future__ import annotations

import numpy as np

from reelation.atlas.store import Atlas
from reelation.create.facts import Fact, Part, Said, asked, listed, plain, said, statistic, together
from reelation.create.programme.closeness import between
from reelation.create.programme.parts import Join
from reelation.create.programme.traits import trait_of
from reelation.create.title_facts import TitleFacts
from reelation.insights.evidence import Shared, shared_by
from reelation.messages import Messages
from reelation.search.exact import Measure

_JOINS = 3
"""Things that two neighbours share are named, at most, and as many names of each."""
_NEAR_YEARS = 2
_COMMON = 0.2
"""What more than this share of titles has is named only where there is nothing rarer."""


def note(facts: TitleFacts, assumed: float | None, say: Messages) -> Said:
    """One line on a title: year and countries, length, genres, who made it; what is unknown is said to be.

    Args:
        facts: of the title.
        assumed: minutes taken for its length, where that is unknown and a limit of length was given.
        say: the language.
    """
    year, minutes = facts.year(), facts.minutes()
    parts: list[Part] = [
        plain(year) if year is not None else said(say, "create_programme.year_unknown"),
        listed(say, facts.of("country")) if facts.of("country") else said(say, "create_programme.country_unknown"),
    ]
    if minutes is not None:
        parts.append(said(say, "create_programme.length", minutes=minutes))
    elif assumed is not None:
        parts.append(said(say, "create_programme.length_assumed", minutes=asked("assume_minutes", assumed)))
    else:
        parts.append(said(say, "create_programme.length_unknown"))
    if genres := facts.of("genre"):
        parts.append(listed(say, genres))
    for role in ("director", "creator"):
        if people := facts.of(role):
            parts.append(said(say, f"create_programme.{role}", names=listed(say, people)))
            break
    else:
        parts.append(said(say, "create_programme.director_unknown"))
    return said(say, "create_programme.note", parts=together(say, parts, "reasons.separator"))


def join(atlas: Atlas, pair: tuple[int, int], theme: frozenset[str], say: Messages) -> Join:
    """What leads from one title to the next.

    Args:
        atlas: has both.
        pair: their rows.
        theme: ids of nodes that all titles of the programme have: named only where there is nothing else.
        say: the language.
    """
    here, there = (TitleFacts(atlas, row, say) for row in pair)
    shared = _telling(shared_by(atlas, *pair, Measure.of(atlas)), len(atlas), theme, say)
    parts: list[Part] = []
    pairs: list[tuple[Fact, Fact]] = []
    for one, role in shared:
        node = atlas.nodes.find(one.node_id)
        if node is not None:
            facts = here.node(role, node), there.node(role, node)
            pairs.append(facts)
            parts.append(_phrase(one, role, facts, say))
    parts += _years(here, there, say)
    text = together(say, parts, "reasons.separator") if parts else said(say, "reasons.nothing")
    rows = np.array(pair)
    return Join(
        relatedness=float(between(atlas, rows)[0, 1]),
        shared=tuple(pairs),
        other_decade=_apart(atlas, "decade", rows),
        other_country=_apart(atlas, "country", rows),
        text=text,
    )


def _telling(shared: tuple[Shared, ...], titles: int, theme: frozenset[str], say: Messages) -> list[tuple[Shared, str]]:
    """The rarest things that can be named, each with the role or facet that both titles have it in."""
    found = []
    for one in shared:
        both = [role for role in one.roles_here if role in one.roles_there]
        named = one.type == "person" or say.knows(f"reasons.tag.{one.type}")
        if both and named and one.type not in ("title", "certificate"):
            found.append((one, "director" if "director" in both else both[0]))
    rare = [pair for pair in found if pair[0].node_id not in theme and pair[0].titles <= _COMMON * titles]
    own = [pair for pair in found if pair[0].node_id not in theme and pair[0].type != "language"]
    return (rare or own or found)[:_JOINS]


def _phrase(one: Shared, role: str, facts: tuple[Fact, Fact], say: Messages) -> Said:
    if one.type != "person":
        found = said(say, f"reasons.tag.{one.type}", names=facts[0])
    elif role == "actor":
        found = said(say, "reasons.both_with_actor", name=facts[0])
    elif say.knows(f"reasons.role.{role}"):
        roles = Said(say.say(f"reasons.role.{role}"), (), (f"reasons.role.{role}",))
        found = said(say, "reasons.same_roles", roles=roles, names=facts[0])
    else:
        found = said(say, "reasons.both_worked_on_by", names=facts[0])
    return Said(found.text, (*found.facts, facts[1]), found.keys)


def _years(here: TitleFacts, there: TitleFacts, say: Messages) -> list[Part]:
    one, two = here.title.year, there.title.year
    if one is None or two is None or abs(one - two) > _NEAR_YEARS:
        return []
    apart = abs(one - two)
    key = ("same_year", "year_apart", "years_apart")[apart]
    fact = statistic("years apart", apart, (here.title.title_id, there.title.title_id))
    return [said(say, f"reasons.{key}", years=fact)]


def _apart(atlas: Atlas, trait: str, rows: np.ndarray) -> bool:
    having = trait_of(atlas, trait, rows)
    return not having.unknown.any() and not having.member.all(axis=1).any()
