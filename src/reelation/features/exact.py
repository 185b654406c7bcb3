"""What is exact stays exact: small vocabularies as columns, people as sparse terms, years as a kernel.

A learned block blurs what overlap says precisely. Each function here gives one block of unit-length rows (or
zero rows, where a title has nothing to say), whose inner product is an idf-weighted cosine of what two titles
share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.folding import title_words
from reelation.graph.build import Relation, idf
from reelation.rows import Kernel, rarity, unit_rows

Floats = NDArray[np.float32]


def tag_columns(relation: Relation, most: int) -> tuple[Floats, NDArray[np.int64]]:
    """One column a tag, for the `most` tags that most titles have.

    Args:
        relation: title x tag.
        most: number of columns at the most.

    Returns:
        columns [titles, min(most, tags)] float32, rows of unit length or zero, each entry weight x idf;
        tags [columns] the tag of each column.
    """
    degree = np.bincount(relation.matrix.indices, minlength=relation.matrix.shape[1])
    kept = np.sort(np.argsort(-degree, kind="stable")[:most])
    weighted = relation.matrix[:, kept] @ sparse.diags_array(relation.idf()[kept])
    return unit_rows(weighted.toarray().astype(np.float32)), kept


def pair_columns(relation: Relation, most: int) -> tuple[Floats, NDArray[np.int64]]:
    """One column a pair of tags that occur together, for the `most` frequent pairs.

    Returns:
        columns [titles, pairs] float32, rows of unit length or zero, each entry the pair's idf;
        pairs [pairs, 2] the tags of each column.
    """
    has = relation.matrix.copy()
    has.data[:] = 1
    together = sparse.triu(has.T @ has, k=1).tocoo()
    top = np.argsort(-together.data, kind="stable")[:most]
    pairs = np.stack([together.row[top], together.col[top]], axis=1).astype(np.int64)
    rare = rarity(has.shape[0], together.data[top])
    left, right = (has[:, pairs[:, side]].toarray() for side in (0, 1))
    return unit_rows((left * right * rare).astype(np.float32)), pairs


def era_columns(years: NDArray[np.int16], width: int = 24, scale: float = 8.0) -> Floats:
    """Years as a kernel: two titles' inner product falls smoothly with the years between them.

    Gaussian bumps with centres evenly spaced over the known years, made unit length, so the inner product is
    about exp(-(years apart / (2 scale))^2).

    Args:
        years: [titles], 0 unknown.
        width: number of columns.
        scale: width of a bump, years; no less than half the spacing of the centres is used.

    Returns:
        [titles, width] float32, unit length; zero where the year is unknown.
    """
    kernel = Kernel.of(years, width, scale)
    return kernel.columns(years) if kernel is not None else np.zeros((len(years), width), np.float32)


def people_terms(relations: Sequence[Relation], role_weights: Mapping[str, float], flatten: float) -> sparse.csr_array:
    """People as sparse terms: the largest role weight that a person has in a title, times idf.

    x(person) = role weight * idf;  terms = x / |x|^flatten. With flatten 1 the inner product of two titles is the
    idf-weighted cosine of their people; with less, sharing many people counts for more than sharing the only one.

    Args:
        relations: the credits, title x person, one a role.
        role_weights: weight by role, >= 0; a role that is not named weighs 0.
        flatten: 0 (raw counts of idf) to 1 (cosine).

    Returns:
        [titles, people] float32 CSR.
    """
    terms = sparse.csr_array(relations[0].matrix.shape, dtype=np.float32)
    for relation in relations:
        weight = role_weights.get(relation.name, 0.0)
        if weight > 0:
            one = relation.matrix.copy()
            one.data = np.full_like(one.data, weight)
            terms = terms.maximum(one)
    terms = (terms @ sparse.diags_array(idf(terms))).tocsr()
    lengths = np.sqrt(np.asarray(terms.multiply(terms).sum(axis=1)).ravel())
    scale = np.divide(1, lengths**flatten, out=np.zeros_like(lengths), where=lengths > 0)
    terms.data = (terms.data * np.repeat(scale, np.diff(terms.indptr))).astype(np.float32)
    return terms


def word_terms(names: Sequence[str], common: float = 0.01) -> tuple[sparse.csr_array, list[str]]:
    """Words of titles as sparse terms, idf-weighted, unit length.

    Args:
        names: [titles].
        common: words that more than this share of titles has are left out ("the", "of"), as are numerals.

    Returns:
        terms [titles, words] float32 CSR; the words, sorted.
    """
    split = [title_words(name) for name in names]
    counts = Counter(word for words in split for word in words)
    kept = sorted(word for word, count in counts.items() if 2 <= count <= max(3, common * len(names)))
    column = {word: i for i, word in enumerate(kept)}
    rows = np.repeat(np.arange(len(split)), [sum(word in column for word in words) for words in split])
    columns = np.array([column[word] for words in split for word in words if word in column], np.int64)
    rare = rarity(len(split), np.array([counts[word] for word in kept], np.int64))
    values = rare[columns] if len(columns) else np.zeros(0)
    matrix = sparse.csr_array((values.astype(np.float32), (rows, columns)), shape=(len(split), len(kept)))
    return unit_rows_sparse(matrix), kept


def unit_rows_sparse(matrix: sparse.csr_array) -> sparse.csr_array:
    """The same for CSR."""
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    scale = np.divide(1, np.sqrt(squares), out=np.zeros_like(squares), where=squares > 0)
    scaled = matrix.copy()
    scaled.data = (matrix.data * np.repeat(scale, np.diff(matrix.indptr))).astype(np.float32)
    return scaled
