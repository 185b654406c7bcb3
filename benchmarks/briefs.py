"""How many numbers and claims of 200 briefs can be traced to the catalogue: all of them have to be.

python benchmarks/briefs.py CATALOGUE ATLAS [--count 200] [--seed 1]
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np
from tests.brief_facts import Tracer, flat

from programmes import drawn_themes, limits_for
from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.create.brief.of_programme import of_programme
from reelation.create.brief.writing import brief_bytes
from reelation.create.programme import programme
from reelation.errors import ImpossibleError
from reelation.messages import LANGUAGES, messages


def main() -> None:
    """Make the briefs, trace them, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("atlas", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    catalogue, atlas = Catalogue.open(asked.catalogue), Atlas.open(asked.atlas)
    draw = np.random.default_rng(asked.seed)
    tracers = {name: Tracer(catalogue, atlas, messages(name)) for name in LANGUAGES}
    briefs = facts = numbers = impossible = 0
    untraced: list[str] = []
    for theme in drawn_themes(atlas, 2 * asked.count, draw):
        language = LANGUAGES[briefs % len(LANGUAGES)]
        say, wanted = messages(language), limits_for(theme, draw)
        try:
            found = programme(atlas, wanted, say)
        except ImpossibleError:
            impossible += 1
            continue
        document = of_programme(atlas, found, say)
        again = programme(atlas, wanted, messages(language)).to_json()
        untraced += tracers[language].check(document, again, flat(asdict(wanted)))
        for form in ("md", "csv", "html"):
            brief_bytes(document, form)
        briefs += 1
        facts += len(document.facts())
        numbers += sum(any(letter.isdigit() for letter in text.text) for text in document.texts())
        if briefs == asked.count:
            break
    print(f"{briefs} briefs ({impossible} themes could not meet theirs), {facts} facts, {numbers} texts with numbers")
    print(f"not traced: {len(untraced)}")
    for one in untraced[:20]:
        print(f"  {one}")
    raise SystemExit(1 if untraced or briefs < asked.count else 0)


if __name__ == "__main__":
    main()
