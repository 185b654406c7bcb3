"""Where the data of an atlas is from, as lines of a document.

atlas.manifest.sources  ->  source_lines  ->  "default catalogue …, CC0-1.0 (…)"
"""

from __future__ import annotations

from reelation.atlas.store import Atlas
from reelation.create.facts import Fact, Said, said
from reelation.messages import Messages


def source_lines(atlas: Atlas, say: Messages) -> tuple[Said, ...]:
    """One line a source: what it is, its licence, and where it is from."""
    lines = []
    for source in atlas.manifest.sources:
        subject = f"source:{source['name']}"
        facts = {
            name: Fact(subject, name, str(source[name]), str(source[name]))
            for name in ("label", "licence", "homepage")
            if source.get(name)
        }
        key = "create_brief.source" if len(facts) == 3 else "create_brief.source_bare"
        lines.append(said(say, key, **(facts if len(facts) == 3 else {"label": facts["label"]})))
    return tuple(lines) or (said(say, "create_brief.source_unknown"),)
