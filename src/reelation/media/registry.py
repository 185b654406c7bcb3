"""The encoders there are: the built-in ones by modality, and models that were plugged in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.media.encoder import Encoder

BUILT_IN = ("image", "video", "audio")


class Registry:
    """Encoders by the name of the block that they fill; a built-in one is made when it is first asked for."""

    def __init__(self, models: Sequence[str] = ()) -> None:
        """Load the models.

        Args:
            models: as `reelation.media.models.model_encoder` takes them.

        Raises:
            UsageError: a model, or a library that it needs, is missing.
        """
        self._made: dict[str, Encoder] = {}
        for model in models:
            from reelation.media.models import model_encoder

            made = model_encoder(model)
            if made.name in self._made:
                raise UsageError(f"Two models would fill the block {made.name}: give one of them another name.")
            self._made[made.name] = made
        self.names = (*BUILT_IN, *self._made)

    def __getitem__(self, name: str) -> Encoder:
        """The encoder of this name.

        Raises:
            UsageError: there is none, or a library that it needs is missing.
        """
        if name not in self._made:
            self._made[name] = _built_in(name)
        return self._made[name]

    def of(self, modality: str) -> list[str]:
        """The names of the encoders that read this modality."""
        return [name for name in self.names if name.split(".", 1)[0] == modality]

    def key(self, name: str) -> str:
        """The encoder's name and version, by which its results are kept."""
        encoder = self[name]
        return f"{encoder.name} {encoder.version}"


def _built_in(name: str) -> Encoder:
    if name == "image":
        from reelation.media.images import PictureEncoder

        return PictureEncoder()
    if name == "video":
        from reelation.media.video import VideoEncoder

        return VideoEncoder()
    if name == "audio":
        from reelation.media.audio import AudioEncoder

        return AudioEncoder()
    raise UsageError(f"no encoder '{name}'; there are {', '.join(BUILT_IN)}")
