"""Trailers and other clips: mise-en-scène and editing, the built-in encoder of moving pictures.

    frames  ->  shots, motion, light, colours over time, stills  ->  one vector, named figures, a colour barcode

Source: average shot length, colour variance, motion and lighting key as features for recommending films are Deldjoo
    et al. 2016, doi:10.1007/s13740-016-0060-9, after Rasheed, Sheikh & Shah 2005, doi:10.1109/TCSVT.2004.839993.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MissingExtraError
from reelation.media import colour
from reelation.media.barcode import barcode
from reelation.media.clips import Clip, Frame, open_clip
from reelation.media.encoder import Encoded
from reelation.media.images import WIDTH as STILL_WIDTH
from reelation.media.images import PictureEncoder, histogram
from reelation.media.palette import FIGURES as PALETTE_FIGURES
from reelation.media.palette import palette, palette_figures
from reelation.media.shots import CutFinder, shot_lengths

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

FIGURES = (
    *("seconds", "shots", "shot_seconds", "shot_seconds_median", "shot_seconds_sd", "motion", "motion_sd"),
    *("lighting_key", "lightness", "contrast", "colour_variance", "saturation", "warmth"),
    *PALETTE_FIGURES,
)
_SAMPLES = 4.0
"""Frames a second that light and colours are measured on; cuts are sought in all."""
_STILLS = 32
SLOTS = 16
LENGTHS = np.array([0.0, 0.7, 1.2, 2.0, 3.5, 6.0, 10.0, 20.0, np.inf])
"""Edges of the histogram of shot lengths, seconds."""
_FLOW = 96
"""Pixels of the longest side that motion is measured on."""
_PIXELS = 200
"""Pixels of each sample that the clip's palette is made of."""
_STYLE = 12 + len(LENGTHS) - 1 + 3 * SLOTS + 20
WIDTH = _STYLE + 85 + STILL_WIDTH


