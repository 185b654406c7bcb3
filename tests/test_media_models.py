"""Models of the user's own as encoders of pictures: tiny ones, made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reelation.errors import UsageError
from reelation.media.extract import ExtractConfig, extract
from reelation.media.models import Preparation, model_encoder
from reelation.media.naming import Source
from tests.media import plain, save_picture, scene

HALF = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}


def mean_colour(path: Path) -> Path:
    """An ONNX model that gives the mean of each channel."""
    import onnx
    from onnx import TensorProto, helper

    nodes = [
        helper.make_node("GlobalAveragePool", ["pixels"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["vector"], axis=1),
    ]
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, 16, 16])
    vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", 3])
    graph = helper.make_graph(nodes, "mean", [pixels], [vector])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=9), str(path))
    (path.parent / "preprocessor_config.json").write_text(json.dumps(HALF))
    return path


def test_an_onnx_file(tmp_path: Path) -> None:
    encoder = model_encoder(f"mean={mean_colour(tmp_path / 'model.onnx')}")
    assert (encoder.name, encoder.modality, encoder.width) == ("image.mean", "image", 3)
    red = encoder.encode(save_picture(tmp_path / "red.png", plain((255, 0, 0)))).vector
    assert red == pytest.approx([1, -1, -1], abs=1e-5)


@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_a_folder_of_transformers(kind: str, tmp_path: Path) -> None:
    import torch
    import transformers

    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2, "num_hidden_layers": 1}
    vision = {**sizes, "image_size": 32, "patch_size": 8, "projection_dim": 24}
    ends = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    text = {**sizes, "vocab_size": 99, "projection_dim": 24, **ends}
    made: Any
    if kind == "clip":
        made = transformers.CLIPModel(
            transformers.CLIPConfig(vision_config=vision, text_config=text, projection_dim=24)
        )
    else:
        made = transformers.SiglipModel(transformers.SiglipConfig(vision_config=vision, text_config=text))
    made.save_pretrained(tmp_path / kind)
    (tmp_path / kind / "preprocessor_config.json").write_text(json.dumps({"size": {"height": 32, "width": 32}, **HALF}))
    encoder = model_encoder(f"{kind}={tmp_path / kind}")
    assert encoder.width == (24 if kind == "clip" else 32)
    path = save_picture(tmp_path / "a.png", scene(1))
    first, again = encoder.encode(path).vector, encoder.encode(path).vector
    assert (first == again).all()
    assert not np.allclose(first, encoder.encode(save_picture(tmp_path / "b.png", scene(2))).vector)


def test_a_model_fills_a_block_of_its_own_beside_the_built_in_one(tmp_path: Path) -> None:
    model = mean_colour(tmp_path / "model.onnx")
    picture = save_picture(tmp_path / "a.png", plain((0, 255, 0)))
    done = extract([Source("imdb:tt1", str(picture))], tmp_path / "media", ExtractConfig((f"mean={model}",)))
    assert set(done.media.blocks) == {"image", "image.mean"}
    block = done.media.blocks["image.mean"]
    assert block.vectors[0] == pytest.approx([-1, 1, -1], abs=1e-5)
    assert block.encoder.startswith("image.mean ")
    assert block.figures.shape == (1, 0)


def test_a_changed_model_has_another_version(tmp_path: Path) -> None:
    model = mean_colour(tmp_path / "model.onnx")
    before = model_encoder(f"mean={model}").version
    (tmp_path / "preprocessor_config.json").write_text("{}")
    assert model_encoder(f"mean={model}").version != before


def test_pictures_are_prepared_as_the_model_says(tmp_path: Path) -> None:
    path = tmp_path / "preprocessor_config.json"
    said = {"size": {"shortest_edge": 40}, "crop_size": {"height": 20, "width": 20}, "do_center_crop": True, **HALF}
    path.write_text(json.dumps(said))
    ready = Preparation.read(path)
    assert ready == Preparation(20, 20, True, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    pixels = np.concatenate(
        [plain((255, 255, 255), 20, 40), plain((0, 0, 0), 60, 40), plain((255, 255, 255), 20, 40)], axis=1
    )
    assert ready(pixels).shape == (1, 3, 20, 20)
    assert ready(pixels).max() < 0  # the white sides are cut off
    assert Preparation(20, 20, False)(pixels).max() > 1
    assert Preparation.read(tmp_path / "none.json") == Preparation()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("model.onnx", "NAME=PATH"),
        ("Big Name=x", "NAME=PATH"),
        ("a=nowhere.onnx", "no file or folder"),
        ("a=text.onnx", "no ONNX"),
    ],
)
def test_models_that_cannot_be_used_say_why(
    told: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.onnx").write_text("no model")
    with pytest.raises(UsageError, match=words):
        model_encoder(told)
