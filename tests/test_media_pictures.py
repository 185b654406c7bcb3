"""Pictures into vectors and figures: known colours, known layouts, and laws that hold for every picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from reelation.errors import MediaError
from reelation.media import colour, composition
from reelation.media.barcode import barcode, barcode_svg, write_png
from reelation.media.encoder import BARCODE
from reelation.media.images import FIGURES, GROUPS, WIDTH, PictureEncoder, histogram
from reelation.media.palette import COLOURS, hex_colours, palette, palette_figures
from reelation.media.pictures import SIDE, open_picture
from reelation.media.texture import binary_patterns, cells, gradients, resample
from tests.media import plain, save_picture, scene

ENCODER = PictureEncoder()


def alike(first: np.ndarray, second: np.ndarray) -> float:
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((119, 119, 119), (50.03, 0, 0)),
    ],
)
def test_colours_are_cielab(rgb: tuple[int, int, int], expected: tuple[float, float, float]) -> None:
    """Published values under D65 (brucelindbloom.com)."""
    assert colour.lab(np.array([rgb], np.uint8))[0] == pytest.approx(expected, abs=0.05)


def test_every_colour_comes_back() -> None:
    steps = np.array([0, 1, 20, 90, 128, 200, 254, 255], np.uint8)
    every = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    assert np.abs(colour.srgb(colour.lab(every)).astype(int) - every).max() <= 1


def test_warm_and_cold() -> None:
    warm, cold, grey = (
        colour.warmth(colour.lab(plain(rgb)).reshape(-1, 3)) for rgb in ((230, 120, 40), (40, 90, 220), (128, 128, 128))
    )
    assert (warm, cold, grey) == (1.0, -1.0, 0.0)


def test_grey_is_not_colourful() -> None:
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    vivid = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]] * 20, np.uint8)
    assert colour.colourfulness(grey) == pytest.approx(0, abs=1e-4)
    assert colour.colourfulness(vivid) > 100
    assert colour.colour_variance(colour.lab(grey)) < 1 < colour.colour_variance(colour.lab(vivid))


def test_the_palette_is_what_was_painted() -> None:
    pixels = np.concatenate(
        [plain((200, 30, 30), 60, 100), plain((20, 20, 120), 30, 100), plain((240, 240, 230), 10, 100)], axis=1
    )
    found = hex_colours(palette_figures(palette(colour.lab(pixels).reshape(-1, 3))))
    assert [share for _, share in found] == pytest.approx([0.6, 0.3, 0.1], abs=0.01)
    assert [name for name, _ in found] == ["#c81e1e", "#141478", "#f0f0e6"]


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_laws_of_palettes_and_histograms(seed: int) -> None:
    colours = colour.lab(scene(seed, 60, 40)).reshape(-1, 3)
    shuffled = np.random.default_rng(seed).permutation(colours)
    found = palette(colours)
    assert found.shape == (COLOURS, 4)
    assert found[:, 3].sum() == pytest.approx(1, abs=1e-5)
    assert (np.diff(found[:, 3]) <= 0).all()
    assert histogram(colours).sum() == pytest.approx(1, abs=1e-5)
    assert histogram(colours) == pytest.approx(histogram(shuffled), abs=1e-6)


def test_layout_of_known_pictures() -> None:
    even = np.tile(np.abs(np.linspace(-1, 1, 90)) * 80, (120, 1)).astype(np.float32)
    dot = np.full((120, 90), 20, np.float32)
    dot[24:32, 66:74] = 95  # right of the middle, in the upper third
    assert composition.layout_figures(even, composition.saliency(even))["symmetry"] == pytest.approx(1, abs=0.02)
    found = composition.layout_figures(dot, composition.saliency(dot))
    assert found["focus_x"] > 0.6
    assert found["focus_y"] < 0.4
    assert found["headroom"] > 0.7
    mirrored = np.ascontiguousarray(dot[:, ::-1])
    assert composition.layout_figures(mirrored, composition.saliency(mirrored))["focus_x"] < 0.4


def test_stripes_have_their_direction() -> None:
    upright = np.tile(np.repeat([20.0, 80.0], 6), (96, 8)).astype(np.float32)
    _, across = gradients(upright)
    _, down = gradients(np.ascontiguousarray(upright.T))
    assert across.reshape(-1, 8).sum(axis=0).argmax() == 0
    assert down.reshape(-1, 8).sum(axis=0).argmax() == 4
    assert binary_patterns(np.full((20, 20), 50, np.float32)).max() == 1.0


def test_cells_and_resampling_keep_means() -> None:
    values = np.random.default_rng(3).random((37, 53)).astype(np.float32)
    assert resample(values, 16).mean() == pytest.approx(values.mean(), abs=1e-5)
    assert cells(np.full((37, 53), 4.0, np.float32)) == pytest.approx(4.0)


def test_size_hardly_matters_and_content_does() -> None:
    own, others = [], []
    for seed in range(60):
        pixels = scene(seed, 240, 160)
        small = np.asarray(Image.fromarray(pixels).resize((120, 80), Image.Resampling.BOX))
        vectors = [ENCODER.encode_pixels(some).vector for some in (pixels, small, scene(seed + 1, 240, 160))]
        own.append(alike(vectors[0], vectors[1]))
        others.append(alike(vectors[0], vectors[2]))
    assert np.mean(own) > 0.85
    assert np.mean(np.greater(own, others)) >= 0.95


def test_what_an_encoder_promises(tmp_path: Path) -> None:
    path = save_picture(tmp_path / "a.png", scene(1))
    found = ENCODER.encode(path)
    assert found.vector.shape == (WIDTH,) == (ENCODER.width,)
    assert found.vector.dtype == np.float32
    assert np.isfinite(found.vector).all()
    assert tuple(found.figures) == FIGURES == ENCODER.figures
    assert (ENCODER.encode(path).vector == found.vector).all()
    assert GROUPS.layout.stop == WIDTH


@pytest.mark.parametrize("pixels", [plain((0, 0, 0)), plain((255, 255, 255)), scene(4, 9, 200), scene(5, 300, 30)])
def test_extreme_pictures_give_finite_numbers(pixels: np.ndarray, tmp_path: Path) -> None:
    found = ENCODER.encode(save_picture(tmp_path / "a.png", pixels))
    assert np.isfinite(found.vector).all()
    assert np.isfinite(list(found.figures.values())).all()


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "gif", "bmp"])
def test_kinds_of_files_look_alike(ending: str, tmp_path: Path) -> None:
    pixels = scene(8)
    found = ENCODER.encode(save_picture(tmp_path / f"a.{ending}", pixels)).vector
    assert alike(found, ENCODER.encode(save_picture(tmp_path / "b.png", pixels)).vector) > 0.9


def test_transparency_is_white_and_sixteen_bits_are_eight(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    clear.save(tmp_path / "clear.png")
    assert (open_picture(tmp_path / "clear.png") == 255).all()
    Image.fromarray(np.full((40, 40), 32_768, np.uint16)).save(tmp_path / "deep.png")
    assert open_picture(tmp_path / "deep.png").mean() == pytest.approx(128, abs=1)


def test_turned_as_the_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter
    save_picture(tmp_path / "a.jpg", scene(2, 200, 100), exif=exif)
    assert open_picture(tmp_path / "a.jpg").shape == (SIDE, SIDE // 2, 3)


def test_tiny_and_missing_pictures_say_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="only 4 x 4"):
        open_picture(save_picture(tmp_path / "a.png", plain((1, 2, 3), 4, 4)))
    with pytest.raises(MediaError, match="no file"):
        open_picture(tmp_path / "none.png")


def test_a_barcode_runs_from_beginning_to_end(tmp_path: Path) -> None:
    times = np.arange(0, 10, 0.25)
    red, blue = colour.lab(np.array([[200, 0, 0], [0, 0, 200]], np.uint8))
    stripes = barcode(times.tolist(), np.where(times[:, None] < 5, red, blue).astype(np.float32))
    assert stripes.shape == (BARCODE, 3)
    assert stripes[0].tolist() == [200, 0, 0]
    assert stripes[-1].tolist() == [0, 0, 200]
    assert 0.45 < (stripes[:, 0] > 100).mean() < 0.55
    picture = barcode_svg(stripes, label='a "clip"')
    assert picture.count("<rect") == BARCODE
    assert "#c80000" in picture
    assert "&quot;clip&quot;" in picture
    write_png(stripes, tmp_path / "a.png")
    assert Image.open(tmp_path / "a.png").size == (BARCODE, 64)
