"""Tables that once broke ``wenqu judge`` or were once judged wrongly."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wenqu import cli


def run(table: Path, out: Path, *more: str) -> int:
    return cli.main(["judge", str(table), "--pack", "national-2018", "--as-of", "2026-06-30", "--out", str(out), *more])


def verdicts(out: Path) -> list[dict[str, str]]:
    with (out / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", [pa.float32(), pa.float64()], ids=str)
def test_nan_in_an_otherwise_clean_float_column_is_blank(tmp_path: Path, kind: pa.DataType) -> None:
    # The bounds in the file leave NaN out, so the engine believes that there is none.
    nan = float("nan")
    names = ("litres_per_person_day", "rain_mm", "water_m3_per_head", "round_trip_min", "horizontal_m", "vertical_m",
             "short_days", "year_days", "longest_short_spell_days", "piped")
    good = {"rain_mm": 900.0, "water_m3_per_head": 2000.0, "year_days": 365.0, "piped": 0.0}
    columns = {name: pa.array([good.get(name, 10.0), 0.0 if name == "piped" else nan], kind) for name in names}
    columns |= {"household_id": pa.array([610122.0, nan], kind), "sensory_ok": pa.array([1.0, nan], kind),
                "scheme_class": pa.array(["decentralised"] * 2)}
    pq.write_table(pa.table(columns), tmp_path / "nan.parquet")
    assert run(tmp_path / "nan.parquet", tmp_path / "out") == 0
    first, second = verdicts(tmp_path / "out")
    assert [first[name] for name in ("household_id", "quantity", "quality", "convenience", "reliability", "overall")] == [
        "610122", "failed", "basic", "met", "met", "unsafe"]
    assert [second[name] for name in ("household_id", "quantity", "quality", "convenience", "reliability", "overall")] == [
        "", "unknown", "unknown", "unknown", "unknown", "unknown"]


def test_nan_beside_wrong_numbers_does_not_stop_the_table(tmp_path: Path) -> None:
    columns = {"household_id": ["a", "b", "c"], "rain_mm": [float("nan"), -1.0, 900.0], "litres_per_person_day": [60, 60, 60]}
    pq.write_table(pa.table(columns), tmp_path / "nan.parquet")
    assert run(tmp_path / "nan.parquet", tmp_path / "out") == 2
    assert [row["quantity"] for row in verdicts(tmp_path / "out")] == ["met", "met", "met"]


@pytest.mark.parametrize("text", [
    'household_id,piped\n1,yes\n"2,yes\n3,no\n4,no\n',
    'household_id,piped\n1,yes\n2,"yes',
    'household_id,piped\n"1,yes\n',
])
def test_an_open_quote_never_swallows_the_rows_behind_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str,
) -> None:
    (tmp_path / "open.csv").write_text(text, encoding="utf-8")
    assert run(tmp_path / "open.csv", tmp_path / "out") == 1
    assert "引号没有配对" in capsys.readouterr().err


def test_a_closed_quote_at_the_very_end_is_well(tmp_path: Path) -> None:
    (tmp_path / "closed.csv").write_text('household_id,piped\n"1\n1",yes\n2,"no"', encoding="utf-8")
    assert run(tmp_path / "closed.csv", tmp_path / "out") == 0
    assert [row["household_id"] for row in verdicts(tmp_path / "out")] == ["1\n1", "2"]


def test_a_cell_in_two_contradictions_is_one_refused_cell(tmp_path: Path) -> None:
    header = "household_id,short_days,year_days,longest_short_spell_days"
    (tmp_path / "chain.csv").write_text(f"{header}\n1,40,30,50\n", encoding="utf-8")
    assert run(tmp_path / "chain.csv", tmp_path / "out") == 2
    refused = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["refused"]
    assert refused["cells"] == 3
    assert refused["by_column"] == {"longest_short_spell_days": 1, "short_days": 1, "year_days": 1}
    sheet = openpyxl.load_workbook(tmp_path / "out" / "errors.xlsx").active
    places = {(row[1], row[2]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert places == {(2, "B"), (2, "C"), (2, "D")}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_many_rows_keep_their_order(tmp_path: Path, suffix: str) -> None:
    # Beyond a row group, with words in every column of choices: two threads, and once a hash join for each list.
    rows = 260_000
    words = ["也许" if i % 500 == 7 else ("yes", "no", "是", "")[i % 4] for i in range(rows)]
    columns = {"household_id": [f"h{i}" for i in range(rows)], "piped": words, "sensory_ok": words[::-1], "has_plant": words,
               "scheme_class": [("small", "千吨万人", "decentralised")[i % 3] for i in range(rows)],
               "lab_result": [("pass", "不合格", "")[i // 2 % 3] for i in range(rows)]}
    table = tmp_path / f"many.{suffix}"
    if suffix == "csv":
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([list(columns), *zip(*columns.values(), strict=True)])
    else:
        pq.write_table(pa.table(columns), table)
    assert run(table, tmp_path / "out", "--formats", "parquet") == 2
    found = pq.read_table(tmp_path / "out" / "verdicts.parquet", columns=["household_id", "convenience"])
    assert found.column("household_id").to_pylist() == columns["household_id"]
    assert found.column("convenience").to_pylist() == ["met" if word in ("yes", "是") else "unknown" for word in words]


@pytest.mark.parametrize("odd", ["\ufffe", "\uffff", "\x01"])
def test_the_workbooks_open_whatever_stood_in_a_cell(tmp_path: Path, odd: str) -> None:
    table = tmp_path / "a.csv"
    table.write_text(f"household_id,litres_per_person_day\nH{odd}1,三{odd}升\n", encoding="utf-8")
    assert run(table, tmp_path / "out") == 2
    wrong = openpyxl.load_workbook(tmp_path / "out" / "errors.xlsx").worksheets[0]
    assert "三升" in [cell.value for cell in wrong[2]]
    ledger = openpyxl.load_workbook(tmp_path / "out" / "ledger.xlsx").worksheets[0]
    assert any(cell.value == "H1" for row in ledger.iter_rows() for cell in row)
