"""One sentence that says why two titles are related: shared things, rarest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reelation.insights.evidence import Shared
from reelation.insights.titles import Title
from reelation.messages import Messages

_COMMON = 0.2
"""A tag that more than this share of titles has is left out of the sentence where there is anything rarer."""

Phrases = list[tuple[float, str]]
"""Phrases, each with the rarity (titles of the rarest thing in it) that sorts it."""


def sentence(
    here: Title,
    there: Title,
    shared: Sequence[Shared],
    titles: int,
    messages: Messages,
    *,
    most: int = 4,
    looks: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> str:
    """The reason in one line, e.g. "same director: Ridley Scott; both Horror; 2 years apart".

    What the model does not read comes last and is marked as such.

    Args:
        here: the title asked about.
        there: the related title.
        shared: what they share, rarest first (`evidence.shared_by`).
        titles: how many titles the atlas has, to tell rare from common.
        messages: of the language to say it in.
        most: how many parts with names at the most.
        looks: what look, sound and viewers say, before and after those (`reelation.insights.alike.phrases`).
    """
    parts = [*looks[0], *_phrases([one for one in shared if one.used], titles, messages)[:most], *looks[1]]
    metadata = _phrases([one for one in shared if not one.used], titles, messages)[: max(1, most - len(parts))]
    if here.year and there.year and abs(here.year - there.year) <= 2:
        apart = abs(here.year - there.year)
        key = ("same_year", "year_apart", "years_apart")[apart]
        parts.append(messages.say(f"reasons.{key}", years=apart))
    separator = messages.say("reasons.separator")
    if metadata:
        parts.append(messages.say("reasons.metadata", reasons=separator.join(metadata)))
    return separator.join(parts) or messages.say("reasons.nothing")


def _phrases(shared: Sequence[Shared], titles: int, messages: Messages) -> list[str]:
    """All that can be said, rarest first."""
    phrases = [*_people(shared, messages), *_links(shared, messages), *_tags(shared, titles, messages)]
    return [phrase for _, phrase in sorted(phrases, key=lambda found: found[0])]


def _people(shared: Iterable[Shared], messages: Messages) -> Phrases:
    groups: dict[str, list[Shared]] = {}
    for one in shared:
        if one.type == "person":
            both = [role for role in one.roles_here if role in one.roles_there]
            groups.setdefault(both[0] if both else "across", []).append(one)
            for role in both[1:]:
                groups.setdefault(role, []).append(one)
    phrases = []
    joined: dict[tuple[str, ...], list[str]] = {}
    for role, group in groups.items():
        if role == "actor":
            names = messages.names([one.name for one in group])
            key = "reasons.cast_of_both" if len(group) > 1 else "reasons.both_with_actor"
            phrase = messages.say(key, count=len(group), names=names, name=names)
        elif role == "across":
            one = group[0]
            here, there = (_roles(roles, messages) for roles in (one.roles_here, one.roles_there))
            phrase = messages.say("reasons.across", name=one.name, here=here, there=there)
        else:
            joined.setdefault(tuple(one.name for one in group), []).append(role)
            continue
        phrases.append((float(group[0].titles), phrase))
    for people, roles in joined.items():
        rarest = min(one.titles for one in groups[roles[0]])
        phrases.append((float(rarest), _same(roles, people, messages)))
    return phrases


def _same(roles: Sequence[str], people: Sequence[str], messages: Messages) -> str:
    """'same director: A', 'same writers: A and B', 'same director and writer: A'."""
    names = messages.names(people)
    known = [role for role in roles if messages.knows(f"reasons.role.{role}")]
    if not known:
        return messages.say("reasons.both_with" if "self" in roles else "reasons.both_worked_on_by", names=names)
    number = "roles" if len(people) > 1 else "role"
    said = messages.names([messages.say(f"reasons.{number}.{role}") for role in known], most=9)
    return messages.say("reasons.same_roles", roles=said, names=names)


def _links(shared: Iterable[Shared], messages: Messages) -> Phrases:
    phrases = []
    for one in shared:
        if one.type != "title":
            continue
        here, there = (sorted(set(roles) - {"itself"}) for roles in (one.roles_here, one.roles_there))
        link = messages.say(f"reasons.link.{(there or here or ['recommended_with'])[0]}", name=one.name)
        if there:
            phrases.append((0.0, messages.say("reasons.link_of_both", link=link) if here else link))
        elif here:
            phrases.append((0.0, messages.say("reasons.link_of_here", link=link)))
    return phrases


def _tags(shared: Sequence[Shared], titles: int, messages: Messages) -> Phrases:
    groups: dict[str, list[Shared]] = {}
    for one in shared:
        if messages.knows(f"reasons.tag.{one.type}"):
            groups.setdefault(one.type, []).append(one)
    rare = any(one.titles <= _COMMON * titles for one in shared)
    phrases = []
    for facet, group in groups.items():
        if rare:
            group = [one for one in group if one.titles <= _COMMON * titles]
        if group:
            names = messages.names([messages.tag(facet, one.name) for one in group])
            phrases.append((float(group[0].titles), messages.say(f"reasons.tag.{facet}", names=names)))
    return phrases


def _roles(roles: Sequence[str], messages: Messages) -> str:
    return messages.names([messages.label("role", role) for role in roles])
