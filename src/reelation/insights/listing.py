"""What every answer that is a list has in common: it is a sequence of its items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


class Listing(Sequence[T]):
    """A sequence of `items`; the frozen dataclass of an answer derives from it."""

    items: tuple[T, ...]

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, at: int) -> T:  # type: ignore[override]
        return self.items[at]

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)
