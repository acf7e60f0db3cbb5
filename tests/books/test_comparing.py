"""The pure comparison: normal forms, classes, conservation, mirrored books."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenqu.books.table import comparing, reading
from wenqu.books.table.choosing import choose, open_both
from wenqu.books.table.engine import connect

SENTENCES = [
    [part.replace("(空)", "") if part == "(空)" or part.strip() == "(空)" else part for part in line.split(" | ")]
    for line in (Path(__file__).parent / "normal.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
]
HEADERS = ("编号", "乡镇", "名称", "数量")


def write(path: Path, rows: list[list[str]], headers: tuple[str, ...] = HEADERS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def held(folder: Path, ours: list[list[str]], theirs: list[list[str]], *, blanks: bool = True, key: tuple[str, ...] = ("编号",),
         portion: int | None = None) -> tuple[Any, list[tuple[Any, ...]]]:
    """(counts, pairs as (class, key, our row, their row, places))."""
    folder.mkdir(exist_ok=True)
    paths = write(folder / "ours.csv", ours), write(folder / "theirs.csv", theirs)
    work = folder / "work"
    work.mkdir()
    with closing(connect(work)) as con, pytest.MonkeyPatch.context() as patch:
        if portion:
            patch.setattr(comparing, "PORTION", portion)
        one, two, names = open_both(con, *paths, work, None, key, None, None, lambda text: None)
        compared, town = choose(one, two, names)
        for side in (one, two):
            reading.coerce_side(side)
            reading.settle(side, names, compared, town)
        comparing.compare(con, one.source, two.source, len(compared), blanks=blanks)
        counts = comparing.count(con, [one.column(name).zh for name in compared])
        pairs = con.execute("SELECT class, key, orow, trow, diff FROM pairs ORDER BY ALL").fetchall()
    return counts, [(kind, name, ours_at, theirs_at, tuple(diff or ())) for kind, name, ours_at, theirs_at, diff in pairs]


@pytest.mark.parametrize(("one", "two", "wanted"), SENTENCES, ids=lambda text: str(text))
def test_what_is_the_same(tmp_path: Path, one: str, two: str, wanted: str) -> None:
    counts, _pairs = held(tmp_path / "t", [["1", "甲镇", one, "1"]], [["1", "甲镇", two, "1"]])
    assert counts.rows["matched" if wanted == "same" else "differs"] == 1


@pytest.mark.parametrize(("key", "other", "meets"), [
    ("H1", "h1", True), ("H1", " Ｈ１", True), ("1001", "1001.0", True), ("1001", "'1001", True), ("0017", "17", False), ("1", "01", False),
    ("是", "√", False), ("6.10199E+17", "6.10199E+17", False),
])
def test_which_keys_meet(tmp_path: Path, key: str, other: str, meets: bool) -> None:
    counts, _pairs = held(tmp_path / "t", [[key, "甲镇", "x", "1"]], [[other, "甲镇", "x", "1"]])
    assert (counts.rows["matched"] == 1) is meets
    assert counts.rows["keyless"] == (2 if "E+" in key else 0)


def test_a_blank_cell_counts_only_where_it_should(tmp_path: Path) -> None:
    rows = [["1", "甲镇", "x", ""]], [["1", "甲镇", "x", "3"]]
    assert held(tmp_path / "a", *rows)[0].rows["differs"] == 1
    assert held(tmp_path / "b", *rows, blanks=False)[0].rows["matched"] == 1


def test_a_key_of_several_columns(tmp_path: Path) -> None:
    ours = [["1", "甲镇", "x", "1"], ["1", "乙镇", "y", "2"], ["2", "", "z", "3"]]
    theirs = [["1", "乙镇", "y", "2"], ["1", "甲镇", "x", "9"]]
    counts, _pairs = held(tmp_path / "t", ours, theirs, key=("编号", "乡镇"))
    assert counts.rows == {"differs": 1, "only_ours": 0, "only_theirs": 0, "duplicate": 0, "keyless": 1, "matched": 1}


def test_doubles_are_never_joined(tmp_path: Path) -> None:
    counts, pairs = held(tmp_path / "t", [["1", "甲镇", "x", "1"], ["1", "甲镇", "x", "1"]], [["1", "甲镇", "x", "1"]])
    assert counts.rows["duplicate"] == 3 and counts.rows["matched"] == 0
    assert all((ours is None) != (theirs is None) for _kind, _key, ours, theirs, _diff in pairs)


_KEYS = st.sampled_from(["1", "2", "3", "4", "ａ", "A", "", " ", "5.0", "5"])
_CELLS = st.sampled_from(["", "x", "Ｘ", "3", "3.0", "是", "√", "２０２４年1月2日", "2024-01-02", "-"])
_BOOK = st.lists(st.tuples(_KEYS, st.sampled_from(["甲镇", "乙镇"]), _CELLS, _CELLS).map(list), min_size=1, max_size=12)
_MIRROR = {"only_ours": "only_theirs", "only_theirs": "only_ours"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=_BOOK, theirs=_BOOK, portion=st.sampled_from([None, 3]))
def test_every_key_lands_in_one_class_rows_are_conserved_and_swapped_books_mirror(
    tmp_path_factory: pytest.TempPathFactory, ours: list[list[str]], theirs: list[list[str]], portion: int | None,
) -> None:
    folder = tmp_path_factory.mktemp("books")
    counts, pairs = held(folder / "a", ours, theirs, portion=portion)
    # Rows: each of either book once.
    for place, rows in ((2, ours), (3, theirs)):
        assert sorted(pair[place] for pair in pairs if pair[place] is not None) == list(range(2, len(rows) + 2))
    assert (counts.ours, counts.theirs) == (len(ours), len(theirs)) and sum(counts.rows.values()) == len(pairs)
    paired = counts.rows["matched"] + counts.rows["differs"]
    assert len(ours) + len(theirs) == len(pairs) + paired
    # Keys: each in one class.
    by_key: dict[str, set[str]] = {}
    for kind, key, *_rest in pairs:
        if key is not None:
            by_key.setdefault(key, set()).add(kind)
    assert all(len(kinds) == 1 for kinds in by_key.values())
    assert all(key is None for kind, key, *_rest in pairs if kind == "keyless")
    # The books swapped: the same with sides changed.
    mirrored, turned = held(folder / "b", theirs, ours)
    assert Counter((_MIRROR.get(kind, kind), key, two, one, diff) for kind, key, one, two, diff in pairs) == Counter(turned)
    assert mirrored.rows == {_MIRROR.get(kind, kind): number for kind, number in counts.rows.items()}
