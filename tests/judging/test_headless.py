"""``wenqu judge`` from outside: files in, files out, exit status."""

from __future__ import annotations

import csv as csv_module
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zlib import crc32

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt
from headless_cases import DAYS, HEADERS, POOLS, WRONG, facts_of, register

from wenqu import cli
from wenqu.judging.table import ledger
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import INDICATORS
from wenqu.rulebook.reference import judge

OUTPUT = ["household_id", *INDICATORS, "overall", *(f"{name}_reason" for name in INDICATORS)]
PACKS = ("national-2018", "gansu-2018", "guizhou-2020", "chongqing-2023")
Register = list[dict[str, Any]]


def run(table: Path, out: Path, *more: str, pack: str = "national-2018", as_of: str = "2026-06-30") -> int:
    return cli.main(["judge", str(table), "--pack", pack, "--as-of", as_of, "--out", str(out), *more])


def written(path: Path, rows: Register) -> Path:
    """The register as a file, by its suffix: Chinese headers in Excel, English ones in text."""
    names = list(rows[0])
    if path.suffix == ".xlsx":
        book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, 5, "某县农村饮水安全台账")
        for c, name in enumerate(names):
            sheet.write(1, c, HEADERS[name])
            for r, row in enumerate(rows, 2):
                sheet.write(r, c, row[name][0])
        book.close()
    elif path.suffix == ".xls":
        old = xlwt.Workbook()
        page = old.add_sheet("台账")
        for c, name in enumerate(names):
            page.write(0, c, HEADERS[name])
            for r, row in enumerate(rows, 1):
                page.write(r, c, row[name][0])
        old.save(str(path))
    else:
        with path.open("w", encoding="gb18030" if "gbk" in path.name else "utf-8", newline="") as file:
            csv_module.writer(file).writerows([names, *([row[name][0] for name in names] for row in rows)])
    return path


def typed(path: Path, rows: Register) -> Path:
    """The register's usable values in typed columns."""
    kinds = {"piped": pa.bool_(), "sensory_ok": pa.bool_(), "has_plant": pa.bool_()}
    columns: dict[str, pa.Array] = {}
    for name in rows[0]:
        values = [None if row[name][1] is WRONG else row[name][1] for row in rows]
        number = name in POOLS and name not in kinds and name not in ("division_code", "scheme_class", "lab_result")
        columns[name] = pa.array([None if v is None else float(v) for v in values] if number else values,
                                 pa.float64() if number else kinds.get(name, pa.string()))
    pq.write_table(pa.table(columns), path, row_group_size=100)
    return path


def expected(rows: Register, pack: str) -> list[tuple[str, ...]]:
    """The oracle, row by row."""
    loaded, result = load_pack(pack), []
    for row in rows:
        judgement = judge(facts_of(row)[0], loaded)
        result.append((row["household_id"][1], *(str(v.grade) for v in judgement.verdicts), str(judgement.overall),
                       *(v.reason for v in judgement.verdicts)))
    return result


def verdicts(out: Path) -> list[tuple[str, ...]]:
    table = pq.read_table(out / "verdicts.parquet")
    assert table.schema.names == OUTPUT
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv", "gbk.csv"])
def test_every_format_gives_the_verdicts_of_the_oracle(tmp_path: Path, name: str, pack: str) -> None:
    rows = register(crc32(f"{name} {pack}".encode()) % 1000, 400)
    out = tmp_path / "out"
    assert run(written(tmp_path / name, rows), out, "--formats", "parquet,csv", pack=pack) == 2
    assert verdicts(out) == expected(rows, pack)
    with (out / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv_module.reader(file)) == [OUTPUT, *map(list, expected(rows, pack))]


@pytest.mark.parametrize("pack", PACKS)
def test_typed_columns_give_the_verdicts_of_the_oracle(tmp_path: Path, pack: str) -> None:
    rows = register(7, 1000)
    path, out = typed(tmp_path / "a.parquet", rows), tmp_path / "out"
    assert run(path, out, "--formats", "parquet", pack=pack) == 2
    assert verdicts(out) == expected(rows, pack)
    assert sorted(p.name for p in out.iterdir()) == ["errors.xlsx", "summary.json", "verdicts.parquet"]


def test_every_refused_cell_is_named_once_with_its_place(tmp_path: Path) -> None:
    rows, out = register(11, 300), tmp_path / "out"
    run(written(tmp_path / "a.xlsx", rows), out, "--formats", "parquet")
    told = [(row[1], row[7]) for row in openpyxl.load_workbook(out / "errors.xlsx")["未采用的单元格"].iter_rows(min_row=2, values_only=True)]
    names = list(rows[0])
    wanted = [(n, name) for n, row in enumerate(rows, 3) for name in sorted(facts_of(row)[1], key=names.index)]
    assert told == wanted
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["refused"]["cells"] == len(wanted) and summary["rows"] == {"read": 300, "judged": 300, "skipped": {}}


