"""Import at IMDb's scale, measured against the least that any reader of the same files has to do.

    python benchmarks/import_scale.py --titles 1000000 --credits 8000000

Makes a world (`imdb_synthetic`), then does each kind of work in turn, every time in a fresh process:

    bare       Polars alone, as one writes it: scan the files, join to titles and people, ids and words to
               integer codes by Categorical, collect. Nothing is checked, counted, sorted or written.
    lean       the same by hand: ids become row numbers in the joins, and lists are taken apart.
    catalogue  ImdbSource.read and write_catalogue: every row accounted for, sorted, repeats dropped, written as
               Parquet, hashed.
    import     import_paths, which is `reelation import`: the same with labels made alike and loose ends looked for.

Prints a table and one line of JSON: wall and processor time (medians), the largest memory, and both times as
multiples of the bare ones.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import polars as pl

Figures = dict[str, float]
_NUMBERS = {
    "title.basics": ("isAdult", "startYear", "endYear", "runtimeMinutes"),
    "title.principals": ("ordering",),
    "title.akas": (),
    "title.crew": (),
    "title.episode": ("seasonNumber", "episodeNumber"),
    "title.ratings": ("averageRating", "numVotes"),
    "name.basics": ("birthYear", "deathYear"),
}


def bare(folder: Path, _: Path) -> int:
    """Scan, join, encode, collect; returns the rows."""
    rows = {name: _scan(folder / f"{name}.tsv", numbers) for name, numbers in _NUMBERS.items()}
    titles, people = rows["title.basics"].select("tconst"), rows["name.basics"].select("nconst")
    lazy = [
        _coded(rows["title.basics"], "tconst", "titleType"),
        _coded(rows["name.basics"], "nconst"),
        _coded(
            rows["title.principals"].join(titles, on="tconst").join(people, on="nconst"), "tconst", "nconst", "category"
        ),
        _coded(rows["title.akas"].join(titles, left_on="titleId", right_on="tconst"), "titleId"),
        _coded(rows["title.crew"].join(titles, on="tconst"), "tconst"),
        _coded(rows["title.episode"].join(titles, on="tconst"), "tconst", "parentTconst"),
        _coded(rows["title.ratings"].join(titles, on="tconst"), "tconst"),
    ]
    frames = [frame.collect(engine="streaming") for frame in lazy]
    return sum(frame.height for frame in frames)


def lean(folder: Path, _: Path) -> int:
    """The same with as little work as we know how; returns the rows."""
    rows = {name: _scan(folder / f"{name}.tsv", numbers) for name, numbers in _NUMBERS.items()}
    kinds = pl.col("titleType").cast(pl.Categorical)
    basics = rows["title.basics"].with_columns(kinds).with_row_index("t").collect(engine="streaming")
    names = rows["name.basics"].drop("primaryProfession", "knownForTitles").with_row_index("p")
    named = names.collect(engine="streaming")
    titles, people = basics.lazy().select("tconst", "t"), named.lazy().select("nconst", "p")
    crew = rows["title.crew"].join(titles, on="tconst")
    credits = rows["title.principals"].join(titles, on="tconst").join(people, on="nconst")
    parents = titles.select(parentTconst="tconst", parent="t")
    akas = rows["title.akas"].join(titles, left_on="titleId", right_on="tconst")
    lazy = [
        _listed(basics.lazy(), "genres").with_columns(pl.col("genres").cast(pl.Categorical)),
        credits.select("t", "p", pl.col("category").cast(pl.Categorical), "ordering", "characters"),
        *(
            _listed(crew, role).join(people, left_on=role, right_on="nconst").select("t", "p")
            for role in ("directors", "writers")
        ),
        akas.select("t", "title", pl.col("region", "language").cast(pl.Categorical)),
        rows["title.episode"].join(titles, on="tconst").join(parents, on="parentTconst").drop("tconst", "parentTconst"),
        rows["title.ratings"].join(titles, on="tconst").drop("tconst"),
    ]
    frames = [basics, named, *(frame.collect(engine="streaming") for frame in lazy)]
    return sum(frame.height for frame in frames)


def catalogue(folder: Path, target: Path) -> int:
    """Read with the IMDb source and write a catalogue; returns its rows."""
    from reelation.catalogue.store import write_catalogue
    from reelation.sources.base import Report
    from reelation.sources.imdb import ImdbSource

    written = write_catalogue(target, ImdbSource().read(folder, Report()), ())
    return sum(written.manifest()["rows"].values())


def whole_import(folder: Path, target: Path) -> int:
    """Do what the command line does; returns the catalogue's rows."""
    from reelation.sources.importing import import_paths

    return sum(import_paths([folder], target).catalogue.manifest()["rows"].values())


