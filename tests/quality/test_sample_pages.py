"""Pages of samples: a trip planned, printed, taken, handed over and received by the people who do it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import segno
from cast import Cast
from django.test import Client
from django.utils import timezone

from quality.county import adopt, browser, keep_all, person, schemes
from wenqu.places.rights import Role as Duty
from wenqu.quality.models import Custody, Point, Result, Sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(cast: Cast) -> Cast:
    schemes(cast)
    year = timezone.localdate().year
    keep_all(cast, adopt(cast, "plan-county-water", year))
    Point.objects.update(from_on=f"{year}-01-01")
    return cast


def key_in(page: str) -> str:
    return re.findall(r'name="key" value="(\w{32})"', page)[0]


def planned(cast: Cast, web: Client, **more: Any) -> list[Sample]:
    page = web.get("/quality/samples/plan/").content.decode()
    picks = re.findall(r'name="pick" value="([^"]+)"', page)
    form = {"key": key_in(page), "planned_on": timezone.localdate().isoformat(), "field_blanks": 1, "transport_blanks": 1, "share": 10, "spikes": 0, "pick": picks[:8],
            "seen": re.findall(r'name="seen" value="([^"]+)"', page), **more}
    answer = web.post("/quality/samples/plan/", form)
    assert answer.status_code == 302, re.findall(r'class="error"[^>]*>([^<]+)', answer.content.decode())
    return list(Sample.objects.order_by("pk"))


def test_a_page_that_somebody_was_faster_than_plans_nothing_twice(county: Cast) -> None:
    web = browser(county.chen)
    page = web.get("/quality/samples/plan/").content.decode()
    pick, seen = (re.findall(rf'name="{name}" value="([^"]+)"', page) for name in ("pick", "seen"))
    rows = planned(county, web)
    form = {"key": key_in(page), "planned_on": timezone.localdate().isoformat(), "field_blanks": 1, "transport_blanks": 1, "share": 10, "spikes": 0, "pick": pick[:1], "seen": seen}
    answer = web.post("/quality/samples/plan/", form)
    assert answer.status_code == 409 and "已有人安排采样" in answer.content.decode() and Sample.objects.count() == len(rows)
    # Whoever saw that one waits may want one more.
    fresh = re.findall(r'name="seen" value="([^"]+)"', answer.content.decode())
    assert web.post("/quality/samples/plan/", {**form, "key": "b" * 32, "seen": fresh}).status_code == 302


def test_a_trip_from_the_calendar_to_the_laboratory(county: Cast) -> None:
    web, lab = browser(county.chen), browser(person(Duty.LABORATORY, county.county))
    rows = planned(county, web)
    first = rows[0]
    sheet = web.get(f"/quality/samples/{first.pk}/trip/").content.decode()
    assert all(row.number in sheet for row in rows) and "CY00001" in sheet and "登记实验室接收" not in sheet
    page = web.get(f"/quality/samples/{first.pk}/").content.decode()
    assert "登记采样" in page and "实验室接收" not in page
    on = timezone.localtime().replace(tzinfo=None) - timedelta(minutes=2)
    told = {"key": key_in(page), "on": on.strftime("%Y-%m-%dT%H:%M"), "disinfectant": "", "words": "", "ph": "7.1", "free_chlorine": "0.35"}
    assert web.post(f"/quality/samples/{first.pk}/take/", told).status_code == 302
    page = web.get(f"/quality/samples/{first.pk}/").content.decode()
    assert "0.35" in page and "现场测定" in page and Result.objects.count() == 2
    hand = {"key": "a" * 32, "on": on.strftime("%Y-%m-%dT%H:%M"), "giver": "陈县", "taker": "司机", "temperature": "4", "words": "", "trip": "1", "pick": [first.pk]}
    hand["on"] = (on + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    assert web.post(f"/quality/samples/{first.pk}/hand-over/", hand).url.endswith("/trip/")
    assert web.post(f"/quality/samples/{first.pk}/receive/", hand).status_code == 403
    sheet = lab.get(f"/quality/samples/{first.pk}/trip/").content.decode()
    assert "登记实验室接收" in sheet
    given = {**hand, "intact": "yes", "key": "b" * 32}
    assert lab.post(f"/quality/samples/{first.pk}/receive/", given).status_code == 302
    assert list(Custody.objects.values_list("step", flat=True)) == ["taken", "handed_over", "received"]
    assert Sample.objects.get(pk=first.pk).state == "received" and "完好" in lab.get(f"/quality/samples/{first.pk}/").content.decode()
    again = lab.get(f"/quality/samples/{first.pk}/").content.decode()
    answer = lab.post(f"/quality/samples/{first.pk}/retest/", {"key": key_in(again), "planned_on": timezone.localdate().isoformat()})
    assert Sample.objects.get(role="retest").of == first and answer.status_code == 302


def test_labels_hold_the_number_and_nothing_else(county: Cast) -> None:
    web = browser(county.chen)
    rows = planned(county, web)
    page = web.get(f"/quality/samples/{rows[0].pk}/labels/?copies=2").content.decode()
    codes = re.findall(r'<img src="(data:image/svg[^"]+)"', page)
    assert len(codes) == 2 * len(rows)
    assert codes[0] == codes[1] == segno.make(rows[0].number, error="m", micro=False).svg_data_uri(scale=4, border=1).replace("'", "&#x27;")
    point = rows[0].point
    assert point is not None and point.name not in page and point.number not in page and "空白" not in page.partition('class="labels"')[2]
    assert page.count("<li><img") == len(codes)
    one = web.get(f"/quality/samples/{rows[0].pk}/labels/?one=1").content.decode()
    assert one.count("<li><img") == 1


def test_a_number_typed_or_scanned_finds_the_sample(county: Cast) -> None:
    web = browser(county.chen)
    row = planned(county, web)[0]
    for text in (row.number, row.number.replace("-", ""), f" {row.number}\n"):
        assert web.get("/quality/samples/find/", {"number": text}).url == f"/quality/samples/{row.pk}/"
    wrong = row.number[:-1] + str((int(row.number[-1]) + 1) % 10)
    answer = web.get("/quality/samples/find/", {"number": wrong})
    assert answer.status_code == 404 and "最后一位是校验码" in answer.content.decode()
    assert browser(county.zhao).get("/quality/samples/find/", {"number": Sample.objects.filter(path__startswith=county.town_a.path)[0].number}).status_code == 404


def test_the_list_by_state_role_and_month(county: Cast) -> None:
    web = browser(county.chen)
    rows, today = planned(county, web), timezone.localdate()
    page = web.get("/quality/samples/", {"role": "field_blank"}).content.decode()
    blank = next(row for row in rows if row.role == "field_blank")
    assert blank.number in page and rows[0].number not in page
    assert rows[0].number in web.get("/quality/samples/", {"month": today.month}).content.decode()
    assert "没有符合条件的样品" in web.get("/quality/samples/", {"month": today.month % 12 + 1}).content.decode()
    assert "没有符合条件的样品" in web.get("/quality/samples/", {"state": "voided"}).content.decode()


def test_what_is_wrong_is_said_in_the_form(county: Cast) -> None:
    web = browser(county.chen)
    row = planned(county, web)[0]
    page = web.get(f"/quality/samples/{row.pk}/").content.decode()
    later = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = web.post(f"/quality/samples/{row.pk}/take/", {"key": key_in(page), "on": later, "ph": "7"})
    assert answer.status_code == 400 and "时间不能晚于现在" in answer.content.decode()
    answer = web.post(f"/quality/samples/{row.pk}/take/", {"key": key_in(page), "on": "2026-01-05T08:00", "ph": "70"})
    assert answer.status_code == 400 and "应在 0 到 14 之间" in answer.content.decode() and Sample.objects.get(pk=row.pk).state == "planned"
    answer = web.post("/quality/samples/plan/", {"key": "c" * 32, "planned_on": "2099-01-01", "field_blanks": 1, "transport_blanks": 1, "share": 10, "spikes": 0})
    assert answer.status_code in {400, 409} and "请至少选择一项任务" in answer.content.decode()
    answer = web.post(f"/quality/samples/{row.pk}/void/", {"key": "d" * 32, "why": "抄错了编号"})
    assert answer.status_code == 302 and "抄错了编号" in web.get(f"/quality/samples/{row.pk}/").content.decode()


def test_who_may_not_sample_is_offered_nothing(county: Cast) -> None:
    row = planned(county, browser(county.chen))[0]
    reader = browser(person(Duty.COUNTY_REVIEWER, county.county))
    page = reader.get(f"/quality/samples/{row.pk}/").content.decode()
    assert "<form method=\"post\" action=\"/quality" not in page and "安排采样" not in reader.get("/quality/samples/").content.decode()
    assert reader.post(f"/quality/samples/{row.pk}/take/", {}).status_code == 403 and reader.get("/quality/samples/plan/").status_code == 403
