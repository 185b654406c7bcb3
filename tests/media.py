"""Invented pictures, clips and sounds with known content, and hostile ones."""

from __future__ import annotations

import struct
import wave
import zlib
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]


def plain(colour: tuple[int, int, int], width: int = 120, height: int = 178) -> Bytes:
    """A picture of one colour."""
    return np.full((height, width, 3), colour, np.uint8)


def scene(seed: int, width: int = 320, height: int = 180) -> Bytes:
    """A picture of a few coloured boxes on a ground, another one for each seed."""
    rng = np.random.default_rng(seed)
    found = plain(tuple(rng.integers(0, 256, 3).tolist()), width, height)
    for _ in range(6):
        top, left = rng.integers(0, height * 4 // 5), rng.integers(0, width * 4 // 5)
        tall, wide = rng.integers(height // 8, height // 2), rng.integers(width // 8, width // 2)
        found[top : top + tall, left : left + wide] = rng.integers(0, 256, 3)
    return found


def save_picture(path: Path, pixels: Bytes, **options: object) -> Path:
    """Write a picture; its kind is that of the ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)  # type: ignore[arg-type]
    return path


def save_clip(path: Path, frames: Iterable[Bytes], rate: int = 24, codec: str = "mpeg4", gop: int = 12) -> Path:
    """Write frames as a clip without sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = None
        for number, pixels in enumerate(frames):
            if stream is None:
                stream = cast(VideoStream, container.add_stream(codec, rate=rate))
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt, stream.gop_size = "yuv420p", gop
                stream.time_base = Fraction(1, rate)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        assert stream is not None
        container.mux(stream.encode())
    return path


def save_sound(path: Path, samples: NDArray[np.floating[Any]], rate: int = 22_050) -> Path:
    """Write samples of -1 to 1 as a WAV of 16 bits, one channel."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return path


def clicks(tempo: float, seconds: float = 20, rate: int = 22_050) -> NDArray[np.float64]:
    """Clicks at so many a minute."""
    found = np.zeros(int(seconds * rate))
    click = np.exp(-np.arange(2000) / 300) * np.sin(np.arange(2000) * 0.3)
    for beat in np.arange(0, seconds - 0.1, 60 / tempo):
        at = int(beat * rate)
        found[at : at + 2000] += click[: len(found) - at]
    return found * 0.8


def long_sound(path: Path, hours: float) -> Path:
    """A silent WAV of so many hours, 8,000 bytes a second that take no room on disk."""
    size = int(hours * 3600 * 8000)
    head = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    with path.open("wb") as file:
        file.write(head + b"data" + struct.pack("<I", size))
        file.truncate(44 + size)
    return path


def png_bomb(width: int = 60_000, height: int = 60_000, real: bool = False) -> bytes:
    """A small PNG that says it is huge; `real`: and is, all of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = height if real else 10
    row = b"\0" * (1 + width // 8)
    data = b"".join(packer.compress(row) for _ in range(rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def broken(content: bytes) -> dict[str, bytes]:
    """A file's content, damaged in several ways."""
    rng = np.random.default_rng(5)

    def flipped(share: float) -> bytes:
        found = bytearray(content)
        for place in rng.integers(20, len(content), max(1, int(share * len(content)))):
            found[place] = int(rng.integers(0, 256))
        return bytes(found)

    ways: dict[str, Callable[[], bytes]] = {
        "empty": lambda: b"",
        "header-only": lambda: content[:64],
        "half": lambda: content[: len(content) // 2],
        "tail": lambda: content[len(content) // 2 :],
        "noise": lambda: rng.integers(0, 256, len(content), dtype=np.uint8).tobytes(),
        "flipped": lambda: flipped(0.05),
    }
    return {name: make() for name, make in ways.items()}
