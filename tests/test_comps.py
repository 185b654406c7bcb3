"""Comparables: known answers in an invented world, every caution, both languages, and texts that say nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.create.comps.comps import Comps, WantedComps, comps
from reelation.create.comps.outcomes import Outcomes, bands
from reelation.create.reading import text_vector
from reelation.create.reading.mentions import chinese, mentions_of
from reelation.create.reading.project import Project
from reelation.errors import MissingPartError, UsageError
from reelation.insights import place
from reelation.messages import messages
from reelation.search.figures import Figures
from reelation.search.filters import Filters
from tests.creating import ENCODER, THEMES, WIDTH, ThemeEncoder, theme_of, themes_atlas, themes_catalogue

EN, ZH = messages("en"), messages("zh")
CHEF = "A chef loses her kitchen and writes one last recipe."
CHEF_ZH = "一位厨师失去了厨房，写下最后一份菜谱。"


@pytest.fixture(scope="module")
def themes(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return themes_catalogue(tmp_path_factory.mktemp("themes") / "catalogue")


@pytest.fixture(scope="module")
def atlas(themes: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return themes_atlas(themes, tmp_path_factory.mktemp("themes") / "atlas")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Without texts and figures."""
    folder = tmp_path_factory.mktemp("bare")
    return themes_atlas(
        themes_catalogue(folder / "catalogue", texts=False, figures=False), folder / "atlas", texts=False
    )


