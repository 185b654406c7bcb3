"""Exports of five services made from 500 real titles each: matched rightly, or asked; never wrong in silence."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from reelation.atlas.store import Atlas
from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.folding import fold
from reelation.histories.detect import find_exports
from reelation.histories.entry import Entry, Tally
from reelation.histories.formats import Choices
from reelation.histories.match import match
from reelation.search.lookup import spellings
from reelation.sources.default import default_path
from reelation.sources.importing import import_paths
from tests.personal_exports import MAKERS, Exports, Known
from tests.untrained import untrained_atlas

pytestmark = pytest.mark.realdata

SEED = 20261127
TITLES, SERIES, NAMESAKES, ABSENT = 500, 150, 40, 60
LEFT_OUT = 0.15
"""Share of the whole catalogue that the searched one does not have: where absent titles come from."""


@pytest.fixture(scope="module")
def whole(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Films and series of three sources, 41,948 titles."""
    paths = [default_path(), shared_data / "justwatch", shared_data / "streaming_shivamb"]
    return import_paths(paths, tmp_path_factory.mktemp("whole") / "catalogue").catalogue


@pytest.fixture(scope="module")
def absent(whole: Catalogue) -> frozenset[str]:
    """The titles left out."""
    dice = random.Random(SEED)
    return frozenset(title for title in whole.table("titles")["title_id"] if dice.random() < LEFT_OUT)


