"""Opening saved arrays without reading them."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

_SMALL = 1 << 16


def load_array(path: Path) -> NDArray[Any]:
    """Open a `.npy` file: mapped into memory, or read whole where that is quicker (or it is empty).

    Raises:
        ValueError, OSError: the file is missing, cut short or no `.npy` file.
    """
    mode: Literal["r"] | None = "r" if path.stat().st_size > _SMALL else None
    try:
        return np.load(path, mmap_mode=mode, allow_pickle=False)  # type: ignore[no-any-return]
    except EOFError as error:
        raise ValueError(f"{path} is empty") from error
