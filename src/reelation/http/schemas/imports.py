"""Requests and answers of `routes.imports`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reelation.http.asking import InLanguage, TitleId
from reelation.http.schemas.asked import STRICT
from reelation.http.schemas.common import Answer, ProblemDetails
from reelation.http.schemas.words import KindName


class ResolveIn(InLanguage):
    """What the viewer says of one entry."""

    model_config = STRICT

    entry: Annotated[str, Field(pattern="^[0-9a-f]{8}$", description="`entry` of an item of the report")]
    title_id: Annotated[TitleId | None, Field(description="the title that it is; null: none of the atlas's")] = None
    undo: Annotated[bool, Field(description="take back what was said of it")] = False


class CandidateFields(Answer):
    """A title that an entry may be."""

    title_id: str
    label: str
    kind: KindName


class EvidenceFields(Answer):
    """What speaks for a decision."""

    what: str
    value: str


class MentionFields(Answer):
    """One title that the exports mention, and what it was taken for."""

    entry: Annotated[str, Field(description="its mark: eight hexadecimal digits, the same from import to import")]
    mention: str
    times: int
    outcome: Literal["matched", "guessed", "asks", "missing", "dismissed"]
    how: str
    title: CandidateFields | None
    evidence: list[EvidenceFields]
    candidates: list[CandidateFields]
    because: Annotated[str, Field(description="how it was decided, in a sentence")]


class FileFields(Answer):
    """Rows of a file."""

    rows_in: int
    kept: int
    set_aside: int
    skipped: int


class ReadingFields(Answer):
    """What a file of the upload was."""

    path: str
    format: str
    files: dict[str, FileFields]


class UnreadFields(Answer):
    """A file that could not be read."""

    path: str
    why: str


class SetAsideFields(Answer):
    """A row that could not be used."""

    file: str
    line: int | None
    reason: str


class ReportFields(Answer):
    """What came of the files, and the viewer's whole imported history."""

    readings: list[ReadingFields]
    skipped: Annotated[dict[str, int], Field(description="left out by design: rows")]
    set_aside: list[SetAsideFields]
    notes: Annotated[list[str], Field(description="what else is to know, in sentences")]
    unread: list[UnreadFields]
    entries: int
    counts: dict[str, int]
    items: list[MentionFields]


class ImportAnswer(Answer):
    """An import's job."""

    import_id: str
    viewer_id: str
    state: Literal["queued", "running", "done", "failed"]
    progress: Annotated[float, Field(ge=0, le=1)]
    problem: Annotated[ProblemDetails | None, Field(description="why it failed")]
    report: Annotated[ReportFields | None, Field(description="null before it is done")]
