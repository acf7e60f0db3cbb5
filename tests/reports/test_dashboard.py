"""The dashboard's numbers come from the kept roll-ups and stand in tables as well as in drawings."""

from __future__ import annotations

import json
import re
from datetime import date

from cast import AT
from stages import household, scheme, supply

from wenqu.judging.actions import judge_division
from wenqu.reports import dashboard


def data_of(page: str) -> dict:
    found = re.search(r'<script id="page-data" type="application/json">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def test_the_county_page_shows_numerators_denominator_date_and_pack(sign_in, county):
    page = sign_in(county.cast.chen).get("/area/").content.decode()
    for words in ("60.0%", "3 / 5", "2026-02-28", "农村饮水安全评价准则", "评价批次 #"):
        assert words in page
    data = data_of(page)
    assert {row["name"]: (row["safe"], row["unsafe"], row["unknown"]) for row in data["children"]} == {"甲镇": (1, 1, 0), "乙镇": (0, 2, 1)}
    assert data["trend"][0]["as_of"] == "2026-02-28"
    assert {row["name"]: {key: row[key] for key in row if key != "name"} for row in data["problems"]} == {
        "甲镇": {"too_little_water": 1}, "乙镇": {"bad_water": 1},
    }


def test_children_are_worst_first_or_in_the_order_of_the_register(sign_in, county):
    client = sign_in(county.cast.chen)
    def names(url):
        return [row["name"] for row in data_of(client.get(url).content.decode())["children"]]

    assert names("/area/") == ["乙镇", "甲镇"]
    assert names("/area/?order=place") == ["甲镇", "乙镇"]


def test_every_figure_of_the_drawings_stands_in_a_table(sign_in, county):
    page = sign_in(county.cast.chen).get("/area/").content.decode()
    tables = "".join(re.findall(r"<table.*?</table>", page, re.S))
    for row in data_of(page)["indicators"]:
        for grade in ("met", "basic", "failed", "unknown"):
            assert f"indicator={row['name']}&amp;grade={grade}\">{row[grade]}<" in tables


def test_an_older_run_can_be_looked_at_and_its_links_keep_it(sign_in, county):
    older = judge_division(division=county.cast.county, pack_id="gansu-2018", as_of=date(2025, 12, 31), by=county.cast.chen, at=AT)
    client = sign_in(county.cast.chen)
    newest = client.get("/area/").content.decode()
    assert "2026-02-28" in newest
    assert [point["as_of"] for point in data_of(newest)["trend"]] == ["2025-12-31", "2026-02-28"]
    page = client.get(f"/area/{county.cast.county.pk}/?run={older.pk}").content.decode()
    assert "评价基准日 2025-12-31" in page
    assert f"/area/{county.cast.town_a.pk}/?run={older.pk}" in page
    assert "看最近一次评价" in page


def test_a_run_number_that_is_none_is_the_newest(sign_in, county):
    for text in ("999", "x", "9" * 40, "-1"):
        assert "2026-02-28" in sign_in(county.cast.chen).get("/area/", {"run": text}).content.decode()


def test_before_any_run_the_page_says_what_to_do(sign_in, cast):
    page = sign_in(cast.chen).get("/area/").content.decode()
    assert "还没有评价" in page
    assert "发起评价" in page


def test_above_the_counties_the_newest_runs_are_summed(county):
    prefecture = county.cast.county.parent
    assert dashboard.run_for(prefecture.path, "") is None
    for place, child in ((county.cast.province, prefecture), (prefecture, county.cast.county)):
        own, by_division = dashboard.tallies(place, None)
        assert own is not None
        assert (own.households, own.unsafe, own.indicators["quality"]["failed"]) == (5, 3, 2)
        assert list(by_division) == [child.pk]
        assert by_division[child.pk].unsafe == 3


def test_the_map_says_systems_and_sources(sign_in, county):
    data = sign_in(county.cast.chen).get(f"/area/{county.cast.county.pk}/map.json").json()
    assert data["of_children"] is False
    assert data["outline_systems"] == ["EPSG:4490"]
    assert data["outline_sources"] == ["测试"]
    assert data["point_systems"] == {"EPSG:4490": 1, "GCJ-02": 1}
    assert {point["name"]: point["open"] for point in data["points"]} == {"甲镇水厂": False, "乙镇水厂": True}


def test_a_village_counts_the_schemes_that_serve_it_wherever_they_stand(sign_in, county):
    elsewhere = scheme(county.cast.county, "S-far", "县城水厂", "urban_rural")
    home = household(county.cast.village_a2, "H-far")
    supply(home, elsewhere)
    page = sign_in(county.cast.chen).get(f"/area/{county.cast.village_a2.pk}/")
    assert "县城水厂" in [row["name"] for row in page.context["serving"]]
    assert page.context["schemes"] == len(page.context["serving"]) > dashboard.schemes_below(county.cast.village_a2.path)
    assert 'href="#serving"' in page.content.decode()
