"""Which title of the atlas an export means: by id, by name and year, by evidence; else a question, never a guess.

    entries  ->  match  ->  one Decision a mention: matched, guessed (with its evidence), asks, missing

In this order: what the person said before; an id; a name with exactly this year and a fitting kind; a year apart, or
another year of a series, with people in common; a name that only one title has, where the export gives no year (a
question where the catalogue knows what the service shows, and this title not among it). A name and a year that are all
there is, while the entry has an id of a service whose ids the catalogue knows, are a guess: it may be another work.
Names are compared as `reelation.search.lookup.spellings` writes them, with every name that the catalogue has. Where
several titles fit, or something speaks against the one that does, the person is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.folding import fold
from reelation.histories.candidates import Candidates
from reelation.histories.decision import Decision
from reelation.histories.entry import SERIES, Entry
from reelation.histories.evidence import Evidence, Testimony, Witness
from reelation.histories.mentions import Mention, as_episode, as_itself, mentions_of
from reelation.histories.values import year_at
from reelation.search.batch import close_names
from reelation.search.lookup import spellings

_FAR = 3
"""Years; a namesake further away is another work, unless people agree."""
_TELLING = 4
"""Words of a name that is evidence by itself.

Of 46,124 films with IMDb ids, 1.1 % of those with a name of one word have a namesake a year apart, .5 % with two, .16 %
with three, .04 % with four or more; sources that share ids give years that are one apart in 1.3 to 2.9 % of films.
"""
_EDITIONS = frozenset(
    fold(f"{mark}{what}")
    for mark in ("Director's ", "Directors ", "Extended ", "Final ", "Theatrical ", "Uncut ", "Special ", "Remastered ")
    for what in ("Cut", "Edition", "Version")
) | frozenset(
    map(fold, ("Uncut", "Unrated", "Extended", "Remastered", "完整版", "加长版", "导演剪辑版", "修复版", "重制版"))
)
"""What the name of an edition ends with."""


def match(
    atlas: Atlas, entries: Sequence[Entry], corrections: Mapping[str, str | None] | None = None
) -> list[tuple[Mention, Decision]]:
    """Decide for all entries at once.

    Args:
        atlas: what they are matched to.
        entries: of one history.
        corrections: what the person said: key of a mention -> title id, or None for "none of these".

    Returns:
        Mentions in the order of their first entries, each with its decision.
    """
    matcher = _Matcher(atlas, entries)
    mentions = mentions_of(entries, matcher.settle)
    said = corrections or {}
    decided = []
    for mention in mentions:
        own, by_name = mention.keys[: len(mention.entry.ids) or 1], mention.keys[len(mention.entry.ids) :]
        decision = _remembered(atlas, own, said) or matcher.decide(mention.entry)
        if decision.outcome != "matched" and decision.how not in ("dismissed", "other_id"):
            decision = _remembered(atlas, by_name, said) or decision
        decided.append((mention, decision))
    return _with_close_names(atlas, decided)


def _remembered(atlas: Atlas, keys: Sequence[str], said: Mapping[str, str | None]) -> Decision | None:
    """What the person said of this title; None where nothing, or where the atlas does not have what they picked."""
    for key in keys:
        if key in said:
            title_id = said[key]
            if title_id is None:
                return Decision("dismissed", "dismissed")
            if title_id in atlas.titles:
                return Decision("matched", "remembered", title_id)
    return None


def _with_close_names(
    atlas: Atlas, decided: list[tuple[Mention, Decision]], most: int = 5
) -> list[tuple[Mention, Decision]]:
    missing = [mention for mention, decision in decided if decision.outcome == "missing" and mention.entry.name]
    keys = {mention.key: spellings(mention.entry.name)[:1] for mention in missing}
    close = close_names(atlas, [key for some in keys.values() for key in some])
    found = []
    for mention, decision in decided:
        if decision.outcome == "missing":
            rows = [row for key in keys.get(mention.key, ()) for row in close.get(key, ())]
            longer = [row for row in rows if _is_longer(atlas, mention.entry, row)]
            ids = dict.fromkeys(
                [*(atlas.titles[row] for row in longer), *decision.candidates, *(atlas.titles[row] for row in rows)]
            )
            if len(set(longer)) == 1 and _is_edition(mention.entry.name, atlas.names[longer[0]]):
                decision = Decision("guessed", "edition", atlas.titles[longer[0]], (("name", atlas.names[longer[0]]),))
            else:
                outcome, how = ("asks", "close_name") if longer else ("missing", decision.how)
                decision = Decision(outcome, how, None, decision.evidence, tuple(ids)[:most])
        found.append((mention, decision))
    return found


def _is_longer(atlas: Atlas, entry: Entry, row: int) -> bool:
    """Whether a title is of the entry's year and kind, and one of the two names goes on where the other ends."""
    if entry.year is None or int(atlas.year[row]) != entry.year or KINDS[atlas.kind[row]] not in (entry.kinds or KINDS):
        return False
    one, other = fold(entry.name), fold(atlas.names[row])
    return bool(one and other) and (one.startswith(f"{other} ") or other.startswith(f"{one} "))


