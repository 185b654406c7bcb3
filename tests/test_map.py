"""The map: one page that needs nothing else, and says hostile names as text; figures."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree  # our own output

import numpy as np
import pytest

from reelation.atlas.store import Atlas
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.errors import AtlasError, UsageError
from reelation.ids import Strings
from reelation.insights.map_page import page
from reelation.messages import messages

HOSTILE = "</script><img src=x onerror=\"document.title='taken'\"><!-- \u2028 ]]> & <b>"


@pytest.fixture
def hostile(tiny_atlas: Atlas) -> Atlas:
    """The tiny world with a title, an original name and a person's name that are attacks."""
    names = [HOSTILE if row == 3 else name for row, name in enumerate(tiny_atlas.names)]
    originals = [HOSTILE if row == 3 else name for row, name in enumerate(tiny_atlas.originals)]
    nodes = [HOSTILE + name for name in tiny_atlas.node_names]
    return replace(tiny_atlas, names=Strings.of(names), originals=Strings.of(originals), node_names=Strings.of(nodes))


def data_of(text: str) -> dict[str, object]:
    """The data that a page holds."""
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    content: dict[str, object] = json.loads(found[1])
    return content


def test_the_page_is_whole_and_asks_for_nothing(tiny_atlas: Atlas) -> None:
    text = page(tiny_atlas, messages("en"))
    assert "%%" not in text
    assert not re.search(r"""(?:src|href)\s*=|@import|url\(|fetch\(|XMLHttpRequest|import\s*\(|https?:""", text)
    assert "innerHTML" not in text
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])  # type: ignore[index]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for name, tag in (("script", r"<script>(.*?)</script>"), ("style", r"<style>(.*?)</style>")):
        found = re.findall(tag, text, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in found]
        assert [f"{name}-src 'sha256-{digest}'" for digest in digests] == re.findall(rf"{name}-src '[^;]*'", policy)


def test_a_hostile_name_stays_a_name(hostile: Atlas) -> None:
    text = page(hostile, messages("en"))
    assert text.count("</script>") == 2
    assert "<img" not in text
    assert "<!--" not in text
    assert data_of(text)["names"][3] == HOSTILE  # type: ignore[index]


def test_the_data_are_those_of_the_atlas(tiny_atlas: Atlas) -> None:
    data = data_of(page(tiny_atlas, messages("zh")))

    def values(name: str, dtype: str) -> np.ndarray:
        return np.frombuffer(base64.b64decode(str(data[name])), dtype)

    layout = Engine(tiny_atlas, "en").layout()
    assert data["language"] == "zh"
    assert data["names"] == list(tiny_atlas.names)
    assert values("year", "<i2").tolist() == tiny_atlas.year.tolist()
    placed = values("position", "<u2").reshape(-1, 2) / 65_535 * float(data["scale"])  # type: ignore[arg-type]
    assert placed + layout.positions.min(axis=0) == pytest.approx(layout.positions, abs=1e-4)
    links = values("links", "<i4").reshape(len(tiny_atlas), -1)
    closest = Engine(tiny_atlas, "en").related("w:void1", k=3)
    row = tiny_atlas.titles.row("w:void1")
    assert [tiny_atlas.titles[one] for one in links[row][:3]] == [item.title.title_id for item in closest]
    words = data["words"]
    assert isinstance(words, dict)
    assert words["en"]["interface"].keys() == words["zh"]["interface"].keys()
    genre = values("genre", "u1").reshape(len(tiny_atlas), -1)[row]
    assert {words["en"]["genre"][one] for one in genre if one != 255} == {"horror", "Sci-Fi"}
    levels = [np.frombuffer(base64.b64decode(one), "<i2") for one in data["levels"]]  # type: ignore[attr-defined]
    assert levels[0].tolist() == tiny_atlas.part("groups").array("group")[0].tolist()  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_figures(hostile: Atlas, tmp_path: Path, kind: str) -> None:
    pytest.importorskip("matplotlib")
    found = Engine(hostile, "en").map(tmp_path / f"map.{kind}")
    content = found.path.read_bytes()
    assert (found.format, found.titles, found.bytes) == (kind, len(hostile), len(content))
    if kind == "png":
        assert content.startswith(b"\x89PNG\r\n")
        return
    drawing = ElementTree.fromstring(content)
    names = {"{http://www.w3.org/2000/svg}" + name for name in ("svg", "title", "rect", "g", "path", "text")}
    assert {element.tag for element in drawing.iter()} <= names
    dots = sum(str(path.get("d")).count("h0") for path in drawing.iter("{http://www.w3.org/2000/svg}path"))
    assert dots == len(hostile)


def test_a_map_that_fails_leaves_the_old_one(
    tiny_atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, path = Engine(tiny_atlas, "en"), tmp_path / "map.html"
    engine.map(path)
    before = path.read_text(encoding="utf-8")

    def broken(*_: object) -> None:
        raise RuntimeError("cogs")

    monkeypatch.setattr("reelation.insights.map._WRITERS", {"html": broken})
    with pytest.raises(RuntimeError, match="cogs"):
        engine.map(path)
    assert path.read_text(encoding="utf-8") == before
    assert list(tmp_path.iterdir()) == [path]


def test_wrong_questions_are_refused(tiny_atlas: Atlas, tmp_path: Path) -> None:
    engine = Engine(tiny_atlas, "en")
    with pytest.raises(UsageError, match="no map as 'gif'; there are html, svg, png"):
        engine.map(tmp_path / "map.gif")
    with pytest.raises(UsageError, match="there is no folder"):
        engine.map(tmp_path / "nowhere" / "map.html")
    bare = replace(tiny_atlas, manifest=replace(tiny_atlas.manifest, parts={}))
    with pytest.raises(AtlasError, match="has no layout"):
        Engine(bare, "en").map(tmp_path / "map.html")


def test_the_command(tiny_atlas: Atlas, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "map.html"
    app.main(["map", "-a", str(tiny_atlas.folder), "-o", str(target), "--lang", "en"], standalone_mode=False)
    assert capsys.readouterr().out.startswith(f"Map of 12 titles in {target}")
    app.main(
        ["map", "-a", str(tiny_atlas.folder), "-o", str(target), "--format", "svg", "--json"], standalone_mode=False
    )
    assert json.loads(capsys.readouterr().out)["format"] == "svg"
    app.main(["groups", "-a", str(tiny_atlas.folder), "--title", "Voidborn", "--lang", "zh"], standalone_mode=False)
    assert "群落" in capsys.readouterr().out
    app.main(["groups", "-a", str(tiny_atlas.folder), "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["level"] == 1


@pytest.fixture(scope="module")
def browser() -> str:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


def test_a_browser_shows_it_and_runs_no_name(hostile: Atlas, tmp_path: Path, browser: str) -> None:
    Engine(hostile, "en").map(tmp_path / "map.html")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run(
        [browser, *flags, "--virtual-time-budget=3000", "--dump-dom", f"file://{tmp_path}/map.html#title=script+img"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"Chromium does not run here: {done.stderr[-300:]}")
    assert 'data-ready="true"' in done.stdout
    assert "<title>Map of titles</title>" in done.stdout
    assert "<img" not in done.stdout
    card = re.search(r'<section id="card".*?</section>', done.stdout, re.DOTALL)
    assert card is not None
    assert html.unescape(re.search(r"<h2>(.*?)</h2>", card[0])[1]) == HOSTILE  # type: ignore[index]
    assert "hidden" not in card[0].partition(">")[0]
