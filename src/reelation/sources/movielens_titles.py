"""MovieLens titles taken apart: "City of Lost Children, The (Cité des enfants perdus, La) (1995)".

name "The City of Lost Children" · other name "La Cité des enfants perdus" · year 1995
"""

from __future__ import annotations

import polars as pl

_YEARS = r"\s*\((\d{4})(?:\s*[-–]\s*(\d{4})?\s*)?\)\s*$"
_OTHERS = r"((?:\s+\([^()]*\))+)$"
_ARTICLES = (
    "The|A|An|La|Le|Les|El|Los|Las|Il|Lo|I|Gli|Der|Die|Das|Ein|Eine|Un|Une|Uno|Una|De|Het|Een|Den|Det|En|Et|O|Os|As"
    "|Um|Uma"
)


def parts(raw: str) -> list[pl.Expr]:
    """What the column `raw` says.

    Returns:
        Columns `name`; `others`, a list of other names, null where there are none; `year`, Int16; and
        `end_year`, Int16, for "(2006–2007)". Years are null where the title has none.
    """
    text = pl.col(raw).str.strip_chars()
    bare = text.str.replace(_YEARS, "")
    name = bare.str.replace(_OTHERS, "")
    others = (
        bare.str.extract(_OTHERS)
        .str.extract_all(r"\([^()]*\)")
        .list.eval(_turned(pl.element().str.strip_chars("()").str.replace(r"^(?i:a\.?k\.?a\.?)\s+", "")))
    )
    return [
        _turned(pl.when(name == "").then(bare).otherwise(name)).alias("name"),
        others.alias("others"),
        text.str.extract(_YEARS, 1).cast(pl.Int16).alias("year"),
        text.str.extract(_YEARS, 2).cast(pl.Int16).alias("end_year"),
    ]


def _turned(name: pl.Expr) -> pl.Expr:
    """The article in front: "Matrix, The" becomes "The Matrix"."""
    plain = name.str.strip_chars()
    return plain.str.replace(rf"^(.+), ({_ARTICLES})$", "${2} ${1}").str.replace(r"^(.+), (L')$", "${2}${1}")
