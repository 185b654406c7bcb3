"""A project's text as a compact vector that can be compared with the atlas's texts, in English or Chinese.

text  ->  encoder  ->  minus the centre of its language, Chinese turned towards English  ->  compact vector

Vectors of one encoder differ by language before they differ by content, and synopses differ from the articles that an
atlas is made of. So the mean of synopses in that language is taken away, not that of the atlas's texts. What then still
sets a Chinese synopsis apart from the English one of the same film is predicted by ridge regression and added, the few
directions that matter. Both were measured once on the pairs of benchmarks/synopses_validation.csv and
benchmarks/synopses_pairs.csv, none of them of a title of the test, and are kept in languages.npz;
`python benchmarks/comps.py --languages` makes it again.

Source: the language part of multilingual vectors and centring, Libovický, Rosa & Fraser 2020 (arXiv:2004.05160); linear
    maps between languages, Mikolov, Le & Sutskever 2013 (arXiv:1309.4168).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.create.reading.mentions import chinese
from reelation.insights.place import read_text
from reelation.messages import Messages
from reelation.search.described import Description
from reelation.search.inductive import Inductive
from reelation.search.naming import network_part

Floats = NDArray[np.float32]

FILE = Path(__file__).with_name("languages.npz")


@dataclass(frozen=True)
class Language:
    """How an encoder's vectors of synopses in one language are made comparable."""

    centre: Floats
    """[columns] their mean."""
    towards: Floats
    """[columns, directions] from a centred vector to how much of each direction is to be added; may have none."""
    directions: Floats
    """[directions, columns]."""

    def __call__(self, vector: Floats) -> Floats:
        """[columns] or [texts, columns] centred and turned."""
        centred = vector - self.centre
        return np.asarray(centred + centred @ self.towards @ self.directions, np.float32)


@cache
def languages() -> dict[str, dict[str, Language]]:
    """Encoder -> "en" or "zh" -> how its vectors are made comparable."""
    found: dict[str, dict[str, Language]] = {}
    with np.load(FILE, allow_pickle=False) as kept:
        for name in str(kept["encoders"]).split("\n"):
            found[name] = {
                key: Language(
                    *(kept[f"{name} {key} {part}"].astype(np.float32) for part in ("centre", "towards", "directions"))
                )
                for key in ("en", "zh")
            }
    return found


def read(inductive: Inductive, text: str, say: Messages) -> tuple[Floats | None, list[str]]:
    """The encoder's vector of a text, moved so that `Network.compact` centres it by its language.

    Returns:
        [columns] or None; and why it is None though there is a text.
    """
    if not any(letter.isalnum() for letter in text):
        return None, []
    vector, why = read_text(inductive, Description("—", plot=text), say)
    part = network_part(inductive.atlas)
    if vector is None or "text-mean" not in part.columns:
        return None, why or [say.say("place.no_texts")]
    own = languages().get(inductive.network.text_encoder or "", {}).get("zh" if chinese(text) else "en")
    return (vector, []) if own is None else (np.asarray(own(vector) + part.array("text-mean"), np.float32), [])
