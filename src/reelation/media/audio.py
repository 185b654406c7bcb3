"""Trailers' sound and soundtracks: loudness, timbre, harmony, tempo, and how much is speech or music.

    sound  ->  stretches of 30 s  ->  spectra, measured frame by frame  ->  means and spreads  ->  vector, figures

Source: spectral features and tempo as librosa measures them, McFee et al. 2015, doi:10.25080/Majora-7b98e3ed-003.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MediaError, MissingExtraError
from reelation.media.clips import RATE, Clip, open_clip
from reelation.media.encoder import Encoded
from reelation.media.speech import shares

Floats = NDArray[np.float32]

FIGURES: tuple[str, ...] = (
    "seconds",
    "loudness",
    "loudness_range",
    "tempo",
    "pulse",
    "brightness",
    "onsets",
    "speech",
    "music",
    "silence",
)
_STRETCH = 30 * RATE
_LEAST = RATE // 2
"""Samples of the shortest sound that says anything."""
_FFT, _HOP = 2048, 512
_MEL, CEPSTRA, BANDS = 64, 20, 7
SLOTS = 16
_FLOOR = -80.0
"""Decibels below full scale that count as nothing."""
SPECTRAL = 5
TEMPI = np.array([45, 60, 75, 90, 105, 120, 140, 165, 200, 260])
WIDTH = 3 * CEPSTRA + 2 * BANDS + 2 * SPECTRAL + 7 + 5 + SLOTS + (len(TEMPI) - 1) + 7


@dataclass
class _Heard:
    """Frames of all stretches so far, each list one entry a stretch."""

    cepstra: list[Floats] = field(default_factory=list)
    bands: list[Floats] = field(default_factory=list)
    spectral: list[Floats] = field(default_factory=list)
    """Centroid, bandwidth, roll-off (kHz), flatness, zero crossings of each frame."""
    chroma: list[Floats] = field(default_factory=list)
    loudness: list[Floats] = field(default_factory=list)
    onsets: list[Floats] = field(default_factory=list)
    kinds: list[tuple[float, float, float]] = field(default_factory=list)
    """Seconds of speech, music, silence."""
    seconds: float = 0.0


class AudioEncoder:
    """The built-in encoder of sound."""

    name = "audio"
    version = "1"
    modality = "audio"
    width = WIDTH
    figures = FIGURES

    def encode(self, path: Path) -> Encoded:
        """See `Encoder.encode`; reads the sound as a stream."""
        with open_clip(path) as clip:
            heard = _Heard()
            for samples in _stretches(clip):
                _listen(heard, samples)
            if not heard.loudness:
                raise MediaError(f"{path.name} holds less than half a second of sound.")
            return _encoded(heard, clip.seconds or heard.seconds)


def _stretches(clip: Clip) -> Iterator[Floats]:
    """The sound in pieces of at most 30 s, never across two spans; pieces too short to measure are left out."""
    waiting: list[Floats] = []
    count, last = 0, 0
    for span, samples in clip.sounds():
        if span != last and count:
            yield from _enough(np.concatenate(waiting))
            waiting, count = [], 0
        last = span
        waiting.append(samples)
        count += len(samples)
        while count >= _STRETCH:
            joined = np.concatenate(waiting)
            yield joined[:_STRETCH]
            waiting, count = [joined[_STRETCH:]], len(joined) - _STRETCH
    if count:
        yield from _enough(np.concatenate(waiting))


def _enough(samples: Floats) -> Iterator[Floats]:
    if len(samples) >= _LEAST:
        yield samples


def _librosa() -> Any:
    try:
        import librosa
    except ModuleNotFoundError as error:
        raise MissingExtraError("Measuring sound", "media") from error
    return librosa


def _listen(heard: _Heard, samples: Floats) -> None:
    librosa = _librosa()
    spectrum = np.abs(librosa.stft(samples, n_fft=_FFT, hop_length=_HOP)).astype(np.float32)
    power = spectrum**2
    mel = librosa.feature.melspectrogram(S=power, sr=RATE, n_mels=_MEL)
    decibels = librosa.power_to_db(mel, ref=1.0, amin=1e-8, top_db=None)
    feature = librosa.feature
    rms = feature.rms(y=samples, frame_length=_FFT, hop_length=_HOP)[0][: spectrum.shape[1]]
    crossings = feature.zero_crossing_rate(samples, frame_length=_FFT, hop_length=_HOP)[0]
    spectral = [
        feature.spectral_centroid(S=spectrum, sr=RATE)[0] / 1000,
        feature.spectral_bandwidth(S=spectrum, sr=RATE)[0] / 1000,
        feature.spectral_rolloff(S=spectrum, sr=RATE)[0] / 1000,
        feature.spectral_flatness(S=spectrum)[0],
        crossings[: spectrum.shape[1]],
    ]
    heard.cepstra.append(np.asarray(feature.mfcc(S=decibels, n_mfcc=CEPSTRA), np.float32))
    heard.bands.append(np.asarray(feature.spectral_contrast(S=spectrum + 1e-6, sr=RATE), np.float32))
    heard.spectral.append(np.array(spectral, np.float32))
    heard.chroma.append(np.asarray(feature.chroma_stft(S=power, sr=RATE, tuning=0.0), np.float32))
    level = np.maximum(20 * np.log10(np.maximum(rms, 1e-6)), _FLOOR).astype(np.float32)
    heard.loudness.append(level)
    onset = librosa.onset.onset_strength(S=decibels, sr=RATE, hop_length=_HOP)
    heard.onsets.append(np.asarray(onset, np.float32))
    heard.kinds.append(shares(level, heard.spectral[-1], decibels, _HOP / RATE))
    heard.seconds += len(samples) / RATE


def _encoded(heard: _Heard, seconds: float) -> Encoded:
    librosa = _librosa()
    cepstra, bands, spectral, chroma = (
        np.concatenate(some, axis=1) for some in (heard.cepstra, heard.bands, heard.spectral, heard.chroma)
    )
    loudness, onsets = np.concatenate(heard.loudness), np.concatenate(heard.onsets)
    sounding = loudness > -60
    heavy = sounding if sounding.any() else np.ones(len(loudness), bool)
    tempo, pulse, tempi = _tempo(onsets)
    peaks = librosa.util.peak_pick(onsets, pre_max=3, post_max=3, pre_avg=10, post_avg=10, delta=2.0, wait=5)
    level = np.percentile(loudness, [5, 10, 50, 90, 95])
    speech, music, silence = np.sum(heard.kinds, axis=0) / max(float(np.sum(heard.kinds)), 1e-9)
    figures = {
        "seconds": seconds,
        "loudness": float(loudness.mean()),
        "loudness_range": float(level[4] - level[1]),
        "tempo": tempo,
        "pulse": pulse,
        "brightness": float(1000 * spectral[0][heavy].mean()),
        "onsets": len(peaks) / max(heard.seconds, 1e-9),
        "speech": float(speech),
        "music": float(music),
        "silence": float(silence),
    }
    change = np.diff(cepstra, axis=1)[:, heavy[1:]] if heavy[1:].any() else np.zeros((CEPSTRA, 1))
    keys = np.abs(np.fft.rfft(chroma[:, heavy].mean(axis=1)))
    edges = np.linspace(0, len(loudness), SLOTS + 1).astype(np.int64)
    over_time = [loudness[low : max(low + 1, high)].mean() for low, high in pairwise(edges)]
    vector = np.concatenate(
        [
            cepstra[:, heavy].mean(axis=1) / 100,
            cepstra[:, heavy].std(axis=1) / 50,
            change.std(axis=1) / 20,
            bands[:, heavy].mean(axis=1) / 30,
            bands[:, heavy].std(axis=1) / 10,
            spectral[:, heavy].mean(axis=1),
            spectral[:, heavy].std(axis=1),
            keys / max(float(keys[0]), 1e-9),
            level / 40,
            (np.array(over_time) - loudness.mean()) / 20,
            tempi,
            [np.nan_to_num(tempo) / 120, pulse, figures["onsets"] / 4, speech, music, silence, onsets.std() / 2],
        ]
    )
    return Encoded(np.nan_to_num(vector).astype(np.float32), figures)


def _tempo(onsets: Floats) -> tuple[float, float, NDArray[np.float64]]:
    """Beats a minute, how clear the beat is (0 to 1), and how strong each of `TEMPI` ranges is.

    The beat is the lag at which the onsets are most like themselves, by their autocorrelation, people's preference for
    tempi around 120 counted in (log-normal, one octave wide).

    Source: Ellis 2007, doi:10.1080/09298210701653344.
    """
    rate = RATE / _HOP
    window = min(len(onsets), int(60 * rate))
    spread = onsets - onsets.mean()
    length = 1 << int(np.ceil(np.log2(2 * len(spread) + 1)))
    spectrum = np.fft.rfft(spread, length)
    likeness = np.fft.irfft(np.abs(spectrum) ** 2, length)[:window]
    ranges = np.zeros(len(TEMPI) - 1)
    longest = int(60 * rate / TEMPI[0])
    if likeness[0] <= 1e-9 or len(likeness) <= longest + 1:
        return float("nan"), 0.0, ranges
    likeness = likeness / likeness[0]
    lags = np.arange(int(60 * rate / TEMPI[-1]), longest + 1)
    tempi = 60 * rate / lags
    strength = np.maximum(likeness[lags], 0)
    liked = strength * np.exp(-0.5 * np.log2(tempi / 120) ** 2)
    for place in range(len(ranges)):
        inside = (tempi >= TEMPI[place]) & (tempi < TEMPI[place + 1])
        ranges[place] = strength[inside].max() if inside.any() else 0.0
    best = int(liked.argmax())
    return float(_between(liked, best, lags, rate)), float(strength[best]), ranges


def _between(liked: NDArray[np.float64], best: int, lags: NDArray[np.int64], rate: float) -> float:
    """The tempo at the top of the parabola through the best lag and its two neighbours."""
    shift = 0.0
    if 0 < best < len(liked) - 1:
        before, here, after = liked[best - 1 : best + 2]
        bend = before - 2 * here + after
        shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(60 * rate / (lags[best] + shift))
