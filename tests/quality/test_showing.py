"""Rates, trends, the public notice and the files: each number from samples that were judged."""

from __future__ import annotations

import csv
import re
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import pytest
from cast import Cast
from django.test import Client
from stages import household, scheme, supply

from quality.county import adopt, browser, person
from quality.sampled import BAD, GOOD, MARCH, point_at, result_of, review, sample_at, today
from wenqu.kit.models import AuditEntry
from wenqu.places.rights import Role
from wenqu.places.scope import EVERYWHERE
from wenqu.quality.models import Point
from wenqu.quality.showing import rates
from wenqu.quality.showing.seasonal import seasonal_figures
from wenqu.quality.showing.trend import trend_of

YEAR = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def points(cast: Cast) -> list[Point]:
    """A plant with outlet (900 people) and tap, a village scheme in the other town (100), a household."""
    plant, station = scheme(cast.town_a, "S1", "甲镇水厂", "large"), scheme(cast.village_b1, "S2", "乙一村供水站", "small")
    supply(household(cast.village_a1, "H1"), plant)
    home = household(cast.village_b2, "H9", "王五六")
    return [point_at(cast, plant, people=900), point_at(cast, plant, "tap", people=900), point_at(cast, station, people=100), point_at(cast, None, "household", household=home, people=4)]


def fill(points: list[Point]) -> None:
    outlet, tap, station, home = points
    review(sample_at(outlet, date(2026, 1, 5)), **BAD)
    review(sample_at(outlet, date(2026, 2, 5)), **GOOD)
    review(sample_at(tap, date(2026, 2, 6)), **GOOD)
    bad = review(sample_at(station, date(2026, 2, 7), scheme_class="small"), **BAD)
    review(sample_at(station, date(2026, 2, 20), scheme_class="small", role="retest", of=bad.sample), **GOOD)
    review(sample_at(home, date(2026, 2, 8), scheme_class="decentralised"), iron="<0.5", turbidity="0.4")


def test_rates_by_samples_and_by_people_tell_what_they_are_made_of(cast: Cast, points: list[Point]) -> None:
    fill(points)
    rows = rates.verdicts_in(EVERYWHERE, cast.county.path, *YEAR)
    total = rates.whole(rows)
    # Routine samples only: the retest of the station counts in no rate, the household's could not be judged.
    assert (total.fit, total.judged, total.undetermined, total.percent) == (2, 4, 1, 50.0)
    assert (total.people_fit, total.people, total.people_percent) == (900, 1000, 90.0)
    assert {path: (rate.fit, rate.judged) for path, rate in rates.by(rows, rates.town).items()} == {cast.town_a.path: (2, 3), cast.town_b.path: (0, 1)}
    assert {code: (rate.people_fit, rate.people) for code, rate in rates.by(rows, rates.scheme_class).items()} == {"large": (900, 900), "small": (0, 100), "decentralised": (0, 0)}
    assert {month: (rate.fit, rate.judged) for month, rate in rates.by(rows, rates.month).items()} == {"2026-01": (0, 1), "2026-02": (2, 3)}
    items = rates.by_item(rows)
    assert next(iter(items)) == "iron" and (items["iron"].fit, items["iron"].unfit, items["iron"].undetermined) == (2, 2, 1) and items["turbidity"].percent == 100.0
    assert rates.verdicts_in(EVERYWHERE, cast.county.path, date(2026, 3, 1), date(2026, 12, 31)) == []


def test_figures_of_the_seasons_go_by_the_months_of_the_countys_plan(cast: Cast, points: list[Point]) -> None:
    fill(points)
    review(sample_at(points[0], date(2026, 6, 5)), **GOOD)
    assert seasonal_figures(EVERYWHERE, cast.county.path, 2026) == []
    adopt(cast)
    found = {each.season: each for each in seasonal_figures(EVERYWHERE, cast.county.path, 2026)}
    assert (found["wet"].rate.fit, found["wet"].rate.judged) == (1, 1) and (found["dry"].rate.fit, found["dry"].rate.judged) == (2, 4)
    assert found["wet"].months == (5, 6, 7, 8, 9, 10)


def test_the_trend_of_an_item_at_a_point(points: list[Point]) -> None:
    fill(points)
    dots = trend_of(points[0], "iron")
    assert [(dot.on, dot.written, str(dot.value), dot.verdict, dot.limit) for dot in dots] == [
        (date(2026, 1, 5), "0.52", "0.52", "unfit", "≤0.3 mg/L"), (date(2026, 2, 5), "0.1", "0.1", "fit", "≤0.3 mg/L")]


