"""What was found in the water, in a real browser, at the office and on a phone: rates, map, trend, control charts, the notice and its public page."""

from __future__ import annotations

from datetime import date

import pytest
from quality.county import adopt, schemes
from quality.sampled import BAD, GOOD, point_at, result_of, review, sample_at

from wenqu.places.models import Account
from wenqu.schemes.models import Scheme

pytestmark = pytest.mark.browser


def test_water_is_shown_as_figures_charts_and_on_a_map(enter, county, viewport) -> None:
    works = schemes(county.cast)
    adopt(county.cast, "plan-county-water")
    Scheme.objects.filter(pk=works[0].pk).update(longitude=106.7, latitude=35.2, crs="EPSG:4490")
    good, bad = point_at(county.cast, works[0]), point_at(county.cast, works[1], "tap", name="甲一村末梢水")
    review(sample_at(good, date(2026, 2, 5)), **GOOD)
    unfit = review(sample_at(bad, date(2026, 2, 5)), **BAD)
    for role in ("field_blank", "parallel"):
        one = sample_at(bad, date(2026, 2, 5), role=role, **({} if role == "field_blank" else {"of": unfit.sample}))
        result_of(one, "iron", "0.50", unit="mg/L", detection="0.02")
    unfit.sample.results.update(unit="mg/L")
    Account.objects.update(demo=True)
    visitor = enter("chen", viewport)
    page = visitor.page

    def look(url: str, name: str, *canvases: str) -> None:
        visitor.open(url)
        for canvas in canvases:
            page.wait_for_function("id => { const box = document.querySelector(`${id} canvas`); return box && box.width > 0; }", arg=canvas)
        visitor.picture(f"water-{name}-{viewport}")
        assert visitor.overflow <= 0, name

    look("/quality/rates/?year=2026", "rates")
    assert "50.0%" in page.inner_text("main") and "合格 1 / 评价 2 份" in page.inner_text("main")
    look("/quality/map/?year=2026", "map", "#map")
    assert "没有坐标" in page.inner_text("main") and "不合格 1" in page.inner_text("main")
    page.click("a:has-text('甲一村末梢水')")
    page.wait_for_url("**/trend/**")
    look(page.url, "trend", "#item-trend")
    assert "铁" in page.inner_text("main h2")
    look(f"/quality/samples/{unfit.sample_id}/verdict/", "verdict")
    assert "超过限值" in page.inner_text("#verdict")
    look("/quality/control/?year=2026&item=iron", "control", ".chart[data-kind=parallel]")
    assert "未核实" in page.inner_text("main")
    look("/quality/notice/", "notice")
    address = page.locator("a:has-text('网上公示页')").get_attribute("href")
    look("/quality/reports/", "reports")

    stranger = enter("wang", viewport)
    stranger.context.clear_cookies()
    stranger.open(address)
    assert "甲一村末梢水" in stranger.page.inner_text("main") and stranger.overflow <= 0
    assert not visitor.foreign + stranger.foreign and not visitor.complaints + stranger.complaints
