"""What became of the rows of a file, whoever reads it."""

from dataclasses import dataclass


@dataclass
class FileCount:
    """Rows of one file: rows_in == kept + set_aside + skipped, always."""

    rows_in: int = 0
    kept: int = 0
    set_aside: int = 0
    skipped: int = 0
    """Well-formed rows that are left out by design (music in a film list, books among films seen), named in a note."""
