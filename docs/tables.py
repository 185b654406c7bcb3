"""Fill figures into pages: every number in a text about results is read from docs/results, none is typed.

{{table TASK}}                       the whole table, with its picture and what training cost
{{TASK | ROW | FIGURE}}              one figure with its interval, e.g. 0.812 (0.790-0.833)
{{TASK | ROW | FIGURE | mean}}       the number alone
{{TASK | ROW | ahead}}               main figure minus that of the best baseline, with its interval
{{TASK | ROW | against | OTHER}}     main figure of one of our rows minus that of another row, with its interval
{{TASK | best baseline}}             the name of the best baseline
{{mean | START | ROW | FIGURE}}      the mean of a figure over all tasks whose name starts like that

docs/results/*.json is what `reelation evaluate --out docs/results` writes; `.json` and `.svg` are kept.
"""

import json
import re
from pathlib import Path

from reelation.evaluation.report import Row, Table, markdown, training_cost

HERE = Path(__file__).parent
_PLACE = re.compile(r"\{\{(.+?)\}\}")


def read_tables() -> dict[str, tuple[Table, Path]]:
    """Task -> its table and its file."""
    found = {}
    for path in sorted((HERE / "results").glob("*.json")):
        table = Table.from_json(json.loads(path.read_text(encoding="utf-8")))
        found[table.task] = table, path
    return found


def fill(template: str, page: Path) -> str:
    """Put figures into a template.

    Args:
        template: text with places as above.
        page: the page that it becomes, for links to pictures.

    Raises:
        KeyError: a place names a task, row or figure that is not there.
    """
    tables = read_tables()

    def put(match: re.Match[str]) -> str:
        words = [word.strip() for word in match[1].split("|")]
        if words[0].startswith("table "):
            return _whole(*tables[words[0].removeprefix("table ")], page)
        if words[0] == "mean":
            folds = [table for name, (table, _) in tables.items() if name.startswith(words[1])]
            return f"{sum(_row(table, words[2]).figures[words[3]].mean for table in folds) / len(folds):.4f}"
        table = tables[words[0]][0]
        if words[1] == "best baseline":
            return str(table.best_baseline)
        row = _row(table, words[1])
        if words[2] == "ahead":
            assert row.ahead is not None, f"{words[1]} is the best baseline itself"
            return f"{row.ahead.mean:+.3f} ({row.ahead.low:+.3f} to {row.ahead.high:+.3f})"
        if words[2] == "against":
            apart = row.against[words[3]]
            return f"{apart.mean:+.3f} ({apart.low:+.3f} to {apart.high:+.3f})"
        value = row.figures[words[2]]
        return f"{value.mean:.3f}" + ("" if words[3:] else f" ({value.low:.3f}–{value.high:.3f})")

    return _PLACE.sub(put, template)


def _row(table: Table, name: str) -> Row:
    for row in table.rows:
        if row.name == name:
            return row
    raise KeyError(f"{table.task} has no row {name!r}; there are {[row.name for row in table.rows]}")


def _whole(table: Table, path: Path, page: Path) -> str:
    up = "../" * (len(page.relative_to(HERE).parts) - 1)
    parts = [table.about, markdown(table), f"![{table.task}]({up}results/{path.stem}.svg)"]
    cost = training_cost(table)
    if cost is not None:
        best, costs = cost
        kinds = {row.name: row.kind for row in table.rows}
        others = [one for one in costs if one.name != best and kinds[one.name] in ("ours", "other model")]
        said = [
            f"{one.name} in {one.seconds:.1f} s ({one.share:.2f} of the time)"
            if one.seconds is not None and one.share is not None
            else f"{one.name} not at all"
            for one in others
        ]
        whole = next(one.seconds for one in costs if one.name == best)
        parts.append(
            f"Best validation figure of a graph network among the others: {best}, after {whole:.1f} s of training. "
            f"It is reached by {'; '.join(said)}."
        )
    curves = path.with_name(f"{path.stem}-training.svg")
    if curves.exists():
        parts.append(f"![{table.task}, validation figure over training time]({up}results/{curves.name})")
    return "\n\n".join(parts)
