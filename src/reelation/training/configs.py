"""Configs as manifests keep them: JSON has lists for tuples and objects for configs, and may be of another version.

JSON object  ->  read_config(kind)  ->  the frozen config
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_args, get_type_hints

T = TypeVar("T")


def read_config(kind: type[T], said: dict[str, Any]) -> T:
    """The config that a manifest tells of; fields that this version does not know are left out.

    Args:
        kind: a dataclass whose fields are plain, tuples, or one such dataclass or None.
        said: names of fields and their values.
    """
    hints = get_type_hints(kind)
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _value(hints[name], value) for name, value in said.items() if name in known})


def _value(hint: Any, value: Any) -> Any:
    inner = next((one for one in (hint, *get_args(hint)) if is_dataclass(one) and isinstance(one, type)), None)
    if inner is not None and isinstance(value, dict):
        return read_config(inner, value)
    if isinstance(value, list):
        return tuple(_value(None, one) for one in value)
    return {key: _value(None, one) for key, one in value.items()} if isinstance(value, dict) else value
