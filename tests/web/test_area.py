"""Nobody sees what lies outside their area, by example; `tests/area/` walks every address."""

from __future__ import annotations

import pytest
from cast import AT
from django.core.cache import cache
from django.urls import reverse
from judged import County, text_of

from wenqu.jobs.actions import submit_job
from wenqu.jobs.kinds import offer_kind

FOREIGN = ("王海", "张海", "李未知", "BH1", "BH2", "乙镇水厂", "乙一村", "乙二村", "乙镇")


def _job(county: County):
    offer_kind("test-nothing", lambda job, progress: None)
    return submit_job(kind="test-nothing", args={}, title="乙镇任务", path=county.cast.town_b.path, by=county.cast.zhao, at=AT)


LISTS = ["reports:home", "reports:households", "schemes:list", "ledger:list", "jobs:list", "judging:runs", "judging:packs", "places:outlines", "judging:new"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_the_own_area_only(sign_in, county, name):
    _job(county)
    page = text_of(sign_in(county.cast.li).get(reverse(name)))
    assert not any(word in page for word in FOREIGN)


@pytest.mark.parametrize("name", ["reports:home", "reports:households", "schemes:list", "ledger:list", "jobs:list"])
def test_the_county_sees_what_the_town_does_not(sign_in, county, name):
    _job(county)
    page = text_of(sign_in(county.cast.chen).get(reverse(name)))
    assert any(word in page for word in FOREIGN)


@pytest.mark.parametrize("name", ["reports:households", "schemes:list", "ledger:list", "places:outlines"])
@pytest.mark.parametrize("area", ["town_b", "county", "999999", "x", "1; DROP TABLE"])
def test_a_forged_area_is_not_found(sign_in, county, name, area):
    number = getattr(county.cast, area).pk if hasattr(county.cast, area) else area
    answer = sign_in(county.cast.li).get(reverse(name), {"area": number})
    assert answer.status_code == 404


@pytest.mark.parametrize("text", ["王海", "BH1", "BH", "13800001234", "1380000", "乙镇", "乙一村", "GB1", "李未知", "张海"])
def test_a_search_finds_nothing_outside(sign_in, county, text):
    page = text_of(sign_in(county.cast.li).post("/search/", {"q": text}))
    shown = page.replace(text, "")  # the page repeats what was asked
    assert not any(word in shown for word in FOREIGN if word != text)
    assert f"/households/{county.house_b.pk}/" not in page
    assert f"/schemes/{county.plant_b.pk}/" not in page


@pytest.mark.parametrize(
    ("text", "found"),
    [("王海", "BH1"), ("BH1", "王海"), ("13800001234", "王海"), ("138-0000 1234", "王海"), ("乙镇", "乙镇水厂"), ("GB1", "乙镇水厂"), ("一村", "乙一村")],
)
def test_the_county_finds_it(sign_in, county, text, found):
    assert found in text_of(sign_in(county.cast.chen).post("/search/", {"q": text}))


def test_a_run_of_the_county_shows_a_town_its_own_part(sign_in, county):
    page = text_of(sign_in(county.cast.li).get(f"/runs/{county.run.pk}/"))
    assert "甲镇" in page
    assert not any(word in page for word in FOREIGN)
    assert "清泉县</a>" not in page.split("各地结果")[1]


@pytest.mark.parametrize(("who", "households"), [("chen", 5), ("li", 2), ("wang", 2), ("zhao", 3)])
def test_a_run_of_the_county_counts_only_the_own_households(sign_in, county, who, households):
    client = sign_in(getattr(county.cast, who))
    assert f'data-label="户数">{households}</td>' in text_of(client.get("/runs/"))
    page = text_of(client.get(f"/runs/{county.run.pk}/"))
    assert f"<dt>户数</dt><dd>{households}</dd>" in page


def test_kinds_of_households_are_those_of_the_place(sign_in, county):
    cache.clear()
    type(county.house_b).objects.filter(pk=county.house_b.pk).update(kind="别处才有")
    page = text_of(sign_in(county.cast.li).get("/households/"))
    assert "脱贫户" in page
    assert "别处才有" not in page
    assert "别处才有" in text_of(sign_in(county.cast.chen).get("/households/"))


def test_the_map_of_the_county_is_not_for_a_town(sign_in, county):
    assert sign_in(county.cast.li).get(f"/area/{county.cast.county.pk}/map.json").status_code == 404
    points = sign_in(county.cast.li).get(f"/area/{county.cast.town_a.pk}/map.json").json()["points"]
    assert [point["name"] for point in points] == ["甲镇水厂"]


def test_a_village_manager_starts_in_the_village(sign_in, county):
    page = text_of(sign_in(county.cast.wang).get("/area/"))
    assert "甲一村饮水安全" in page
    assert "甲二村" not in page


def test_a_person_without_duty_is_told_so(sign_in, county):
    client = sign_in(county.cast.nobody)
    for name in ("reports:home", "reports:households"):
        assert "还没有职责" in text_of(client.get(reverse(name)))
    for name in ("schemes:list", "ledger:list", "jobs:list", "judging:runs", "reports:search"):
        page = text_of(client.get(reverse(name), {"q": "王海"}))
        assert "乙镇水厂" not in page
        assert "BH1" not in page
