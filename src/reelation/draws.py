"""Draws by id: what is drawn for a thing depends on its id, a seed and a purpose, not on which others there are.

    ids  ->  keys [things] uint64;  (seed, purpose)  ->  lot;  keys, lot  ->  numbers in [0, 1), directions, samples

A catalogue that has grown gives the things that it had before the same numbers, on any machine: integers only.

Source: the finaliser of SplitMix64, Steele, Lea & Flood 2014, doi:10.1145/2714064.2660195; projections by other
numbers than normal ones, Matoušek 2008, doi:10.1002/rsa.20218. Common random numbers keep two runs comparable.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_BASE = np.uint64(0xD1342543DE82EF95)
_ROWS_AT_ONCE = 65_536


def mixed(numbers: Keys) -> Keys:
    """Each number scrambled, one to one: every bit of the result depends on every bit."""
    found = numbers + _GOLDEN
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(found ^ (found >> np.uint64(31)), np.uint64)


def hashed(blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Keys:
    """One number a string, the same for the same string.

    Args:
        blob: [bytes] all strings one after the other.
        offsets: [strings + 1] where each begins.

    Returns:
        [strings] uint64: the bytes as a polynomial modulo 2^64, scrambled.
    """
    found = np.zeros(len(offsets) - 1, np.uint64)
    longest = int(np.diff(offsets).max()) if len(found) else 0
    powers = np.cumprod(np.full(longest + 1, _BASE))
    for at in range(0, len(found), _ROWS_AT_ONCE):
        bounds = np.asarray(offsets[at : at + _ROWS_AT_ONCE + 1])
        some = np.asarray(blob[bounds[0] : bounds[-1]], np.uint64) + np.uint64(1)
        bounds = bounds - bounds[0]
        place = np.arange(len(some)) - np.repeat(bounds[:-1], np.diff(bounds))
        climbing = np.concatenate([np.zeros(1, np.uint64), np.cumsum(some * powers[place], dtype=np.uint64)])
        found[at : at + _ROWS_AT_ONCE] = climbing[bounds[1:]] - climbing[bounds[:-1]]
    return mixed(found)


def lot(seed: int, purpose: str) -> int:
    """What all draws for one purpose have in common: 0 to 2^63 - 1."""
    return int.from_bytes(blake2b(f"{seed} {purpose}".encode(), digest_size=8).digest(), "little") >> 1


def exact_draw(tags: str) -> str:
    """The purpose under which the directions of an exact block of tags are drawn, of now or of a day of the past."""
    return f"exact {tags}"


def apart(keys: Keys) -> Keys:
    """Keys of which some are equal -> keys that differ: the second of a kind gets its own, and so on."""
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    first = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]) if len(keys) else np.zeros(0, bool))
    count = np.empty(len(keys), np.uint64)
    count[order] = np.arange(len(keys)) - np.repeat(first, np.diff(np.append(first, len(keys))))
    return np.where(count > 0, mixed(keys ^ mixed(count)), keys)


def uniform(keys: Keys, drawn: int, width: int) -> NDArray[np.float64]:
    """[keys, width] numbers in [0, 1)."""
    return np.asarray((_words(keys, drawn, width) >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def random_directions(keys: Keys, drawn: int, width: int) -> Floats:
    """[keys, width] a direction a thing: independent numbers of mean 0 and variance 1, evenly spread over 256 values.

    Signs alone would do in wide spaces; in one of 12 columns two things would now and then be the same or cancel out.
    """
    found = np.empty((len(keys), width), np.float32)
    for at in range(0, len(keys), _ROWS_AT_ONCE):
        words = _words(keys[at : at + _ROWS_AT_ONCE], drawn, -(-width // 8)).astype("<u8")
        found[at : at + _ROWS_AT_ONCE] = words.view(np.uint8)[:, :width]
    found -= np.float32(127.5)
    found *= np.float32((12 / (256**2 - 1)) ** 0.5)
    return found


def sample(keys: Keys, copies: NDArray[np.integer], amount: int, drawn: int) -> Rows:
    """About `amount` places of copies, without the same copy twice; each copy is as likely as any other.

    Args:
        keys: [things].
        copies: [things] how many there are of each.
        amount: how many are wanted; all where there are no more.
        drawn: lot.

    Returns:
        [about amount] places in `keys`, rising; a thing with several copies may be there several times.
    """
    total = int(copies.sum())
    if amount >= total:
        return np.repeat(np.arange(len(keys)), copies)
    expected = copies * (amount / total)
    return np.repeat(np.arange(len(keys)), np.floor(expected + uniform(keys, drawn, 1)[:, 0]).astype(np.int64))


def chosen(keys: Keys, copies: NDArray[np.integer], amount: int, drawn: int) -> Rows:
    """Exactly `amount` different places in `keys`, rising; a thing with more copies (1 at the least) is likelier.

    Source: weighted sampling without replacement, Efraimidis & Spirakis 2006, doi:10.1016/j.ipl.2005.11.003.
    """
    waits = -np.log1p(-uniform(keys, drawn, 1)[:, 0]) / copies
    return np.sort(np.argsort(waits, kind="stable")[:amount])


def _words(keys: Keys, drawn: int, width: int) -> Keys:
    """[keys, width] independent numbers of 64 bits."""
    columns = mixed(np.arange(width, dtype=np.uint64))
    return mixed(mixed(keys ^ mixed(np.array([drawn], np.uint64)))[:, None] + columns)
