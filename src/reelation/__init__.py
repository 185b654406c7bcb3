"""Reelation (影联) learns how films and series are related.

     sources -> catalogue -> graph -> features -> models/training -> ATLAS -> search -> insights -> engine -> cli
     `------------- the building half: torch, PyG, Polars ------'  (a folder)  `- the answering half: numpy only -'

The two halves meet only in the atlas folder. `import reelation` costs next to nothing: names are
loaded when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from reelation.catalogue.store import Catalogue as Catalogue
    from reelation.engine import Engine as Engine

_PUBLIC = {"Catalogue": "reelation.catalogue.store", "Engine": "reelation.engine"}

__all__ = ["Catalogue", "Engine", "__version__"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'reelation' has no attribute '{name}'")
