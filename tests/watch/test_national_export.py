"""Our list in the layout of the national system: its headers, what is masked, and that it comes back unchanged."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from cast import AT, TODAY, Cast
from crew import photo
from django.urls import reverse
from django.utils import translation

from watch.helped import done, person, planned, watched
from wenqu.households.models import Member
from wenqu.kit.models import AuditEntry
from wenqu.places.rights import Role
from wenqu.registers import actions
from wenqu.watch.models import Measure, Watched
from wenqu.watch.national.columns import MEASURE_SHEET, MEASURES, SHEET, WATCHED
from wenqu.watch.national.exporting import as_workbook, file_name

pytestmark = pytest.mark.django_db


def sheet_of(content: bytes) -> list[dict[str, object]]:
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.fixture
def listed(cast: Cast) -> Watched:
    row = watched(cast.village_a1, "H1", on=date(2025, 9, 1))
    Member.objects.create(household=row.household, number="H12", name="李四", relation="配偶", id_number="11010519491231002X", details=json.dumps({"健康状况": "长期慢性病", "人均纯收入": 5800}))
    watched(cast.village_b1, "H2", kind="unstable", cause="schooling", on=date(2025, 1, 1), left_on=date(2025, 12, 1))
    return row


def test_a_row_a_person_in_the_order_of_the_national_system(cast: Cast, listed: Watched) -> None:
    content, count = as_workbook(cast.area(cast.chen), WATCHED, with_gone=False)
    rows = sheet_of(content)
    assert count == 2 and list(rows[0]) == list(SHEET) and SHEET[:9] == ("县(市、区、旗)", "乡(镇)", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码", "人数")
    wife = rows[1]
    assert (wife["县(市、区、旗)"], wife["乡(镇)"], wife["行政村"], wife["户编号"], wife["姓名"], wife["与户主关系"], wife["健康状况"], wife["人均纯收入"]) == (
        "清泉县", "甲镇", "甲一村", "H1", "李四", "配偶", "长期慢性病", "5800")
    assert (wife["监测对象类型"], wife["风险是否消除"], wife["风险识别时间"], wife["风险消除时间"], wife["帮扶责任人"]) == ("边缘易致贫户", "否", "202509", None, "周帮")
    every, count = as_workbook(cast.area(cast.chen), WATCHED, with_gone=True)
    assert count == 3 and sheet_of(every)[2]["风险消除时间"] == "202512"


def test_the_sheet_is_chinese_for_whoever_reads_english(cast: Cast, listed: Watched) -> None:
    chinese = sheet_of(as_workbook(cast.area(cast.chen), WATCHED, with_gone=True)[0])
    with translation.override("en"):
        assert sheet_of(as_workbook(cast.area(cast.chen), WATCHED, with_gone=True)[0]) == chinese and chinese[0]["风险是否消除"] == "否"
        assert file_name(TODAY, WATCHED, 3, True) == f"防止返贫致贫监测对象信息_{TODAY:%Y%m%d}-全部3人.xlsx"


def test_identity_numbers_stay_masked_and_phones_go_by_right(cast: Cast, listed: Watched) -> None:
    whole = sheet_of(as_workbook(cast.area(cast.chen), WATCHED, with_gone=True)[0])
    town = person("zhou", "周镇", Role.TOWN_OFFICE, cast.town_a)
    masked = sheet_of(as_workbook(cast.area(town), WATCHED, with_gone=True)[0])
    assert "11010519491231002X" not in str(whole) and "13900002222" in str(whole)
    assert "13900002222" not in str(masked) and "13800001234" not in str(masked)
    assert {row["户编号"] for row in masked} == {"H1"}


def test_what_was_exported_comes_back_unchanged(cast: Cast, listed: Watched, tmp_path: Path) -> None:
    done(planned(listed, cast.chen, planned_fen=10_000), cast.chen, [photo(1)], fen=123_450)
    planned(listed, cast.chen, kind="medical", due_on=date(2026, 4, 1))
    before = list(Watched.objects.order_by("pk").values())
    for kind, rows in ((WATCHED, 3), (MEASURES, 2)):
        file = tmp_path / f"{kind}.xlsx"
        file.write_bytes(as_workbook(cast.area(cast.chen), kind, with_gone=True)[0])
        batch = actions.receive_workbook(
            kind=kind, county=cast.county, file=file, file_name=file.name, code_system="nbs", observed_on=TODAY, by=cast.chen, at=AT)
        batch = actions.check_batch(batch=batch, by=cast.chen, at=AT)
        assert (batch.counts["unchanged"], batch.counts["created"], batch.counts["changed"], batch.counts["refused"]) == (rows, 0, 0, 0), batch.report["errors"]
    assert list(Watched.objects.order_by("pk").values()) == before and Measure.objects.count() == 2


def test_the_sheet_of_measures(cast: Cast, listed: Watched) -> None:
    done(planned(listed, cast.chen), cast.chen, [photo(1)], fen=123_450)
    content, count = as_workbook(cast.area(cast.chen), MEASURES, with_gone=False)
    row = sheet_of(content)[0]
    assert count == 1 and list(row) == list(MEASURE_SHEET)
    assert (row["措施类型"], row["责任部门"], row["制定时间"], row["落实时间"], row["落实金额（元）"], row["状态"]) == ("低保保障", "民政部门", "2026-03-01", "2026-03-01", 1234.5, "已落实")


def test_the_file_is_called_as_the_national_system_calls_it_and_is_written_down(cast: Cast, sign_in, listed: Watched) -> None:
    assert file_name(date(2025, 9, 2), WATCHED, 608, False) == "防止返贫致贫监测对象信息_20250902-风险未消除608人.xlsx"
    answer = sign_in(cast.chen).get(reverse("watch:national"))
    assert "风险未消除2人" in unquote(answer.headers["Content-Disposition"])
    assert AuditEntry.objects.get(verb="export_watched").path == cast.county.path
    assert sign_in(cast.li).get(reverse("watch:national")).status_code == 403
