"""One sentence that says why two titles are related: shared things, rarest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reelation.insights.evidence import Shared
from reelation.insights.titles import Title

_PLURAL = {
    "director": "directors",
    "writer": "writers",
    "creator": "creators",
    "composer": "composers",
    "cinematographer": "cinematographers",
    "editor": "editors",
    "producer": "producers",
    "production_designer": "production designers",
}
_TAG_PHRASES = {
    "genre": "both {}",
    "keyword": "both about {}",
    "subject": "both about {}",
    "place": "both set or shot in {}",
    "country": "both from {}",
    "language": "both in {}",
    "company": "both by {}",
    "network": "both on {}",
    "certificate": "both rated {}",
    "franchise": "both of {}",
    "based_on": "both after {}",
    "award": "both with {}",
    "trope": "both use {}",
}
_LINK_PHRASES = {
    "episode_of": "episode of {}",
    "same_series": "of one series with {}",
    "sequel": "sequel to {}",
    "follows": "following {}",
    "remake": "remake of {}",
    "spin_off": "spin-off of {}",
    "based_on_same": "after the same work as {}",
    "recommended_with": "recommended with {}",
}
_MOST_NAMES = 3
_COMMON = 0.2
"""A tag that more than this share of titles has is left out of the sentence where there is anything rarer."""


def sentence(here: Title, there: Title, shared: Sequence[Shared], titles: int, *, most: int = 4) -> str:
    """The reason in one line, e.g. "same director: Ridley Scott; both Horror; 2 years apart".

    Args:
        here: the title asked about.
        there: the related title.
        shared: what they share, rarest first (`evidence.shared_by`).
        titles: how many titles the atlas has, to tell rare from common.
        most: how many parts at the most.
    """
    phrases = [*_people(shared), *_links(shared), *_tags(shared, titles)]
    parts = [phrase for _, phrase in sorted(phrases, key=lambda found: found[0])][:most]
    if here.year and there.year and abs(here.year - there.year) <= 2:
        apart = abs(here.year - there.year)
        parts.append("same year" if apart == 0 else f"{apart} year{'s' if apart > 1 else ''} apart")
    return "; ".join(parts) or "nothing in common by name: close through their neighbours"


def listed(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """'A', 'A and B', 'A, B and C', 'A, B, C and 4 more'."""
    shown, rest = list(names[:most]), len(names) - most
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _people(shared: Iterable[Shared]) -> list[tuple[float, str]]:
    """Phrases about people, each with the rarity (titles of the rarest) that sorts it."""
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
        names = listed([one.name for one in group])
        if role == "actor":
            phrase = f"{len(group)} of the cast: {names}" if len(group) > 1 else f"both with {names}"
        elif role == "across":
            one = group[0]
            phrase = f"{one.name} ({_role(one.roles_here)} here, {_role(one.roles_there)} there)"
        else:
            joined.setdefault(tuple(one.name for one in group), []).append(role)
            continue
        phrases.append((float(group[0].titles), phrase))
    for people, roles in joined.items():
        rarest = min(one.titles for one in groups[roles[0]])
        phrases.append((float(rarest), f"{_same(roles, len(people))}: {listed(people)}"))
    return phrases


def _same(roles: Sequence[str], people: int) -> str:
    """'same director', 'same writers', 'same director and writer'."""
    known = [role for role in roles if role in _PLURAL]
    if not known:
        return "both with" if "self" in roles else "both worked on by"
    return f"same {listed([_PLURAL[role] if people > 1 else role.replace('_', ' ') for role in known], most=9)}"


def _links(shared: Iterable[Shared]) -> list[tuple[float, str]]:
    phrases = []
    for one in shared:
        if one.type != "title":
            continue
        here, there = (sorted(set(roles) - {"itself"}) for roles in (one.roles_here, one.roles_there))
        if there:
            text = _LINK_PHRASES[there[0]].format(one.name)
            phrases.append((0.0, f"both {text}" if here else text))
        elif here:
            phrases.append((0.0, f"this one is {_LINK_PHRASES[here[0]].format(one.name)}"))
    return phrases


def _tags(shared: Sequence[Shared], titles: int) -> list[tuple[float, str]]:
    groups: dict[str, list[Shared]] = {}
    for one in shared:
        if one.type in _TAG_PHRASES:
            groups.setdefault(one.type, []).append(one)
    rare = any(one.titles <= _COMMON * titles for one in shared)
    phrases = []
    for facet, group in groups.items():
        if rare:
            group = [one for one in group if one.titles <= _COMMON * titles]
        if group:
            names = listed([one.name for one in group])
            phrases.append((float(group[0].titles), _TAG_PHRASES[facet].format(names)))
    return phrases


def _role(roles: Sequence[str]) -> str:
    return " and ".join(role.replace("_", " ") for role in roles)
