"""What the service writes to its log: warnings and defects, never a viewer's id or another value of a request.

There is no access log; /v1/metrics counts requests by route. A traceback names files, lines and the kind of error only:
the message of an unexpected error may quote what a client sent.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

_Found = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Time, level, message; of an exception its frames and its type."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: _Found) -> str:  # noqa: N802 - logging's name
        """The frames without the values."""
        parts: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None and len(parts) < 5:
            frames = "".join(traceback.format_tb(error.__traceback__))
            parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhile or because of:\n".join(parts)


def configure(level: int = logging.WARNING) -> None:
    """Write the log of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet())
    logging.basicConfig(level=level, handlers=[handler], force=True)
