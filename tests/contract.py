"""The service held to its own OpenAPI document by requests that schemathesis invents.

    python -m tests.contract --cases 10000 [--atlas FOLDER] [--seed 1]

Every operation gets its share of requests, half of them valid by the document, half of them not. No answer may be a
defect (5xx), have a status, content type or body that the document does not name, or take for valid what is not.
Invented ids are of nothing; in most valid requests they are exchanged for ids that exist, so that answers are reached.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import jsonschema_rs
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from reelation.atlas.store import Atlas
from tests.running import running

KEY = "contract-key"
VIEWER = "somebody"


def refuses_what_is_wrong(context: Any, response: Any, case: Any) -> bool | None:
    """Whether wrong data is refused.

    Schemathesis takes a body for wrong when it has altered a branch of a union, though what it then invents may be
    of another branch, or an empty list: such a body is valid by the document, and is no defect when it is taken.
    """
    wrong = [place for place in ParameterLocation if case.meta.is_negative_at(place)]
    if response.status_code < 300 and wrong == [ParameterLocation.BODY] and is_valid_body(case.operation, case.body):
        return None
    return checks.negative_data_rejection(context, response, case)


def is_valid_body(operation: Any, body: Any) -> bool:
    """Whether the document allows a JSON body."""
    document = operation.schema.raw_schema
    told = document["paths"][operation.path][operation.method]["requestBody"]["content"].get("application/json")
    if told is None:
        return False
    schema = {**told["schema"], "components": document["components"]}
    return jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(body)


CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    refuses_what_is_wrong,
]
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


@dataclass
class Report:
    """What was asked and what came back."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How many answers by operation and status."""
    breaches: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def cases(self) -> int:
        """Requests sent."""
        return sum(self.statuses.values())

    def answered(self, operation: str) -> int:
        """How many requests of an operation were answered with what they asked for."""
        return sum(count for (name, status), count in self.statuses.items() if name == operation and status < 300)