@pytest.fixture(scope="module")
def atlas(whole: Catalogue, absent: frozenset[str], tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """The catalogue without them."""
    folder = tmp_path_factory.mktemp("part")
    gone = pl.DataFrame({"title_id": sorted(absent)})
    tables = {name: whole.table(name) for name in TABLES}
    for name, frame in tables.items():
        if "title_id" in frame.columns:
            tables[name] = frame.join(gone, on="title_id", how="anti")
    return untrained_atlas(write_catalogue(folder / "catalogue", tables, whole.sources), folder / "atlas")


@pytest.fixture(scope="module")
def known(whole: Catalogue, absent: frozenset[str]) -> list[Known]:
    """All titles with a year, as the catalogue has them."""
    titles = whole.table("titles").filter(pl.col("year").is_not_null())
    names = whole.table("people").select("person_id", person="name")
    credits = whole.table("credits").join(names, on="person_id").drop_nulls("person").sort("title_id", "role", "person")

    def lists(frame: pl.DataFrame, column: str) -> dict[str, tuple[str, ...]]:
        grouped = frame.group_by("title_id", maintain_order=True).agg(pl.col(column))
        return {title: tuple(values) for title, values in grouped.iter_rows()}

    tags = whole.table("tags").sort("title_id", "facet", "value")
    directors = lists(credits.filter(pl.col("role").is_in(["director", "creator"])), "person")
    cast = lists(credits.filter(pl.col("role") == "actor"), "person")
    countries = lists(tags.filter(pl.col("facet") == "country"), "value")
    genres = lists(tags.filter(pl.col("facet") == "genre"), "value")
    aliases = lists(whole.table("aliases").sort("title_id", "name"), "name")
    return [
        Known(
            title_id=row["title_id"],
            kind=row["kind"],
            name=row["name"],
            year=row["year"],
            others=tuple(other for other in (row["original_name"], *aliases.get(row["title_id"], ())) if other),
            imdb=row["imdb_id"],
            directors=directors.get(row["title_id"], ()),
            cast=cast.get(row["title_id"], ()),
            countries=countries.get(row["title_id"], ()),
            genres=genres.get(row["title_id"], ()),
            runtime=row["runtime_min"],
            there=row["title_id"] not in absent,
        )
        for row in titles.sort("title_id").iter_rows(named=True)
    ]


@pytest.fixture(scope="module")
def on_netflix(whole: Catalogue) -> frozenset[str]:
    tags = whole.table("tags").filter((pl.col("facet") == "network") & (pl.col("value") == "netflix"))
    return frozenset(tags["title_id"])


def same_work(one: Known, other: Known) -> bool:
    """Whether two titles are one work, described twice: alike in all that they say, and nothing tells them apart.

    Catalogues have such doubles (series with the year of another season, films of which one side has no people). An
    export cannot mean one and not the other.
    """
    names, others = (
        {key for name in (title.name, *title.others) for key in spellings(name)[:2]} for title in (one, other)
    )
    if not names & others:
        return False
    apart = 0 if one.series and other.series else abs(one.year - other.year)
    (crew, cast), (other_crew, other_cast) = (_people(title) for title in (one, other))
    if crew & other_crew or len(cast & other_cast) > 1:
        return apart <= 3
    if one.series != other.series:
        return apart == 0 and not ((crew or cast) and (other_crew or other_cast))
    different = (one.imdb and other.imdb and one.imdb != other.imdb) or (crew and other_crew)
    return apart <= 1 and not different


def _people(title: Known) -> tuple[set[str], set[str]]:
    """Directors and cast, comparable whichever name comes first."""
    crew, cast = ({" ".join(sorted(fold(name).split())) for name in some} for some in (title.directors, title.cast))
    return crew, cast


def _untold(kind: str, title: Known, other: Known) -> bool:
    """Whether nothing in an export can tell a title from another one of its name: no people, no id, no other year."""
    if kind not in ("letterboxd", "trakt") or (kind == "trakt" and other.imdb):
        return False
    return title.series == other.series and abs(title.year - other.year) <= 1


def namesakes(known: list[Known]) -> dict[str, list[Known]]:
    """Folded name -> titles called so that the atlas has."""
    found: dict[str, list[Known]] = {}
    for title in known:
        for name in {fold(name) for name in (title.name, *title.others)} if title.there else ():
            found.setdefault(name, []).append(title)
    return found


def drawn(known: list[Known], kind: str, on_netflix: frozenset[str]) -> tuple[list[Known], list[Known]]:
    """500 titles that the atlas has, 40 of them with namesakes, and 60 that it has not, half of them with namesakes."""
    dice = random.Random(f"{SEED} {kind}")
    there = namesakes(known)
    pool = [title for title in known if kind != "netflix" or title.title_id in on_netflix]
    if kind == "letterboxd":
        pool = [title for title in pool if not title.series]
    present = [title for title in pool if title.there]
    series = [title for title in present if title.series]
    films = [title for title in present if not title.series]
    shared = [title for title in films if len(there[fold(title.name)]) > 1]
    chosen = dice.sample(shared, NAMESAKES) + dice.sample(series, SERIES if series else 0)
    rest = [title for title in films if title not in chosen]
    chosen += dice.sample(rest, TITLES - len(chosen))
    gone = []
    for title in pool:
        alike = [] if title.there else [one for key in spellings(title.name)[:2] for one in there.get(key, ())]
        told_apart = [one for one in alike if not same_work(title, one)]
        hidden = any(_untold(kind, title, one) for one in told_apart)
        if not title.there and len(told_apart) == len(alike) and not hidden:
            gone.append(title)
    alike = [title for title in gone if fold(title.name) in there]
    alone = [title for title in gone if fold(title.name) not in there]
    missing = dice.sample(alike, ABSENT // 2) + dice.sample(alone, ABSENT // 2)
    return chosen, missing


def read(exports: Exports) -> list[Entry]:
    found, others = find_exports(exports.paths)
    assert not others
    entries, tally = [], Tally()
    for one in found:
        entries += one.format.read(one.files, one.names, tally, Choices())
    assert not tally.rejected
    assert {(entry.file, entry.line) for entry in entries} == set(exports.truth)
    return entries


@pytest.mark.parametrize("kind", MAKERS)
def test_exports_are_matched_rightly_or_asked(
    atlas: Atlas, known: list[Known], on_netflix: frozenset[str], tmp_path: Path, kind: str
) -> None:
    titles, missing = drawn(known, kind, on_netflix)
    dice = random.Random(f"{SEED} {kind} damage")
    mixed = dice.sample([*titles, *missing], TITLES + ABSENT)
    exports = MAKERS[kind](mixed, tmp_path, dice)
    entries = read(exports)
    answers: dict[str, set[str]] = {title.title_id: set() for title in titles}
    wrong: list[tuple[str, str, str]] = []
    outcomes: Counter[str] = Counter()
    by_id = {title.title_id: title for title in known}

    def is_right(found: str | None, right: str | None) -> bool:
        """Whether a decision is the title, or the same work once more."""
        return found == right or bool(found and right and same_work(by_id[found], by_id[right]))

    for mention, decision in match(atlas, entries):
        outcomes[decision.outcome] += 1
        for at in mention.entries:
            right = exports.truth[entries[at].file, entries[at].line]
            if decision.title_id is not None and not is_right(decision.title_id, right):
                wrong.append((decision.outcome, mention.label, f"{decision.title_id} by {decision.how}, not {right}"))
            if right is not None:
                answers[right].add(decision.outcome if is_right(decision.title_id, right) else "open")
    matched = sum(found == {"matched"} for found in answers.values())
    guessed = sum("guessed" in found and found <= {"matched", "guessed"} for found in answers.values())
    print(f"\n{kind}: {matched} matched, {guessed} guessed of {len(answers)}; wrong {len(wrong)}; {dict(outcomes)}")
    for one in sorted(set(wrong)):
        print("  wrong", *one)
    assert matched + guessed >= 0.95 * TITLES
    assert not wrong
