"""Answers of `routes.operations`."""

from __future__ import annotations

from reelation.http.schemas.common import Answer


class Health(Answer):
    """How the service is."""

    status: str


class Reloaded(Answer):
    """Which atlas answers now."""

    atlas_version: str
    changed: bool
