"""Vision models of the user's own as encoders of pictures: an ONNX file, or a folder with a CLIP or SigLIP.

    NAME=model.onnx   NAME=FOLDER   ->  an encoder that fills the block image.NAME

Nothing is downloaded, no code of a model's folder is run, and weights are read as safetensors only, never as pickle.
How pictures are prepared is read from `preprocessor_config.json` in the folder or beside the file; without one, it is
as for CLIP.
"""

from __future__ import annotations

import hashlib
import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MediaError, UsageError
from reelation.media.encoder import Encoded
from reelation.media.pictures import open_picture

if TYPE_CHECKING:
    from reelation.media.encoder import Encoder

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_HOW = "preprocessor_config.json"
_LARGEST_SIDE = 1024


@dataclass(frozen=True)
class Preparation:
    """How a picture becomes a model's input."""

    height: int = 224
    width: int = 224
    crop: bool = True
    """Scale the shorter side and cut the middle out; else press the whole picture into the size."""
    mean: tuple[float, float, float] = (0.48145466, 0.4578275, 0.40821073)
    """Of CLIP, Radford et al. 2021, arXiv:2103.00020; red, green, blue."""
    spread: tuple[float, float, float] = (0.26862954, 0.26130258, 0.27577711)

    @classmethod
    def read(cls, path: Path) -> Preparation:
        """What a `preprocessor_config.json` says; CLIP's way where there is none.

        Raises:
            UsageError: it is damaged.
        """
        if not path.is_file():
            return cls()
        try:
            said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            size: Any = said.get("crop_size" if said.get("do_center_crop") else "size", 224)
            side: Any = size.get("shortest_edge", size.get("height", 224)) if isinstance(size, dict) else size
            wide: Any = size.get("width", side) if isinstance(size, dict) else side
            return cls(
                height=int(side),
                width=int(wide),
                crop=bool(said.get("do_center_crop", False)),
                mean=_three(said.get("image_mean", cls.mean)),
                spread=_three(said.get("image_std", cls.spread)),
            )
        except (ValueError, TypeError, AttributeError) as error:
            raise UsageError(f"{path} cannot be read: {error}") from error

    def __call__(self, pixels: Bytes) -> Floats:
        """[height, width, 3] uint8 -> [1, 3, height, width] float32."""
        from PIL import Image

        picture = Image.fromarray(pixels)
        if self.crop:
            scale = max(self.width / picture.width, self.height / picture.height)
            size = (max(self.width, round(picture.width * scale)), max(self.height, round(picture.height * scale)))
            left, top = (size[0] - self.width) // 2, (size[1] - self.height) // 2
            picture = picture.resize(size, Image.Resampling.BICUBIC)
            picture = picture.crop((left, top, left + self.width, top + self.height))
        else:
            picture = picture.resize((self.width, self.height), Image.Resampling.BICUBIC)
        values = np.asarray(picture, np.float32) / 255
        return np.moveaxis((values - self.mean) / self.spread, -1, 0)[None].astype(np.float32)


class _ModelEncoder(ABC):
    """What both kinds of models share; `_run` is told a prepared picture."""

    modality = "image"
    figures: tuple[str, ...] = ()

    def __init__(self, name: str, version: str, preparation: Preparation) -> None:
        self.name = f"image.{name}"
        self.version = version
        self._prepare = preparation
        blank = np.zeros((8, 8, 3), np.uint8)
        self.width = int(self._run(self._prepare(blank)).size)

    def encode(self, path: Path) -> Encoded:
        """See `Encoder.encode`."""
        side = min(_LARGEST_SIDE, 2 * max(self._prepare.height, self._prepare.width))
        vector = self._run(self._prepare(open_picture(path, side))).ravel()
        if not np.isfinite(vector).all():
            raise MediaError(f"{path.name}: the model of the block {self.name} gives no finite numbers.")
        return Encoded(vector.astype(np.float32), {})

    @abstractmethod
    def _run(self, values: Floats) -> NDArray[Any]:
        """What the model says of a prepared picture."""


class OnnxEncoder(_ModelEncoder):
    """A vision model in an ONNX file: one input of pictures, its first flat output is the vector."""

    def __init__(self, name: str, path: Path) -> None:
        try:
            import onnxruntime
        except ModuleNotFoundError as error:
            raise UsageError(f"The model {path.name} needs ONNX Runtime: pip install onnxruntime") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library's own kinds of error are not public
            raise UsageError(f"{path} is no ONNX model that can be run: {error}") from error
        pictures = [one for one in self._session.get_inputs() if len(one.shape) == 4]
        if len(pictures) != 1 or len(self._session.get_inputs()) != 1:
            raise UsageError(f"{path} must have one input, pictures as [n, 3, height, width]; export its vision half.")
        self._input = pictures[0].name
        preparation = Preparation.read(path.with_name(_HOW))
        tall, wide = pictures[0].shape[2:]
        if isinstance(tall, int) and isinstance(wide, int):
            preparation = Preparation(tall, wide, preparation.crop, preparation.mean, preparation.spread)
        super().__init__(name, _digest([path, path.with_name(_HOW)]), preparation)

    def _run(self, values: Floats) -> NDArray[Any]:
        for found in self._session.run(None, {self._input: values}):
            if isinstance(found, np.ndarray) and found.ndim == 2 and len(found) == 1:
                return np.asarray(found[0], np.float32)
        raise UsageError(f"The model of the block {self.name} gives no output of the form [n, width].")


class VisionFolder(_ModelEncoder):
    """A CLIP or SigLIP that `transformers` can load from a folder."""

    def __init__(self, name: str, folder: Path) -> None:
        try:
            import torch
            from transformers import AutoModel
        except ModuleNotFoundError as error:
            raise UsageError(
                f"The model in {folder} needs PyTorch and transformers: pip install 'reelation[train]' transformers"
            ) from error
        torch.set_num_threads(1)
        self._torch = torch
        try:
            self._model: Any = AutoModel.from_pretrained(
                str(folder), local_files_only=True, trust_remote_code=False, use_safetensors=True
            ).eval()
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(f"transformers cannot load the model in {folder}: {error}") from error
        if not hasattr(self._model, "get_image_features"):
            raise UsageError(f"The model in {folder} has no vision half; give a CLIP or a SigLIP.")
        weights = [folder / "config.json", folder / _HOW, *sorted(folder.glob("*.safetensors"))]
        super().__init__(name, _digest(weights), Preparation.read(folder / _HOW))

    def _run(self, values: Floats) -> NDArray[Any]:
        with self._torch.no_grad():
            found = self._model.get_image_features(pixel_values=self._torch.from_numpy(np.ascontiguousarray(values)))
        found = getattr(found, "pooler_output", found)
        return np.asarray(found[0].float().numpy(), np.float32)


def model_encoder(told: str) -> Encoder:
    """The encoder of a model that the user named.

    Args:
        told: NAME=PATH; the name is of small letters, digits and hyphens. A path of a file is ONNX, of a folder
            transformers.

    Raises:
        UsageError: it is not told so, there is no such model, or a library that it needs is missing.
    """
    name, equals, place = told.partition("=")
    if not equals or not _NAME.fullmatch(name):
        raise UsageError(f"--model {told}: give it as NAME=PATH, e.g. clip=models/clip-vit-base-patch32")
    path = Path(place).expanduser()
    if path.is_dir():
        return VisionFolder(name, path)
    if path.is_file():
        return OnnxEncoder(name, path)
    raise UsageError(f"--model {told}: there is no file or folder {path}")


def _three(values: Any) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            with path.open("rb") as handle:
                digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()[:16]
