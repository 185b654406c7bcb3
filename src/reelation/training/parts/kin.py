"""Texts of a title's nearest kin, so that a text finds a series or a maker's films, not only one like plot.

compact text vectors, graph  ->  around [titles, width], company [sample]

A synopsis says nothing of people or series, but the texts of the titles that share them do: each title gets, relation
by relation, the mean text of each thing's titles, rarer things more, made unit length; relations are added up. Its own
text is one of those means' parts. Titles without any text get one too.

Source: averaging features over typed relations is SIGN, Frasca et al. 2020 (arXiv:2004.11198).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.parts import Column, Part
from reelation.draws import chosen, lot
from reelation.rows import unit_rows
from reelation.search.company import NEAREST
from reelation.training.parts import PartContext

Floats = NDArray[np.float32]

GROUPS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (1.0, ("franchise", "based_on")),
    (0.6, ("director", "writer", "creator")),
    (0.4, ("actor",)),
)
"""Weight, and relations counted together; chosen on validation synopses (docs/research/create.md)."""
_MOST = 60
"""Titles of a thing; what has more is too common to make kin."""
_FEWEST = 50
"""Titles with texts; fewer are nothing to compare with."""
_SAMPLE = 1000
"""Titles whose company is looked up."""


def build(context: PartContext) -> Part | None:
    """The texts around each title and the usual company of texts; None where there are too few texts."""
    if context.text is None:
        return None
    there = np.flatnonzero(context.text.any(axis=1))
    if len(there) < _FEWEST:
        return None
    found = np.zeros(context.text.shape, np.float32)
    for weight, names in GROUPS:
        found += np.float32(weight) * unit_rows(_around(context, names))
    keys = context.content.titles.keys[there]
    picked = chosen(keys, np.ones(len(there), np.int64), min(_SAMPLE, len(there)), lot(context.seed, "company"))
    columns: dict[str, Column] = {"around": found.astype(np.float16), "company": _company(context.text[there], picked)}
    return Part(columns, {"texts": len(there), "groups": [[weight, list(names)] for weight, names in GROUPS]})


def _around(context: PartContext, names: tuple[str, ...]) -> Floats:
    """[titles, width] mean texts of the titles that share things of these relations, rarer things more."""
    content, text = context.content, context.text
    assert text is not None
    bits = sum(1 << at for at, name in enumerate(context.relations) if name in names)
    owner = np.repeat(np.arange(len(text)), np.diff(content.edge_start))
    kept = np.flatnonzero(np.asarray(content.edge_relations) & np.uint32(bits) > 0)
    things, place = np.unique(np.asarray(content.edge_node)[kept], return_inverse=True)
    shape = (len(text), max(len(things), 1))
    having = sparse.csr_array((np.ones(len(kept), np.float32), (owner[kept], place)), shape=shape)
    titles = np.maximum(np.asarray(having.sum(axis=0), np.float32), 1)
    rare = np.where((titles > 1) & (titles <= _MOST), np.log(1 + len(text) / titles), 0).astype(np.float32)
    means = np.asarray(having.T @ text, np.float32) * (rare / titles)[:, None]
    return np.asarray(having @ means, np.float32)


def _company(text: Floats, picked: NDArray[np.int64]) -> Floats:
    """[sample] rising: how like a text its tenth closest other one is, cosines."""
    found = np.empty(len(picked), np.float32)
    k = min(NEAREST, len(text) - 1)
    for at in range(0, len(picked), 256):
        rows = picked[at : at + 256]
        alike = text[rows] @ text.T
        alike[np.arange(len(rows)), rows] = -np.inf
        found[at : at + len(rows)] = np.partition(alike, len(text) - k, axis=1)[:, len(text) - k]
    return np.sort(found)