def test_the_pages_show_it_and_a_town_sees_its_own(cast: Cast, points: list[Point]) -> None:
    fill(points)
    client = browser(person(Role.COUNTY_DISPATCHER, cast.county))
    page = client.get("/quality/rates/?year=2026").content.decode()
    assert "合格 2 / 评价 4 份" in page and "合格 900 / 评价 1,000 人" in page and "乙镇" in page
    town = browser(person(Role.TOWN_STATION, cast.town_a)).get("/quality/rates/?year=2026").content.decode()
    assert "合格 2 / 评价 3 份" in town and "乙镇" not in town
    trend = client.get(f"/quality/points/{points[0].pk}/trend/?item=iron").content.decode()
    assert "0.52" in trend and '"high": 0.3' in trend
    sample = points[2].samples.order_by("pk").first()
    shown = client.get(f"/quality/samples/{sample.pk}/verdict/").content.decode()
    assert "超过限值" in shown and "不合格" in shown and "依据：" in shown
    other = browser(person(Role.TOWN_STATION, cast.town_b))
    assert other.get(f"/quality/points/{points[0].pk}/trend/").status_code == 404 and other.get(f"/quality/samples/{sample.pk}/verdict/").status_code == 200


def test_the_workbook_holds_the_same_numbers(cast: Cast, points: list[Point]) -> None:
    fill(points)
    client = browser(person(Role.COUNTY_DISPATCHER, cast.county))
    book = openpyxl.load_workbook(BytesIO(client.get("/quality/rates.xlsx?year=2026").content))
    assert [cell.value for cell in book["合计"][3]] == ["清泉县", 2, 4, 50, 1, 900, 1000, 90]
    assert [row[0] for row in book["按工程类型"].iter_rows(min_row=2, values_only=True)][:-1] == ["工程类型", "分散式", "千吨万人", "小型集中式"]
    assert [cell.value for cell in book["按指标"][2]] == ["指标", "合格样品", "评价样品", "合格率（%）", "未能判定"], "people are not told by item"
    assert AuditEntry.objects.filter(verb="export_quality").count() == 1


def test_the_upload_file_holds_reviewed_results_alone_with_who_reviewed_them(cast: Cast, points: list[Point]) -> None:
    fill(points)
    sample = points[0].samples.order_by("pk").first()
    sample.results.filter(item="iron").update(settled_by=cast.chen, method="=cmd()")
    result_of(sample, "lead", "0.001", state="entered")
    result_of(sample, "zinc", "0.2", state="invalid", at=MARCH)
    data = browser(person(Role.LABORATORY, cast.county)).get("/quality/upload.csv?year=2026").content
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 12 and {row["layout"] for row in rows} == {"wenqu-quality-1"} and {row["item"] for row in rows} == {"iron", "turbidity"}
    first = rows[0]
    assert (first["written"], first["verdict"], first["reviewed_by"], first["reviewed_at"], first["method"]) == ("0.52", "unfit", "陈县", "2026-03-10T10:00+08:00", "'=cmd()")
    assert not any("王五六" in "".join(row.values()) for row in rows)


def test_the_public_notice_names_points_and_no_household(cast: Cast, points: list[Point]) -> None:
    day = today()
    review(sample_at(points[0], day), **BAD)
    review(sample_at(points[3], day, scheme_class="decentralised"), iron="0.9", turbidity="0.4")
    review(sample_at(points[2], date(day.year - 2, day.month, 1)), **GOOD)
    Point.objects.filter(pk=points[3].pk).update(name="王五六家")
    client = browser(person(Role.COUNTY_DISPATCHER, cast.county))
    sheet = client.get("/quality/notice/").content.decode()
    found = re.search(r'href="http://testserver(/quality/public/[^"]+)"', sheet)
    assert found is not None and "data:image/svg+xml" in sheet
    answer = Client().get(found[1])
    page = answer.content.decode()
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"]
    assert "甲镇水厂outlet" in page and "铁 0.52（≤0.3 mg/L）" in page and "乙二村" in page
    assert "王五六" not in page and "乙一村供水站" not in page, "no household's name, nothing older than a year"
    for wrong in ("1", found[1].split("/")[-2] + "x", f"{cast.town_b.pk}.abc"):
        assert Client().get(f"/quality/public/{wrong}/").status_code == 404