def test_the_error_list_says_sheet_row_column_and_reason(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", [{"household_id": ("H1", "H1"), "short_days": (400, 400), "year_days": (365, 365),
                                          "litres_per_person_day": ("六十", WRONG), "scheme_class": ("大", WRONG)}])
    assert run(path, tmp_path / "out") == 2
    sheet = openpyxl.load_workbook(tmp_path / "out" / "errors.xlsx").worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0] == ("工作表", "行", "列", "表头", "原值", "原因", "原因代码", "字段")
    assert [(line[:5], line[6]) for line in lines[1:]] == [
        (("台账", 3, "B", "缺水天数", "400"), "short_days_over_year"), (("台账", 3, "C", "年天数", "365"), "short_days_over_year"),
        (("台账", 3, "D", "人均日用水量", "六十"), "not_a_number"), (("台账", 3, "E", "工程类型", "大"), "unknown_choice")]
    assert "千吨万人、千人以上" in lines[4][5]


def test_a_clean_table_exits_with_zero_and_drops_the_old_error_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    bad = written(tmp_path / "bad.csv", [{"household_id": ("H1", "H1"), "piped": ("maybe", WRONG)}])
    good = written(tmp_path / "good.csv", [{"household_id": ("H1", "H1"), "piped": ("是", True)}])
    assert run(bad, out) == 2 and (out / "errors.xlsx").exists()
    assert run(good, out) == 0 and not (out / "errors.xlsx").exists()
    assert sorted(p.name for p in out.iterdir()) == ["ledger.xlsx", "summary.json", "verdicts.csv", "verdicts.parquet"]
    assert "评价完成" in capsys.readouterr().out
    assert run(good, out, "--formats", "csv") == 0
    assert sorted(p.name for p in out.iterdir()) == ["summary.json", "verdicts.csv"]


def test_absent_columns_are_unknown_and_order_and_duplicates_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("household_id\n" + "".join(f"{n % 7}\n" for n in range(5000)), encoding="utf-8-sig")
    assert run(path, tmp_path / "out") == 0
    rows = verdicts(tmp_path / "out")
    assert [row[0] for row in rows] == [str(n % 7) for n in range(5000)]
    assert {row[1:6] for row in rows} == {("unknown",) * 5}
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert len(summary["columns"]["absent"]) == 15 and summary["counts"]["overall"] == {"safe": 0, "basic": 0, "unknown": 5000, "unsafe": 0}


def test_the_ledger_is_a_chinese_table_with_reasons(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [
        {"household_id": ("=1+1", ""), "scheme_class": ("分散", ""), "piped": ("是", ""), "litres_per_person_day": (60, ""), "rain_mm": (900, ""),
         "water_m3_per_head": (1200, ""), "short_days": (18.25, ""), "sensory_ok": ("是", "")}])
    assert run(path, tmp_path / "out") == 0
    sheet = openpyxl.load_workbook(tmp_path / "out" / "ledger.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert "农户饮水安全评价台账" in rows[0][0] and "2026-06-30" in rows[0][0]
    head = {upper: at for at, upper in enumerate(rows[1]) if upper}
    assert rows[2][head["水量"]:head["水量"] + 2] == ("等级", "理由")
    data = rows[3]
    assert data[0] == "=1+1" and sheet.cell(4, 1).data_type == "s"
    assert data[head["工程类型"]] == "分散" and data[head["是否入户"]] == "是" and data[head["缺水天数（d）"]] == 18.25
    assert data[head["水量"]:head["水量"] + 2] == ("达标", data[head["水量"] + 1]) and "60 L/(人·d)" in data[head["水量"] + 1]
    assert data[head["供水保证率"]] == "达标" and data[head["总体评价"]] == "基本安全"
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:Y1", "A2:A3", "Q2:R2", "Y2:Y3"} <= merged


def test_a_long_ledger_goes_on_in_the_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger.write_ledger, "__defaults__", (5,))
    rows = [{"household_id": (f"H{n}", "")} for n in range(5)]
    assert run(written(tmp_path / "a.csv", rows), tmp_path / "out") == 0
    book = openpyxl.load_workbook(tmp_path / "out" / "ledger.xlsx")
    assert [(s.title, s.max_row) for s in book.worksheets] == [("农户台账", 5), ("农户台账2", 5), ("农户台账3", 4)]


def test_the_summary_counts_and_rolls_up_worst_first(tmp_path: Path) -> None:
    rows = [{"household_id": (str(n), ""), "division_code": (code, ""), "piped": (piped, ""), "litres_per_person_day": (litres, "")}
            for n, (code, piped, litres) in enumerate([
                ("610122100201", "是", 60), ("610122100201", "是", 60), ("610122100202", "是", 1), ("610122101201", "是", 1),
                ("610122101201", "是", 60), (None, "是", 60)])]
    assert run(written(tmp_path / "a.csv", rows), tmp_path / "out") == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert [(line["code"], line["households"], line["overall"]["unsafe"]) for line in summary["divisions"]["village"]] == [
        ("610122100202", 1, 1), ("610122101201", 2, 1), (None, 1, 0), ("610122100201", 2, 0)]
    assert [line["code"] for line in summary["divisions"]["town"]] == ["610122101", "610122100", None]
    assert summary["counts"]["convenience"] == {"met": 6, "basic": 0, "unknown": 0, "failed": 0}
    assert summary["reasons"]["convenience"] == {"convenience_met_piped": 6}
    pack = load_pack("national-2018")
    assert summary["pack"]["digest"] == pack.digest and summary["pack"]["in_force_on_as_of"] is True and summary["as_of"] == "2026-06-30"


