"""10. one object that answers: a thin method an insight, titles by name or id.

Engine.open()  ->  engine.related("Alien (1979)")  ->  frozen results with to_frame() and to_json()
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from reelation import settings
from reelation.atlas.store import Atlas
from reelation.errors import TitleNotFoundError, UsageError
from reelation.histories.history import History, viewer_history
from reelation.insights.classify import Classified, Doubts, classify, suspicious
from reelation.insights.details import Details, details
from reelation.insights.ego import Ego, ego
from reelation.insights.explain import Explanation, explain
from reelation.insights.groups import Groups, GroupsOfTitle, GroupTitles, group_of, groups, titles_of_group
from reelation.insights.layout import Layout, layout
from reelation.insights.map import MapFile, draw_map
from reelation.insights.paths import Paths, paths
from reelation.insights.place import Placed, place
from reelation.insights.recommend import Recommendations, Wish, recommend
from reelation.insights.related import Related, Wanted, related, related_to
from reelation.insights.sensing import Look, look_of
from reelation.insights.titles import Title, Titles, some_titles, title_at
from reelation.messages import messages
from reelation.past.atlas import past
from reelation.past.history import history_in_past, history_until, moment_of
from reelation.search.choosing import Sliders
from reelation.search.filters import Filters
from reelation.search.inductive import Inductive
from reelation.search.lookup import find
from reelation.search.senses import Senses
from reelation.search.tagging import Tagger, tagged_at

if TYPE_CHECKING:
    from reelation.create.desk import Desk
    from reelation.histories.formats import Choices
    from reelation.histories.history import History
    from reelation.histories.report import HistoryReport
    from reelation.histories.resolving import Queue
    from reelation.insights.emerging import EmergingPairs
    from reelation.insights.taste import Taste
    from reelation.insights.timeline import Timeline
    from reelation.insights.trajectory import Trajectory
    from reelation.title_search.search import Found

T = TypeVar("T")


class Engine:
    """Answers from one atlas."""

    def __init__(self, atlas: Atlas, language: str | None = None) -> None:
        """Answer from `atlas` in `language`, "en" or "zh"; the locale's where None.

        Raises:
            UsageError: there is no such language.
        """
        self.atlas = atlas
        self.say = messages(language)

    @classmethod
    def open(cls, folder: str | Path | None = None, language: str | None = None) -> Engine:
        """Open the atlas in `folder`; without one, the atlas that the command line would use.

        Args:
            folder: of the atlas.
            language: "en" or "zh"; the locale's where None.

        Raises:
            AtlasError: there is no atlas, it is damaged, or a newer version wrote it.
            UsageError: there is no such language.
        """
        return cls(Atlas.open(Path(folder) if folder is not None else settings.atlas_folder()), language)

    def speaking(self, language: str) -> Engine:
        """The engine of the same open atlas that answers in another language.

        Raises:
            UsageError: there is no such language.
        """
        return Engine(self.atlas, language)

    def as_of(self, date: int | str | datetime.date) -> Engine:
        """The engine that answers as if it were `date`: from what was known then, and nothing later.

        Titles, links, viewers' events, how rare and how well known things are, how titles look and sound: all is
        counted as of the date. The network's parts, texts, groups and the map are learned from all titles, so they have
        no say in its answers.

        Args:
            date: a year, "YYYY-MM", "YYYY-MM-DD" or a `datetime.date`; a year or month means its last day.

        Raises:
            UsageError: this is no date, or the atlas knows no title of then.
        """
        return Engine(past(self.atlas, date), self.say.language)

    def titles(self) -> Titles:
        """All titles: a sequence of `Title`; `.to_frame()` gives a table."""
        return Titles(self.atlas)

    def find(self, text: str) -> Title:
        """The one title that `text` means: an id, or a name with or without "(year)".

        Raises:
            AmbiguousTitleError: several titles fit.
            TitleNotFoundError: none does; `suggestions` has close names.
        """
        return title_at(self.atlas, self._row(text))

    def search(self, text: str, *, count: int = 10, type: str = "all") -> Found:
        """Titles and people that `text` may mean, best first; see `reelation.title_search.search.TitleSearch.search`.

        The first call on an atlas builds an index (about a second for 20,000 titles), which stays in the cache folder.

        Raises:
            UsageError: something is out of range.
            MissingExtraError: the extra `serve` is not installed.
        """
        from reelation.title_search.search import TitleSearch

        return self._kept("title search", lambda: TitleSearch.open(self.atlas)).search(text, count=count, type=type)

    def related(
        self,
        title: str | Title,
        *,
        k: int = 10,
        weights: Mapping[str, float] | None = None,
        metric: str = "dot",
        filters: Filters | None = None,
        popularity: float = 0.0,
        diversity: float = 0.0,
        as_of: int | str | datetime.date | None = None,
        min_relevance: float = 0.0,
        outside: Iterable[str | Title] | None = None,
        start: int = 0,
        explain: bool = True,
    ) -> Related:
        """The `k` titles closest to `title`, each with its reason.

        Args:
            title: a title, its id or its name.
            k: how many, 1 to 10,000; fewer come back where fewer pass.
            weights: facet -> weight >= 0; a facet that is not named keeps 1.
            metric: "dot", "cosine" or "euclidean"; see `reelation.search.exact`.
            filters: which titles may come back.
            popularity: -1 (little known) to 1 (well known), among the closest few hundred.
            diversity: 0 to 1, titles unlike each other, among the closest few hundred.
            as_of: answer as if it were this date; see `as_of`.
            min_relevance: 0 to 1, only titles with at least this share of the best score.
            outside: none of these.
            start: places of the list that are left out, for the next page.
            explain: with what both share, and the reason.

        Raises:
            UsageError: something is out of range, or the atlas was made without what this needs.
            TitleNotFoundError: no such title.
        """
        if as_of is not None:
            others = [one.title_id if isinstance(one, Title) else one for one in outside or ()]
            return self.as_of(as_of).related(
                title,
                k=k,
                weights=weights,
                metric=metric,
                filters=filters,
                popularity=popularity,
                diversity=diversity,
                min_relevance=min_relevance,
                outside=others,
                start=start,
                explain=explain,
            )
        wanted = Wanted(
            k=k,
            start=start,
            weights=weights or {},
            metric=metric,
            filters=filters or Filters(),
            outside=None if outside is None else self._rows(outside),
            min_relevance=min_relevance,
            popularity=popularity,
            diversity=diversity,
            explain=explain,
        )
        return self.related_at(self._row(title), wanted)

    def related_at(self, where: int | Placed, wanted: Wanted) -> Related:
        """The same for a row of the atlas, or a title placed in it; see `reelation.insights.related.Wanted`."""
        if isinstance(where, Placed):
            return related_to(
                self.atlas, where.point, where.title, wanted, self.say, row=where.row, figures=where.figures
            )
        return related(self.atlas, where, wanted, self.say)

    def recommend(
        self,
        who: str | History,
        *,
        k: int = 10,
        filters: Filters | None = None,
        popularity: float = 0.0,
        diversity: float = 0.0,
        novelty: float = 0.0,
        with_: str | History | None = None,
        inside: Iterable[str | Title] | None = None,
        outside: Iterable[str | Title] | None = None,
        include_seen: bool = False,
        start: int = 0,
        as_of: int | str | datetime.date | None = None,
    ) -> Recommendations:
        """The `k` titles that somebody would like next, each with the own titles that speak for it.

        Args:
            who: a history, the name of one that was imported, or the id of a viewer of this atlas.
            k: how many, 1 to 10,000.
            filters: which titles may come back.
            popularity: -1 (little known) to 1 (well known).
            diversity: 0 to 1, titles unlike each other.
            novelty: 0 to 1, titles unlike all that was seen.
            with_: somebody else, for a list that suits both.
            inside: only these titles.
            outside: none of these.
            include_seen: also what was seen; what is hidden never comes back.
            start: places of the list that are left out, for the next page.
            as_of: recommend as if it were this date, from what was seen until then; see `as_of`.

        Raises:
            UsageError: something is out of range, or the atlas was made without what this needs.
            TitleNotFoundError: no such history or viewer, or no such title of `inside` or `outside`.
        """
        if as_of is not None:
            then = self.as_of(as_of)
            return then.recommend(
                history_in_past(self.atlas, then.atlas, who) if isinstance(who, History) else who,
                k=k,
                filters=filters,
                popularity=popularity,
                diversity=diversity,
                novelty=novelty,
                with_=history_in_past(self.atlas, then.atlas, with_) if isinstance(with_, History) else with_,
                inside=inside,
                outside=outside,
                include_seen=include_seen,
                start=start,
            )
        wish = Wish(
            k=k,
            start=start,
            filters=filters or Filters(),
            sliders=Sliders(popularity, diversity, novelty),
            inside=None if inside is None else self._rows(inside),
            outside=None if outside is None else self._rows(outside),
            include_seen=include_seen,
        )
        both = (who,) if with_ is None else (who, with_)
        histories = [history_until(self.atlas, one) if isinstance(one, History) else self.history(one) for one in both]
        return recommend(self.atlas, histories, wish, self.say, moment_of(self.atlas))

    def place(self, title: Mapping[str, Any] | None = None, *, files: Iterable[str | Path] = ()) -> Placed:
        """Place a title that the atlas does not have, at once; see `reelation.insights.place.place`.

        Args:
            title: {"name": …, "year": …, "credits": {"actor": […]}, "tags": {"genre": […]}}; see
                docs/reference/json.md. None: nothing is known but the files.
            files: its poster, stills, trailer, soundtrack.

        Raises:
            DataError: a field is unknown, of the wrong type or out of range.
            MediaError: a file cannot be read, or is too large.
            AtlasError, MissingPartError: the atlas was made without what new titles, or files, need.
            UsageError: neither a title nor a file.
        """
        return place(self._inductive, title, self.say, [Path(file) for file in files])

    def related_to_new(
        self,
        title: Mapping[str, Any] | Placed | None = None,
        *,
        files: Iterable[str | Path] = (),
        k: int = 10,
        weights: Mapping[str, float] | None = None,
        metric: str = "dot",
        filters: Filters | None = None,
    ) -> Related:
        """The `k` titles closest to one that the atlas does not have, or to a picture; see `place` and `related`."""
        new = title if isinstance(title, Placed) else self.place(title, files=files)
        wanted = Wanted(k=k, weights=weights or {}, metric=metric, filters=filters or Filters())
        return self.related_at(new, wanted)

    def look(self, title: str | Title) -> tuple[Look, ...]:
        """How a title looks and sounds: palette, figures, barcode; a block each, empty where it has no files.

        Raises:
            MissingPartError: the atlas was made without pictures and sound.
        """
        return tuple(look_of(one) for one in Senses(self.atlas).of(self._row(title)))

    def classify(self, title: str | Title | Mapping[str, Any], facet: str = "genre") -> Classified:
        """Every tag of `facet`, with its probability and what speaks for it.

        Args:
            title: of the atlas, where its own tags of `facet` are not looked at; or a new one, as for `place`.
            facet: "genre", "keyword", "language" …

        Raises:
            UsageError: the atlas does not tell this facet.
            AtlasError: it was made without what that needs.
            DataError: a new title is described wrongly.
        """
        tagger = self._tagger(facet)
        if isinstance(title, Mapping):
            new = self.place(title)
            return classify(tagger, new.title, new.tagged, self.say, new.notes)
        row = self._row(title)
        return classify(tagger, title_at(self.atlas, row), tagged_at(self.atlas, row), self.say)

    def suspicious(self, facet: str = "genre", k: int = 20) -> Doubts:
        """Up to `k` given tags of `facet` that look wrong and `k` that look missing, most certain first.

        Raises:
            UsageError, AtlasError: as `classify`.
        """
        return suspicious(self._tagger(facet), k)

    def _tagger(self, facet: str) -> Tagger:
        return self._kept(f"tagger {facet}", lambda: Tagger(self.atlas, facet))

    @property
    def _inductive(self) -> Inductive:
        return self._kept("inductive", lambda: Inductive(self.atlas))

    def _kept(self, name: str, make: Callable[[], T]) -> T:
        """What was made once for all engines of this atlas, whatever their language."""
        if name not in self.atlas.kept:
            self.atlas.kept[name] = make()
        found: T = self.atlas.kept[name]
        return found

    def similarity(
        self,
        title_a: str | Title,
        title_b: str | Title,
        facets: Sequence[str] | Mapping[str, float] | None = None,
        metric: str = "cosine",
    ) -> float:
        """How close two titles are.

        Args:
            title_a: a title, its id or its name.
            title_b: another.
            facets: only these facets, or weights by facet; all equally where None.
            metric: "cosine" (-1 to 1), "dot", or "euclidean" (the distance, >= 0, smaller is closer).

        Raises:
            UsageError: an unknown facet or metric.
        """
        if facets is None:
            weights: Mapping[str, float] = {}
        elif isinstance(facets, Mapping):
            weights = dict.fromkeys(self.atlas.facet_names, 0.0) | dict(facets)
        else:
            weights = dict.fromkeys(self.atlas.facet_names, 0.0) | dict.fromkeys(facets, 1.0)
        found = self.explain(title_a, title_b, weights=weights, metric=metric)
        return max(0.0, -found.score) ** 0.5 if metric == "euclidean" else found.score

    def explain(
        self,
        title_a: str | Title,
        title_b: str | Title,
        *,
        weights: Mapping[str, float] | None = None,
        metric: str = "dot",
    ) -> Explanation:
        """Why two titles are related: the score by facet and block, and all that they share."""
        return explain(self.atlas, self._row(title_a), self._row(title_b), weights=weights, metric=metric, say=self.say)

    def taste(self, history: History, *, count: int = 6) -> Taste:
        """The portrait of a history's owner; see `reelation.insights.taste.taste`.

        Args:
            history: from `reelation.histories.history.viewer_history`, or of one's own.
            count: how many to list of everything.
        """
        from reelation.insights.taste import taste

        return taste(self.atlas, history_until(self.atlas, history), count=count, say=self.say)

    def timeline(self, thing: str, *, by: str | None = None) -> Timeline:
        """How a thing went over the years; see `reelation.insights.timeline.timeline`.

        Args:
            thing: a genre, theme, person, company, country … or group, by name or id.
            by: its type, where the name alone may mean several.
        """
        from reelation.insights.timeline import timeline

        return timeline(self.atlas, thing, by=by, say=self.say)

    def trajectory(
        self, title: str | Title, *, dates: Sequence[int | str] = (), count: int = 5, k: int = 10
    ) -> Trajectory:
        """How a title's neighbourhood moved over the years; see `reelation.insights.trajectory.trajectory`."""
        from reelation.insights.trajectory import trajectory

        return trajectory(self.atlas, self._row(title), dates=dates, count=count, k=k, say=self.say)

    def emerging(
        self, *, by: Sequence[str] = (), since: int | None = None, count: int = 20, rate: float = 0.05
    ) -> EmergingPairs:
        """Pairs of themes that come together more than before; see `reelation.insights.emerging.emerging`."""
        from reelation.insights.emerging import emerging

        return emerging(self.atlas, by=by, since=since, count=count, rate=rate)

    def paths(self, title_a: str | Title, title_b: str | Title, *, count: int = 3, length: int = 4) -> Paths:
        """Several different ways from one title to another; see `reelation.insights.paths.paths`."""
        rows = self._row(title_a), self._row(title_b)
        return paths(self.atlas, *rows, count=count, length=length, say=self.say)

    def import_history(
        self,
        paths: Sequence[str | Path],
        name: str = "me",
        *,
        choices: Choices | None = None,
        own: bool = True,
    ) -> HistoryReport:
        """Read a person's own exports into the history `name`; see `reelation.histories.importing.import_history`."""
        from reelation.histories.importing import import_history

        return import_history(self.atlas, [Path(path) for path in paths], name, choices=choices, own=own)

    def history(self, name: str = "me") -> History:
        """An imported history by its name; else the history of a viewer that the atlas was trained with.

        Raises:
            TitleNotFoundError: there is neither.
            DataError: the history is damaged.
        """
        from reelation.histories import store

        try:
            return history_until(self.atlas, store.load_history(self.atlas, name))
        except (TitleNotFoundError, UsageError):
            if self.atlas.part("viewers") is None:
                raise
            return viewer_history(self.atlas, name)

    def resolve(
        self,
        name: str = "me",
        *,
        choose: Mapping[str, str | Title] | None = None,
        dismiss: Iterable[str] = (),
        undo: Iterable[str] = (),
        accept: bool = False,
        guesses: bool = False,
        missing: bool = False,
    ) -> Queue:
        """What an import left open in the history `name`, after keeping what is said here.

        Args:
            name: of the history.
            choose: mark of an entry -> the title that it is.
            dismiss: marks of entries that are none of the titles.
            undo: marks of entries of which an earlier answer is taken back.
            accept: also take the only candidate wherever there is just one.
            guesses: also list guesses, to confirm or mend.
            missing: also list what was not found.

        Raises:
            TitleNotFoundError: no such history, entry or title.
        """
        from reelation.histories.resolving import resolve

        answers = [(mark, self.atlas.titles[self._row(title)]) for mark, title in (choose or {}).items()]
        return resolve(
            self.atlas,
            name,
            answers=[*answers, *((mark, None) for mark in dismiss)],
            undo=tuple(undo),
            accept=accept,
            guesses=guesses,
            missing=missing,
        )

    def _rows(self, titles: Iterable[str | Title]) -> NDArray[np.int64]:
        return np.array([self._row(title) for title in titles], np.int64)

    def groups(self, *, level: int = 1, titles: int = 5) -> Groups:
        """The groups that titles fall into; see `reelation.insights.groups.groups`."""
        return groups(self.atlas, level=level, titles=titles, say=self.say)

    def group_of(self, title: str | Title) -> GroupsOfTitle:
        """The groups that a title is in, one a level, coarsest first."""
        return group_of(self.atlas, self._row(title), say=self.say)

    def titles_of_group(self, group: int, *, k: int = 20, start: int = 0) -> GroupTitles:
        """Some titles of a group, best known first; see `reelation.insights.groups.titles_of_group`."""
        return titles_of_group(self.atlas, group, k=k, start=start, say=self.say)

    def details(self, title: str | Title) -> Details:
        """All that the atlas knows of a title: people, tags, links, other names."""
        return details(self.atlas, self._row(title), say=self.say)

    def some_titles(self, count: int = 1, *, min_popularity: float = 0.0, seed: int | None = None) -> list[Title]:
        """Some titles by chance, each once; see `reelation.insights.titles.some_titles`."""
        return some_titles(self.atlas, count, min_popularity=min_popularity, seed=seed)

    def ego(self, centre: str, *, count: int = 40) -> Ego:
        """The graph around a title, person or tag, by id; see `reelation.insights.ego.ego`."""
        return ego(self.atlas, centre, count=count, say=self.say)

    def layout(self) -> Layout:
        """Where every title stands on the map, and the names of groups; see `reelation.insights.layout.layout`."""
        return layout(self.atlas, say=self.say)

    def map(self, path: str | Path, *, kind: str | None = None) -> MapFile:
        """Write the map to `path`, a page or a figure; see `reelation.insights.map.draw_map`."""
        return draw_map(self.atlas, Path(path), kind=kind, say=self.say)

    @property
    def create(self) -> Desk:
        """Creative aid: comparables, blends, gaps, casting, programmes, briefs; see `reelation.create.desk.Desk`."""
        from reelation.create.desk import Desk

        return Desk(self.atlas, self.say)

    def _row(self, title: str | Title) -> int:
        if isinstance(title, Title):
            return self.atlas.titles.row(title.title_id)
        return find(self.atlas, title).row

    def __repr__(self) -> str:
        return f"<Engine of {len(self.atlas)} titles in {self.atlas.folder}>"