@dataclass
class _Seen:
    """What was measured so far."""

    times: list[float] = field(default_factory=list)
    means: list[Floats] = field(default_factory=list)
    """Mean CIELAB colour of each sample."""
    rows: list[tuple[float, ...]] = field(default_factory=list)
    """Of each sample: lightness, contrast, lighting key, colour variance, saturation, warmth, motion."""
    colours: list[Floats] = field(default_factory=list)
    histogram: Any = 0.0
    stills: list[Bytes] = field(default_factory=list)
    stride: int = 1
    finders: dict[int, CutFinder] = field(default_factory=dict)
    ends: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Time of the first and last frame of each span."""


class VideoEncoder:
    """The built-in encoder of moving pictures."""

    name = "video"
    version = "1"
    modality = "video"
    width = WIDTH
    figures = FIGURES

    def encode(self, path: Path) -> Encoded:
        """See `Encoder.encode`; reads the clip as a stream."""
        with open_clip(path) as clip:
            seen = _look(clip)
            return _encoded(seen, clip)


def _look(clip: Clip) -> _Seen:
    seen, next_sample, last_span = _Seen(), -1.0, -1
    before: Bytes | None = None
    for frame in clip.frames():
        if frame.span != last_span:
            last_span, next_sample, before = frame.span, -1.0, None
            seen.finders[frame.span] = CutFinder()
        finder = seen.finders[frame.span]
        finder.see(frame.time, frame.pixels)
        first, _ = seen.ends.get(frame.span, (frame.time, 0.0))
        seen.ends[frame.span] = (first, frame.time)
        if frame.time >= next_sample:
            next_sample = frame.time + 1 / _SAMPLES
            _sample(seen, frame, before)
        before = frame.pixels
    return seen


def _sample(seen: _Seen, frame: Frame, before: Bytes | None) -> None:
    colours = colour.lab(frame.pixels).reshape(-1, 3)
    brightness = frame.pixels.max(axis=-1) / np.float32(255)
    mean = colours.mean(axis=0)
    if len(seen.times) % seen.stride == 0:
        seen.stills.append(frame.pixels)
        if len(seen.stills) > _STILLS:
            seen.stills, seen.stride = seen.stills[::2], seen.stride * 2
    few = colours[:: max(1, len(colours) // _PIXELS)][:_PIXELS].copy()  # a view would keep the whole frame
    seen.times.append(frame.time)
    seen.means.append(mean)
    seen.colours.append(few)
    seen.histogram = seen.histogram + histogram(colours[::4])
    seen.rows.append(
        (
            float(mean[0]),
            float(colours[:, 0].std()),
            colour.lighting_key(brightness),
            colour.colour_variance(few),
            float(colour.saturation(frame.pixels).mean()),
            colour.warmth(colours),
            np.nan if before is None or before.shape != frame.pixels.shape else motion(before, frame.pixels),
        )
    )


def motion(before: Bytes, after: Bytes) -> float:
    """How far things move from one frame to the next: mean length of the optical flow, share of the diagonal.

    Args:
        before: [height, width, 3] sRGB.
        after: the same shape.

    Source: Farnebäck 2003, doi:10.1007/3-540-45103-X_50.
    """
    try:
        import cv2
    except ModuleNotFoundError as error:
        raise MissingExtraError("Measuring motion", "media") from error
    scale = _FLOW / max(before.shape)
    size = (max(16, round(before.shape[1] * scale)), max(16, round(before.shape[0] * scale)))
    grey = [
        cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        for pixels in (before, after)
    ]
    empty = np.zeros((size[1], size[0], 2), np.float32)
    flow = cv2.calcOpticalFlowFarneback(grey[0], grey[1], empty, 0.5, 3, 11, 2, 5, 1.1, 0)
    return float(np.hypot(flow[..., 0], flow[..., 1]).mean() / np.hypot(*size))


def _encoded(seen: _Seen, clip: Clip) -> Encoded:
    rows = np.array(seen.rows, np.float64)
    lengths, cuts = [], 0
    for span, finder in seen.finders.items():
        lengths.append(shot_lengths(finder.cuts, *seen.ends[span]))
        cuts += len(finder.cuts)
    covered = float(sum(some.sum() for some in lengths))
    whole = len(clip.spans) == 1
    seconds = clip.seconds or seen.times[-1]
    mean_shot = covered / (cuts + 1 if whole else max(cuts, 1))
    inside = np.concatenate([some if whole else some[1:-1] for some in lengths])
    inside = inside if len(inside) else np.array([mean_shot])
    moved = _moved(rows[:, 6], seen)
    main = palette(np.concatenate(seen.colours))
    figures = {
        "seconds": seconds,
        "shots": cuts + 1 if whole else max(1.0, round(seconds / mean_shot)),
        "shot_seconds": mean_shot,
        "shot_seconds_median": float(np.median(inside)),
        "shot_seconds_sd": float(inside.std()),
        "motion": float(np.nanmean(moved)) if np.isfinite(moved).any() else np.nan,
        "motion_sd": float(np.nanstd(moved)) if np.isfinite(moved).any() else np.nan,
        "lighting_key": float(rows[:, 2].mean()),
        "lightness": float(rows[:, 0].mean()),
        "contrast": float(rows[:, 1].mean()),
        "colour_variance": float(rows[:, 3].mean()),
        "saturation": float(rows[:, 4].mean()),
        "warmth": float(rows[:, 5].mean()),
        **palette_figures(main),
    }
    counts = np.histogram(np.maximum(inside, 1e-6), LENGTHS)[0] / len(inside)
    still = np.nan_to_num(moved)
    style = np.concatenate(
        [
            np.log1p([figures["shot_seconds"], figures["shot_seconds_median"], figures["shot_seconds_sd"]]) / 3,
            np.nan_to_num([30 * figures["motion"], 30 * figures["motion_sd"]]),
            30 * np.percentile(still, [50, 90]),
            [5 * figures["lighting_key"], 5 * rows[:, 2].std(), figures["contrast"] / 30],
            [figures["colour_variance"] / 30, figures["warmth"]],
            np.sqrt(counts),
            _over_time(rows[:, 0] / 100),
            _over_time(rows[:, 4]),
            _over_time(np.minimum(30 * still, 3)),
            (main / (100.0, 60.0, 60.0, 1.0)).ravel(),
        ]
    )
    encoder = PictureEncoder()
    stills = np.mean([encoder.encode_pixels(pixels).vector for pixels in seen.stills], axis=0)
    vector = np.concatenate([style, np.sqrt(seen.histogram / len(seen.times)), stills]).astype(np.float32)
    return Encoded(vector, figures, barcode(seen.times, np.array(seen.means)))


def _moved(values: NDArray[np.float64], seen: _Seen) -> NDArray[np.float64]:
    """Motion without the samples at a cut, where the flow means nothing."""
    at = np.array(seen.times)
    cuts = np.array([cut for finder in seen.finders.values() for cut in finder.cuts])
    if len(cuts) == 0:
        return values
    near = np.abs(at[:, None] - cuts[None, :]).min(axis=1) < 0.08
    return np.where(near, np.nan, values)


def _over_time(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """[samples] -> [SLOTS] means of equal stretches of time."""
    edges = np.linspace(0, len(values), SLOTS + 1)
    return np.array([values[int(low) : max(int(low) + 1, int(high))].mean() for low, high in pairwise(edges)])
