"""A graph as a file that other tools open: GraphML, GEXF, Gephi CSV, node-link JSON, Parquet.

Large graphs are written as a stream, and under a temporary name until they are whole. Every file says where its
data come from.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import XMLGenerator

import polars as pl

from reelation.errors import UsageError
from reelation.graph.views import Tables

_NODE_KEYS = {"label": "string", "kind": "string", "type": "string", "year": "int"}
_EDGE_KEYS = {"relation": "string", "weight": "double", "order": "int", "time": "long"}
_GEXF = {"string": "string", "int": "integer", "double": "double", "long": "long"}


def write_graph(found: Tables, path: Path, about: dict[str, Any], kind: str | None = None) -> None:
    """Write nodes and edges.

    Args:
        found: the graph.
        path: a file; for "gephi" and "parquet" a folder that gets two tables.
        about: sources and licences, written into the file or beside it.
        kind: "graphml", "gexf", "gephi", "json" or "parquet"; None goes by the file's ending.

    Raises:
        UsageError: the ending says nothing, or there is no such kind.
    """
    kind = kind or {".graphml": "graphml", ".gexf": "gexf", ".json": "json"}.get(path.suffix.lower())
    if kind not in _WRITERS:
        raise UsageError(
            f"'{path.name}' does not say which format: end it in .graphml, .gexf or .json, "
            f"or give --format ({', '.join(_WRITERS)})"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}"
    try:
        _WRITERS[kind](found, draft, about)
        if draft.is_dir():
            path.mkdir(exist_ok=True)
            for part in draft.iterdir():
                part.replace(path / part.name)
            draft.rmdir()
        else:
            draft.replace(path)
    finally:
        if draft.is_dir():
            shutil.rmtree(draft)
        draft.unlink(missing_ok=True)


def _graphml(found: Tables, path: Path, about: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as handle:
        xml = _Xml(handle)
        xml.open("graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"})
        for owner, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
            for name, kind in keys.items():
                xml.leaf("key", {"id": f"{owner}_{name}", "for": owner, "attr.name": name, "attr.type": kind})
        xml.leaf("key", {"id": "about", "for": "graph", "attr.name": "about", "attr.type": "string"})
        xml.open("graph", {"edgedefault": "directed"})
        xml.text("data", {"key": "about"}, json.dumps(about, ensure_ascii=False))
        for node in found.nodes.iter_rows(named=True):
            xml.open("node", {"id": node["id"]})
            _data(xml, "node", node, _NODE_KEYS)
            xml.close("node")
        for edge in found.edges.iter_rows(named=True):
            xml.open("edge", {"id": str(edge["id"]), "source": edge["source"], "target": edge["target"]})
            _data(xml, "edge", edge, _EDGE_KEYS)
            xml.close("edge")
        xml.close("graph", "graphml")


def _data(xml: _Xml, owner: str, row: dict[str, Any], keys: Iterable[str]) -> None:
    for name in keys:
        if row[name] is not None:
            xml.text("data", {"key": f"{owner}_{name}"}, str(row[name]))


def _gexf(found: Tables, path: Path, about: dict[str, Any]) -> None:
    dynamic = found.nodes["year"].is_not_null().any()
    with path.open("w", encoding="utf-8") as handle:
        xml = _Xml(handle)
        xml.open("gexf", {"xmlns": "http://www.gexf.net/1.2draft", "version": "1.2"})
        xml.open("meta", {})
        xml.text("creator", {}, "Reelation")
        xml.text("description", {}, json.dumps(about, ensure_ascii=False))
        xml.close("meta")
        mode = {"mode": "dynamic", "timeformat": "integer"} if dynamic else {"mode": "static"}
        xml.open("graph", {"defaultedgetype": "directed", **mode})
        for owner, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
            xml.open("attributes", {"class": owner, "mode": "static"})
            for name, kind in keys.items():
                if name not in ("label", "weight"):
                    xml.leaf("attribute", {"id": f"{owner}_{name}", "title": name, "type": _GEXF[kind]})
            xml.close("attributes")
        xml.open("nodes", {"count": str(found.nodes.height)})
        for node in found.nodes.iter_rows(named=True):
            start = {"start": str(node["year"])} if node["year"] is not None else {}
            xml.open("node", {"id": node["id"], "label": node["label"], **start})
            _values(xml, "node", node, _NODE_KEYS)
            xml.close("node")
        xml.close("nodes")
        xml.open("edges", {"count": str(found.edges.height)})
        for edge in found.edges.iter_rows(named=True):
            ends = {"source": edge["source"], "target": edge["target"]}
            xml.open("edge", {"id": str(edge["id"]), **ends, "weight": str(edge["weight"])})
            _values(xml, "edge", edge, _EDGE_KEYS)
            xml.close("edge")
        xml.close("edges", "graph", "gexf")


def _values(xml: _Xml, owner: str, row: dict[str, Any], keys: Iterable[str]) -> None:
    xml.open("attvalues", {})
    for name in keys:
        if name not in ("label", "weight") and row[name] is not None:
            xml.leaf("attvalue", {"for": f"{owner}_{name}", "value": str(row[name])})
    xml.close("attvalues")


def _gephi(found: Tables, path: Path, about: dict[str, Any]) -> None:
    path.mkdir()
    found.nodes.rename({"id": "Id", "label": "Label"}).write_csv(path / "nodes.csv")
    found.edges.select(
        pl.col("source").alias("Source"),
        pl.col("target").alias("Target"),
        pl.lit("Directed").alias("Type"),
        pl.col("weight").alias("Weight"),
        pl.col("relation").alias("Label"),
        "order",
        "time",
    ).write_csv(path / "edges.csv")
    (path / "about.json").write_text(json.dumps(about, indent=2, ensure_ascii=False), encoding="utf-8")


def _parquet(found: Tables, path: Path, about: dict[str, Any]) -> None:
    path.mkdir()
    found.nodes.write_parquet(path / "nodes.parquet")
    found.edges.write_parquet(path / "edges.parquet")
    (path / "about.json").write_text(json.dumps(about, indent=2, ensure_ascii=False), encoding="utf-8")


def _json(found: Tables, path: Path, about: dict[str, Any]) -> None:
    """Graphology's form, which Cytoscape.js and NetworkX read after one rename (docs/how-to/export.md)."""
    with path.open("w", encoding="utf-8") as handle:
        handle.write('{"options": {"type": "directed", "multi": true}, "attributes": ')
        handle.write(json.dumps(about, ensure_ascii=False))
        for name, frame, ends in (("nodes", found.nodes, ()), ("edges", found.edges, ("source", "target"))):
            handle.write(f',\n"{name}": [')
            for i, row in enumerate(frame.iter_rows(named=True)):
                key = {"key": str(row.pop("id")), **{end: row.pop(end) for end in ends}}
                values = {column: value for column, value in row.items() if value is not None}
                handle.write((",\n" if i else "\n") + json.dumps({**key, "attributes": values}, ensure_ascii=False))
            handle.write("]")
        handle.write("}\n")