def _is_edition(name: str, title: str) -> bool:
    """Whether `name` is `title` and the mark of an edition."""
    return fold(name).removeprefix(fold(title)).strip() in _EDITIONS


class _Matcher:
    """The rules, in their order, over what may be meant and what people, countries and services say of it."""

    def __init__(self, atlas: Atlas, entries: Sequence[Entry]) -> None:
        self._atlas = atlas
        self._witness = Witness(atlas)
        self._meant = Candidates(atlas, entries)
        self._year = atlas.year
        self._end = atlas.end_year

    def settle(self, entry: Entry) -> Entry:
        """What an entry means in this catalogue: a title, one of its episodes, or an episode that is a title itself."""
        if entry.episode_ids and any(self._meant.rows(*pair, kinds=("episode", *SERIES)) for pair in entry.episode_ids):
            return as_itself(entry)
        if not entry.shows or any(self._meant.fits(entry, row) for row in self._meant.hits((entry.name,))):
            return entry
        shows = [
            show for show in entry.shows if any(self._meant.kind(row) in SERIES for row in self._meant.hits((show,)))
        ]
        return as_episode(entry, (shows or entry.shows)[0])

    def decide(self, entry: Entry) -> Decision:
        """Decide for one mention."""
        if entry.ids and (found := self._decide_by_id(entry)):
            return found
        if not entry.name:
            return Decision("missing", "missing")
        hits = self._meant.hits((entry.name, *entry.names))
        conflicting = [row for row in hits if self._meant.another_id(entry, row)]
        fitting = [row for row in hits if self._meant.fits(entry, row) and row not in conflicting]
        if entry.year is None:
            found = self._without_year(entry, hits, fitting)
        elif entry.year_of_part:
            found = self._by_part(entry, hits, fitting)
        else:
            found = self._by_year(entry, hits, fitting)
        return found or self._left(entry, hits, fitting, conflicting)

    def _decide_by_id(self, entry: Entry) -> Decision | None:
        rows: dict[int, str] = {}
        for service, key in entry.ids:
            for row in self._meant.rows(service, key, kinds=entry.kinds):
                rows.setdefault(row, f"{service} {key}")
        if len(rows) > 1:
            named = [row for row in rows if self._meant.alike(entry, row)]
            if len(named) != 1:
                return self._asks("ids_disagree", list(rows))
            rows = {named[0]: rows[named[0]]}
        if not rows:
            return None
        ((row, said),) = rows.items()
        if not self._meant.alike(entry, row):
            return self._asks("id_other_name", [row])
        return Decision("matched", "id", self._atlas.titles[row], (("id", said),))

    def _by_year(self, entry: Entry, hits: Mapping[int, int], fitting: list[int]) -> Decision | None:
        assert entry.year is not None
        years = {row: int(self._year[row]) for row in fitting}
        exact = [row for row in fitting if years[row] == entry.year]
        if exact:
            return self._one_of(entry, _surest(exact, hits), hits)
        near = [row for row in fitting if abs(years[row] - entry.year) == 1 and years[row]]
        if len(near) == len(hits) == 1 and len(fold(entry.name).split()) >= _TELLING:
            told = self._witness.ask(entry, near[0])
            if not told.against:
                return self._guess("year_apart", near[0], (("long_name", entry.name), *told.all))
        unknown = [row for row in fitting if not years[row]]
        running = [row for row in fitting if self._meant.kind(row) in SERIES and self._meant.runs(row, entry.year)]
        for how, rows in (("year_apart", near), ("unknown_year", unknown), ("inside_years", running)):
            if rows:
                return self._by_evidence(entry, how, rows, [*near, *unknown, *running])
        return None

    def _by_part(self, entry: Entry, hits: Mapping[int, int], fitting: list[int]) -> Decision | None:
        """A season or an episode whose own year is known: of a series that ran then."""
        assert entry.year is not None
        running = [row for row in fitting if int(self._year[row]) == entry.year or self._meant.runs(row, entry.year)]
        if not running:
            return None
        first = [row for row in running if int(self._year[row]) == entry.year and entry.season == 1]
        if len(first) == len(running) == 1:
            return self._one_of(entry, first, hits)
        if len(running) == 1:
            (row,) = running
            told = self._witness.ask(entry, row)
            if not told.against and (told.people or told.countries or self._end[row]):
                span = f"{int(self._year[row])}–{int(self._end[row]) or ''}"
                return self._guess("inside_years", row, (("span", span), *told.all))
        return self._by_evidence(entry, "inside_years", running, running)

    def _without_year(self, entry: Entry, hits: Mapping[int, int], fitting: list[int]) -> Decision | None:
        seen = year_at(entry.time) if entry.status != "watchlist" else None
        possible = [row for row in fitting if seen is None or int(self._year[row]) <= seen]
        rows = _surest(possible, hits)
        if not rows:
            return None
        told = {row: self._witness.ask(entry, row) for row in rows}
        if len(rows) > 1:
            shown = [row for row in rows if told[row].networks or told[row].people]
            if len(shown) == 1:
                return self._guess("evidence", shown[0], told[shown[0]].all)
            return self._told_twice(rows, told) or self._asks("several", rows)
        (row,) = rows
        if told[row].against:
            return self._asks("other_people", rows, told[row].against)
        if not told[row].networks and self._witness.shown_on(entry.networks):
            return self._asks("not_shown", rows)
        return self._guess("only_name", row, told[row].all)

    def _one_of(self, entry: Entry, rows: list[int], hits: Mapping[int, int]) -> Decision:
        """Of titles whose name and year are the entry's: the only one, or the one that people agree with."""
        told = {row: self._witness.ask(entry, row) for row in rows}
        if len(rows) == 1:
            (row,) = rows
            if told[row].against:
                return self._asks("other_people", rows, told[row].against)
            if hits[row] and not told[row].people:
                return self._guess("spelling", row, told[row].all)
            if not told[row].people and self._meant.unknown_id(entry):
                return self._guess("unknown_id", row, told[row].all)
            return Decision("matched", "name_year", self._atlas.titles[row], told[row].all)
        agreeing = {row: told[row] for row in rows if told[row].people}
        if agreeing:
            row = self._best_known(agreeing)
            return self._guess("evidence", row, told[row].all)
        return self._told_twice(rows, told) or self._asks("several", rows)

    def _by_evidence(self, entry: Entry, how: str, rows: list[int], possible: list[int]) -> Decision:
        """A guess where people agree with one of all that are possible; else a question."""
        told: dict[int, Testimony] = {row: self._witness.ask(entry, row) for row in dict.fromkeys(possible)}
        people = {row: told[row] for row in told if told[row].people}
        if people and (len(people) == 1 or self._witness.same_work(list(people))):
            row = self._best_known({row: one for row, one in people.items() if row in rows} or people)
            return self._guess(how, row, told[row].all)
        ranked = sorted(told, key=lambda row: (row not in rows, -len(told[row].all)))
        return self._asks(how if len(told) == 1 else "several", ranked)

    def _told_twice(self, rows: Sequence[int], told: Mapping[int, Testimony]) -> Decision | None:
        """A guess where the catalogue has one work several times; None where nothing says that it is one."""
        if any(told[row].against for row in rows) or not self._witness.same_work(rows):
            return None
        row = self._best_known({row: told[row] for row in rows})
        return self._guess("told_twice", row, told[row].all)

    def _best_known(self, told: Mapping[int, Testimony]) -> int:
        """Of titles that are one work, the one with most in favour, then with most ids of services."""
        externals = self._atlas.externals
        return max(told, key=lambda row: (len(told[row].people), len(externals[row].split()), -row))

    def _left(self, entry: Entry, hits: Mapping[int, int], fitting: list[int], conflicting: list[int]) -> Decision:
        """Nothing fits: ask where something nearly does, else it is missing."""
        for how, rows in (
            ("other_id", [row for row in conflicting if self._meant.same_year(entry, row)]),
            ("other_kind", [row for row in hits if row not in fitting and self._meant.same_year(entry, row)]),
        ):
            rows = [row for row in rows if self._meant.kind(row) != "episode" or "episode" in entry.kinds]
            if rows:
                return self._asks(how, rows)
        if entry.year is not None:
            for row in fitting:
                apart = abs(int(self._year[row]) - entry.year)
                told = self._witness.ask(entry, row)
                if told.people or (apart <= _FAR and told.strong):
                    return self._asks("years_apart", [row], told.all)
        return Decision("missing", "missing", None, (), tuple(self._atlas.titles[row] for row in fitting[:3]))

    def _guess(self, how: str, row: int, evidence: Evidence) -> Decision:
        return Decision("guessed", how, self._atlas.titles[row], evidence)

    def _asks(self, how: str, rows: Sequence[int], evidence: Evidence = ()) -> Decision:
        return Decision("asks", how, None, evidence, tuple(self._atlas.titles[row] for row in rows[:12]))


def _surest(rows: Sequence[int], hits: Mapping[int, int]) -> list[int]:
    """Of titles that fit, those whose spelling is nearest to the export's."""
    best = min((hits[row] for row in rows), default=0)
    return [row for row in rows if hits[row] == best]