def examine(url: str, known: Mapping[str, Sequence[Any]], cases: int, first_seed: int = 1) -> Report:
    """Send about `cases` requests to the service at `url`.

    Args:
        url: where it answers; its key is `KEY`.
        known: name of a parameter or field -> values that exist.
        cases: how many requests at least, divided among all operations; fewer where there is a breach.
        first_seed: decides what is invented.
    """
    refused = {"negative_data_rejection": {"expected-statuses": [401, 403, 404, 405, 409, 413, 415, 422]}}
    config = schemathesis.Config.from_dict({"checks": refused})
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)
    operations: list[Any] = [one.ok() for one in schema.get_all_operations()]  # type: ignore[union-attr]
    report, began, number = Report(), time.monotonic(), first_seed
    with requests.Session() as session:
        while report.cases < cases and not report.breaches:  # some have nothing to invent, and are asked once a round
            each = -(-(cases - report.cases) // (len(operations) * len(MODES)))
            for operation in operations:
                for mode in MODES:
                    number += 1
                    _examine_one(session, operation, mode, known, each, number, report)
    report.seconds = time.monotonic() - began
    return report


def _examine_one(
    session: requests.Session,
    operation: Any,
    mode: schemathesis.GenerationMode,
    known: Mapping[str, Sequence[Any]],
    each: int,
    number: int,
    report: Report,
) -> None:
    sent = 0

    def one(case: Any) -> None:
        nonlocal sent
        sent += 1
        if mode is schemathesis.GenerationMode.POSITIVE:
            _make_known(case, known)
        response = case.call(session=session, headers={"Authorization": f"Bearer {KEY}"}, timeout=60)
        report.statuses[operation.label, response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    rules = settings(
        max_examples=each,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    asked: Any = seed(number)(rules(given(operation.as_strategy(generation_mode=mode))(one)))  # type: ignore[no-untyped-call]
    try:
        asked()
    except Unsatisfiable:  # an operation without anything to get wrong
        return
    except (Exception, FailureGroup) as error:
        told = [str(one) for one in getattr(error, "exceptions", (error,))]
        report.breaches.append(f"{operation.label}, {mode.value}, {sent} sent: " + "\n".join(told)[:3000])


def _make_known(case: Any, known: Mapping[str, Sequence[Any]]) -> None:
    """Exchange most invented ids for ids that exist."""
    for place in (case.path_parameters, case.query):
        if place:
            _exchange(place, known)
    if isinstance(case.body, dict | list):
        _exchange(case.body, known)


def _exchange(place: Any, known: Mapping[str, Sequence[Any]]) -> None:
    pairs: Any = place.items() if isinstance(place, dict) else enumerate(place)
    for name, value in list(pairs):
        chance = crc32(repr(value).encode())
        if name in known and chance % 5:
            some = known[name]
            place[name] = [some[chance % len(some)]] if isinstance(value, list) else some[chance % len(some)]
        elif isinstance(value, dict | list):
            _exchange(value, known)


def prepare(url: str, atlas: Atlas) -> dict[str, list[Any]]:
    """Give the service a viewer with events and an import with a question; what exists then, as `known_of` says."""
    known, headers = known_of(atlas), {"Authorization": f"Bearer {KEY}"}
    events = [{"viewer_id": VIEWER, "title_id": title, "kind": "like"} for title in known["title_id"][:5]]
    requests.post(f"{url}/v1/events", json={"events": events}, headers=headers, timeout=60).raise_for_status()
    names = "".join(f'"{atlas.names[row]}",,4\n' for row in range(min(len(atlas), 30)))
    files = {"file": ("films.csv", f"title,year,rating\n{names}")}
    begun = requests.post(f"{url}/v1/imports", files=files, data={"viewer_id": VIEWER}, headers=headers, timeout=60)
    begun.raise_for_status()
    job = begun.json()
    while job["state"] in ("queued", "running"):
        time.sleep(0.05)
        job = requests.get(f"{url}{begun.headers['location']}", headers=headers, timeout=60).json()
    assert job["state"] == "done", job
    entries = [item["entry"] for item in job["report"]["items"]]
    return {**known, "import_id": [job["import_id"]], "entry": entries}


def known_of(atlas: Atlas) -> dict[str, list[Any]]:
    """Values of parameters and fields that exist in an atlas."""
    titles = list(atlas.titles.ids)[:40]
    viewers = atlas.part("viewers")
    people = list(viewers.vocabulary("viewers").ids)[:20] if viewers else ["v:1"]
    nodes = [atlas.nodes[node] for node in range(0, len(atlas.nodes), max(1, len(atlas.nodes) // 40))]
    genres = [node.partition(":")[2] for node in atlas.nodes.ids if node.startswith("genre:")][:20]
    countries = [node.partition(":")[2] for node in atlas.nodes.ids if node.startswith("country:")][:20]
    return {
        **dict.fromkeys(("title_id", "a", "b", "centre"), titles),
        **{name: [*people, VIEWER] for name in ("viewer_id", "exclude_seen", "with")},
        "thing": nodes,
        "group": list(range(3)),
        "level": [1],
        "genre": genres,
        "country": countries,
        "facet": ["genre"],
        "q": [atlas.names[row][: 2 + row % 9] for row in range(min(len(atlas), 40))],
        "weights": ["people=1.5,story=0", "era=2"],
        "cursor": [None],
    }


def main() -> None:
    """Examine a service over an atlas, and fail on any breach."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--atlas", type=Path, default=Path("demo/atlas"))
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = {"api_key": KEY, "database": f"sqlite:///{home}/events.sqlite"}
        with running(options.atlas, **settings) as service:
            known = prepare(service.url, Atlas.open(options.atlas))
            report = examine(service.url, known, options.cases, options.seed)
    for (name, status), count in sorted(report.statuses.items()):
        print(f"{name:50} {status} {count:>6}")
    print(f"{report.cases} requests in {report.seconds:.0f} s, {len(report.breaches)} operations in breach")
    for breach in report.breaches:
        print(f"\n{breach}")
    sys.exit(bool(report.breaches))


if __name__ == "__main__":
    main()