class _Xml:
    """A stream of XML; characters that XML cannot hold are left out."""

    def __init__(self, handle: Any) -> None:
        self._out = XMLGenerator(handle, "utf-8", short_empty_elements=True)
        self._out.startDocument()

    def open(self, name: str, attributes: dict[str, str]) -> None:
        self._out.startElement(name, {key: _clean(value) for key, value in attributes.items()})  # type: ignore[arg-type]

    def close(self, *names: str) -> None:
        for name in names:
            self._out.endElement(name)
            self._out.ignorableWhitespace("\n")

    def leaf(self, name: str, attributes: dict[str, str]) -> None:
        self.open(name, attributes)
        self._out.endElement(name)

    def text(self, name: str, attributes: dict[str, str], text: str) -> None:
        self.open(name, attributes)
        self._out.characters(_clean(text))
        self._out.endElement(name)


def _clean(text: str) -> str:
    return text if text.isprintable() else "".join(c for c in text if _allowed(ord(c)))


def _allowed(code: int) -> bool:
    """Source: production Char of XML 1.0, https://www.w3.org/TR/xml/#charsets."""
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


_WRITERS: dict[str, Callable[[Tables, Path, dict[str, Any]], None]] = {
    "graphml": _graphml,
    "gexf": _gexf,
    "gephi": _gephi,
    "json": _json,
    "parquet": _parquet,
}
FORMATS = tuple(_WRITERS)
