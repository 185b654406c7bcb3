"""Where things are when the user does not say: one home folder, overridable by REELATION_HOME."""

import os
from pathlib import Path


def home() -> Path:
    """The folder for catalogues, atlases and downloads; `REELATION_HOME`, else the platform's data folder."""
    if chosen := os.environ.get("REELATION_HOME"):
        return Path(chosen).expanduser()
    import platformdirs  # not needed, and not loaded, where a folder is named

    return platformdirs.user_data_path("reelation", appauthor=False)


def catalogue_folder() -> Path:
    """The catalogue that commands use when none is named."""
    return home() / "catalogue"


def atlas_folder() -> Path:
    """The atlas that commands use when none is named."""
    return home() / "atlas"


def media_folder() -> Path:
    """The vectors of pictures and sound that commands use when no folder is named."""
    return home() / "media"


def downloads_folder() -> Path:
    """Where `reelation fetch` puts what it downloads."""
    return home() / "downloads"


def cache_folder() -> Path:
    """Vectors of texts and other things that can be made again; safe to delete."""
    if chosen := os.environ.get("REELATION_HOME"):
        return Path(chosen).expanduser() / "cache"
    import platformdirs

    return platformdirs.user_cache_path("reelation", appauthor=False)