WORK: dict[str, Callable[[Path, Path], int]] = {
    "bare": bare,
    "lean": lean,
    "catalogue": catalogue,
    "import": whole_import,
}


def _scan(path: Path, numbers: Sequence[str]) -> pl.LazyFrame:
    text = pl.scan_csv(path, separator="\t", quote_char=None, null_values=["\\N"], infer_schema=False)
    return text.with_columns(pl.col(numbers).cast(pl.Float32, strict=False))


def _coded(rows: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
    return rows.with_columns(pl.col(columns).cast(pl.Categorical).to_physical())


def _listed(rows: pl.LazyFrame, column: str) -> pl.LazyFrame:
    return rows.select("t", column).drop_nulls(column).with_columns(pl.col(column).str.split(",")).explode(column)


def measure(kind: str, folder: Path) -> Figures:
    """Do one kind of work here and now: rows, wall_s, cpu_s, peak_gb of this process."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as target:
        started, used = time.perf_counter(), sum(os.times()[:2])
        rows = WORK[kind](folder, Path(target))
        wall, cpu = time.perf_counter() - started, sum(os.times()[:2]) - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"rows": rows, "wall_s": wall, "cpu_s": cpu, "peak_gb": peak / 1e9}


def compare(folder: Path, rounds: int) -> dict[str, Figures]:
    """Do all kinds of work in turn, several rounds, each in a fresh process."""
    runs: dict[str, list[Figures]] = {kind: [] for kind in WORK}
    for _ in range(rounds):
        for kind in WORK:
            command = [sys.executable, __file__, "--measure", kind, "--folder", str(folder)]
            runs[kind].append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return {kind: {name: _summed_up(name, done) for name in done[0]} for kind, done in runs.items()}


def _summed_up(name: str, runs: list[Figures]) -> float:
    values = [run[name] for run in runs]
    return max(values) if name == "peak_gb" else median(values)


def report(found: dict[str, Figures]) -> str:
    """The figures as a table."""
    lines = [f"{'':10} {'rows':>12} {'wall s':>8} {'x bare':>7} {'cpu s':>8} {'x bare':>7} {'peak GB':>8}"]
    for kind, run in found.items():
        ratios = [run[name] / found["bare"][name] for name in ("wall_s", "cpu_s")]
        times = f"{run['wall_s']:8.2f} {ratios[0]:7.2f} {run['cpu_s']:8.2f} {ratios[1]:7.2f}"
        lines.append(f"{kind:10} {run['rows']:12,.0f} {times} {run['peak_gb']:8.2f}")
    return "\n".join(lines)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure import at IMDb's scale against bare Polars.")
    parser.add_argument("--titles", type=int, default=1_000_000)
    parser.add_argument("--credits", type=int, default=8_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="files that are there already, instead of a new world")
    parser.add_argument("--measure", choices=list(WORK), help="one kind of work, in this process")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="reelation-") as scratch:
        folder = options.folder
        if folder is None:
            folder = Path(scratch) / "imdb"
            maker = [sys.executable, str(Path(__file__).with_name("imdb_synthetic.py")), str(folder)]
            size = [f"--titles={options.titles}", f"--credits={options.credits}", f"--seed={options.seed}"]
            subprocess.run([*maker, *size], check=True)
        found = compare(folder, options.rounds)
    print(report(found))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