@pytest.mark.parametrize(("arguments", "words"), [
    ({"table": "absent.xlsx"}, "找不到文件"), ({"pack": "nowhere-1999"}, "规则包"), ({"pack": "gb5749-2022"}, "规则包"),
    ({"as_of": "2026-6-31"}, "日期"), ({"as_of": "20260630"}, "日期"), ({"map": "absent.toml"}, "映射文件"),
    ({"formats": "pdf"}, "formats"), ({"table": "folder"}, "不是文件"), ({"table": "a.docx"}, "格式"), ({"out": "a.csv"}, "结果目录")])
def test_nothing_readable_exits_with_one_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: dict[str, str], words: str
) -> None:
    written(tmp_path / "a.csv", [{"household_id": ("H1", "H1")}])
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.docx").write_text("x")
    more = [f"--{key}={tmp_path / value if key == 'map' else value}" for key, value in arguments.items() if key in ("map", "formats")]
    out = tmp_path / arguments.get("out", "out")
    assert run(tmp_path / arguments.get("table", "a.csv"), out, *more, pack=arguments.get("pack", "national-2018"),
               as_of=arguments.get("as_of", "2026-06-30")) == 1
    message = capsys.readouterr().err
    assert words in message and "Traceback" not in message
    assert not (tmp_path / "out" / "summary.json").exists()


def test_a_failed_run_leaves_the_last_results_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(written(tmp_path / "a.csv", [{"household_id": ("H1", "H1")}]), out)
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    (tmp_path / "b.csv").write_text("姓名,电话\n张三,1\n", encoding="utf-8")
    assert run(tmp_path / "b.csv", out) == 1
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before


@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_killed_run_leaves_no_half_file(tmp_path: Path, blow: signal.Signals) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "out"
    path.write_text("household_id,litres_per_person_day\n" + "".join(f"H{n},{n % 100}\n" for n in range(60_000)), encoding="utf-8")
    wenqu = [sys.executable, "-m", "wenqu.cli", "judge", str(path), "--pack", "national-2018", "--as-of", "2026-06-30", "--out", str(out)]
    # A shell lets what it starts in the background ignore Ctrl+C, and so would whatever that starts.
    process = subprocess.Popen(wenqu, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    # The ledger takes seconds; by the time its file is begun the others are written, but none may be in place.
    end = time.monotonic() + 120
    while not (begun := list(out.glob(".wenqu-*/verdicts.csv"))) and process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(blow)
    assert process.wait() != 0 and begun
    left = [p for p in out.iterdir() if not p.name.startswith(".wenqu-")]
    assert left == []
    assert blow == signal.SIGKILL or list(out.iterdir()) == []
    run(written(tmp_path / "b.csv", [{"household_id": ("H1", "H1")}]), out, "--formats", "parquet")
    assert sorted(p.name for p in out.iterdir()) == ["summary.json", "verdicts.parquet"]


def test_the_command_never_loads_the_web_framework(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [{"household_id": ("H1", "H1")}])
    code = ("import sys; from wenqu.cli import main; "
            f"main(['judge', {str(path)!r}, '--pack', 'national-2018', '--as-of', '2026-06-30', '--out', {str(tmp_path / 'o')!r}]); "
            "sys.exit('django' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_days_are_compared_exactly(tmp_path: Path) -> None:
    """18.3 of 366 days is 95 % to the last digit, and nothing above it is."""
    cells = [("18.3", "366", "met"), ("18.25", "", "met"), ("18.2500000000001", "", "basic"), ("36.6", "366", "basic"), ("36.6000000000001", "366", "failed")]
    path = tmp_path / "a.csv"
    path.write_text("household_id,short_days,year_days\n" + "".join(f"{n},{s},{y}\n" for n, (s, y, _) in enumerate(cells)), encoding="utf-8")
    assert run(path, tmp_path / "out") == 0
    assert [row[4] for row in verdicts(tmp_path / "out")] == [grade for *_, grade in cells]
    numbers = pa.table({"short_days": [float(s) for s, _, _ in cells], "year_days": [float(y) if y else None for _, y, _ in cells]})
    pq.write_table(numbers, tmp_path / "a.parquet")
    assert run(tmp_path / "a.parquet", tmp_path / "out") == 0
    assert [row[4] for row in verdicts(tmp_path / "out")] == [grade for *_, grade in cells]
    assert DAYS[0] == "short_days"
