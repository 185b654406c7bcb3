"""How well titles and people are found by what people type, and how quickly.

    python benchmarks/title_search.py [--atlas demo/atlas] [--each 300] [--seed 2] [--json out.json]

Questions are invented from the atlas's own names (tests/mistyped.py): titles half drawn evenly, half among the tenth
that is best known; people likewise. The default catalogue has no Chinese names, so the well-known Chinese names of some
130 films (chinese_names.csv) are added to a copy of the atlas first. Beside it in the same run:

- plain tantivy: each name once by its words and once by runs of two and three letters, all lower case, ranked by BM25;
- plain rapidfuzz: `WRatio` over all names, the best known first where several fit alike.

Both have every name that Reelation has, and search titles where a title is asked for, people where a person is. A
question by name alone is answered by any title of that name. Time is processor time of the one thread that answers, one
question after the other.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from tests.mistyped import BY_YEAR, CHINESE, WAYS, Named, Question, questions

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas, AtlasContent, write_atlas
from reelation.errors import ReelationError
from reelation.folding import fold
from reelation.ids import Strings
from reelation.search.lookup import find
from reelation.search.naming import node_range
from reelation.title_search.names import Names, names_of, title_renown
from reelation.title_search.search import TitleSearch

KNOWN = 0.1
"""Share of titles and people that count as well known."""
Finder = Callable[[str, str], list[str]]
"""Text and type -> ids of up to five titles or people, best first."""


def main() -> None:
    """Ask everybody everything and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--atlas", type=Path, default=Path("demo/atlas"))
    asked.add_argument("--each", type=int, default=300, help="questions of a kind")
    asked.add_argument("--seed", type=int, default=2)
    asked.add_argument("--only", choices=["reelation", "tantivy", "rapidfuzz"], action="append")
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as home:
        atlas, chinese = with_chinese_names(Atlas.open(options.atlas), Path(home) / "atlas")
        kinds = list(invented(atlas, chinese, options.each, np.random.default_rng(options.seed)))
        finders: dict[str, Callable[[], Finder]] = {
            "reelation": lambda: by_reelation(atlas),
            "tantivy": lambda: by_tantivy(atlas),
            "rapidfuzz": lambda: by_rapidfuzz(atlas),
        }
        found = {}
        for name in options.only or finders:
            began = time.perf_counter()
            finder = finders[name]()
            print(f"{name}: ready after {time.perf_counter() - began:.2f} s")
            found[name] = asked_all(atlas, finder, kinds)
    show(found)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def with_chinese_names(atlas: Atlas, folder: Path) -> tuple[Atlas, list[Named]]:
    """A copy of `atlas` in `folder` that has more Chinese names, and the films with theirs."""
    added: dict[int, str] = {}
    with Path(__file__).with_name("chinese_names.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            try:
                added[find(atlas, line["title"]).row] = line["chinese"]
            except ReelationError:
                continue
    rows = np.array(sorted(added), np.int64)
    names = [added[row] for row in rows.tolist()]
    keys = [*atlas.name_keys, *(fold(name) for name in names)]
    order = sorted(range(len(keys)), key=lambda at: keys[at].encode())
    parts = {name: part for name in atlas.manifest.parts if (part := atlas.part(name)) is not None}
    start = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(atlas)))]).astype(np.int64)
    parts["names"] = Part({"start": start, "name": Strings.of(names), "language": Strings.of("zh" for _ in names)})
    content = AtlasContent(**{column.name: getattr(atlas, column.name) for column in fields(AtlasContent)})
    content = replace(
        content,
        name_keys=Strings.of(keys[at] for at in order),
        name_row=np.concatenate([atlas.name_row, rows.astype(np.int32)])[order],
        name_rank=np.concatenate([atlas.name_rank, np.full(len(rows), 2, np.uint8)])[order],
    )
    films = [Named(atlas.titles[int(row)], name) for row, name in zip(rows, names, strict=True)]
    return write_atlas(folder, content, atlas.manifest, parts), films


