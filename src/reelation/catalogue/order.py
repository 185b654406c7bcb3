"""Ids in order: most columns of ids are, and then what is costly to ask of text is cheap."""

from __future__ import annotations

import polars as pl


def rising(ids: pl.Series) -> bool:
    """Whether `ids` are in order and each stands there once."""
    return bool((ids.head(-1) < ids.slice(1)).all())


def repeated(ids: pl.Series) -> pl.Series:
    """[ids] Boolean: which stand there more than once."""
    return pl.repeat(False, ids.len(), eager=True) if rising(ids) else ids.is_duplicated()
