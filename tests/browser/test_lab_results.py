"""Results of a laboratory in a real browser, at the office and on a phone: upload, correct the recognition, take, review, return, correct."""

from __future__ import annotations

import pytest
from quality.lab import TAKEN_ON, Lab, workbook

from wenqu.places.models import Account
from wenqu.quality.models import Result

pytestmark = pytest.mark.browser


def test_from_the_workbook_to_what_counts(enter, county, viewport, tmp_path) -> None:
    lab = Lab(county.cast)
    Account.objects.update(demo=True)
    rows = [[one.number, TAKEN_ON.isoformat(), "5", "≤0.3", "0.5"] for one in lab.samples] + [["202602-99999", TAKEN_ON.isoformat(), "5", "0.3", "1"]]
    path = workbook(tmp_path / "二月汇总.xlsx", rows, ["样品编号", "采样日期", "色度（度）", "浑浊度（NTU）", "总砷甲（μg/L）"])
    visitor = enter(lab.ma.username, viewport)
    page = visitor.page

    def look(name: str) -> None:
        visitor.picture(f"results-{name}-{viewport}")
        assert visitor.overflow <= 0, name

    visitor.open("/quality/laboratories/")
    look("laboratories")
    visitor.open("/quality/deliveries/new/")
    look("upload")
    page.set_input_files("#id_file", str(path))
    page.click("main form button")
    page.get_by_text("没有采用的格").wait_for()
    page.click("summary:has-text('更正识别结果')")
    look("read")
    page.select_option("select[aria-label='总砷甲（μg/L）']", "arsenic")
    page.fill("#id_save_as", "县疾控汇总表")
    page.click("text=按更正后的重新试读")
    page.get_by_text("采用对得上的结果（6）").click()
    page.get_by_text("新结果：6").wait_for()
    look("taken")
    visitor.open(f"/quality/results/{lab.samples[0].pk}/enter/")
    page.fill("input[name='written-total_coliform']", "未检出")
    look("grid")
    page.click("text=保存，等待审核")
    page.get_by_text("请由另一个人审核").wait_for()
    look("own")
    visitor.open("/quality/deliveries/")
    look("deliveries")

    other = enter(lab.second.username, viewport)
    other.open("/quality/results/")
    other.picture(f"results-desk-{viewport}")
    assert other.overflow <= 0
    other.page.click(f"text={lab.samples[0].number}")
    other.page.check("input[aria-label='砷']")
    other.page.click("summary:has-text('退回或作废选中的')")
    other.page.fill("#why", "与原始记录不符")
    other.page.click("text=退回选中的 >> nth=-1")
    other.page.get_by_text("已退回 1 项").wait_for()
    other.page.click("text=审核通过全部待审核的")
    other.page.get_by_text("已审核 2 项").wait_for()
    other.picture(f"results-reviewed-{viewport}")
    assert other.overflow <= 0

    returned = Result.objects.get(sample=lab.samples[0], item="arsenic")
    visitor.open(f"/quality/results/one/{returned.pk}/correct/")
    look("correct")
    page.fill("#id_written", "0.0008")
    page.fill("#id_why", "抄错一位")
    page.click("main form button")
    page.get_by_text("更正：抄错一位").wait_for()
    look("corrected")
    assert not visitor.foreign + other.foreign and not visitor.complaints + other.complaints
