"""Every line of a delimited file is a row or is set aside with its number; nothing else happens to it."""

import gzip
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelation.errors import DataError
from reelation.file_count import FileCount
from reelation.sources.base import Report
from reelation.sources.lines import Dialect, LineReader

Found = tuple[list[tuple[object, ...]], list[tuple[int, str]], FileCount]
TSV = Dialect(null="\\N")
CSV = Dialect(separator=",", quoted=True)


def read(folder: Path, content: bytes, dialect: Dialect, needed: list[str], name: str = "file.tsv") -> Found:
    report, scratch = Report(), folder / "scratch"
    scratch.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    rows = LineReader(report, scratch).scan(folder / name, dialect, needed).collect().rows()
    return rows, report.rejected.select("line", "reason").rows(), report.files[name]


def test_quotes_are_letters_and_the_null_is_nothing(tmp_path: Path) -> None:
    rows, broken, count = read(tmp_path, b'a\tb\n"x\t\\N\n\ty"z"\n', TSV, ["a", "b"])
    assert rows == [(2, '"x', None), (3, None, 'y"z"')]
    assert broken == []
    assert count.rows_in == 2


def test_columns_are_found_by_name_and_optional_ones_may_be_absent(tmp_path: Path) -> None:
    (tmp_path / "f.tsv").write_bytes("\ufeffB\tA\tC\r\n1\t2\t3\r\n".encode())
    frame = LineReader(Report(), tmp_path).scan(tmp_path / "f.tsv", TSV, ["a", "b"], ["d"]).collect()
    assert frame.to_dicts() == [{"line": 2, "a": "2", "b": "1", "d": None}]


def test_broken_lines_are_set_aside_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    content = b"a\tb\n1\t1\nshort\n\n2\t2\nx\ty\tz\n\xff\t1\n3\t3"
    rows, broken, count = read(tmp_path, content, TSV, ["a", "b"])
    assert rows == [(2, "1", "1"), (5, "2", "2"), (8, "3", "3")]
    assert broken == [
        (3, "expected 2 cells, found 1"),
        (4, "the line is empty"),
        (6, "expected 2 cells, found 3"),
        (7, "the line is not utf-8 text"),
    ]
    assert (count.rows_in, count.set_aside) == (7, 4)


def test_a_packed_file_reads_like_the_plain_one(tmp_path: Path) -> None:
    content = b"a\tb\n" + b"".join(b"%d\t%d\n" % (i, i * i) for i in range(1000))
    plain, packed = (
        read(tmp_path, data, TSV, ["b"], name)[0] for data, name in ((content, "p"), (gzip.compress(content), "p.gz"))
    )
    assert plain == packed


def test_quoted_cells_lose_their_quotes_only(tmp_path: Path) -> None:
    content = b'id,title\n1,"Matrix, The (1999)"\n2,"""Great"" Performances"\n3,plain\n4,"open\n5,"a" b\n'
    rows, broken, _ = read(tmp_path, content, CSV, ["id", "title"])
    assert rows == [(2, "1", "Matrix, The (1999)"), (3, "2", '"Great" Performances'), (4, "3", "plain")]
    assert [line for line, _ in broken] == [5, 6]


def test_old_encodings_and_separators_of_two_characters(tmp_path: Path) -> None:
    dialect = Dialect("::", ("id", "title"), "latin-1")
    rows, broken, _ = read(tmp_path, "1::Café: a\n2::B\nbad\n".encode("latin-1"), dialect, ["id", "title"])
    assert rows == [(1, "1", "Café: a"), (2, "2", "B")]
    assert broken == [(3, "expected 2 cells, found 1")]


def test_a_control_character_that_would_part_cells_is_noticed(tmp_path: Path) -> None:
    rows, broken, _ = read(tmp_path, b"id,title\n1,a\x1fb\n2,c\n", CSV, ["title"])
    assert rows == [(3, "c")]
    assert broken == [(2, "the line holds a control character")]


@pytest.mark.parametrize("content", [b"", b"\n", b"\n1\t2\n", b"\xff\xfea\x00"])
def test_a_file_without_a_header_line_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match=r"empty|cannot be decoded"):
        read(tmp_path, content, TSV, ["a"])


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no column 'tconst'.*its first line reads 'a, b'"):
        read(tmp_path, b"a\tb\n", TSV, ["tconst"])


cells = st.text(st.characters(exclude_characters="\n\r\t\x1f", exclude_categories=["Cs"]), max_size=6)
good = st.tuples(cells, cells, st.just("x")).map(lambda row: "\t".join(row))
junk = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(good | junk, max_size=12), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_the_reader_agrees_with_splitting_by_hand(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], packed: bool, end: str
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    content = end.join(["a\tb\tc", *lines, ""]).encode()
    rows, broken, count = read(folder, gzip.compress(content) if packed else content, TSV, ["a", "b", "c"])
    expected = []
    for number, line in enumerate(content.decode().split("\n")[1:-1], 2):
        parts = line.removesuffix("\r").split("\t")
        if len(parts) == 3:
            expected.append((number, *(part if part not in ("", "\\N") else None for part in parts)))
    assert rows == expected
    assert count.rows_in == len(content.decode().split("\n")) - 2 == len(rows) + len(broken)


def test_gaps_renumber_many_rows(tmp_path: Path) -> None:
    lines = [b"%d\t%d" % (i, i) if i % 7 else b"broken" for i in range(2, 5002)]
    rows, broken, _ = read(tmp_path, b"a\tb\n" + b"\n".join(lines), TSV, ["a"])
    assert all(str(line) == value for line, value in rows)
    assert [line for line, _ in broken] == [i for i in range(2, 5002) if i % 7 == 0]
    assert pl.Series([line for line, _ in rows]).is_sorted()
