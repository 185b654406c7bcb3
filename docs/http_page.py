"""The page of the HTTP interface: prose written here, routes and fields read from the OpenAPI document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reelation.http.app import create_app
from reelation.http.problems import KINDS
from reelation.http.settings import ServeSettings

INTRODUCTION = """# HTTP

`reelation serve` answers under `/v1` ([how to run it](../how-to/serve.md)); `/docs` is this page to try things on, and
`/openapi.json` the document it is made from.

**What you can rely on.** Within `/v1`, fields are added to answers, and parameters to requests; none is renamed,
removed or given another meaning. Names are in snake_case, missing values `null`, texts UTF-8. The fields of answers are
those of `--json` ([JSON](json.md)); what is here beside them is named below. Parameters and fields that a route does
not know are refused, so that a typo is not taken for a wish.

**Titles** are named by id (`imdb:tt0078748`), URL-encoded; a name is not guessed at. `/v1/search` finds ids.

**Language**: `lang=en` or `lang=zh`; else as the header Accept-Language says, else English.

**Every list** carries `recommendation_id` (new for each answer; sorts by time), `atlas_version` (a short hash: another
one, another atlas), `filtered` (how many titles filters, and what was seen, left out), and `fallback` and `note`: a
word, and a sentence, where something else spoke than usually does; else both are `null`.

**Pages**: `next_cursor` of an answer is the `cursor` of the next page, `null` at the end. All other parameters stay the
same. Pages join to the whole list; 10,000 places are the most. A cursor of an earlier atlas is refused
(`stale-cursor`).

**A key**, where the service was started with one, goes into the header `Authorization: Bearer KEY`; everything under
`/v1` but health needs it.

## Problems

