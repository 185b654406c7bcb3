"""The candidates of `NameIndex` without an index: slower, and blind to what an edit distance does not see.

It answers from the first moment, while the index is being built.
"""

from __future__ import annotations

from itertools import compress

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from reelation.title_search.names import Names
from reelation.title_search.query import Reading

_MOST = 60
_LEAST_ALIKE = 60


class PlainNames:
    """Names in memory, each compared with what was typed."""

    def __init__(self, names: Names, renown: NDArray[np.float32]) -> None:
        """Keep them.

        Args:
            names: of titles or people.
            renown: [names] of the title or person that has the name, 0 to 1.
        """
        self.keys = names.keys
        self.thing, self.form, self.source, self.renown = names.thing, names.form, names.source, renown

    def __len__(self) -> int:
        return len(self.keys)

    def candidates(self, reading: Reading) -> list[int]:
        """Names that `reading` may mean, each once."""
        begun = [key.startswith(reading.key) or f" {reading.key}" in key for key in self.keys]
        names = np.array(list(compress(range(len(self.keys)), begun)), np.int64)
        if len(names) > _MOST:
            names = names[np.argpartition(-self.renown[names], _MOST)[:_MOST]]
        alike = process.extract(
            reading.key, self.keys, scorer=fuzz.ratio, limit=_MOST, score_cutoff=_LEAST_ALIKE, processor=None
        )
        return list(dict.fromkeys([*names.tolist(), *(at for *_, at in alike)]))
