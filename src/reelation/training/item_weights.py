"""Item weights of an atlas: what is liked together (EASE), and what is liked soon after.

events, places  ->  together   [places, places]   what liking title i says of each
                ->  following  [places, places]   what having just liked title i says of what comes next
                ->  sparse_columns                the strongest a row, as an atlas keeps them
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from reelation.atlas.store import AtlasContent
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.recommenders.linear import cut, item_weights

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_SPAN = 4
"""Half-lives after which a like no longer counts."""


def most_liked(events: Interactions, most: int, least: int) -> Rows:
    """Rows of the `most` titles with at least `least` likes, rising; `stars` are verdicts."""
    likes = np.bincount(events.title[events.stars > 0], minlength=events.titles)
    order = np.argsort(-likes, kind="stable")[:most]
    return np.sort(order[likes[order] >= least]).astype(np.int64)


def together(
    events: Interactions,
    places: Rows,
    content: AtlasContent,
    columns: Rows,
    stretches: tuple[int, float],
    side: float,
    strength: float,
) -> Floats:
    """What is liked together.

    Args:
        events: at most one a viewer and title, `stars` being verdicts.
        places: rows of the titles that get weights.
        content: whose relatedness is side information.
        columns: of the vectors that count in it.
        stretches: length of the stretches of likes that are further rows, and their weight.
        side: how much relatedness counts: a cosine of 1 as much as so many viewers who like both.
        strength: of EASE's penalty.
    """
    if not len(places):
        return np.zeros((0, 0), np.float32)
    mine = events.matrix(stars=True)[:, places]
    products = np.asarray((mine.T @ mine).toarray(), np.float32)
    length, weight = stretches
    timed = events.only((events.stars > 0) & (events.time != UNKNOWN_TIME))
    if len(timed) and weight:
        rows = cut(timed, length)[:, places]
        products += np.float32(weight**2) * (rows.T @ rows).toarray()
    vectors = np.asarray(content.vectors[places])[:, columns]
    at = slice(None)
    terms = sparse.csr_array(
        (content.edge_value[at], content.edge_node[at], content.edge_start),
        shape=(len(content.vectors), len(content.node_type)),
    )[places]
    related = vectors @ vectors.T + (terms @ terms.T).toarray()
    length_of = np.sqrt(np.maximum(np.diag(related), 1e-9))
    products += np.float32(side) * related / length_of / length_of[:, None]
    return item_weights(products, strength)


def following(events: Interactions, places: Rows, half_life: float, strength: float) -> Floats:
    """What is liked soon after: argmin |next - lately F|^2 + strength |F|^2, one observation a like.

    `lately` are a viewer's likes before it, halved for every `half_life` likes in between; `next` is the title itself.

    Args:
        events: `stars` are verdicts; likes of unknown time are left out.
        places: rows of the titles that get weights.
        half_life: likes.
        strength: of the penalty.

    Source: SLIT of SLIST, Choi et al. 2021 (arXiv:2103.16104), with decay by place and a single target.
    """
    liked = events.only((events.stars > 0) & (events.time != UNKNOWN_TIME))
    if not len(places) or not len(liked):
        return np.zeros((len(places), len(places)), np.float32)
    order = np.lexsort((liked.title, liked.time, liked.viewer))
    viewer = liked.viewer[order]
    place = np.full(events.titles, -1, np.int64)
    place[places] = np.arange(len(places))
    here = place[liked.title[order]]
    row, column, value = [], [], []
    for back in range(1, int(_SPAN * half_life) + 1):
        later = np.arange(back, len(order))
        later = later[(viewer[later] == viewer[later - back]) & (here[later - back] >= 0)]
        row.append(later)
        column.append(here[later - back])
        value.append(np.full(len(later), np.exp2(-(back - 1) / half_life), np.float32))
    shape = (len(order), len(places))
    lately = sparse.csr_array((np.concatenate(value), (np.concatenate(row), np.concatenate(column))), shape=shape)
    known = np.flatnonzero(here >= 0)
    next_ = sparse.csr_array((np.ones(len(known), np.float32), (known, here[known])), shape=shape)
    gram = np.asarray((lately.T @ lately).toarray(), np.float32)
    gram[np.diag_indices(len(gram))] += np.float32(strength)
    found = linalg.solve(gram, (lately.T @ next_).toarray().astype(np.float32), assume_a="pos", overwrite_a=True)
    found[np.diag_indices(len(found))] = 0
    return np.asarray(found, np.float32)


def sparse_columns(prefix: str, places: Rows, weights: Floats, keep: int) -> dict[str, NDArray[Any]]:
    """The strongest `keep` weights a row as columns of a part; read by `reelation.search.item_weights`."""
    if keep < len(places):
        least = np.partition(np.abs(weights), len(places) - keep, axis=1)[:, len(places) - keep, None]
        weights = np.where(np.abs(weights) >= least, weights, 0)
    kept = sparse.csr_array(weights)
    return {
        f"{prefix}title": places.astype(np.int32),
        f"{prefix}start": kept.indptr.astype(np.int64),
        f"{prefix}other": places[kept.indices].astype(np.int32),
        f"{prefix}value": kept.data.astype(np.float32),
    }