Everything that goes wrong is an `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)):
`type`, `title`, `status`, `detail` (what happened, and why), `instance` (the path), `suggestions` (what to try), and
where they apply `candidates` (titles that may be meant) and `errors` (`where` and `message` of each field that is not
valid).

"""
MAP = """### Columns of the map

Eight bytes `REELMAP1`; the length of the header (u32); the header, JSON, padded with blanks; the columns. Numbers are
little-endian. Rows are titles, in the order of the atlas. The header: `titles` (how many), `columns` (list of `name`,
`dtype`, `offset` from the end of the header in bytes, `length` in values, and `values`: the names of codes), `strings`
(name of the columns of each text). Every column begins at a multiple of 8 bytes.

| column | type | meaning |
|---|---|---|
| `x`, `y` | float32 | where the title stands; the map is about 1 wide, y upwards |
| `year` | int16 | calendar year, 0 unknown |
| `kind` | uint8 | code of the kind |
| `genre` | uint8 | code of the rarest of its genres that has one (the 255 commonest have); 255 none |
| `country` | uint8 | code of the rarest of its countries that has one (the 30 commonest have); 255 another or none |
| `group0`, `group1`, `group2` | int32 | group at each level, coarsest first; -1 none |
| `popularity` | float32 | 0 to 1: share of titles that are less well known |
| `name_start`, `names` | uint32, uint8 | row i is bytes `name_start[i]` to `name_start[i + 1]` of `names`, UTF-8 |
| `id_start`, `ids` | uint32, uint8 | the same for ids |

The answer has an `ETag`; `If-None-Match` gets a 304 while the atlas is the same.

"""
_TAGS = {
    "search": "Search",
    "titles": "Titles",
    "viewers": "Viewers and sessions",
    "events": "Events",
    "imports": "Imports",
    "explanations": "Explanations",
    "groups": "Groups",
    "insights": "Timelines, classes, graphs",
    "create": "Creative aid",
    "map": "The map",
    "operations": "Operations",
}
_COMMON = ("lang",)


def http_page() -> str:
    """The whole page."""
    document = create_app(ServeSettings(atlas=Path("atlas"))).openapi()
    parts = [INTRODUCTION, _problems(), _limits()]
    routes: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            routes.setdefault((told.get("tags") or ["other"])[0], []).append(_route(document, method, path, told))
    for tag in sorted(routes, key=lambda tag: (list(_TAGS).index(tag) if tag in _TAGS else len(_TAGS), tag)):
        parts.append(f"## {_TAGS.get(tag, tag.title())}\n\n" + "".join(routes[tag]))
        if tag == "map":
            parts.append(MAP)
    return "".join(parts).rstrip() + "\n"


def _problems() -> str:
    rows = [f"| `/problems/{name}` | {kind.status} | {kind.title} | {kind.advice} |" for name, kind in KINDS.items()]
    return "| type | status | title | what to try |\n|---|---|---|---|\n" + "\n".join(rows) + "\n\n"


def _limits() -> str:
    usual = ServeSettings(atlas=Path("atlas"))
    return (
        "## Limits\n\n"
        f"One client address may send {usual.rate:g} requests a second on average, {usual.burst} at once (`--rate`); "
        f"a body may have {usual.most_body >> 20} MiB, an upload {usual.most_upload >> 20} MiB; "
        f"{usual.threads + usual.waiting} slow answers may be worked on or wait. What is more gets 429 or 503 with "
        "Retry-After, or 413.\n\n"
    )


def _route(document: dict[str, Any], method: str, path: str, told: dict[str, Any]) -> str:
    lines = [f"### {method.upper()} {path}\n", f"{' '.join((told.get('description') or '').split())}\n"]
    asked = [
        (one["name"], one["in"], one["schema"], one.get("description") or one["schema"].get("description", ""))
        for one in told.get("parameters", ())
        if one["name"] not in _COMMON
    ]
    for body in told.get("requestBody", {}).get("content", {}).values():
        asked += _fields(document, body["schema"])
    if asked:
        rows = [
            f"| `{name}` | {where} | {_type(document, schema)} | {_cell(about)}{_default(schema)} |"
            for name, where, schema, about in asked
        ]
        lines.append("| parameter | in | type | meaning |\n|---|---|---|---|\n" + "\n".join(rows) + "\n")
    for status, answer in told["responses"].items():
        if not status.startswith("2"):
            continue
        for media, content in answer.get("content", {}).items():
            schema = _resolved(document, content.get("schema", {}))
            fields = ", ".join(f"`{name}`" for name in schema.get("properties", {}))
            lines.append(f"Answers {status}, `{media}`{f': {fields}' if fields else ''}.\n")
    return "\n".join(lines) + "\n"


def _fields(
    document: dict[str, Any], schema: dict[str, Any], before: str = ""
) -> list[tuple[str, str, dict[str, Any], str]]:
    """The fields of a body, each and those of an object in it as `project.text`."""
    found = []
    for name, field in _resolved(document, schema).get("properties", {}).items():
        if name in _COMMON and not before:
            continue
        found.append((f"{before}{name}", "body", field, field.get("description", "")))
        for inner in (field, *field.get("anyOf", ())):
            found += _fields(document, inner, f"{before}{name}.") if "$ref" in inner else []
    return found


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _type(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """'integer, 1 to 100', 'list of text', 'dot, cosine or euclidean'."""
    schema = _resolved(document, schema)
    for name in ("anyOf", "oneOf"):
        if name in schema:
            return " or ".join(_type(document, one) for one in schema[name] if one.get("type") != "null")
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kind = {"string": "text", "integer": "integer", "number": "number", "boolean": "true or false"}.get(
        schema.get("type", ""), "object"
    )
    if schema.get("type") == "array":
        return f"list of: {_type(document, schema.get('items', {}))}"
    low, high = (schema.get(name) for name in ("minimum", "maximum"))
    if low is not None and high is not None:
        return f"{kind}, {low:g} to {high:g}" if abs(high) < 1e6 else kind
    longest = schema.get("maxLength")
    return f"{kind}, up to {longest} characters" if longest else kind


def _default(schema: dict[str, Any]) -> str:
    found = schema.get("default")
    if found in (None, "", [], {}):
        return ""
    return f" (default {str(found).lower() if isinstance(found, bool) else found})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