@pytest.fixture(autouse=True)
def themes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The encoder of the invented world, and the centres of its two languages."""
    none = np.zeros((WIDTH, 0), np.float32)
    own = {
        key: text_vector.Language(0.5 * np.eye(1, WIDTH, at, dtype=np.float32)[0], none, none.T)
        for key, at in (("en", WIDTH - 2), ("zh", WIDTH - 1))
    }
    monkeypatch.setattr(place, "_encoder", ThemeEncoder)
    monkeypatch.setattr(text_vector, "languages", lambda: {ENCODER: own})


def codes(found: Comps) -> set[str]:
    return {one.code for one in found.cautions}


@pytest.mark.parametrize("text", [CHEF, CHEF_ZH])
def test_a_text_finds_titles_of_its_theme_in_both_languages(atlas: Atlas, text: str) -> None:
    found = comps(atlas, Project(text), WantedComps(5), EN)
    assert found.text_read
    assert {theme_of(one.title.title_id) for one in (*found.tonal, *found.market)} == {0}
    assert not {one.title.title_id for one in found.tonal} & {one.title.title_id for one in found.market}
    assert [one.rank for one in found.tonal] == [1, 2, 3, 4, 5]
    assert all(0.5 < one.plot_share <= 1 for one in found.tonal if one.plot_share is not None)


def test_a_score_is_the_sum_of_its_signals(atlas: Atlas) -> None:
    for one in comps(atlas, Project(CHEF, genres=("comedy",)), None, EN).tonal:
        assert one.score == pytest.approx(sum(one.signals.values()), abs=1e-4)
        assert {"text", "named"} <= set(one.signals)


def test_people_and_genres_count_without_any_text(bare: Atlas) -> None:
    found = comps(bare, Project(genres=("western",), people=("Sergio Balt",)), WantedComps(5), EN)
    assert {theme_of(one.title.title_id) for one in found.tonal} == {2}
    assert any("Sergio Balt" in one.reason for one in found.tonal)
    assert codes(found) >= {"no_figures"}
    assert not found.text_read


def test_an_atlas_without_texts_says_that_the_text_was_not_read(bare: Atlas) -> None:
    found = comps(bare, Project(f"{CHEF} A horror film by Kenji Ode."), None, EN)
    assert "unread" in codes(found)
    assert {theme_of(one.title.title_id) for one in found.tonal} == {1}


def test_what_is_shared_and_what_differs_is_said(atlas: Atlas) -> None:
    project = Project(CHEF, genres=("comedy",), territory="France", year=2025, budget="low")
    found = comps(atlas, project, None, EN)
    assert all("comedy" in one.reason for one in found.tonal)
    old = [one for one in found.tonal if one.title.year and one.title.year < 2015]
    assert old
    assert all(any("years older" in told for told in one.differs) for one in old)
    other = comps(atlas, Project(CHEF, genres=("western",), territory="Italy"), None, ZH)
    told = [sentence for one in other.tonal for sentence in one.differs if theme_of(one.title.title_id) == 0]
    assert any("西部" in one for one in told) or not told


def test_figures_come_with_unit_and_source(atlas: Atlas) -> None:
    one = comps(atlas, Project(CHEF), None, EN).tonal[0]
    assert {(figure.measure, figure.unit, figure.source) for figure in one.figures} == {
        ("box_office_usd", "usd", "world"),
        ("critic_score", "percent", "world"),
    }
    figures = Figures.needed(atlas)
    assert figures.column("votes").shape == (len(atlas),)
    assert np.isnan(figures.column("votes")).all()


def test_hits_and_misses_are_told_by_peers(atlas: Atlas) -> None:
    outcomes, figures = Outcomes(atlas), Figures.needed(atlas)
    scores = figures.column("critic_score")
    fared = {row: outcomes.of(row, ("critic_score",)) for row in range(len(atlas))}
    known = [(scores[row], one.fared) for row, one in fared.items() if one is not None]
    if known:  # eight films a theme and decade are fewer than 20 peers in some years
        assert {fared for score, fared in known if score >= 70} <= {"hit"}
        assert {fared for score, fared in known if score <= 20} <= {"miss"}
    assert all(one is None or one.peers >= 20 for one in fared.values())


def test_bands_are_thirds_of_their_years(atlas: Atlas) -> None:
    found = bands(atlas)
    assert found is not None
    assert found[0] == "box_office_usd"
    assert np.nanmin(found[1]) >= 0
    assert np.nanmax(found[1]) <= 1


def test_budget_and_time_decide_in_the_market(atlas: Atlas) -> None:
    project = Project(CHEF, year=2019)
    small = comps(atlas, project.but(budget="low"), WantedComps(3), EN).market
    large = comps(atlas, project.but(budget="high"), WantedComps(3), EN).market
    share = bands(atlas)[1]  # type: ignore[index]
    mean = [np.nanmean([share[atlas.titles.row(one.title.title_id)] for one in some]) for some in (small, large)]
    assert mean[0] < mean[1]


def test_filters_hold(atlas: Atlas) -> None:
    wanted = WantedComps(5, Filters(since=2000, until=2009, countries=("France",)))
    found = comps(atlas, Project(CHEF), wanted, EN)
    assert all(2000 <= (one.title.year or 0) <= 2009 for one in (*found.tonal, *found.market))
    assert found.candidates == 8
    assert "small_sample" in codes(found)
    assert "few" in codes(found)
    with pytest.raises(UsageError, match="no country"):
        comps(atlas, Project(CHEF), WantedComps(5, Filters(countries=("Atlantis",))), EN)


def test_old_comparables_are_called_stale(atlas: Atlas) -> None:
    assert "stale" in codes(comps(atlas, Project(CHEF, year=2040), None, EN))
    fresh = comps(atlas, Project(CHEF, year=2019), WantedComps(2, Filters(since=2010)), EN)
    assert "stale" not in codes(fresh)


def test_a_text_far_from_everything_is_called_so(atlas: Atlas) -> None:
    mixed = "A chef, a ghost, a sheriff and a medic; a curse, a duel, a siege and an oven."
    assert "far" in codes(comps(atlas, Project(mixed), None, EN))
    assert "far" not in codes(comps(atlas, Project(CHEF), None, EN))


@pytest.mark.parametrize("text", ["", "   ", "!!! ??? …", "。。。"])
def test_nothing_said_gives_nothing_and_says_so(atlas: Atlas, text: str) -> None:
    found = comps(atlas, Project(text), None, ZH)
    assert found.tonal == found.market == ()
    assert "nothing" in codes(found)
    assert found.to_frame().height == 0


@pytest.mark.parametrize("text", ["a" * 100_000, "厨师" * 50_000, "\x00\ud7ff chef " * 5_000, "Kenji Ode " * 10_000])
def test_hostile_texts_are_answered(atlas: Atlas, text: str) -> None:
    assert len(comps(atlas, Project(text[:100_000]), None, EN).tonal) <= 5


def test_unknown_people_and_genres_are_named(atlas: Atlas) -> None:
    found = comps(atlas, Project(CHEF, people=("Nobody Known",), genres=("opera",)), None, EN)
    assert "unknown" in codes(found)
    assert any("Nobody Known" in one.text and "opera" in one.text for one in found.cautions)


def test_another_encoder_is_not_mixed_in(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(ThemeEncoder):
        name = "themes 2"

    monkeypatch.setattr(place, "_encoder", Other)
    assert "unread" in codes(comps(atlas, Project(CHEF), None, EN))


def test_chinese_genres_and_countries_of_a_project(bare: Atlas) -> None:
    found = comps(bare, Project(genres=("恐怖",), territory="日本"), None, ZH)
    assert {theme_of(one.title.title_id) for one in found.tonal} == {1}
    assert "unknown" not in codes(found)


def test_answers_become_json_and_frames(atlas: Atlas) -> None:
    import json

    found = comps(atlas, Project(CHEF, budget="mid"), None, ZH)
    said = json.loads(json.dumps(found.to_json(), ensure_ascii=False, allow_nan=False))
    assert {"project", "tonal", "market", "cautions", "sources"} <= set(said)
    assert said["sources"][0]["licence"] == "CC0-1.0"
    frame = found.to_frame()
    assert frame.height == sum(
        len(part) for part in (found.tonal, found.market, found.tonal_misses, found.market_misses)
    )


def test_a_project_is_checked() -> None:
    with pytest.raises(UsageError, match="no budget 'huge'"):
        Project(budget="huge")
    with pytest.raises(UsageError, match="100,001 characters"):
        Project("x" * 100_001)
    with pytest.raises(UsageError, match="calendar year"):
        Project(year=12)
    with pytest.raises(UsageError, match="list of texts"):
        Project(genres="drama")  # type: ignore[arg-type]
    assert Project(genres=["drama", " drama "]).genres == ("drama",)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="1 to 10"):
        WantedComps(11)


def test_names_in_a_text_are_found_carefully(atlas: Atlas) -> None:
    def named(text: str) -> set[tuple[str, str]]:
        return {(one.kind, one.text) for one in mentions_of(atlas, text)}

    assert named("In the vein of Kenji Ode, a western film.") == {("person", "Kenji Ode"), ("genre", "western")}
    assert named("kenji ode") == set()  # not written as a name
    assert named("Kenji, Ode") == set()  # not one name
    assert named("the war at home") == set()  # an everyday word
    assert named("a war film set in Poland in the 1940s") == {
        ("genre", "war"),
        ("country", "Poland"),
        ("years", "1940s"),
    }
    assert named("一部设在日本的恐怖片") == {("country", "日本"), ("genre", "恐怖")}
    assert named("Reel 12 was better; so was “Reel 13”.") == {("title", "Reel 12"), ("title", "Reel 13")}
    assert named("") == set()
    assert mentions_of(atlas, "the 1940s")[0].first == 1940
    assert mentions_of(atlas, "the 1940s")[0].last == 1949
    assert chinese(CHEF_ZH)
    assert not chinese(CHEF)


def test_an_atlas_without_figures_says_how_to_get_them(bare: Atlas) -> None:
    assert Figures.of(bare) is None
    with pytest.raises(MissingPartError, match="reelation train"):
        Figures.needed(bare)


def test_every_theme_is_found_in_both_languages(atlas: Atlas) -> None:
    for number, (_, _, english, mandarin) in enumerate(THEMES):
        for text in (" and ".join(english), "和".join(mandarin)):
            found = comps(atlas, Project(text), WantedComps(10), EN)
            assert {theme_of(one.title.title_id) for one in found.tonal} == {number}


def test_an_update_keeps_figures_and_kin(themes: Catalogue, tmp_path: Path) -> None:
    from reelation.training.update import update

    first = themes_atlas(themes, tmp_path / "atlas")
    before = {
        (name, column): np.array(values)
        for name in ("figures", "kin")
        for column, values in first.part(name).columns.items()  # type: ignore[union-attr]
    }
    after = update(themes, tmp_path / "atlas").atlas
    assert len(before) == 6
    for (name, column), values in before.items():
        part = after.part(name)
        assert part is not None
        assert np.allclose(values, part.array(column), atol=2e-3), (name, column)
