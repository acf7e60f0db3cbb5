"""In a real browser: signing in, the way from the county to a household, both sizes, both languages, nothing foreign."""

from __future__ import annotations

import json

import pytest
from cast import AT
from judged import SQUARE

from wenqu.jobs.models import Job, State
from wenqu.places.actions import set_outline

pytestmark = pytest.mark.browser


def pages(county) -> list[str]:
    return [
        "/", "/area/", f"/area/{county.cast.town_a.pk}/", f"/area/{county.cast.village_a1.pk}/", "/households/", "/households/?overall=unsafe",
        f"/households/{county.house_a.pk}/", "/schemes/", f"/schemes/{county.plant_b.pk}/", f"/schemes/{county.plant_b.pk}/households/",
        "/problems/", f"/problems/{county.problem_b.pk}/", "/problems/report/", f"/problems/report/?scheme={county.plant_b.pk}", "/problems/duties/", "/alarms/", "/runs/", "/runs/new/", f"/runs/{county.run.pk}/", "/packs/", "/packs/national-2018/",
        "/packs/gb5749-2022/", "/jobs/", "/outlines/", "/imports/", "/imports/upload/", "/imports/mappings/", "/exports/", "/search/", "/no-such-page/",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_fits_and_asks_nobody_else(visitor, county, language):
    visitor.sign_in("chen")
    if language == "en":
        visitor.page.click("button[name=language]")
        visitor.page.wait_for_selector("html[lang=en]")
    for url in pages(county):
        visitor.open(url)
        assert visitor.overflow <= 0, url
        assert visitor.page.locator("h1").count() == 1, url
    assert visitor.foreign == []
    assert [text for text in visitor.complaints if "404" not in text] == []


def test_signing_in_wrong_then_right_then_out(visitor, county):
    page = visitor.page
    page.goto("/problems/")
    assert "/sign-in/?next=/problems/" in page.url
    page.fill("#id_username", "chen")
    page.fill("#id_password", "wrong-password")
    page.click("button.wide")
    assert page.get_by_role("alert").inner_text().startswith("用户名或密码不对")
    page.fill("#id_password", "qingquan-2026")
    page.click("button.wide")
    page.wait_for_url(lambda url: url.endswith("/problems/") and "/sign-in/" not in url)
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in/")


def test_the_language_switch_stays_on_the_page(visitor, county):
    visitor.sign_in("chen")
    visitor.open("/problems/")
    visitor.page.get_by_role("button", name="English").click()
    visitor.page.wait_for_selector("html[lang=en]")
    assert visitor.page.url.endswith("/problems/")
    visitor.page.get_by_role("button", name="中文").click()
    visitor.page.wait_for_selector("html[lang=zh-CN]")


def test_the_way_down_by_the_table(visitor, county):
    visitor.sign_in("chen")
    visitor.open("/area/")
    page = visitor.page
    page.locator("#children").get_by_role("link", name="甲镇").click()
    page.wait_for_url(f"**/area/{county.cast.town_a.pk}/")
    page.locator("#children").get_by_role("link", name="甲一村").click()
    page.wait_for_url(f"**/area/{county.cast.village_a1.pk}/")
    page.get_by_role("link", name="张山").click()
    page.wait_for_url(f"**/households/{county.house_a.pk}/")
    assert "水量不达标" in page.locator("#verdict").inner_text()
    page.get_by_role("link", name=county.problem_a.number).click()
    page.wait_for_url(f"**/problems/{county.problem_a.pk}/")


def click_at(visitor, id_: str, longitude: float, latitude: float) -> None:
    """Click a place of the drawn map."""
    spot = visitor.page.evaluate(
        "([id, at]) => window.echarts.getInstanceByDom(document.getElementById(id)).convertToPixel('geo', at)", [id_, [longitude, latitude]]
    )
    visitor.page.locator(f"#{id_} canvas").first.click(position={"x": spot[0], "y": spot[1]})


def test_the_way_down_by_the_map(visitor, county):
    whole = json.loads(SQUARE)["coordinates"][0][0]
    left = [[x if x < 109.2 else 109.2, y] for x, y in whole]
    right = [[x if x > 109.2 else 109.2, y] for x, y in whole]
    for town, ring in ((county.cast.town_a, left), (county.cast.town_b, right)):
        geometry = json.dumps({"type": "MultiPolygon", "coordinates": [[ring]]})
        set_outline(division=town, geometry=geometry, crs="EPSG:4490", source="测试", by=county.cast.chen, at=AT)
    visitor.sign_in("chen")
    visitor.open("/area/")
    assert "EPSG:4490" in visitor.page.locator("#map-notes").inner_text()
    click_at(visitor, "map", 109.05, 34.28)
    visitor.page.wait_for_url(f"**/area/{county.cast.town_a.pk}/")
    visitor.open("/area/")
    click_at(visitor, "map", 109.3, 34.2)
    visitor.page.wait_for_url(f"**/schemes/{county.plant_b.pk}/")
    assert visitor.complaints == []


def test_without_any_geometry_the_way_down_is_the_block_chart(visitor, county):
    visitor.sign_in("chen")
    visitor.open(f"/area/{county.cast.town_b.pk}/")
    visitor.page.locator("#tree canvas").first.click()
    villages = {f"/area/{village.pk}/" for village in (county.cast.village_b1, county.cast.village_b2)}
    visitor.page.wait_for_url(lambda url: any(url.endswith(village) for village in villages))


def test_a_click_anywhere_in_a_row_opens_it(visitor, county):
    visitor.sign_in("chen")
    visitor.open("/problems/")
    row = visitor.page.locator("tr[data-href]").first
    row.locator("td").nth(2).click()
    visitor.page.wait_for_url("**/problems/*/")


def test_progress_is_followed_until_the_end(visitor, county):
    job = Job.objects.create(kind="x", title="评价", path=county.cast.county.path, by=county.cast.chen, created_at=AT, state=State.RUNNING, done=1, total=4)
    visitor.sign_in("chen")
    visitor.open(f"/jobs/{job.pk}/")
    assert "25%" in visitor.page.locator("#progress").inner_text()
    # On SQLite the pages use the connection of this test: what it writes comes between two of their questions.
    with visitor.page.expect_response(f"**/jobs/{job.pk}/progress/"):
        pass
    Job.objects.filter(pk=job.pk).update(state=State.DONE, done=4, finished_at=AT)
    visitor.page.locator("#progress").get_by_text("已完成").wait_for()
    assert visitor.complaints == []


def test_filters_apply_when_chosen(visitor, county):
    visitor.sign_in("chen")
    visitor.open("/households/")
    visitor.page.select_option("#f-overall", "unsafe")
    visitor.page.wait_for_url("**overall=unsafe**")
    assert visitor.page.locator("tbody tr").count() == 3


def test_what_is_looked_for_stays_out_of_the_address(visitor, county):
    visitor.sign_in("chen")
    page = visitor.page
    page.fill("#q", "13800001234")
    page.press("#q", "Enter")
    page.wait_for_url("**/search/")
    assert page.get_by_role("link", name="王海").count() == 1
    assert page.input_value("#q") == "13800001234"
    assert "13800001234" not in page.url and visitor.overflow <= 0