def invented(atlas: Atlas, chinese: Sequence[Named], each: int, rng: np.random.Generator) -> list[tuple[str, Question]]:
    """Questions, each with the type that is asked for."""
    titles = [Named(atlas.titles[row], atlas.names[row], int(atlas.year[row]) or None) for row in range(len(atlas))]
    first, last = node_range(atlas, "person")
    people = [Named(atlas.nodes[node], atlas.node_names[node]) for node in range(first, last)]
    sizes = np.diff(np.asarray(atlas.posting_start[first : last + 1]))
    found: list[tuple[str, Question]] = []
    for things, renown, kind in ((titles, title_renown(atlas), "title"), (people, sizes, "person")):
        known = np.argsort(-renown, kind="stable")[: max(1, int(len(things) * KNOWN))]
        for some in (things, [things[at] for at in known.tolist()]):
            ways = WAYS if kind == "title" else {name: WAYS[name] for name in ("as written", "one typo", "two typos")}
            found += [(kind, one) for one in questions(some, ways, each // 2, rng)]
            if kind == "title":
                found += [(kind, one) for one in questions(some, BY_YEAR, each // 2, rng, by_year=True)]
    return found + [("title", one) for one in questions(chinese, CHINESE, each, rng)]


def by_reelation(atlas: Atlas) -> Finder:
    """The product."""
    search = TitleSearch.open(atlas)
    return lambda text, kind: [hit.id for hit in search.search(text[:200], count=5, type=kind)]


def by_tantivy(atlas: Atlas) -> Finder:
    """Words and runs of letters, ranked by BM25."""
    import tantivy

    fields = tantivy.SchemaBuilder()
    fields.add_unsigned_field("thing", fast=True)
    fields.add_text_field("words", tokenizer_name="default")
    fields.add_text_field("grams", tokenizer_name="grams", index_option="freq")
    schema = fields.build()
    grams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 3)).filter(tantivy.Filter.lowercase()).build()
    searchers = {}
    for kind, (names, _) in zip(("title", "person"), names_of(atlas), strict=True):
        index = tantivy.Index(schema)
        index.register_tokenizer("grams", grams)
        writer = index.writer(num_threads=1)
        for name, thing in shown(atlas, kind, names):
            document = tantivy.Document()
            document.add_unsigned("thing", thing)
            document.add_text("words", name)
            document.add_text("grams", name)
            writer.add_document(document)
        writer.commit()
        index.reload()
        searchers[kind] = index

    def finder(text: str, kind: str) -> list[str]:
        index = searchers[kind]
        query, _ = index.parse_query_lenient("".join(c if c.isalnum() else " " for c in text), ["words", "grams"])
        searcher = index.searcher()
        hits = searcher.search(query, 20, count=False).hits
        things = searcher.fast_field_values("thing", [place for _, place in hits]) if hits else []
        return ids(atlas, kind, things)

    return finder


def by_rapidfuzz(atlas: Atlas) -> Finder:
    """Every name compared by `WRatio`."""
    from rapidfuzz import fuzz, process, utils

    kept = {}
    for kind, (names, renown) in zip(("title", "person"), names_of(atlas), strict=True):
        pairs = list(shown(atlas, kind, names))
        known = dict(zip(names.thing.tolist(), renown.tolist(), strict=True))
        pairs.sort(key=lambda pair: -known.get(pair[1], 0.0))  # the order decides between equals
        kept[kind] = ([utils.default_process(name) for name, _ in pairs], [thing for _, thing in pairs])

    def finder(text: str, kind: str) -> list[str]:
        names, things = kept[kind]
        found = process.extract(utils.default_process(text), names, scorer=fuzz.WRatio, limit=20)
        return ids(atlas, kind, [things[at] for *_, at in found])

    return finder


def shown(atlas: Atlas, kind: str, names: Names) -> list[tuple[str, int]]:
    """Names as they are written, once a title or person, and what bears them; other names as the atlas keeps them."""
    if kind == "person":
        return [(atlas.node_names[thing], thing) for thing in names.thing.tolist()]
    own = [(atlas.names[row], row) for row in range(len(atlas))]
    return own + [(names.keys[at], int(names.thing[at])) for at in np.flatnonzero(names.form > 0).tolist()]


def ids(atlas: Atlas, kind: str, things: Sequence[object]) -> list[str]:
    """Ids of the first five different ones."""
    some = list(dict.fromkeys(int(str(thing)) for thing in things))[:5]
    return [(atlas.titles if kind == "title" else atlas.nodes)[thing] for thing in some]


def asked_all(atlas: Atlas, finder: Finder, kinds: Sequence[tuple[str, Question]]) -> dict[str, dict[str, float]]:
    """By kind of question: how many, hit@1, hit@5, median and 95th percentile in milliseconds."""
    named = {atlas.titles[row]: fold(atlas.names[row]) for row in range(len(atlas))}
    first, last = node_range(atlas, "person")
    named |= {atlas.nodes[node]: fold(atlas.node_names[node]) for node in range(first, last)}
    got: dict[str, list[tuple[int, float]]] = {}
    for kind, one in kinds:
        began = time.thread_time()
        found = finder(one.text, kind)
        took = time.thread_time() - began
        right = [key for key in found if key == one.wanted.id or (not one.by_year and same(named, key, one.wanted))]
        place = found.index(right[0]) if right else 99
        name = f"person, {one.kind}" if kind == "person" else one.kind
        got.setdefault(name, []).append((place, took * 1000))
        got.setdefault("all", []).append((place, took * 1000))
    return {name: figures(rows) for name, rows in got.items()}


def same(named: dict[str, str], key: str, wanted: Named) -> bool:
    """Whether a title has the name that was looked for."""
    return named[key] == fold(wanted.name)


def figures(rows: Sequence[tuple[int, float]]) -> dict[str, float]:
    """Of one kind of question."""
    places, took = np.array(rows).T
    return {
        "questions": len(rows),
        "hit@1": round(float((places < 1).mean()), 4),
        "hit@5": round(float((places < 5).mean()), 4),
        "median_ms": round(float(np.median(took)), 2),
        "p95_ms": round(float(np.quantile(took, 0.95)), 2),
    }


def show(found: dict[str, dict[str, dict[str, float]]]) -> None:
    """One line a kind of question, one column a finder."""
    kinds = list(next(iter(found.values())))
    print(f"{'':34}{'n':>6}" + "".join(f"{name:>24}" for name in found))
    for kind in sorted(kinds, key=lambda kind: kind == "all"):
        cells = [rows[kind] for rows in found.values()]
        line = "".join(f"{cell['hit@1']:>8.3f}{cell['hit@5']:>7.3f}{cell['p95_ms']:>9.1f}" for cell in cells)
        print(f"{kind:34}{cells[0]['questions']:>6}{line}")


if __name__ == "__main__":
    main()
