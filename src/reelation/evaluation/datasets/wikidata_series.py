"""Films of one series by Wikidata ("part of the series", P179): pairs in a table, groups out.

relation_pairs.tsv.gz  ->  series_groups  ->  series -> rows of its films in a catalogue
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path

from reelation.catalogue.store import Catalogue
from reelation.errors import DataError

LEFT_OUT = ("Q16290", "Q380519")
"""Two series of 158 and 90 films that are genres rather than series."""
_COLUMNS = {"relation", "group_qid", "qid_a", "imdb_a", "qid_b", "imdb_b"}


def series_groups(pairs: Path, catalogue: Catalogue) -> dict[str, set[int]]:
    """Wikidata series -> rows of its films in the catalogue, matched by IMDb id, else by Wikidata id.

    Args:
        pairs: gzipped table with tabs and the columns relation, group_qid, qid_a, imdb_a, qid_b, imdb_b.
        catalogue: whose rows are meant.

    Raises:
        DataError: the table is missing, cut short, or lacks a column.
    """
    titles = catalogue.table("titles")
    by_id = {key: row for column in ("wikidata_id", "imdb_id") for row, key in enumerate(titles[column]) if key}
    groups: dict[str, set[int]] = defaultdict(set)
    try:
        with gzip.open(pairs, "rt", encoding="utf-8") as handle:
            reader = csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
            if missing := _COLUMNS - set(reader.fieldnames or ()):
                raise DataError(f"{pairs} lacks the columns {', '.join(sorted(missing))}")
            for line in reader:
                if line["relation"] == "same_series" and line["group_qid"] not in LEFT_OUT:
                    rows = (by_id.get(line[f"imdb_{side}"], by_id.get(line[f"qid_{side}"])) for side in "ab")
                    groups[line["group_qid"]].update(row for row in rows if row is not None)
    except (OSError, EOFError, UnicodeError) as error:
        raise DataError(f"{pairs} cannot be read: {error}") from error
    return dict(groups)
