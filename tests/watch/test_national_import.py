"""The sheets of the national system into our list and ledger: dry run, wrong rows by sheet, row and column, import, undo."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pytest
from cast import AT, Cast
from stages import household
from tokens import api_client

from watch.helped import watched
from wenqu import cli
from wenqu.api.schema.work import RegisterKind
from wenqu.importing.models import Batch
from wenqu.kit.refusal import Refused
from wenqu.registers import actions, import_command
from wenqu.registers.catalogues import CATALOGUES
from wenqu.watch.models import Course, Edition, Measure, Watched
from wenqu.watch.national.columns import HELP, LISTED, MEASURES, WATCHED
from wenqu.watch.visiting.actions import record_visit

pytestmark = pytest.mark.django_db
ON = date(2026, 2, 20)
HEAD = ["县(市、区、旗)", "乡(镇)", "行政村", "户编号", "人编号", "姓名", "监测对象类型", "风险是否消除", "风险识别时间", "风险消除时间", "返贫致贫风险", "帮扶责任人", "帮扶单位",
        "帮扶责任人电话"]
GOOD: dict[str, Any] = {
    "县(市、区、旗)": "清泉县", "乡(镇)": "甲镇", "行政村": "甲一村", "人编号": "", "姓名": "张三", "监测对象类型": "边缘易致贫户", "风险是否消除": "否", "风险识别时间": "202509", "风险消除时间": None,
    "返贫致贫风险": "因病、因残", "帮扶责任人": "周帮", "帮扶单位": "水务局", "帮扶责任人电话": "13900001111",
}
MEASURE_HEAD = ["户编号", "户主姓名", "措施类型", "责任部门", "措施内容", "制定时间", "计划落实时间", "落实时间", "落实金额（元）"]


def book(path: Path, rows: list[list[Any]], head: list[str]) -> Path:
    made = openpyxl.Workbook()
    page = made.active
    page.title = "监测对象"
    page.append(["防止返贫致贫监测对象信息"])
    for row in (head, *rows):
        page.append(row)
    made.save(path)
    return path


@pytest.fixture
def bring(cast: Cast, tmp_path: Path):
    """Dry-run a sheet of the list or of measures."""

    def bring_(*rows: dict[str, Any], kind: str = WATCHED, **more: Any) -> Batch:
        head = HEAD if kind == WATCHED else MEASURE_HEAD
        told = [[({**GOOD, **row} if kind == WATCHED else row).get(name) for name in head] for row in rows]
        batch = actions.receive_workbook(
            kind=kind, county=cast.county, file=book(tmp_path / "list.xlsx", told, head), file_name="监测对象.xlsx", code_system="nbs", observed_on=ON, by=cast.chen, at=AT, **more)
        return actions.check_batch(batch=batch, by=cast.chen, at=AT)

    return bring_


@pytest.fixture
def load(bring, cast: Cast):
    def load_(*rows: dict[str, Any], **more: Any) -> Batch:
        return actions.import_batch(batch=bring(*rows, **more), by=cast.chen, at=AT)

    return load_


def wrong(batch: Batch) -> list[tuple[str, int, str, str]]:
    return [(error["sheet"], error["row"], error["header"], error["code"]) for error in batch.report["errors"]]


def test_a_household_comes_onto_the_list_by_import(cast: Cast, load) -> None:
    home = household(cast.village_a1, "H1")
    batch = load({"户编号": "H1"}, {"户编号": "H1", "姓名": "张妻", "帮扶责任人": None})
    row = Watched.objects.get()
    assert (batch.counts["created"], batch.counts["unchanged"], batch.counts["refused"]) == (1, 1, 0)
    assert (row.household, row.object_kind, row.main_cause, row.causes, row.cause_names) == (home, "edge", "illness", ["illness", "disability"], ["因病", "因残"])
    assert (row.entered_on, row.left_on, row.entry, row.source) == (date(2025, 9, 1), None, None, "导入：监测对象.xlsx")
    assert (row.helper_name, row.helper_phone.open(), row.path, row.added_by) == ("周帮", "13900001111", home.path, cast.chen)


def test_a_dry_run_writes_nothing(cast: Cast, bring) -> None:
    household(cast.village_a1, "H1")
    batch = bring({"户编号": "H1"})
    assert batch.counts["created"] == 1 and batch.report["entities"]["watched_created"] == 1 and not Watched.objects.exists()


@pytest.mark.parametrize(("changed", "header", "code"), [
    ({"户编号": None}, "户编号", "required_missing"), ({"户编号": "NONE"}, "户编号", "household_unknown"), ({"行政村": "甲二村"}, "行政村", "household_elsewhere"),
    ({"监测对象类型": None}, "监测对象类型", "required_missing"), ({"监测对象类型": "大户"}, "监测对象类型", "unknown_choice"), ({"风险识别时间": None}, "风险识别时间", "required_missing"),
    ({"风险识别时间": "202613"}, "风险识别时间", "bad_month"), ({"风险识别时间": "202603"}, "风险识别时间", "date_in_future"), ({"返贫致贫风险": "因懒"}, "返贫致贫风险", "unknown_choice"),
    ({"返贫致贫风险": None}, "返贫致贫风险", "required_missing"), ({"帮扶责任人": None}, "帮扶责任人", "required_missing"), ({"风险是否消除": "是"}, "风险消除时间", "required_missing"),
    ({"风险是否消除": "否", "风险消除时间": "202512"}, "风险是否消除", "contradiction"), ({"风险是否消除": "是", "风险消除时间": "202508"}, "风险消除时间", "left_before_entry"),
    ({"帮扶责任人电话": "12"}, "帮扶责任人电话", "bad_phone"),
], ids=str)
def test_what_is_wrong_is_named_by_sheet_row_and_column(cast: Cast, bring, changed, header, code) -> None:
    """The row beside it is good: only the wrong one is left out. A wrong telephone is only a wrong cell."""
    household(cast.village_a1, "H1")
    household(cast.village_a1, "H2")
    batch = bring({"户编号": "H2"}, {"户编号": "H1", **changed})
    assert ("监测对象", 4, header, code) in wrong(batch)
    assert batch.counts["created"] == (2 if code == "bad_phone" else 1)
    assert not any("13900001111" in str(error["raw"]) for error in batch.report["errors"])


def test_persons_of_a_household_must_not_contradict_each_other(cast: Cast, bring) -> None:
    household(cast.village_a1, "H1")
    batch = bring({"户编号": "H1"}, {"户编号": "H1", "监测对象类型": "脱贫不稳定户"})
    assert wrong(batch) == [("监测对象", 4, "监测对象类型", "differs_in_household")]


def test_a_second_import_changes_what_differs_and_leaves_the_rest(cast: Cast, load) -> None:
    household(cast.village_a1, "H1")
    load({"户编号": "H1"})
    assert load({"户编号": "H1"}).counts["unchanged"] == 1
    batch = load({"户编号": "H1", "风险是否消除": "是", "风险消除时间": "202601", "帮扶责任人电话": "13911112222"})
    row = Watched.objects.get()
    assert batch.counts["changed"] == 1 and (row.left_on, row.helper_phone.open(), row.version) == (date(2026, 1, 1), "13911112222", 1)
    assert load({"户编号": "H1", "风险是否消除": "是", "风险消除时间": "202601", "帮扶责任人电话": "13911112222"}).counts["unchanged"] == 1
    again = load({"户编号": "H1", "风险识别时间": "202602"})
    assert again.counts["created"] == 1 and Watched.objects.filter(left_on=None).get().entered_on == date(2026, 2, 1)


def test_no_sheet_skips_the_steps_of_our_own_procedure(cast: Cast, bring) -> None:
    row = watched(cast.village_a1, "H1")
    other = household(cast.village_a1, "H2")
    edition = Edition.objects.create(division=cast.county, path=cast.county.path, kind="procedures", pack_id="x", title="x", text="", digest="d", made_at=AT)

    def course(home, **more: Any) -> Course:
        return Course.objects.create(household=home, division=home.division, path=home.path, edition=edition, route="entry", begun_on=ON, opened_at=AT, position="x", since=ON, **more)

    row.entry = course(row.household, ended="through", ended_on=ON)
    row.save()
    course(other)
    batch = bring({"户编号": "H1", "风险是否消除": "是", "风险消除时间": "202602", "风险识别时间": "202601"}, {"户编号": "H2"})
    assert wrong(batch) == [("监测对象", 3, "风险是否消除", "by_procedure"), ("监测对象", 4, "户编号", "in_procedure")]


def test_an_import_is_undone_unless_somebody_was_visited_since(cast: Cast, load) -> None:
    household(cast.village_a1, "H1")
    first = load({"户编号": "H1"})
    changed = load({"户编号": "H1", "帮扶单位": "教育局", "帮扶责任人电话": "13911112222"})
    with pytest.raises(Refused):
        actions.undo_batch(batch=first, by=cast.chen, at=AT)
    actions.undo_batch(batch=changed, by=cast.chen, at=AT)
    row = Watched.objects.get()
    assert (row.helper_unit, row.helper_phone.open(), row.version) == ("水务局", "13900001111", 0)
    visit = record_visit(watched=row, on=ON, way="home", found="好", worse=False, by=cast.chen, at=AT)
    with pytest.raises(Refused) as caught:
        actions.undo_batch(batch=first, by=cast.chen, at=AT)
    assert caught.value.code == "batch_in_use"
    visit.delete()
    actions.undo_batch(batch=first, by=cast.chen, at=AT)
    assert not Watched.objects.exists()


def test_a_mapping_tells_headers_that_nobody_knows(cast: Cast, tmp_path: Path) -> None:
    household(cast.village_a1, "H1")
    head = ["户号码", *HEAD[4:]]
    file = book(tmp_path / "odd.xlsx", [["H1", *[GOOD.get(name) for name in HEAD[4:]]]], head)
    batch = actions.receive_workbook(
        kind=WATCHED, county=cast.county, file=file, file_name="odd.xlsx", code_system="nbs", observed_on=ON, mapping_text='[columns.household_number]\nfrom = "户号码"\n', by=cast.chen, at=AT)
    assert actions.check_batch(batch=batch, by=cast.chen, at=AT).counts["created"] == 1


def measure(**more: Any) -> dict[str, Any]:
    return {"户编号": "H1", "措施类型": "农村低保", "责任部门": "民政局", "措施内容": "按月发放", "制定时间": "2026-01-15", "落实时间": "202602", "落实金额（元）": 1234.5, **more}


def test_measures_are_imported_once(cast: Cast, load) -> None:
    row = watched(cast.village_a1, "H1", on=date(2026, 1, 1))
    rows = (measure(), measure(), measure(**{"落实时间": None, "落实金额（元）": None, "措施类型": "医疗救助", "责任部门": None}))
    assert load(*rows, kind=MEASURES).counts["created"] == 3
    one = Measure.objects.order_by("pk").first()
    assert one is not None
    assert (one.watched, one.kind, one.department, one.state, one.done_on, one.done_fen, one.plan.open()) == (row, "dibao", "civil", "done", date(2026, 2, 1), 123_450, "按月发放")
    again = load(*rows, kind=MEASURES)
    assert (again.counts["created"], again.counts["unchanged"]) == (0, 3)
    later = load(*rows[:2], measure(**{"措施类型": "医疗保障", "责任部门": None, "落实金额（元）": 0}), kind=MEASURES)
    assert (later.counts["changed"], Measure.objects.count(), Measure.objects.filter(state="done").count()) == (1, 3, 3)
    actions.undo_batch(batch=later, by=cast.chen, at=AT)
    assert Measure.objects.filter(state="planned").count() == 1


@pytest.mark.parametrize(("changed", "header", "code"), [
    ({"措施类型": "发红包"}, "措施类型", "unknown_choice"), ({"责任部门": "气象局"}, "责任部门", "unknown_choice"), ({"落实金额（元）": None}, "落实金额（元）", "required_missing"),
    ({"落实时间": "昨天"}, "落实时间", "bad_date"), ({"落实时间": "202603"}, "落实时间", "date_in_future"), ({"制定时间": None, "落实时间": None}, "制定时间", "required_missing"),
    ({"制定时间": "202511"}, "户编号", "not_watched"), ({"落实金额（元）": -5}, "落实金额（元）", "negative"),
], ids=str)
def test_wrong_measures_are_named(cast: Cast, bring, changed, header, code) -> None:
    watched(cast.village_a1, "H1", on=date(2026, 1, 1))
    batch = bring(measure(**changed), kind=MEASURES)
    assert ("监测对象", 3, header, code) in wrong(batch) and batch.counts["created"] == 0


def test_the_registers_are_offered_on_the_page_of_imports(cast: Cast, sign_in) -> None:
    page = sign_in(cast.chen).get("/imports/upload/").content.decode()
    assert str(LISTED.title) in page and str(HELP.title) in page


def test_every_register_comes_in_by_terminal_and_api_as_by_the_page(bring, cast: Cast, tmp_path: Path, capsys):
    assert set(import_command.KINDS) == set(CATALOGUES) == set(get_args(RegisterKind))
    household(cast.village_a1, "A1", "张三")
    head, row = list(HEAD), {**GOOD, "户编号": "A1"}
    path = book(tmp_path / "系统表.xlsx", [[row.get(name) for name in head]], head)
    assert cli.main(["import", "watched", str(path), "--county", "清泉县", "--observed-on", "2026-02-20"]) == 0
    assert "新增 1" in capsys.readouterr().out and Watched.objects.get().main_cause == "illness"
    listed = api_client(cast.chen).get("/api/v1/imports")
    assert listed.status_code == 200 and [each["kind"] for each in listed.json()["items"]] == ["watched"]
