"""Picture files into pixels, with care: the header is judged first, and large ones are unpacked small.

file  ->  open_picture  ->  [height, width, 3] uint8 sRGB, longest side `SIDE`
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MediaError, MissingExtraError

if TYPE_CHECKING:
    from PIL import Image

Bytes = NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF")
SIDE = 192
"""Pixels of the longest side that features are computed on."""
MOST_BYTES = 64 << 20
MOST_PIXELS = 60_000_000
_LEAST = 8
"""Pixels of the shorter side of the smallest picture that says anything."""


def open_picture(path: Path, side: int = SIDE) -> Bytes:
    """Read a picture and shrink it to a longest side of `side`; of an animated one, the first frame.

    Turned as its EXIF data says; what is transparent becomes white.

    Returns:
        [height, width, 3] uint8 sRGB.

    Raises:
        MediaError: no picture, damaged, cut off, tiny, or larger than `MOST_BYTES` or `MOST_PIXELS`.
        MissingExtraError: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageOps
    except ModuleNotFoundError as error:
        raise MissingExtraError("Reading pictures", "media") from error
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise MediaError(f"{path.name} is refused: {size:,} bytes are more than {MOST_BYTES:,} for a picture.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our limit on pixels is below Pillow's
            with Image.open(path, formats=FORMATS) as opened:
                width, height = opened.size
                if width * height > MOST_PIXELS:
                    raise MediaError(
                        f"{path.name} is refused: it unpacks to {width:,} x {height:,} pixels, more than "
                        f"{MOST_PIXELS:,} together. Make it smaller first."
                    )
                if min(width, height) < _LEAST:
                    raise MediaError(f"{path.name} is only {width} x {height} pixels; nothing can be said of it.")
                opened.draft("RGB", (2 * side, 2 * side))
                upright = ImageOps.exif_transpose(opened)
                return shrunk(_flat(upright), side)
    except MediaError:
        raise
    except Image.DecompressionBombError as error:
        raise MediaError(f"{path.name} is refused: it unpacks to more than {MOST_PIXELS:,} pixels.") from error
    except FileNotFoundError as error:
        raise MediaError(f"There is no file {path}.") from error
    except MemoryError as error:
        raise MediaError(f"{path.name} is refused: it takes more memory than a picture may.") from error
    except Exception as error:  # decoders raise anything from struct.error to SyntaxError on what is damaged
        known = "cannot identify" in str(error)
        why = f"no picture of a known kind ({', '.join(FORMATS)})" if known else f"damaged or cut off ({error})"
        raise MediaError(f"{path.name} cannot be read: it is {why}.") from error


def shrunk(picture: Image.Image, side: int = SIDE) -> Bytes:
    """An RGB picture of Pillow's as pixels with a longest side of `side`; small ones are enlarged."""
    from PIL import Image

    scale = side / max(picture.size)
    size = (max(_LEAST, round(picture.width * scale)), max(_LEAST, round(picture.height * scale)))
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BICUBIC)
    return np.asarray(picture, np.uint8)


def _flat(picture: Image.Image) -> Image.Image:
    """Any mode as RGB: transparency over white, 16 bits as 8."""
    from PIL import Image

    if picture.mode == "RGB":
        return picture
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, np.float64)
        top = 65535.0 if picture.mode.startswith("I") else max(float(values.max()), 1e-9)
        return Image.fromarray(np.asarray(np.clip(values / top, 0, 1) * 255, np.uint8)).convert("RGB")
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, seen).convert("RGB")
    return picture.convert("RGB")
