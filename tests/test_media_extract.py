"""`reelation extract`: which title a file is of, results kept by content, killed runs, hostile files."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from reelation.catalogue.store import Catalogue
from reelation.errors import DataError, MediaError, UsageError
from reelation.ids import Vocabulary
from reelation.media.addresses import Fetcher
from reelation.media.cache import Cache
from reelation.media.extract import ExtractConfig, Extraction, extract
from reelation.media.guard import Limits, worker
from reelation.media.images import PictureEncoder
from reelation.media.naming import Source, TitleIds, files_in, files_of
from reelation.media.query import read_file
from reelation.media.store import Block, MediaVectors, write_media
from tests.media import broken, clicks, plain, png_bomb, save_clip, save_picture, save_sound, scene
from tests.test_cli import Call, call, program  # noqa: F401


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Four posters of three titles: one has two, one is broken."""
    folder = tmp_path / "posters"
    for number, name in enumerate(("tt0000001", "tt0000001-2", "tt0000002")):
        save_picture(folder / f"{name}.png", scene(number))
    (folder / "tt0000003.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    return folder


def extracted(folder: Path, to: Path, **config: object) -> Extraction:
    sources, _ = files_in(folder, TitleIds(None))
    return extract(sources, to, ExtractConfig(**config))  # type: ignore[arg-type]


def test_a_title_has_the_mean_of_its_pictures(pictures: Path, tmp_path: Path) -> None:
    done = extracted(pictures, tmp_path / "media")
    block = done.media.blocks["image"]
    alone = [PictureEncoder().encode(pictures / f"tt0000001{name}.png").vector for name in ("", "-2")]
    assert block.title_ids == ("imdb:tt0000001", "imdb:tt0000002")
    assert block.vectors[0] == pytest.approx(np.mean(alone, axis=0), abs=1e-6)
    assert block.files.tolist() == [2, 1]
    assert block.rows_of(["imdb:tt0000002", "imdb:tt0000003"]).tolist() == [1, -1]
    assert 0 < block.figures_of(0)["lightness"] < 100
    problems = [note for note in done.media.files() if note.problem]
    assert [note.title_id for note in problems] == ["imdb:tt0000003"]
    assert "damaged or cut off" in str(problems[0].problem)


def test_nothing_is_read_twice_and_the_outcome_is_the_same(pictures: Path, tmp_path: Path) -> None:
    first = extracted(pictures, tmp_path / "a")
    again = extracted(pictures, tmp_path / "b", workers=2)
    assert (first.tally.encoded, first.tally.known) == (4, 0)
    assert (again.tally.encoded, again.tally.known) == (0, 4)
    assert first.media.hash == again.media.hash
    (pictures / "tt0000002.png").rename(pictures / "tt0000009.png")  # another name, the same content
    assert extracted(pictures, tmp_path / "c").tally.encoded == 0
    save_picture(pictures / "tt0000009.png", scene(77))
    assert extracted(pictures, tmp_path / "d").tally.encoded == 1
    assert extracted(pictures, tmp_path / "e", again=True).tally.encoded == 1  # the broken one


def test_a_clip_fills_two_blocks_and_sound_one(tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    save_clip(folder / "tt0000001" / "trailer.mp4", (scene(n // 12) for n in range(36)))
    save_sound(folder / "tt0000002.wav", clicks(120, 4))
    done = extracted(folder, tmp_path / "media")
    assert set(done.media.blocks) == {"video", "audio"}
    assert done.media.blocks["video"].title_ids == ("imdb:tt0000001",)
    assert done.media.blocks["audio"].title_ids == ("imdb:tt0000002",)
    assert not [note for note in done.notes if note.problem]  # a clip without sound is no problem
    barcodes = done.media.blocks["video"].barcodes
    assert barcodes is not None
    assert barcodes.shape == (1, 256, 3)
    assert set(extracted(folder, tmp_path / "less", only=("audio",)).media.blocks) == {"audio"}


def test_kill_loses_nothing_that_was_read(tmp_path: Path, own_home: Path) -> None:
    """Killed with -9 in the middle, the next run reads only what is missing, and writes what an unbroken run writes."""
    folder = tmp_path / "posters"
    for number in range(120):
        save_picture(folder / f"tt{number:07}.png", scene(number))
    command = program("extract", folder, "--to", tmp_path / "media")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    place = own_home / "cache" / "media" / "results.sqlite"
    deadline = time.monotonic() + 120
    while _kept(place) < 15 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = _kept(place)
    assert 15 <= kept < 120
    assert not (tmp_path / "media" / "media.json").exists()
    after = extracted(folder, tmp_path / "media")
    assert after.tally.known == kept
    assert after.tally.encoded == 120 - kept
    fresh = Cache(tmp_path / "other-cache")
    sources, _ = files_in(folder, TitleIds(None))
    unbroken = extract(sources, tmp_path / "again", cache=fresh)
    assert unbroken.tally.encoded == 120
    assert unbroken.media.hash == after.media.hash


def _kept(place: Path) -> int:
    try:
        with sqlite3.connect(f"file:{place}?mode=ro", uri=True, timeout=5) as base:
            return int(base.execute("SELECT count(*) FROM results").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_names_lead_to_the_catalogues_titles(tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    known = tiny_catalogue.table("titles")["title_id"].to_list()[0]
    source, _, key = known.partition(":")
    for name in (
        f"{source}_{key}.jpg",
        f"{source}_{key}/poster.png",
        "holiday.jpg",
        ".hidden/tt0000001.jpg",
        "notes.txt",
    ):
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "outside.jpg").write_bytes(b"x")
    (tmp_path / "files" / f"{source}_{key}-2.jpg").symlink_to(tmp_path / "outside.jpg")
    found, unnamed = files_in(tmp_path / "files", TitleIds(tiny_catalogue))
    assert {one.title_id for one in found} == {known}
    assert len(found) == 2
    assert [path.name for path in unnamed] == ["holiday.jpg"]
    assert files_of(tiny_catalogue, tmp_path) == []


def test_names_without_a_catalogue() -> None:
    ids = TitleIds(None)
    assert ids.find("tt0084058") == "imdb:tt0084058"
    assert ids.find("Alien tt0078748 (poster)") == "imdb:tt0078748"
    assert ids.find("Q103569-still") == "wikidata:Q103569"
    assert ids.find("ml_12") == "ml:12"
    assert ids.find("Blade Runner") is None
    assert ids.find("holiday_2") is None


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    block = Block(
        "video",
        "video",
        "video 1",
        Vocabulary.of(["b:2", "a:1"]),
        rng.random((2, 5), np.float32),
        ("motion",),
        np.array([[0.5], [np.nan]], np.float32),
        np.ones(2, np.int32),
        rng.integers(0, 256, (2, 256, 3), dtype=np.uint8),
    )
    written = write_media(tmp_path / "media", [block], [])
    found = MediaVectors.open(tmp_path / "media").blocks["video"]
    assert found.title_ids == ("a:1", "b:2")
    assert found.barcodes is not None
    assert block.barcodes is not None
    for first, second in (
        (found.vectors, block.vectors),
        (found.figures, block.figures),
        (found.barcodes, block.barcodes),
    ):
        np.testing.assert_array_equal(first, second)
    assert write_media(tmp_path / "other", [block], []).hash == written.hash
    with pytest.raises(ValueError, match="figures must be"):
        Block("a", "image", "a 1", block.titles, block.vectors, ("x", "y"), block.figures, block.files)


def test_folders_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="reelation extract PATH"):
        MediaVectors.open(tmp_path)
    (tmp_path / "generation-000000000000").mkdir()
    about = {"format": 99, "blocks": [], "hash": "", "generation": "generation-000000000000"}
    (tmp_path / "media.json").write_text(json.dumps(about))
    with pytest.raises(DataError, match="format 99"):
        MediaVectors.open(tmp_path)
    (tmp_path / "media.json").write_text("{")
    with pytest.raises(DataError, match="damaged"):
        MediaVectors.open(tmp_path)


def test_damaged_files_and_bombs_are_told_one_by_one(tmp_path: Path) -> None:
    picture = save_picture(tmp_path / "sound.jpg", scene(1), quality=90)
    clip = save_clip(tmp_path / "sound.mp4", (scene(n) for n in range(30)))
    hostile = {f"{name}.jpg": content for name, content in broken(picture.read_bytes()).items() if name != "flipped"}
    hostile |= {f"{name}.mp4": content for name, content in broken(clip.read_bytes()).items()}
    hostile["bomb.png"] = png_bomb()
    hostile["wide.png"] = png_bomb(9_000, 9_000, real=True)
    hostile["playlist.mp4"] = f"#EXTM3U\n#EXTINF:10,\n{clip}\n#EXT-X-ENDLIST\n".encode()
    hostile["concat.mkv"] = f"ffconcat version 1.0\nfile '{clip}'\n".encode()
    hostile["text.mp4"] = b"<html>no clip</html>" * 50
    with worker() as reader:
        for name, content in hostile.items():
            path = tmp_path / name
            path.write_bytes(content)
            block = "image" if path.suffix in (".jpg", ".png") else "video"
            began = time.monotonic()
            found = reader.encode(path, [block])[block]
            assert found.encoded is None, name
            assert found.problem is not None
            assert name in found.problem
            assert any(word in found.problem for word in ("cannot be read", "is refused", "damaged", "holds no")), found
            assert "ended the process" not in found.problem
            assert time.monotonic() - began < 20, name
        assert reader.encode(picture, ["image"])["image"].encoded is not None  # the same process goes on


def test_a_clip_that_ends_early_is_damaged(tmp_path: Path) -> None:
    """Its index says ten seconds, its content ends after three."""
    path = save_clip(tmp_path / "a.mkv", (scene(n // 24) for n in range(240)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 10])
    with pytest.raises(MediaError, match="cut off or damaged"):
        read_file(path, ["video"])


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    picture = save_picture(tmp_path / "a.png", scene(1))
    clip = save_clip(tmp_path / "a.mp4", (scene(n) for n in range(60)))
    with worker((), Limits(clip_seconds=0.05)) as reader:
        said = reader.encode(clip, ["video"])["video"]
        assert "took longer than" in str(said.problem)
        assert reader.encode(picture, ["image"])["image"].encoded is not None  # a new process


def test_a_picture_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    """57 million pixels of four bytes, within the limit on pixels, do not fit into 160 MB."""
    large = save_picture(tmp_path / "a.png", plain((9, 9, 9), 7_600, 7_500), compress_level=1)
    small = save_picture(tmp_path / "b.png", scene(1))
    with worker((), Limits(memory=160 << 20)) as reader:
        assert "memory" in str(reader.encode(large, ["image"])["image"].problem)
        assert reader.encode(small, ["image"])["image"].encoded is not None


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    picture = save_picture(tmp_path / "a.png", scene(1))
    with worker() as reader:
        assert reader.encode(picture, ["image"])["image"].encoded is not None
        assert reader._process is not None
        reader._process.kill()
        reader._process.wait()
        assert reader.encode(picture, ["image"])["image"].encoded is not None


def test_questions_by_a_file(tmp_path: Path) -> None:
    picture = save_picture(tmp_path / "a.png", scene(1))
    assert set(read_file(picture)) == {"image"}
    (tmp_path / "a.txt").write_text("words")
    with pytest.raises(MediaError, match="no picture, clip or sound of a known kind"):
        read_file(tmp_path / "a.txt")
    with pytest.raises(MediaError, match="no file"):
        read_file(tmp_path / "b.png")
    with pytest.raises(MediaError, match="is image"):
        read_file(picture, ["audio"])


@pytest.fixture
def host() -> Iterator[str]:
    """A server of one picture, one that is too large, one that breaks off, and a way out."""
    content = _png()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/away.png":
                self.send_response(302)
                self.send_header("Location", "https://elsewhere.example/a.png")
                self.end_headers()
                return
            body = content if self.path in ("/a.png", "/short.png") else b"x" * 50_000
            self.send_response(200)
            if self.path != "/endless.png":
                self.send_header("Content-Length", str(len(body) + (100 if self.path == "/short.png" else 0)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def _png() -> bytes:
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.fromarray(scene(5)).save(file, format="PNG")
    return file.getvalue()


def test_addresses_of_named_hosts_only(host: str, tmp_path: Path) -> None:
    fetcher = Fetcher(frozenset({"127.0.0.1"}), largest=40_000, folder=tmp_path / "fetched")
    sources = [
        Source("imdb:tt1", f"{host}/a.png"),
        Source("imdb:tt2", f"{host}/large.png"),
        Source("imdb:tt3", f"{host}/endless.png"),
        Source("imdb:tt4", f"{host}/away.png"),
        Source("imdb:tt5", "https://elsewhere.example/a.png"),
        Source("imdb:tt6", f"{host}/short.png"),
    ]
    done = extract(sources, tmp_path / "media", fetcher=fetcher)
    said = {note.title_id: note.problem for note in done.notes}
    assert said["imdb:tt1"] is None
    assert "announces 50,000 bytes" in str(said["imdb:tt2"])
    assert "sends more than" in str(said["imdb:tt3"])
    assert "another host" in str(said["imdb:tt4"])
    assert "another host" in str(said["imdb:tt5"])
    assert said["imdb:tt6"] is not None
    assert done.media.blocks["image"].title_ids == ("imdb:tt1",)
    assert len(list((tmp_path / "fetched").iterdir())) == 1
    without = extract(sources[:1], tmp_path / "other")
    assert "--allow-host" in str(without.notes[0].problem)
    with pytest.raises(UsageError, match="name of a host"):
        Fetcher(frozenset({"https://image.example/"}))


def test_the_command(pictures: Path, tmp_path: Path, call: Call) -> None:  # noqa: F811
    (pictures / "holiday.png").write_bytes(b"x")
    done = call("extract", pictures, "--to", tmp_path / "media", "--json")
    assert done.code == 0, done.err
    said = done.json
    assert (said["files"], said["encoded"], said["known"]) == (4, 4, 0)
    assert said["blocks"] == [{"name": "image", "encoder": "image 1", "titles": 2, "width": PictureEncoder.width}]
    assert [problem["title_id"] for problem in said["problems"]] == ["imdb:tt0000003"]
    assert [Path(path).name for path in said["unnamed"]] == ["holiday.png"]
    plainly = call("extract", pictures, "--to", tmp_path / "media")
    assert "0 read, 4 known before" in plainly.out
    assert "image: 2 titles" in plainly.out
    assert "holiday.png" in plainly.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere",), 4, "There is no file or folder"),
        ((".", "--only", "smell"), 2, "there are image, video, audio"),
        ((".", "--jobs", "0"), 2, "give 1 or more"),
        ((".",), 2, "No pictures, clips or sounds"),
        ((), 4, "reelation import"),
    ],
)
def test_wrong_calls_are_explained(
    arguments: tuple[str, ...],
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: Call,  # noqa: F811
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("extract", *arguments)
    assert done.code == code, done.err
    assert words in done.err
