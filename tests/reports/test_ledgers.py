"""The Excel ledgers: what stands in them, who may take them out, and what each shows of personal numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cast import AT
from crew import bring, make_crew
from opening import clear
from openpyxl import load_workbook
from stages import household

from wenqu.households.models import Household
from wenqu.jobs.models import Job, State
from wenqu.judging.actions import judge_division
from wenqu.judging.models import Run
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.scope import EVERYWHERE, NOWHERE
from wenqu.reports.ledgers.actions import export_ledger, run_export_job, submit_export
from wenqu.schemes.models import Responsibility

WHEN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def export(tmp_path: Path):
    """Export to a file and read it back: the workbook."""

    def make(kind, division, area=EVERYWHERE, **more):
        target = tmp_path / f"{kind}.xlsx"
        export_ledger(kind=kind, division=division, area=area, target=target, by=SYSTEM, at=WHEN, **more)
        return load_workbook(target)

    return make


def table(sheet) -> list[dict[str, object]]:
    """The numbered rows by column title («group title» under a merged header)."""
    groups: list[str] = []
    for cell in sheet[3]:
        groups.append(cell.value or "" if not any(cell.coordinate in span for span in sheet.merged_cells.ranges) or cell.value else groups[-1])
    titles = [f"{group} {below.value}" if below.value else str(group) for group, below in zip(groups, sheet[4], strict=True)]
    rows = sheet.iter_rows(min_row=5, values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows if isinstance(row[0], int | float)]


def total(sheet) -> tuple[object, ...]:
    return next(row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0] == "合计")


def notes(sheet) -> str:
    return str(sheet.cell(sheet.max_row, 1).value)


def test_the_household_ledger_shows_values_grades_and_the_whole_sum(county, export):
    sheet = export("households", county.cast.county).active
    rows = {row["户编号"]: row for row in table(sheet)}
    failing, bad, nobody = rows["AH1"], rows["BH1"], rows["BH3"]
    assert len(rows) == 5
    assert (failing["乡镇（街道）"], failing["行政村（社区）"], failing["户主 姓名"]) == ("甲镇", "甲一村", "张山")
    assert (failing["供水工程 工程名称"], failing["供水工程 工程类型"]) == ("甲镇水厂", "小型集中")
    assert (failing["实测情况 人均水量\nL/(人·d)"], failing["实测情况 缺水天数\n天/年"], failing["实测情况 水质\n检测"]) == (5, 3, "合格")
    assert (failing["四项指标 水量"], failing["四项指标 水质"], failing["综合结论"]) == ("不达标", "达标", "不安全")
    assert (bad["四项指标 水质"], bad["综合结论"]) == ("不达标", "不安全")
    assert (nobody["综合结论"], nobody["供水工程 工程名称"], nobody["实测情况 是否\n入户"]) == ("未知", None, None)
    last = total(sheet)
    assert last[4] == "5 户" and last[8] == 15
    assert last[23].split("\n") == ["安全 1 户", "不安全 3 户", "未知 1 户"]


def test_the_rows_above_name_place_pack_edition_and_snapshot(county, export):
    sheet = export("households", county.cast.county).active
    assert sheet["A1"].value == "清泉县农村饮水安全农户台账"
    second = sheet["A2"].value
    run = county.run
    for part in ("填报单位：清泉县", "2026年3月2日", "T/CHES 18-2018", f"#{run.pk}（基准日 2026-02-28）", run.digest[:12]):
        assert part in second
    merged = {str(span) for span in sheet.merged_cells.ranges}
    assert {"A1:Y1", "A2:Y2", "A3:A4", "F3:H3", "T3:W3", "X3:X4"} <= merged
    assert sheet.freeze_panes == "B5"
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == "$3:$4"
    assert sheet["A1"].font.name == "宋体" and sheet["A5"].font.name == "仿宋"


def test_the_notes_name_each_limit_with_its_clause(county, export):
    text = notes(export("households", county.cast.county).active)
    assert "缺水区达标≥40 L/(人·d)" in text and "湿润区达标≥60 L/(人·d)" in text
    assert "供水保证率" in text and "≥95%" in text and "附录A" in text


def test_limits_that_are_not_verified_are_marked(cast, export):
    household(cast.village_a1, "H1")
    judge_division(division=cast.county, pack_id="chongqing-2023", as_of=AT.date(), by=SYSTEM, at=AT)
    assert "（未核实）" in notes(export("households", cast.county).active)


def test_text_is_never_a_formula_and_never_breaks_the_file(county, export):
    for name in ("=1+1", "+8613", "-2", "@SUM(A1)", "坏\x01字\x0b符\x1f", "http://elsewhere.example/"):
        household(county.cast.village_a1, f"={name}", name)
    sheet = export("households", county.cast.county).active
    shown = {row["户主 姓名"] for row in table(sheet)}
    assert {"=1+1", "+8613", "-2", "@SUM(A1)", "坏字符", "http://elsewhere.example/"} <= shown
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_numbers_of_people_are_masked(county, export):
    cast = county.cast
    county_rows = table(export("households", cast.county, cast.area(cast.chen)).active)
    town_rows = table(export("households", cast.town_a, cast.area(cast.li)).active)
    assert {row["户主 证件号码"] for row in county_rows} == {"110***********002X"}
    assert {row["户主 联系电话"] for row in county_rows} == {"13800001234"}
    assert {row["户主 证件号码"] for row in town_rows} == {"110***********002X"}
    assert {row["户主 联系电话"] for row in town_rows} == {"138****1234"}
    assert all(row["乡镇（街道）"] == "甲镇" for row in town_rows) and len(town_rows) == 2


def test_nobody_takes_out_what_lies_outside_their_area(county, tmp_path):
    cast = county.cast
    for who, division in ((cast.li, cast.county), (cast.li, cast.town_b), (cast.wang, cast.town_a), (cast.nobody, cast.village_a1)):
        with pytest.raises(Refused) as refused:
            submit_export(kind="households", division=division, area=cast.area(who), by=who, at=WHEN)
        assert refused.value.code == "outside_area"
    with pytest.raises(Refused):
        export_ledger(kind="households", division=cast.county, area=NOWHERE, target=tmp_path / "x.xlsx", by=SYSTEM, at=WHEN)
    with pytest.raises(Refused):
        export_ledger(kind="secrets", division=cast.county, area=EVERYWHERE, target=tmp_path / "x.xlsx", by=SYSTEM, at=WHEN)
    assert list(tmp_path.iterdir()) == []


def test_the_scheme_ledger_shows_whom_it_serves_and_what_is_missing(county, export):
    plant = county.plant_a
    Responsibility.objects.create(scheme=plant, kind="government", name="钱镇长", post="副镇长", phone="")
    sheet = export("schemes", county.cast.county).active
    rows = {row["工程编号"]: row for row in table(sheet)}
    first, second = rows["GA1"], rows["GB1"]
    assert (first["工程类型"], first["供水范围 供水户数"], first["供水范围 供水人口"]) == ("小型集中", 2, 6)
    assert (second["运行情况 最近水质\n检测"], second["运行情况 检测日期"], second["运行情况 缺水天数\n天/年"]) == ("不合格", "2026-02-01", 3)
    assert first["责任缺口"] == "缺责任人：部门；缺电话：政府"
    assert second["责任缺口"] == "缺责任人：政府、部门、运行"
    assert "马站长" in [cell.value for row in sheet.iter_rows() for cell in row]
    assert total(sheet)[-1] == "有缺口 2 处"
    assert "109.1" not in "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_the_problem_ledger_shows_the_whole_loop(county, export):
    cast = county.cast
    problem = bring(county.problem_b, "signed_off", make_crew(cast), AT + timedelta(hours=1))
    sheet = export("problems", cast.county).active
    rows = {row["问题编号"]: row for row in table(sheet)}
    live, closed = rows[county.problem_a.number], rows[problem.number]
    assert (live["问题情况 对象类别"], live["问题情况 涉及户数"], live["问题情况 问题类别"], live["问题情况 通报类别"]) == ("农户", 1, "水量不足", "饮水安全短板")
    assert (live["办理状态 状态"], live["整改 整改日期"], live["销号备案 是否解决"]) == ("待核实", None, None)
    assert (closed["问题情况 对象类别"], closed["问题情况 涉及户数"], closed["办理状态 状态"]) == ("供水工程", 2, "已销号")
    assert (closed["责任落实 责任层级"], closed["责任落实 责任人"], closed["整改 整改措施"], closed["整改 整改日期"]) == ("乡镇", "孙修", "更换了水泵", "2026-03-01")
    assert (closed["复核 复核人"], closed["复核 复核日期"], closed["复核 农户意见"]) == ("何核", "2026-03-01", "认可：水够用了")
    assert (closed["销号备案 销号人"], closed["销号备案 是否解决"], closed["销号备案 备案日期"]) == ("钱审", "已解决", None)
    assert (closed["办理状态 重新打开\n次数"], closed["办理状态 是否逾期"]) == (0, "否")
    assert total(sheet)[1] == "2 件" and total(sheet)[10] == 3 and total(sheet)[24] == "解决\n1 件"


def test_the_funds_ledger_is_a_form_that_says_it_is_empty(county, export):
    sheet = export("funds", county.cast.county).active
    heads = [cell.value for cell in sheet[4] if cell.value]
    assert any("万元" in head for head in heads) and any("债券" in head for head in heads) and "凭证号" in str(sheet["L3"].value)
    assert table(sheet) == [] and set(total(sheet)[1:]) == {None}
    assert "还没有录入任何资金数据" in notes(sheet)


def test_all_four_ledgers_stand_in_one_workbook(county, export):
    book = export("all", county.cast.county)
    assert book.sheetnames == ["农村饮水安全农户台账", "供水工程及管护责任台账", "农村饮水安全问题台账", "农村饮水工程资金台账"]
    assert [len(table(sheet)) for sheet in book.worksheets] == [5, 2, 2, 0]
    assert len({sheet["A2"].value.split("快照编号：")[1][:14] for sheet in book.worksheets}) == 1
    assert export("all", county.cast.county, limit=9).sheetnames[:3] == ["农户汇总", "农户甲镇", "农户乙镇"]


def test_a_ledger_too_long_for_a_sheet_is_split_by_town(county, export):
    book = export("households", county.cast.county, limit=9)
    assert book.sheetnames == ["汇总", "甲镇", "乙镇"]
    assert [len(table(book[name])) for name in ("甲镇", "乙镇")] == [2, 3]
    assert book["乙镇"]["A1"].value == "清泉县乙镇农村饮水安全农户台账"
    assert [row["条数"] for row in table(book["汇总"])] == [2, 3]
    assert all(sheet.max_row <= 9 for sheet in book.worksheets)


def test_a_town_too_long_for_a_sheet_goes_on_in_the_next(county, export):
    book = export("households", county.cast.county, limit=8)
    assert book.sheetnames == ["汇总", "甲镇", "乙镇", "乙镇（2）"]
    assert [len(table(book[name])) for name in book.sheetnames[1:]] == [2, 2, 1]


def test_exactly_full_is_not_split(county, export):
    assert export("households", county.cast.county, limit=11).sheetnames == ["农村饮水安全农户台账"]


def test_a_province_is_made_of_its_counties_runs(county, export):
    rows = table(export("households", county.cast.province).active)
    assert [row["综合结论"] for row in rows].count("不安全") == 3
    assert {row["乡镇（街道）"] for row in rows} == {"清泉县甲镇", "清泉县乙镇"}
    split = export("households", county.cast.province, limit=9)
    assert split.sheetnames == ["汇总", "清泉县甲镇", "清泉县乙镇"]
    assert split["清泉县甲镇"]["A1"].value == "陕西省清泉县甲镇农村饮水安全农户台账"


def test_without_a_run_nothing_is_graded_and_it_says_so(cast, export):
    household(cast.village_a1, "H1")
    sheet = export("households", cast.county).active
    assert [row["综合结论"] for row in table(sheet)] == ["未评价"]
    assert "尚未评价" in sheet["A2"].value


def test_an_empty_area_gives_an_empty_ledger(cast, export):
    for kind in ("households", "schemes", "problems"):
        sheet = export(kind, cast.village_b2).active
        assert table(sheet) == [] and total(sheet)[0] == "合计"


def test_a_household_added_or_gone_since_the_run_does_not_shift_the_others(county, export):
    household(county.cast.village_a1, "AH0", "新来户")
    Household.objects.get(number="BH3").delete()
    grades = {row["户编号"]: row["综合结论"] for row in table(export("households", county.cast.county).active)}
    assert grades == {"AH1": "不安全", "AH2": "安全", "AH0": "未评价", "BH1": "不安全", "BH2": "不安全"}


def test_a_missing_run_file_is_said_and_leaves_no_file(county, tmp_path, settings):
    (settings.RUNS_DIR / Run.objects.get().file).unlink()
    with pytest.raises(Refused) as refused:
        export_ledger(kind="households", division=county.cast.county, area=EVERYWHERE, target=tmp_path / "x.xlsx", by=SYSTEM, at=WHEN)
    assert refused.value.code == "run_file_missing"
    assert list(tmp_path.iterdir()) == []


def test_every_export_is_written_down(county, export):
    export("households", county.cast.town_a, county.cast.area(county.cast.li))
    entry = AuditEntry.objects.get(verb="export_ledger")
    assert entry.path == county.cast.town_a.path
    assert entry.detail["ledger"] == "households" and entry.detail["rows"] == 2 and entry.detail["phones"] == "masked"
    assert entry.detail["runs"] == [county.run.pk]


def test_a_county_file_of_a_town_is_not_for_the_town(county):
    """It shows phones that the town does not see: the job belongs to the area of the person who asked."""
    cast = county.cast
    job = submit_export(kind="households", division=cast.town_a, area=cast.area(cast.chen), by=cast.chen, at=WHEN)
    assert job.path == cast.county.path
    assert submit_export(kind="households", division=cast.village_a1, area=cast.area(cast.li), by=cast.li, at=WHEN).path == cast.town_a.path


def test_the_job_makes_its_file_and_tells_its_progress(county, settings):
    cast = county.cast
    job = Job.objects.create(
        kind="export_ledger", args={"kind": "households", "division": cast.county.pk}, title="清泉县农户台账",
        path=cast.county.path, by=cast.chen, created_at=WHEN, state=State.RUNNING,
    )
    told = []
    run_export_job(job=job, area=cast.area(cast.chen), by=cast.chen, at=WHEN, progress=lambda done, total: told.append((done, total)))
    job.refresh_from_db()
    assert told[-1] == (5, 5)
    assert job.result_name == "清泉县农户台账_20260302.xlsx"
    assert load_workbook(clear(settings.RESULTS_DIR / job.result_file)).active.max_row == 11
    assert [path.name for path in settings.RESULTS_DIR.iterdir()] == [job.result_file]
