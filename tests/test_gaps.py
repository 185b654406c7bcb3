"""Gaps: planted ones are found, worlds of chance have none at the stated rate, thin tagging is hatched."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.gaps.combinations import Combined, combined, count_both
from reelation.create.gaps.expected import shuffled, together
from reelation.create.gaps.gaps import Gaps, GapsWanted, gaps
from reelation.create.gaps.scarcity import scarce
from reelation.errors import TitleNotFoundError, UsageError
from reelation.messages import LANGUAGES, messages
from tests.invented import invented_atlas, viewers_part

SAY = messages("en")
YEARS = np.repeat(np.arange(1980, 2010), 40)
"""30 years of 40 titles."""
GENRES, THEMES = 6, 24


def _world(random: np.random.Generator, planted: bool = True) -> dict[str, NDArray[np.int64]]:
    """Genres of two families, themes of two families: each family's genres go with its themes, but for one pair."""
    family = random.integers(0, 2, len(YEARS))
    having: dict[str, list[int]] = {}
    for row, side in enumerate(family.tolist()):
        genre = 3 * side + int(random.integers(3))
        themes = {int(random.integers(12)) + 12 * (side if random.random() < 0.8 else 1 - side) for _ in range(3)}
        having.setdefault(f"genre:g{genre}", []).append(row)
        for theme in themes:
            if planted and genre == 1 and theme == 5:
                continue
            having.setdefault(f"keyword:k{theme:02d}", []).append(row)
    return {name: np.array(rows) for name, rows in having.items()}


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    having = _world(np.random.default_rng(1))
    random = np.random.default_rng(2)
    seen = [
        [
            (int(row), float(random.integers(1, 11)) / 2, at)
            for at, row in enumerate(random.choice(len(YEARS), 30, False))
        ]
        for _ in range(40)
    ]
    having["subject:wikidata:Q12"] = having["keyword:k03"]  # no name of its own: its id alone
    having["place:Rome"] = np.arange(0, 60)
    folder = tmp_path_factory.mktemp("gaps") / "atlas"
    return invented_atlas(folder, YEARS, having, parts={"viewers": viewers_part(seen)})


def _names(found: Gaps) -> set[tuple[str, str]]:
    return {(one.one.node_id, one.two.node_id) for one in found}


def test_a_planted_gap_is_found_first(atlas: Atlas) -> None:
    found = gaps(atlas, GapsWanted(by=("genre", "keyword"), rate=0.05), SAY)
    first = found[0]
    assert (first.one.node_id, first.two.node_id) == ("genre:g1", "keyword:k05")
    assert first.seen == 0
    assert first.titles == ()
    assert first.expected > 10
    assert first.low == 0
    assert first.high < 1
    assert first.q_value < 0.01
    assert first.near
    assert len(found) <= 2
    assert found.called <= found.tested


def test_what_goes_with_nothing_alike_is_expected_less_than_chance(atlas: Atlas) -> None:
    found = combined(atlas, ("genre", "keyword"), None, 10)
    tested = scarce(found, 1.0, 0.0, 0.05)
    at = {found.topic(number).node_id: number for number in range(len(found.kind))}
    alike, apart = (at["genre:g0"], at["keyword:k03"]), (at["genre:g0"], at["keyword:k20"])
    expected = tested.affinity.expected
    assert expected[alike] > found.chance[alike]
    assert expected[apart] < 0.7 * found.chance[apart]


def test_a_pairs_own_count_has_no_say_in_what_is_expected_of_it(atlas: Atlas) -> None:
    found = combined(atlas, ("genre", "keyword"), None, 10)
    one = scarce(found, 1.0, 0.0, 0.05).affinity.expected
    at = {found.topic(number).node_id: number for number in range(len(found.kind))}
    a, b = at["genre:g1"], at["keyword:k05"]
    both = found.both.copy()
    both[a, b] = both[b, a] = 60
    two = scarce(replace(found, both=both), 1.0, 0.0, 0.05).affinity.expected
    assert two[a, b] == pytest.approx(one[a, b], rel=0.1)  # but for the two numbers that all pairs share


def test_chance_keeps_every_margin(atlas: Atlas) -> None:
    found = combined(atlas, ("genre", "keyword"), None, 10)
    assert found.chance.sum() == pytest.approx(found.both.sum(), rel=0.02)
    assert found.chance.sum(axis=1) == pytest.approx(found.both.sum(axis=1), rel=0.1)


def test_chance_is_the_mean_of_shuffled_worlds(atlas: Atlas) -> None:
    found = combined(atlas, ("genre", "keyword"), None, 10)
    random = np.random.default_rng(5)
    counts = np.mean([_shuffled(found, random).both for _ in range(40)], axis=0)
    large = found.chance > 20
    assert counts[large] == pytest.approx(found.chance[large], rel=0.12)


def test_chance_holds_for_a_topic_that_most_titles_have() -> None:
    """One topic on two of three titles, which have one to three topics each: shuffled worlds agree with the model."""
    random, share = np.random.default_rng(0), np.array([20.0] + [1.0] * 11) / 31
    sets = [
        random.choice(12, int(k), replace=False, p=share) for k in random.choice([1, 2, 3], 2000, p=[0.7, 0.2, 0.1])
    ]
    owner = np.repeat(np.arange(2000), [len(one) for one in sets])
    topic = np.concatenate([np.sort(one) for one in sets])
    kind, stratum = np.zeros(12, np.int64), np.zeros(2000, np.int64)
    whole, last = together(owner, topic, kind, stratum)
    assert (whole == last).all()
    drawn = [count_both(*shuffled(owner, topic, kind, stratum, random), 12) for _ in range(20)]
    mean = np.mean(drawn, axis=0)
    assert mean[0, 1:].sum() == pytest.approx(whole[0, 1:].sum(), rel=0.02)
    assert mean[1:, 1:].sum() == pytest.approx(whole[1:, 1:].sum(), rel=0.04)


