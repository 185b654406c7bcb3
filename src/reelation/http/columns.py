"""The map as binary columns: all titles at once, in a form that a browser reads without parsing.

    REELMAP1 | u32 length of the header | header, JSON | column | column | …

Numbers are little-endian; offsets are from the end of the header; every column begins at a multiple of 8 bytes of the
file. docs/reference/http.md has the columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.ids import Strings
from reelation.insights.plane import layout_part
from reelation.search.fame import fame_of

MAGIC = b"REELMAP1"
LEVELS = 3
NONE = 255
"""The code of titles that have none of the tags."""
COUNTRIES = 30
"""Countries that have a code, the commonest."""


def map_columns(atlas: Atlas) -> bytes:
    """The whole file.

    Raises:
        AtlasError: the atlas has no layout.
    """
    positions = np.asarray(layout_part(atlas).array("position"), np.float32)
    fame, groups = fame_of(atlas), atlas.part("groups")
    members = groups.array("group") if groups is not None else np.zeros((0, len(atlas)), np.int32)
    none = np.full(len(atlas), -1, np.int32)
    columns: dict[str, NDArray[Any]] = {
        "x": positions[:, 0],
        "y": positions[:, 1],
        "year": np.asarray(atlas.year, np.int16),
        "kind": np.asarray(atlas.kind, np.uint8),
        "genre": codes_of(atlas, "genre", NONE)[1],
        "country": codes_of(atlas, "country", COUNTRIES)[1],
        **{
            f"group{level}": np.asarray(members[level], np.int32) if level < len(members) else none
            for level in range(LEVELS)
        },
        "popularity": np.asarray(fame if fame is not None else np.zeros(len(atlas)), np.float32),
        **_texts("name", atlas.names),
        **_texts("id", atlas.titles.ids),
    }
    values = {
        "kind": list(KINDS),
        "genre": codes_of(atlas, "genre", NONE)[0],
        "country": codes_of(atlas, "country", COUNTRIES)[0],
    }
    return packed(len(atlas), columns, values)


def packed(titles: int, columns: dict[str, NDArray[Any]], values: dict[str, list[str]]) -> bytes:
    """The file of some columns.

    Args:
        titles: how many.
        columns: by name, in order; 1-D.
        values: of a column of codes, what they stand for.
    """
    told, bodies, offset = [], [], 0
    for name, column in columns.items():
        plain = np.ascontiguousarray(column, column.dtype.newbyteorder("<"))
        body = plain.tobytes()
        entry = {"name": name, "dtype": plain.dtype.name, "offset": offset, "length": len(plain)}
        told.append(entry | ({"values": values[name]} if name in values else {}))
        bodies.append(body + bytes(-len(body) % 8))
        offset += len(bodies[-1])
    header = orjson.dumps({"titles": titles, "columns": told, "strings": {"name": "names", "id": "ids"}})
    header += b" " * (-(len(MAGIC) + 4 + len(header)) % 8)
    return b"".join([MAGIC, len(header).to_bytes(4, "little"), header, *bodies])


def codes_of(atlas: Atlas, kind: str, most: int) -> tuple[list[str], NDArray[np.uint8]]:
    """The commonest tags of a type, and which of them each title has.

    Returns:
        Up to `most` names, commonest first; [titles] a code, of several the rarest, which says most; 255 for none.
    """
    found = np.full(len(atlas), NONE, np.uint8)
    if kind not in atlas.manifest.node_types:
        return [], found
    nodes = np.flatnonzero(np.asarray(atlas.node_type) == atlas.manifest.node_types.index(kind))
    sizes = np.diff(np.asarray(atlas.posting_start))[nodes]
    nodes = nodes[np.lexsort((nodes, -sizes))][: min(most, NONE)]
    for code, node in enumerate(nodes.tolist()):  # rarer ones write over commoner ones
        found[atlas.posting_title[atlas.titles_of(node)]] = code
    return [atlas.node_names[node] for node in nodes.tolist()], found


def _texts(name: str, strings: Strings) -> dict[str, NDArray[Any]]:
    encoded = [text.encode() for text in strings]
    starts = np.zeros(len(encoded) + 1, np.uint32)
    np.cumsum([len(one) for one in encoded], out=starts[1:])
    return {f"{name}_start": starts, f"{name}s": np.frombuffer(b"".join(encoded), np.uint8)}
