"""A project's text as a compact vector that can be compared with the atlas's texts, in English or Chinese.

text  ->  encoder  ->  minus the centre of its language  ->  compact vector

Vectors of one encoder differ by language before they differ by content, and synopses differ from the articles that an
atlas is made of. So the mean of synopses in that language is taken away, not that of the atlas's texts. The centres are
means over the validation synopses of benchmarks/synopses_validation.csv, none of them of a title of the test.

Source: taking away the mean of a language, Reimers & Gurevych 2020 (arXiv:2004.09813) report the bias that it removes;
    Libovický, Rosa & Fraser 2020 (arXiv:2004.05160) do so.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.create.mentions import chinese
from reelation.insights.place import read_text
from reelation.messages import Messages
from reelation.search.described import Description
from reelation.search.inductive import Inductive
from reelation.search.naming import network_part

Floats = NDArray[np.float32]


@cache
def centres() -> dict[str, dict[str, Floats]]:
    """Encoder -> language -> [columns] the mean of its vectors of synopses."""
    path = Path(__file__).with_name("centres.json")
    said = json.loads(path.read_text(encoding="utf-8"))
    return {name: {key: np.array(row, np.float32) for key, row in own.items()} for name, own in said.items()}


def read(inductive: Inductive, text: str, say: Messages) -> tuple[Floats | None, list[str]]:
    """The encoder's vector of a text, moved so that `Inductive.compact` centres it by its language.

    Returns:
        [columns] or None; and why it is None though there is a text.
    """
    if not any(letter.isalnum() for letter in text):
        return None, []
    vector, why = read_text(inductive, Description("—", plot=text), say)
    part = network_part(inductive.atlas)
    if vector is None or "text-mean" not in part.columns:
        return None, why or [say.say("place.no_texts")]
    own = centres().get(inductive.text_encoder or "", {}).get("zh" if chinese(text) else "en")
    if own is None:
        return vector, []
    return np.asarray(vector - own + part.array("text-mean"), np.float32), []