def test_one_topic_a_title_is_never_two(tmp_path: Path) -> None:
    owner, topic = np.arange(10), np.array([0, 1] * 5)
    whole, last = together(owner, topic, np.zeros(2, np.int64), np.zeros(10, np.int64))
    assert whole.max() == 0
    assert last.max() == 0


def _shuffled(found: Combined, random: np.random.Generator) -> Combined:
    owner, number = shuffled(found.owner, found.number, found.kind, found.stratum, random)
    return replace(found, owner=owner, number=number, both=count_both(owner, number, len(found.kind)))


def test_shuffling_keeps_every_degree(atlas: Atlas) -> None:
    found = combined(atlas, (), None, 10)
    owner, number = shuffled(found.owner, found.number, found.kind, found.stratum, np.random.default_rng(1))
    assert (np.bincount(owner) == np.bincount(found.owner)).all()
    assert (np.bincount(number) == np.bincount(found.number)).all()
    keys = owner * len(found.kind) + number
    assert len(np.unique(keys)) == len(keys)
    assert (number != found.number).mean() > 0.3


def test_shuffled_worlds_have_gaps_at_the_stated_rate(atlas: Atlas) -> None:
    found, random = combined(atlas, ("genre", "keyword"), None, 10), np.random.default_rng(11)
    worlds, rate = 60, 0.1
    flagged = sum(
        bool((scarce(_shuffled(found, random), 4.0, 1.0, rate).q_values <= rate).any()) for _ in range(worlds)
    )
    assert flagged <= 11  # of 60 at 10 %: more than 11 has a chance of 2 %


def test_a_year_cuts_all_that_is_later(atlas: Atlas, tmp_path: Path) -> None:
    having = {name: rows[YEARS[rows] <= 1999] for name, rows in _world(np.random.default_rng(1)).items()}
    early = invented_atlas(tmp_path / "early", YEARS[YEARS <= 1999], having)
    wanted = GapsWanted(by=("genre", "keyword"), until=1999, rate=0.5)
    one, two = gaps(atlas, wanted, SAY), gaps(early, wanted, SAY)
    assert [x.to_json() for x in one] == [x.to_json() for x in two]
    assert one.until == 1999
    assert all(found.interest is None for found in one)


def test_only_what_was_asked_for(atlas: Atlas) -> None:
    found = gaps(atlas, GapsWanted(with_=("genre:g1",), by=("keyword",), rate=0.5), SAY)
    assert found
    assert all("genre:g1" in pair for pair in _names(found))
    assert not gaps(atlas, GapsWanted(with_=("genre:g4",), rate=0.01), SAY)
    assert all(one.seen <= 1 for one in gaps(atlas, GapsWanted(rate=0.5, most=1), SAY))


def test_ids_without_a_name_are_left_out(atlas: Atlas) -> None:
    found = combined(atlas, (), None, 2)
    assert "subject" in found.kinds
    assert not [one for one in range(len(found.kind)) if "Q12" in found.topic(one).name]


def test_poor_tagging_is_hatched(atlas: Atlas) -> None:
    found = combined(atlas, (), None, 10)
    assert "place:Rome" in {found.topic(number).node_id for number in range(len(found.kind))}
    listed = gaps(atlas, GapsWanted(rate=0.9, fewest_expected=0.5, fewest_lately=0.0, count=500), SAY)
    places = [one for one in listed if "place" in (one.one.type, one.two.type)]
    assert all(one.quadrant == "hatched" and one.coverage.type == "place" for one in places)
    assert listed[0].coverage.share > 0.5
    assert listed[0].quadrant.startswith("thin_")


def test_answers_are_plain_values_in_both_languages(atlas: Atlas) -> None:
    for language in LANGUAGES:
        found = gaps(atlas, GapsWanted(by=("genre", "keyword")), messages(language))
        told = json.loads(json.dumps(found.to_json()))
        assert told["gaps"][0]["interest"]["called"] in ("high", "low", "unclear")
        assert found.to_frame().height == len(found)
        assert "g1" in found[0].sentence


def test_interest_is_unknown_where_nothing_says_it(tmp_path: Path) -> None:
    bare = invented_atlas(tmp_path / "bare", YEARS, _world(np.random.default_rng(1)))
    found = gaps(bare, GapsWanted(), SAY)
    assert found[0].interest is None
    assert found[0].quadrant == "thin_unclear"


def test_what_cannot_be_asked_is_said(atlas: Atlas) -> None:
    for wrong in ({"count": 0}, {"rate": 1.0}, {"fewest": 1}, {"fewest_expected": 0.0}, {"most": -1}):
        with pytest.raises(UsageError):
            GapsWanted(**wrong)
    for wanted, message in (
        (GapsWanted(by=("smell",)), "no topics by smell"),
        (GapsWanted(fewest=5_000), "fewer than two topics"),
        (GapsWanted(with_=("place:Rome",), fewest=100), "no topic of 100 titles"),
    ):
        with pytest.raises(UsageError, match=message):
            gaps(atlas, wanted, SAY)
    with pytest.raises(TitleNotFoundError):
        gaps(atlas, GapsWanted(with_=("nothing at all",)), SAY)
