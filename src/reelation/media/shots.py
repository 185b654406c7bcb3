"""Where one shot ends and the next begins: hard cuts, found by PySceneDetect frame by frame.

Source: Castellano, PySceneDetect, https://www.scenedetect.com: a cut is a frame that differs from the last one three
    times as much as its neighbours do from theirs (`AdaptiveDetector`). Dissolves are mostly not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MissingExtraError

Bytes = NDArray[np.uint8]

SHORTEST = 0.4
"""Seconds that a shot lasts at least."""
_CLOCK = 1000
"""Ticks a second that times are told in."""


class CutFinder:
    """Finds cuts in frames that come one by one."""

    def __init__(self) -> None:
        try:
            from scenedetect.common import FrameTimecode
            from scenedetect.detectors import AdaptiveDetector
        except ModuleNotFoundError as error:
            raise MissingExtraError("Finding shots", "media") from error
        self._time: Any = FrameTimecode
        self._detector: Any = AdaptiveDetector(min_scene_len=int(SHORTEST * _CLOCK))
        self.cuts: list[float] = []
        """Seconds at which a new shot begins."""

    def see(self, time: float, pixels: Bytes) -> None:
        """Look at the next frame: its time in seconds, [height, width, 3] sRGB."""
        at = self._time(round(time * _CLOCK), float(_CLOCK))
        for cut in self._detector.process_frame(at, np.ascontiguousarray(pixels[..., ::-1])):
            self.cuts.append(cut.frame_num / _CLOCK)


def shot_lengths(cuts: Sequence[float], start: float, stop: float) -> NDArray[np.float64]:
    """[shots] seconds of each shot between `start` and `stop`."""
    return np.diff(np.array([start, *cuts, max(stop, *cuts, start) if cuts else max(stop, start)]))
