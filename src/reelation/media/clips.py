"""Clips and sound, decoded with PyAV as a stream: memory does not grow with length, no other file is opened.

    file  ->  open_clip  ->  frames(): time, small pixels   ->  video
                             sounds(): blocks of samples    ->  audio

Of what is longer than `WHOLE` seconds, `WINDOWS` pieces of `WINDOW` seconds at regular places are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MediaError, MissingExtraError
from reelation.media.pictures import SIDE

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,mp3,wav,flac,aac,aiff"
"""Containers that are opened; playlists, which name other files, are none of them."""
WHOLE = 20 * 60.0
WINDOW = 30.0
WINDOWS = 40
MOST_SIDE = 8192
MOST_PIXELS = 40_000_000
MOST_FRAMES = 150_000
"""Frames decoded of one file: more than `WHOLE` has at 120 a second."""
RATE = 22_050
"""Samples a second that sound is analysed at."""
_ENOUGH = 0.9
"""Share of the announced length that must be there."""


class Span(NamedTuple):
    """A stretch of a clip, seconds."""

    start: float
    stop: float


class Frame(NamedTuple):
    """One decoded frame, small."""

    span: int
    """Which stretch it is of."""
    time: float
    """Seconds from the beginning of the clip."""
    pixels: Bytes
    """[height, width, 3] sRGB, longest side `SIDE`."""


class Clip:
    """An opened file."""

    def __init__(self, container: Any, name: str) -> None:
        self._container, self._name = container, name
        length = container.duration
        self.seconds = length / 1_000_000 if length and length > 0 else None
        """Its announced length; None where it says none."""
        self.spans = spans(self.seconds)
        """What of it is read, in order."""
        self.read = 0.0
        """Seconds that were read so far."""

    def frames(self) -> Iterator[Frame]:
        """All frames of all `spans`, in order.

        Raises:
            MediaError: there are no pictures, or they are damaged, cut off, too large or too many.
        """
        stream = next(iter(self._container.streams.video), None)
        if stream is None or stream.codec_context is None:
            raise MediaError(f"{self._name} holds no moving pictures.")
        context = stream.codec_context
        if max(context.width, context.height) > MOST_SIDE or context.width * context.height > MOST_PIXELS:
            raise MediaError(f"{self._name} is refused: its frames are {context.width:,} x {context.height:,} pixels.")
        context.options = {"max_pixels": str(MOST_PIXELS)}
        count = 0
        for span, time, frame in self._decoded(stream):
            count += 1
            if count > MOST_FRAMES:
                raise MediaError(f"{self._name} is refused: it has more than {MOST_FRAMES:,} frames.")
            scale = SIDE / max(frame.width, frame.height)
            size = (max(16, round(frame.width * scale / 2) * 2), max(16, round(frame.height * scale / 2) * 2))
            yield Frame(span, time, frame.to_ndarray(format="rgb24", width=size[0], height=size[1]))
        if count < 2:
            raise MediaError(f"{self._name} holds no frames that can be read.")
        self._check()

    def sounds(self) -> Iterator[tuple[int, Floats]]:
        """Sound of all `spans` in order: (span, [samples] float32 of -1 to 1, one channel, `RATE` a second).

        Raises:
            MediaError: there is no sound, or it is damaged or cut off.
        """
        from av.audio.resampler import AudioResampler

        stream = next(iter(self._container.streams.audio), None)
        if stream is None or not stream.codec_context.sample_rate:
            raise MediaError(f"{self._name} holds no sound.")
        resampler, last = AudioResampler(format="fltp", layout="mono", rate=RATE), 0
        any_sound = False
        for span, _, frame in self._decoded(stream):
            if span != last:
                resampler, last = AudioResampler(format="fltp", layout="mono", rate=RATE), span
            frame.pts = None
            for block in resampler.resample(frame):
                samples = np.nan_to_num(block.to_ndarray()[0].astype(np.float32))
                any_sound = any_sound or bool(len(samples))
                yield span, np.clip(samples, -1, 1)
        if not any_sound:
            raise MediaError(f"{self._name} holds no sound that can be read.")
        self._check()

    def _decoded(self, stream: Any) -> Iterator[tuple[int, float, Any]]:
        """(span, seconds, frame) of one stream."""
        from av.error import EOFError as EndError
        from av.error import FFmpegError

        stream.thread_type = "NONE"
        stream.codec_context.thread_count = 1
        base = float(stream.time_base)
        first = (stream.start_time or 0) * base
        self.read = 0.0
        try:
            for number, span in enumerate(self.spans):
                if len(self.spans) > 1:
                    self._container.seek(int((span.start + first) / base), stream=stream)
                time = span.start
                for frame in self._container.decode(stream):
                    time = time if frame.pts is None else frame.pts * base - first
                    if time >= span.stop:
                        break
                    if time >= span.start:
                        self.read = max(self.read, time) if len(self.spans) == 1 else self.read
                        yield number, time, frame
                if len(self.spans) > 1:
                    self.read += max(0.0, min(time, span.stop) - span.start)
        except EndError:
            return
        except FFmpegError as error:
            raise MediaError(f"{self._name} is damaged after {self.read:.0f} s: {error.strerror}.") from error

    def _check(self) -> None:
        """Refuse a file that ends well before it said it would.

        Raises:
            MediaError: it does.
        """
        wanted = sum(span.stop - span.start for span in self.spans) if self.seconds else 0.0
        if self.read + 1.0 < _ENOUGH * wanted:
            raise MediaError(f"{self._name} is cut off or damaged: {self.read:.0f} of {wanted:.0f} s can be read.")


def spans(seconds: float | None) -> tuple[Span, ...]:
    """What is read of a clip of so many seconds; of one that does not say, its first `WHOLE`."""
    if seconds is None or seconds <= WHOLE:
        return (Span(0.0, WHOLE if seconds is None else seconds + 1.0),)
    starts = np.linspace(0, seconds - WINDOW, WINDOWS)
    return tuple(Span(float(start), float(start) + WINDOW) for start in starts)


@contextmanager
def open_clip(path: Path) -> Iterator[Clip]:
    """Open a clip or a sound.

    The file is handed over as bytes, and only formats that hold their own content are tried: nothing that it names (a
    playlist's entries, an address) is opened.

    Raises:
        MediaError: no such file, no known format, or damaged.
        MissingExtraError: PyAV is not installed.
    """
    try:
        import av
        from av.error import FFmpegError
    except ModuleNotFoundError as error:
        raise MissingExtraError("Reading clips and sound", "media") from error
    av.logging.set_level(None)
    if not path.is_file():
        raise MediaError(f"There is no file {path}.")
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "pipe"}
    with path.open("rb") as handle:
        try:
            container = av.open(handle, options=options, container_options=options)
        except (FFmpegError, OSError, ValueError, OverflowError) as error:
            raise MediaError(
                f"{path.name} cannot be read: it is no clip or sound of a known format, or its beginning or its "
                f"index is damaged ({getattr(error, 'strerror', None) or error})."
            ) from error
        with container:
            yield Clip(container, path.name)
