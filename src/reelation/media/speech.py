"""How much of a sound is speech, music or silence: by rules on how loudness and timbre move, without a trained model.

Speech comes in syllables, about four a second, with short gaps and quick changes between voiced and hissing sounds;
music holds its level and its tones. Rough: singing, and speech over music, fall in between.

Source: the features are Scheirer & Slaney 1997, doi:10.1109/ICASSP.1997.596192, and Saunders 1996,
    doi:10.1109/ICASSP.1996.543290.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_WINDOW = 2.0
"""Seconds judged together."""
_SILENT = -55.0
"""Decibels below full scale under which a window is silence."""


def shares(
    loudness: Floats, spectral: Floats, decibels: NDArray[np.floating[Any]], step: float
) -> tuple[float, float, float]:
    """Seconds of speech, of music and of silence.

    Args:
        loudness: [frames] decibels below full scale.
        spectral: [5, frames] centroid, bandwidth, roll-off (kHz), flatness, share of zero crossings.
        decibels: [bands, frames] mel spectrum.
        step: seconds from one frame to the next.

    Returns:
        Their sum is the length; a window that is neither clearly one nor the other counts for both in part.
    """
    frames = max(8, round(_WINDOW / step))
    speech = music = silence = 0.0
    for at in range(0, len(loudness), frames):
        part = slice(at, at + frames)
        if len(loudness[part]) < 8:
            part = slice(max(0, len(loudness) - frames), None)
        seconds = min(frames, len(loudness) - at) * step
        if np.percentile(loudness[part], 90) < _SILENT:
            silence += seconds
            continue
        likely = speech_likeness(loudness[part], spectral[:, part], decibels[:, part], step)
        speech += likely * seconds
        music += (1 - likely) * seconds
    return speech, music, silence


def speech_likeness(loudness: Floats, spectral: Floats, decibels: NDArray[np.floating[Any]], step: float) -> float:
    """0 (music) to 1 (speech) for a window of about two seconds; arguments as for `shares`."""
    energy = 10 ** (loudness / 20.0)
    level = float(energy.mean()) + 1e-9
    gaps = float((energy < 0.5 * level).mean())
    spread = energy - level
    spectrum = np.abs(np.fft.rfft(spread * np.hanning(len(spread)))) ** 2
    rates = np.fft.rfftfreq(len(spread), step)
    syllables = float(spectrum[(rates >= 2.5) & (rates <= 7)].sum() / (spectrum[rates >= 0.4].sum() + 1e-12))
    depth = float(energy.std() / level)
    crossings = spectral[4]
    hiss = float(crossings.std() / (crossings.mean() + 1e-3))
    held = float(np.abs(np.diff(decibels, axis=1)).mean())
    evidence = 6 * (gaps - 0.3) + 3 * (syllables - 0.35) + 2 * (depth - 0.6) + 1.5 * (hiss - 0.6) + 0.4 * (held - 4.0)
    return float(1 / (1 + np.exp(-evidence)))
