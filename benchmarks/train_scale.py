"""Training and answering at IMDb's scale: time and memory of each step, each in a fresh process.

    python benchmarks/import_scale.py …   makes files; then
    python benchmarks/train_scale.py --folder imdb

Imports the files, trains the default network on them, asks for related titles from a cold process, and prints a table
of wall time and largest memory. The world is made up (`imdb_synthetic`), so only time and memory mean anything.
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
from pathlib import Path
from statistics import median

COMMAND = [sys.executable, "-m", "reelation"]


def timed(command: list[str]) -> tuple[float, float, str]:
    """Run a command: wall seconds, its largest memory in GB, its output."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        out.seek(0)
        text = out.read().decode()
    if status:
        sys.exit(f"{' '.join(command)}: failed")
    return wall, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9, text


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="IMDb files, made up or real")
    parser.add_argument("--questions", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder.resolve().parent) as scratch:
        catalogue, atlas = Path(scratch) / "catalogue", Path(scratch) / "atlas"
        where = ["-c", str(catalogue)]
        rows = [("import", *timed([*COMMAND, "import", str(options.folder), *where])[:2])]
        train = [*COMMAND, "train", *where, "-a", str(atlas), "--seed", "0"]
        rows.append(("train", *timed(train)[:2]))
        from reelation.atlas.store import Atlas

        titles = Atlas.open(atlas).titles
        asked = [titles[len(titles) * n // options.questions] for n in range(options.questions)]
        answers = [timed([*COMMAND, "related", one, "--json", "-a", str(atlas)]) for one in asked]
        rows.append(("related, cold", median(a[0] for a in answers), max(a[1] for a in answers)))
        size = sum(path.stat().st_size for path in atlas.rglob("*") if path.is_file()) / 1e9
        count = len(json.loads(answers[0][2])["related"])
    print(f"{len(titles):,} titles, atlas {size:.2f} GB, {count} related titles a question\n")
    print("| step | wall s | peak GB |\n|---|---:|---:|")
    for name, wall, peak in rows:
        print(f"| {name} | {wall:.2f} | {peak:.2f} |")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\nThe benchmark itself took {own:.2f} GB.")


if __name__ == "__main__":
    main()
