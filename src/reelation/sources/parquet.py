"""Parquet files of strangers: Polars panics on bytes that contradict each other, and says so on the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from reelation.errors import DataError


def read_columns(path: Path) -> list[str]:
    """The names of a Parquet file's columns.

    Raises:
        DataError: it is no readable Parquet file.
    """
    with _panics_are_data_errors(path):
        return list(pl.read_parquet_schema(path))


def read_rows(path: Path) -> pl.DataFrame:
    """A whole Parquet file.

    Raises:
        DataError: it is no readable Parquet file.
    """
    with _panics_are_data_errors(path):
        return pl.read_parquet(path)


@contextmanager
def _panics_are_data_errors(path: Path) -> Iterator[None]:
    """Meanwhile nothing reaches standard error, where a panic would leave its trace."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException) as error:
        raise DataError(f"{path.name} is no readable Parquet file: {error}") from error
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
