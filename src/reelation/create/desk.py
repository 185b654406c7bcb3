"""What people who make films and series ask: a thin method a feature, titles and people by name or id.

engine.create.comps("A grieving chef …")  ->  frozen answers with to_frame() and to_json()
engine.create.brief(answer, "pitch.pdf")  ->  the answer as a document, with sources, sample sizes and caveats
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reelation.atlas.store import Atlas
from reelation.create.blend import Blend, blend, combine
from reelation.create.comps import Comps, WantedComps, comps
from reelation.create.gaps import Gaps, GapsWanted, gaps
from reelation.create.programme import programme
from reelation.create.programme_parts import Programme
from reelation.create.programme_parts import Wanted as WantedProgramme
from reelation.create.project import Project
from reelation.errors import UsageError
from reelation.insights.related import Wanted
from reelation.insights.titles import Title
from reelation.messages import Messages
from reelation.search.filters import Filters
from reelation.search.lookup import find

if TYPE_CHECKING:
    from reelation.create.brief.document import Document


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
        """Comparables of a project, in story and people and in the market; see `reelation.create.comps.comps`.

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

    def blend(self, title_a: str | Title, title_b: str | Title, mix: float = 0.5, wanted: Wanted | None = None) -> Blend:
        """Titles nearest a mix of two, and what each has from which; see `reelation.create.blend.blend`.

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
        """Titles nearest the sum of `plus` less those of `minus`; see `reelation.create.blend.combine`.

        Raises:
            UsageError: nothing is added, a title is given twice, or something is out of range.
            TitleNotFoundError, AmbiguousTitleError: no such title, or several.
        """
        rows = [[self._row(title) for title in titles] for titles in (plus, minus)]
        return combine(self._atlas, *rows, wanted or Wanted(), self._say)

    def gaps(self, wanted: str | GapsWanted | None = None) -> Gaps:
        """Combinations that are plausible and rare; see `reelation.create.gaps.gaps`.

        Args:
            wanted: a topic by name or node id ("genre:horror") that each must have, or all that is wanted.

        Raises:
            UsageError: the atlas has no such topics, or too few of them.
            TitleNotFoundError, AmbiguousTitleError: no topic of a name, or several.
        """
        asked = GapsWanted(with_=(wanted,)) if isinstance(wanted, str) else wanted
        return gaps(self._atlas, asked or GapsWanted(), self._say)

    def programme(self, wanted: str | WantedProgramme) -> Programme:
        """A season or festival strand in its running order; see `reelation.create.programme.programme`.

        Args:
            wanted: a theme, for twelve titles without limits, or all that is wanted.

        Raises:
            TitleNotFoundError, AmbiguousTitleError: no theme or title of a name, or several.
            ImpossibleError: the limits cannot be met together; says what could be.
            UsageError: no such filter, or nothing was found in a minute.
        """
        return programme(
            self._atlas, WantedProgramme((wanted,)) if isinstance(wanted, str) else wanted, self._say
        )

    def _row(self, title: str | Title) -> int:
        return self._atlas.titles.row(title.title_id) if isinstance(title, Title) else find(self._atlas, title).row
