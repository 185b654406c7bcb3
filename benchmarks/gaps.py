"""Whether gaps come true: combinations flagged from titles up to a year, against others as rare, in the years after.

    python -m benchmarks.gaps ATLAS --until 1994            (validation: settings are chosen here)
    python -m benchmarks.gaps ATLAS --until 2004 --shuffles 50

Flagged are gaps with at most two titles. A combination comes true where a later title has both. Controls: (1) all
combinations that were not flagged, of as many titles; (2) of those up to five of the same types with about the same
expected number by chance; (3) with about the same number by chance in the last ten years, too. With `--shuffles`, how
often worlds in which only chance joins topics have any gap (the share that the rate promises at the most).
Without a trained atlas: `--catalogue FOLDER` makes one without vectors, which is all that this needs.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.gaps.combinations import Combined, combined, count_both
from reelation.create.gaps.expected import shuffled
from reelation.create.gaps.gaps import GapsWanted
from reelation.create.gaps.scarcity import Scarce, scarce

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
_FEW, _CONTROLS, _NEAR, _DRAWS = 2, 5, 0.7, 2000
_LEAST = 0.01


def later(atlas: Atlas, found: Combined, until: int) -> Floats:
    """[topics, topics] titles after `until` with both."""
    rows = np.flatnonzero(np.asarray(atlas.year) > until)
    owners, numbers = [], []
    for topics in {id(one): one for one, _ in found.sources}.values():
        at = np.full(len(topics), -1)
        for number, (source, place) in enumerate(found.sources):
            if source is topics:
                at[place] = number
        places, having = topics.of(rows)
        kept = at[having] >= 0
        owners.append(places[kept])
        numbers.append(at[having[kept]])
    owner, topic = np.concatenate(owners), np.concatenate(numbers)
    order = np.lexsort((topic, owner))
    return count_both(owner[order], topic[order], len(found.kind))


def compare(found: Combined, tested: Scarce, after: Floats) -> dict[str, dict[str, float]]:
    """How much more often flagged combinations come true than controls, with bootstrap intervals over them."""
    one, two = np.triu_indices(len(found.kind), 1)
    seen, true = found.both[one, two], after[one, two] > 0
    chance, late = (np.log(np.maximum(part[one, two], _LEAST)) for part in (found.chance, found.chance_lately))
    types = np.minimum(found.kind[one], found.kind[two]) * 100 + np.maximum(found.kind[one], found.kind[two])
    flags = np.zeros_like(found.both, bool)
    flags[tested.one[tested.called], tested.two[tested.called]] = True
    flagged = flags[one, two] & (seen <= _FEW)
    free = np.flatnonzero(~flags[one, two] & (seen <= _FEW) & (found.chance[one, two] > 0))
    rates: dict[str, list[tuple[float, float, float]]] = {"as rare": [], "and as common": [], "and lately": []}
    for i in np.flatnonzero(flagged).tolist():
        same = free[seen[free] == seen[i]]
        rates["as rare"].append((float(seen[i]), float(true[i]), float(true[same].mean())))
        same = same[types[same] == types[i]]
        apart = np.abs(chance[same] - chance[i])
        for name, distance in (
            ("and as common", apart),
            ("and lately", np.maximum(apart, np.abs(late[same] - late[i]))),
        ):
            best = np.argsort(distance, kind="stable")[:_CONTROLS]
            best = best[distance[best] <= _NEAR]
            if len(best):
                rates[name].append((float(seen[i]), float(true[i]), float(true[same[best]].mean())))
    told = {name: _ratio(values) for name, values in rates.items()}
    told["as rare, no title at all"] = _ratio([value for value in rates["as rare"] if value[0] == 0])
    return told


def _ratio(values: list[tuple[float, float, float]]) -> dict[str, float]:
    if not values:
        return {"flagged": 0}
    _, own, controls = np.array(values).T
    random = np.random.default_rng(0)
    drawn = random.integers(0, len(own), (_DRAWS, len(own)))
    ratios = own[drawn].mean(axis=1) / np.maximum(controls[drawn].mean(axis=1), 1e-9)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return {
        "flagged": len(own),
        "came true": round(float(own.mean()), 3),
        "controls": round(float(controls.mean()), 3),
        "ratio": round(float(own.mean() / max(float(controls.mean()), 1e-9)), 2),
        "low": round(float(low), 2),
        "high": round(float(high), 2),
    }


def any_gap(found: Combined, wanted: GapsWanted, seed: int) -> int:
    """Pairs called in a world of chance."""
    owner, number = shuffled(found.owner, found.number, found.kind, found.stratum, np.random.default_rng(seed))
    world = replace(found, owner=owner, number=number, both=count_both(owner, number, len(found.kind)))
    tested = scarce(world, wanted.fewest_expected, wanted.fewest_lately, wanted.rate)
    return int((tested.q_values <= wanted.rate).sum())


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("atlas", type=Path)
    parser.add_argument("--catalogue", type=Path, help="make ATLAS from this catalogue, without training")
    parser.add_argument("--until", type=int, required=True)
    parser.add_argument("--shuffles", type=int, default=0)
    parser.add_argument("--out", type=Path)
    for name in ("rate", "fewest_expected", "fewest_lately"):
        parser.add_argument(f"--{name}", type=float, default=getattr(GapsWanted(), name))
    asked = parser.parse_args()
    wanted = GapsWanted(rate=asked.rate, fewest_expected=asked.fewest_expected, fewest_lately=asked.fewest_lately)
    if asked.catalogue is not None:
        from tests.untrained import untrained_atlas

        from reelation.catalogue.store import Catalogue

        untrained_atlas(Catalogue.open(asked.catalogue), asked.atlas)
    atlas = Atlas.open(asked.atlas)
    found = combined(atlas, wanted.by, asked.until, wanted.fewest)
    tested = scarce(found, wanted.fewest_expected, wanted.fewest_lately, wanted.rate)
    told: dict[str, object] = {"until": asked.until, "tested": len(tested.one), "called": int(tested.called.sum())}
    told |= compare(found, tested, later(atlas, found, asked.until))
    for name, value in told.items():
        print(f"{name}: {value}", flush=True)
    if asked.shuffles:
        calls = [any_gap(found, wanted, seed) for seed in range(asked.shuffles)]
        told["shuffles"], told["shuffles with any gap"] = len(calls), sum(call > 0 for call in calls)
        told["gaps a shuffle"] = float(np.mean(calls))
        print(f"shuffles with any gap: {told['shuffles with any gap']} of {len(calls)}; {told['gaps a shuffle']} each")
    if asked.out:
        asked.out.write_text(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
