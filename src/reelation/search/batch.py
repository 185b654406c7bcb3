"""Many names and ids at once: one pass over the atlas's names instead of a search for each.

{folded names}  ->  rows_of_names  ->  {name: [(row, rank), ...]}
{"imdb=tt0078748", ...}  ->  rows_of_ids  ->  {id: [row, ...]}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from reelation.atlas.store import Atlas

_MOST_NEAR = 400
"""Names with words in common that are compared in full; commoner words than that say little."""
_LEAST_ALIKE = 55
"""Similarity (0 to 100) of close names."""
_MISTYPED = 75
"""The same of names that share no word."""


def rows_of_names(atlas: Atlas, wanted: Collection[str]) -> dict[str, list[tuple[int, int]]]:
    """Every title that has one of these names.

    Args:
        atlas: whose titles.
        wanted: folded names (`reelation.folding.fold`).

    Returns:
        Name -> (row, rank) of each title called so, the lower rank first: 0 its name, 1 its original name, 2 another.
    """
    keys = frozenset(wanted)
    found: dict[str, list[tuple[int, int]]] = {}
    for at, key in enumerate(atlas.name_keys):
        if key in keys:
            found.setdefault(key, []).append((int(atlas.name_row[at]), int(atlas.name_rank[at])))
    return {key: sorted(rows, key=lambda pair: (pair[1], pair[0])) for key, rows in found.items()}


def rows_of_ids(atlas: Atlas, wanted: Collection[str]) -> dict[str, list[int]]:
    """Every title that a service calls so, or whose own id it is.

    Args:
        atlas: whose titles.
        wanted: `service=id`, as the atlas writes other services' ids.

    Returns:
        Id -> rows, rising; ids that nothing has are left out.
    """
    keys = frozenset(wanted)
    found: dict[str, list[int]] = {}
    if not keys:
        return found
    for row, (title_id, externals) in enumerate(zip(atlas.titles.ids, atlas.externals, strict=True)):
        own = title_id.replace(":", "=", 1)
        for key in {own, *externals.split()} & keys:
            found.setdefault(key, []).append(row)
    return found


def close_names(atlas: Atlas, keys: Sequence[str], most: int = 5) -> dict[str, list[int]]:
    """Titles with names like these, found by the words they share; by their letters where they share none.

    Args:
        atlas: whose titles.
        keys: folded names.
        most: titles for each, at the most.

    Returns:
        Name -> rows, the closest first; names that are not even half alike are left out.
    """
    from rapidfuzz import fuzz, process

    words = {word for key in keys for word in key.split()}
    having: dict[str, list[int]] = {word: [] for word in words}
    texts: dict[int, str] = {}
    for at, text in enumerate(atlas.name_keys):
        for word in words.intersection(text.split()):
            having[word].append(at)
            texts[at] = text
    found, every = {}, list[str]()
    for key in keys:
        rare = sorted((having[word] for word in set(key.split())), key=len)
        near: set[int] = set()
        for places in rare:  # the rarest word first: it says most
            if len(near) + len(places) > _MOST_NEAR and near:
                break
            near.update(places[:_MOST_NEAR])
        choices: Mapping[int, str] = {at: texts[at] for at in near}
        if not near:  # no word of it occurs anywhere: it may be mistyped
            every = every or list(atlas.name_keys)
            alike = process.extract(key, every, scorer=fuzz.ratio, limit=most, score_cutoff=_MISTYPED)
            choices = {at: text for text, _, at in alike}
        scores: dict[int, float] = {}
        for scorer in (fuzz.token_sort_ratio, fuzz.token_set_ratio):  # alike as a whole; one is a part of the other
            for _, _, at in process.extract(key, choices, scorer=scorer, limit=4 * most, score_cutoff=_LEAST_ALIKE):
                scores[at] = fuzz.token_sort_ratio(key, choices[at]) + fuzz.token_set_ratio(key, choices[at])
        ranked = sorted(scores, key=lambda at: (-scores[at], at))
        rows = dict.fromkeys(int(atlas.name_row[at]) for at in ranked)
        found[key] = list(rows)[:most]
    return found
