"""Seeds: a generator is always passed in; a seed that nobody gave is drawn once and written down."""

import secrets

import numpy as np


def resolve_seed(seed: int | None) -> int:
    """Return `seed`, or draw a fresh one to be recorded in the manifest.

    Args:
        seed: 0 to 2**31 - 1, or None.

    Raises:
        ValueError: the seed is out of range.
    """
    if seed is None:
        return secrets.randbelow(2**31)
    if not 0 <= seed < 2**31:
        raise ValueError(f"seed must be 0 to {2**31 - 1}, got {seed}")
    return seed


def generator(seed: int, purpose: str = "") -> np.random.Generator:
    """A numpy generator for one purpose, so that adding a purpose never shifts another's numbers.

    Args:
        seed: the run's seed.
        purpose: a short name such as "walks"; the same pair always gives the same stream.
    """
    return np.random.default_rng([seed, *purpose.encode()])
