"""The map of water quality and the table that says the same."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from cast import Cast
from django.test import Client
from stages import household, scheme

from quality.county import adopt, browser, person
from quality.sampled import BAD, GOOD, point_at, review, sample_at
from wenqu.places.models import Outline
from wenqu.places.rights import Role
from wenqu.places.scope import EVERYWHERE
from wenqu.quality.models import Point
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.showing.map import Asked, items_judged, marks_of
from wenqu.schemes.models import Scheme

YEAR = Asked(date(2026, 1, 1), date(2026, 12, 31))
SQUARE = '{"type": "Polygon", "coordinates": [[[109, 34], [109.2, 34], [109.2, 34.2], [109, 34.2], [109, 34]]]}'


@pytest.fixture
def points(cast: Cast) -> list[Point]:
    """Outlet and tap of a plant that stands somewhere, a station in the other town and a household there, of which nobody knows where."""
    plant, station = scheme(cast.town_a, "S1", "甲镇水厂", "large"), scheme(cast.village_b1, "S2", "乙一村供水站", "small")
    Scheme.objects.filter(pk=plant.pk).update(longitude=109.1, latitude=34.1, crs="EPSG:4490")
    plant.refresh_from_db()
    home = household(cast.village_b2, "H9", "王五六")
    found = [point_at(cast, plant), point_at(cast, plant, "tap"), point_at(cast, station), point_at(cast, None, "household", household=home)]
    outlet, tap, other, own = found
    review(sample_at(outlet, date(2026, 1, 5)), **BAD)
    bad = review(sample_at(tap, date(2026, 2, 6)), **BAD)
    review(sample_at(tap, date(2026, 2, 20), role="retest", of=bad.sample), **GOOD)
    review(sample_at(other, date(2026, 7, 7), scheme_class="small"), iron="<0.5", turbidity="0.4")
    review(sample_at(own, date(2025, 7, 7), scheme_class="decentralised"), **BAD)
    return found


def data(client: Client, query: str = "?year=2026") -> dict[str, Any]:
    answer = client.get(f"/quality/map.json{query}")
    assert answer.status_code == 200
    return dict(json.loads(answer.content))


def test_a_point_shows_the_newest_that_was_found_there(cast: Cast, points: list[Point]) -> None:
    def shown(**more: Any) -> list[tuple[str, str, str]]:
        return [(mark.state, mark.written, mark.limit) for mark in marks_of(EVERYWHERE, cast.county.path, Asked(YEAR.first, YEAR.last, **more))]

    # The retest tells how the tap is now; what is a year older is not of this year.
    assert shown(item="iron") == [("unfit", "0.52", "≤0.3 mg/L"), ("fit", "0.1", "≤0.3 mg/L"), ("undetermined", "<0.5", "≤0.3 mg/L"), ("none", "", "")]
    assert [row[0] for row in shown(item="turbidity")] == ["fit", "fit", "fit", "none"]
    assert shown()[0] == ("unfit", "铁 0.52", "≤0.3 mg/L") and [row[0] for row in shown()] == ["unfit", "fit", "undetermined", "none"]
    assert items_judged(EVERYWHERE, cast.county.path, YEAR) == {"turbidity": "浑浊度", "iron": "铁"}
    pack = pack_of(adopt(cast).edition)
    assert [row[0] for row in shown(pack=pack, season="wet")] == ["none", "none", "undetermined", "none"]
    assert [row[0] for row in shown(pack=pack, season="dry")] == ["unfit", "fit", "none", "none"]


def test_points_are_drawn_where_their_scheme_stands_and_areas_take_the_colour_of_the_others(cast: Cast, points: list[Point]) -> None:
    client = browser(person(Role.LABORATORY, cast.county))
    for town in (cast.town_a, cast.town_b):
        Outline.objects.create(division=town, geometry=SQUARE, source="本县图件")
    drawn = data(client, "?year=2026&item=iron")
    assert [(point["at"], point["state"], point["crs"]) for point in drawn["points"]] == [([109.1, 34.1], "unfit", "EPSG:4490"), ([109.1, 34.1], "fit", "EPSG:4490")]
    said = drawn["points"][0]["said"]
    assert "铁　不合格" in said and "结果 0.52　限值 ≤0.3 mg/L" in said and "2026-01-05" in said
    assert drawn["points"][0]["url"] == f"/quality/points/{points[0].pk}/trend/?item=iron" and client.get(drawn["points"][0]["url"]).status_code == 200
    assert {each["properties"]["name"]: each["properties"]["state"] for each in drawn["features"]} == {"甲镇": "none", "乙镇": "undetermined"}
    assert drawn["point_systems"] == {"EPSG:4490": 2} and drawn["outline_sources"] == ["本县图件"]


def test_the_page_says_the_same_as_a_table(cast: Cast, points: list[Point]) -> None:
    client = browser(person(Role.COUNTY_DISPATCHER, cast.county))
    page = client.get("/quality/map/?year=2026&item=iron&season=nonsense").content.decode()
    assert page.count("没有坐标</span>") == 2 and "2 个监测点没有坐标" in page and "0.52" in page and "不合格 1" in page and "没有结果 1" in page
    assert '"/quality/map.json?year=2026' in page and "http://" not in page.split("<main")[1]
    assert "样品结论" in client.get("/quality/map/?item=nonsense").content.decode()
    empty = client.get("/quality/map/?year=2030").content.decode()
    assert "没有结果 4" in empty


def test_nobody_sees_the_points_of_others(cast: Cast, points: list[Point]) -> None:
    town = browser(person(Role.TOWN_STATION, cast.town_b))
    assert data(town)["points"] == [] and "甲镇水厂" not in town.get("/quality/map/?year=2026").content.decode()
    assert "乙一村供水站" in town.get("/quality/map/?year=2026").content.decode()
    assert town.get(f"/quality/map.json?area={cast.town_a.pk}").status_code == 404
    assert browser(person(Role.READER, cast.county)).get("/quality/map/").status_code == 403
