"""What people who make films and series ask: a thin method a feature, titles and people by name or id.

engine.create.comps("A grieving chef …")  ->  frozen answers with to_frame() and to_json()
engine.create.brief(answer, "pitch.pdf")  ->  the answer as a document, with sources, sample sizes and caveats
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np

from reelation.atlas.store import Atlas
from reelation.create.blend.blend import Blend, blend, combine
from reelation.create.casting.answer import Casting
from reelation.create.casting.casting import CastingWanted, casting
from reelation.create.casting.people import LATELY, person_named
from reelation.create.comps.comps import Comps, WantedComps, comps
from reelation.create.gaps.gaps import Gaps, GapsWanted, gaps
from reelation.create.programme.parts import Programme
from reelation.create.programme.parts import Wanted as WantedProgramme
from reelation.create.programme.programme import programme
from reelation.create.reading.kin import Kin, kin_of
from reelation.create.reading.project import Project
from reelation.errors import UsageError
from reelation.insights.related import Wanted
from reelation.insights.titles import Title
from reelation.messages import Messages
from reelation.search.filters import Filters
from reelation.search.lookup import find

if TYPE_CHECKING:
    from reelation.create.brief.document import Document

Answer = Comps | Blend | Gaps | Casting | Programme


class Desk:
    """Creative aid from one atlas, in one language."""

    def __init__(self, atlas: Atlas, say: Messages) -> None:
        """Ask of `atlas`; sentences are in the language of `say`."""
        self._atlas, self._say = atlas, say

    def comps(
        self,
        project: str | Project,
        *,
        count: int = 5,
        filters: Filters | None = None,
        outside: Iterable[str | Title] = (),
    ) -> Comps:
        """Comparables of a project, in story and people and in the market; see `reelation.create.comps.comps.comps`.

        Args:
            project: what is to be made; a text alone is its logline or synopsis.
            count: titles in each column, 1 to 10.
            filters: which titles may come back.
            outside: none of these.

        Raises:
            UsageError: something is out of range, or the project says nothing.
            TitleNotFoundError: no such title of `outside`.
            AtlasError: the atlas was made without what this needs.
        """
        asked = Project(project) if isinstance(project, str) else project
        if asked.empty:
            raise UsageError("nothing is said of the project; give a logline, a genre, or people")
        rows = np.array([self._row(title) for title in outside], np.int64)
        wanted = WantedComps(count, filters or Filters(), rows if len(rows) else None)
        return comps(self._atlas, asked, wanted, self._say)

    def blend(
        self, title_a: str | Title, title_b: str | Title, mix: float = 0.5, wanted: Wanted | None = None
    ) -> Blend:
        """Titles nearest a mix of two, and what each has from which; see `reelation.create.blend.blend.blend`.

        Args:
            title_a: a title, its id or its name.
            title_b: another.
            mix: 0 (the first alone) to 1 (the second alone).
            wanted: how many, by which metric and weights, which may come back.

        Raises:
            UsageError: both are the same, or something is out of range.
            TitleNotFoundError, AmbiguousTitleError: no such title, or several.
        """
        return blend(self._atlas, self._row(title_a), self._row(title_b), mix, wanted or Wanted(), self._say)

    def combine(
        self, plus: Sequence[str | Title], minus: Sequence[str | Title] = (), wanted: Wanted | None = None
    ) -> Blend:
        """Titles nearest the sum of `plus` less those of `minus`; see `reelation.create.blend.blend.combine`.

        Raises:
            UsageError: nothing is added, a title is given twice, or something is out of range.
            TitleNotFoundError, AmbiguousTitleError: no such title, or several.
        """
        added, away = ([self._row(title) for title in titles] for titles in (plus, minus))
        return combine(self._atlas, added, away, wanted or Wanted(), self._say)

    def gaps(self, wanted: str | GapsWanted | None = None) -> Gaps:
        """Combinations that are plausible and rare; see `reelation.create.gaps.gaps.gaps`.

        Args:
            wanted: a topic by name or node id ("genre:horror") that each must have, or all that is wanted.

        Raises:
            UsageError: the atlas has no such topics, or too few of them.
            TitleNotFoundError, AmbiguousTitleError: no topic of a name, or several.
        """
        asked = GapsWanted(with_=(wanted,)) if isinstance(wanted, str) else wanted
        return gaps(self._atlas, asked or GapsWanted(), self._say)

    def casting(
        self,
        like: str | Title | Project | Iterable[str | Title | Project],
        *,
        role: str = "actor",
        with_people: Iterable[str] = (),
        exclude: Iterable[str] = (),
        active: int | None = LATELY,
        count: int = 10,
        likely: float = 0.3,
        complement: float = 0.2,
    ) -> Casting:
        """People for a project, best first; see `reelation.create.casting.casting.casting`.

        Args:
            like: titles that it is like, by name or id, and up to one description.
            role: of credits: actor, director, writer, composer …
            with_people: those attached, by name or id.
            exclude: people who are not wanted.
            active: only people with a title in the last so many years of the atlas; None: all.
            count: how many, 1 to 1,000.
            likely: 0 to 1: how much it counts that somebody is likely to work with those attached, or has.
            complement: 0 to 1: how much it counts what somebody brings that those attached lack.

        Raises:
            UsageError: nothing to be close to, nobody in the role, or a value out of range.
            TitleNotFoundError, AmbiguousTitleError: no title or person of a name, or several.
            AtlasError: a description needs what the atlas was made without.
        """
        given = [like] if isinstance(like, str | Title | Project) else list(like)
        projects = [one for one in given if isinstance(one, Project)]
        kin = self._kin(projects)
        wanted = CastingWanted(
            role=role,
            like=tuple(dict.fromkeys(self._row(one) for one in given if not isinstance(one, Project))),
            point=None if kin is None else kin.point,
            with_people=self._people(with_people),
            exclude=self._people(exclude),
            active=active,
            count=count,
            likely=likely,
            complement=complement,
        )
        found = casting(self._atlas, wanted, self._say)
        return found if kin is None else replace(found, notes=(*kin.unread, *found.notes))

    def programme(self, wanted: str | WantedProgramme) -> Programme:
        """A season or festival strand in its running order; see `reelation.create.programme.programme.programme`.

        Args:
            wanted: a theme, for twelve titles without limits, or all that is wanted.

        Raises:
            TitleNotFoundError, AmbiguousTitleError: no theme or title of a name, or several.
            ImpossibleError: the limits cannot be met together; says what could be.
            UsageError: no such filter, or nothing was found in a minute.
        """
        return programme(self._atlas, WantedProgramme((wanted,)) if isinstance(wanted, str) else wanted, self._say)

    def document(self, found: Answer) -> Document:
        """Any of these answers as a document: what was found, sample sizes, caveats, sources.

        Raises:
            UsageError: it is none of them.
        """
        _check(found)
        from reelation.create.brief.of_blend import of_blend
        from reelation.create.brief.of_casting import of_casting
        from reelation.create.brief.of_comps import of_comps
        from reelation.create.brief.of_gaps import of_gaps
        from reelation.create.brief.of_programme import of_programme

        atlas, say = self._atlas, self._say
        if isinstance(found, Comps):
            return of_comps(atlas, found, say)
        if isinstance(found, Blend):
            return of_blend(atlas, found, say)
        if isinstance(found, Gaps):
            return of_gaps(atlas, found, say)
        if isinstance(found, Casting):
            return of_casting(atlas, found, say)
        return of_programme(atlas, found, say)

    def brief(self, found: Answer, path: str | Path) -> Path:
        """Write any of these answers to a file: Markdown (.md), PDF, CSV or a web page (.html), by its ending.

        Folders that are missing are made; an earlier file is written over.

        Raises:
            UsageError: no such format, no font for PDF, or a place that cannot be written to.
            MissingExtraError: PDF needs what is not installed.
        """
        from reelation.create.brief.writing import write_brief

        file, document = Path(path), self.document(found)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_brief(document, file)
        except OSError as error:
            raise UsageError(f"cannot write {file}: {error.strerror or error}") from error
        return file

    def _kin(self, projects: list[Project]) -> Kin | None:
        if not projects:
            return None
        if len(projects) > 1:
            raise UsageError(f"{len(projects)} descriptions are given; one project has one, besides any titles")
        kin = kin_of(self._atlas, projects[0], self._say)
        if not kin.anything:
            why = " ".join(kin.unread) or "The atlas knows nothing of what it names."
            raise UsageError(f"Nothing of the description could be used. {why} Name titles that it is like instead.")
        return kin

    def _people(self, names: Iterable[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(person_named(self._atlas, name, self._say) for name in names))

    def _row(self, title: str | Title) -> int:
        return self._atlas.titles.row(title.title_id) if isinstance(title, Title) else find(self._atlas, title).row


def _check(found: object) -> None:
    if not isinstance(found, get_args(Answer)):
        known = ", ".join(kind.__name__ for kind in get_args(Answer))
        raise UsageError(f"no brief can be written of {type(found).__name__}; it can be of {known}")
