"""Closed lists of words, as types; a test holds them to the lists of the catalogue."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh"]
KindName = Literal["film", "series", "mini_series", "short", "special", "episode", "video", "unknown"]
RoleName = Literal[
    "actor",
    "director",
    "writer",
    "producer",
    "composer",
    "cinematographer",
    "editor",
    "creator",
    "production_designer",
    "self",
    "other",
]
EventKind = Literal["rating", "watch", "like", "dislike", "watchlist", "hide"]
