"""Hostile and broken archives are refused with a sentence, and nothing is written outside the folder."""

import errno
import gzip
import io
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelation.archive import chunks, extract, is_zip, members
from reelation.errors import DataError


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def everything(name: str) -> bool:
    return True


def unpack(path: Path) -> dict[str, Path]:
    target = path.parent / "out"
    target.mkdir(exist_ok=True)
    return extract(path, everything, target)


def test_wanted_members_come_out_flat(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"ml/ratings.csv": b"1", "ml/README.txt": b"2", "ml/": b""})
    found = extract(path, {"ratings.csv"}.__contains__, tmp_path)
    assert found == {"ratings.csv": tmp_path / "ratings.csv"}
    assert found["ratings.csv"].read_bytes() == b"1"
    assert members(path) == ["ml/ratings.csv", "ml/README.txt"]


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "..\\evil", "C:\\evil", "\\\\host\\evil"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="leads out of the folder"):
        unpack(packed(tmp_path / "a.zip", {"ok.csv": b"1", name: b"2"}))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_link_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("ratings.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(DataError, match="is a link"):
        unpack(tmp_path / "a.zip")


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="it unpacks from"):
        unpack(packed(tmp_path / "a.zip", {"ratings.csv": b"0" * (32 << 20)}))


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"ratings.csv": b"1"})
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flags of the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    path.write_bytes(data)
    with pytest.raises(DataError, match="is encrypted"):
        unpack(path)


def test_doubled_members_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("ratings.csv", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("ratings.csv", "2")
    with pytest.raises(DataError, match="twice"):
        unpack(tmp_path / "a.zip")
    with pytest.raises(DataError, match=r"several files named 'ratings\.csv'"):
        unpack(packed(tmp_path / "b.zip", {"a/ratings.csv": b"1", "b/ratings.csv": b"2"}))


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reelation.archive.MAX_MEMBERS", 3)
    with pytest.raises(DataError, match="it holds 4 members"):
        unpack(packed(tmp_path / "a.zip", {str(i): b"" for i in range(4)}))


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"ratings.csv": bytes(range(256)) * 100})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="cannot be unpacked"):
        unpack(path)
    assert is_zip(path)
    assert members(path) == []


def test_a_full_disk_is_not_the_archives_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", {"ratings.csv": b"1,2,3\n"})

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("reelation.archive.shutil.copyfileobj", full)
    with pytest.raises(DataError, match=r"cannot be unpacked: .*No space left on device") as refused:
        extract(path, {"ratings.csv"}.__contains__, tmp_path)
    assert "damaged" not in str(refused.value)
    monkeypatch.undo()
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(DataError, match="damaged: fetch it again"):
        extract(path, {"ratings.csv"}.__contains__, tmp_path)


def test_a_gz_bomb_and_a_truncated_gz_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"0" * (32 << 20)))
    with pytest.raises(DataError, match="unpacks to more than 200 times its size"):
        list(chunks(tmp_path / "bomb.gz"))
    (tmp_path / "cut.gz").write_bytes(gzip.compress(bytes(range(256)) * 100)[:-20])
    with pytest.raises(DataError, match="cut off or damaged"):
        list(chunks(tmp_path / "cut.gz"))


def test_an_absent_file_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        list(chunks(tmp_path / "absent"))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_mutated_zip_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("zip")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ml/ratings.csv", b"userId,movieId\n" * 9)
        archive.writestr("ml/movies.csv", b"movieId,title,genres\n")
    data = bytearray(whole.getvalue())
    for place, value in changes:
        data[place % len(data)] = value
    (folder / "a.zip").write_bytes(data)
    try:
        found = unpack(folder / "a.zip")
    except DataError:
        return
    assert all(path.parent == folder / "out" for path in found.values())
