"""Briefs of comparables: every fact traced, in both languages, and with nothing found."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.create.brief.markdown import markdown
from reelation.create.brief.of_comps import of_comps
from reelation.create.comps.comps import WantedComps, comps
from reelation.create.reading import text_vector
from reelation.create.reading.project import Project
from reelation.insights import place
from reelation.messages import LANGUAGES, messages
from tests.brief_facts import Tracer, flat
from tests.creating import ENCODER, WIDTH, ThemeEncoder, themes_atlas, themes_catalogue

PROJECTS = (
    Project("A chef loses her kitchen and writes one last recipe.", genres=("comedy",), territory="France", year=2025),
    Project("A ghost in the attic, 13 years on; budget 5,000.", people=("Kenji Ode",), budget="low"),
    Project(genres=("western",), tone=("dusty",)),
    Project("zzz"),
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return themes_catalogue(tmp_path_factory.mktemp("themes") / "catalogue")


@pytest.fixture(scope="module")
def atlas(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return themes_atlas(catalogue, tmp_path_factory.mktemp("themes") / "atlas")


@pytest.fixture(autouse=True)
def themes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    none = np.zeros((WIDTH, 0), np.float32)
    own = {
        key: text_vector.Language(0.5 * np.eye(1, WIDTH, at, dtype=np.float32)[0], none, none.T)
        for key, at in (("en", WIDTH - 2), ("zh", WIDTH - 1))
    }
    monkeypatch.setattr(place, "_encoder", ThemeEncoder)
    monkeypatch.setattr(text_vector, "languages", lambda: {ENCODER: own})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("project", PROJECTS)
def test_every_number_and_claim_is_traced(catalogue: Catalogue, atlas: Atlas, language: str, project: Project) -> None:
    say = messages(language)
    found = comps(atlas, project, WantedComps(5), say)
    document = of_comps(atlas, found, say)
    again = comps(atlas, project, WantedComps(5), say).to_json()
    assert Tracer(catalogue, atlas, say).check(document, again, flat(asdict(project))) == []
    assert markdown(document).startswith("# ")
    assert document.sources


def test_a_file_can_be_written(atlas: Atlas, tmp_path: Path) -> None:
    from reelation.create.brief.writing import write_brief

    say = messages("en")
    write_brief(of_comps(atlas, comps(atlas, PROJECTS[0], None, say), say), tmp_path / "comps.csv")
    assert (tmp_path / "comps.csv").stat().st_size > 100
