"""Reading pages: pinned SQL counts, no writes but the audit, looks at people are written down, numbers are masked."""

from __future__ import annotations

import re

import pytest
from cast import AT, PASSWORD, TODAY
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from django.urls import reverse

from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.reports.household_list import Filters
from wenqu.schemes.models import Supply
from wenqu.web.middleware import ReadsDoNotWrite, WriteInRead

# Sign-in costs three (session, person, area), the shell three more (the name of the area, unread notices, standing alarms), a look one.
COUNTS = {
    "desk": 25, "home": 16, "home_village": 21, "households": 16, "households_unsafe": 17, "household": 33, "problems": 11, "schemes": 11,
    "alarms": 8, "report": 6, "report_household": 10, "duties": 9,
}


def urls(county) -> dict[str, str]:
    return {
        "desk": "/", "home": "/area/", "home_village": f"/area/{county.cast.village_a1.pk}/", "households": "/households/",
        "households_unsafe": "/households/?overall=unsafe", "household": f"/households/{county.house_a.pk}/",
        "problems": "/problems/", "schemes": "/schemes/", "alarms": "/alarms/", "report": "/problems/report/",
        "report_household": f"/problems/report/?household={county.house_a.pk}", "duties": "/problems/duties/?pack=mechanism-123",
    }


@pytest.mark.parametrize("page", COUNTS)
def test_sql_counts_are_pinned(sign_in, county, django_assert_num_queries, page):
    client = sign_in(county.cast.chen)
    url = urls(county)[page]
    client.get(url)  # fills the per-process memory of content types and kinds
    with django_assert_num_queries(COUNTS[page]):
        assert client.get(url).status_code == 200


def test_a_view_that_writes_while_reading_is_stopped(db):
    def careless(request):
        Account.objects.update(name="x")
        return HttpResponse()

    guarded = ReadsDoNotWrite(careless)
    for read in (RequestFactory().get("/"), RequestFactory().head("/")):
        with pytest.raises(WriteInRead), transaction.atomic():
            guarded(read)
    assert guarded(RequestFactory().post("/")).status_code == 200


def test_no_page_writes_anything_but_the_audit(sign_in, county):
    client = sign_in(county.cast.chen)
    for url in [
        *urls(county).values(), f"/schemes/{county.plant_b.pk}/", f"/schemes/{county.plant_b.pk}/households/", f"/problems/{county.problem_b.pk}/",
        "/runs/", f"/runs/{county.run.pk}/", "/runs/new/", "/packs/", "/packs/national-2018/", "/packs/gb5749-2022/", "/jobs/", "/outlines/",
        "/search/", f"/area/{county.cast.county.pk}/map.json",
    ]:
        assert client.get(url).status_code == 200, url
        assert client.head(url).status_code == 200, url


def test_a_look_at_a_household_is_written_down(sign_in, county):
    sign_in(county.cast.li).get(f"/households/{county.house_a.pk}/")
    entry = AuditEntry.objects.get(verb="view_household")
    assert (entry.actor_name, entry.subject, entry.path) == ("李站", f"household:{county.house_a.pk}", county.house_a.path)


def test_a_search_that_shows_people_is_written_down(sign_in, county):
    client = sign_in(county.cast.chen)
    client.post("/search/", {"q": "乙镇"})
    assert not AuditEntry.objects.filter(verb="search").exists()
    client.post("/search/", {"q": "王海"})
    assert AuditEntry.objects.get(verb="search").detail == {"kind": "text", "households": [county.house_b.pk]}


def account_with(username, role, division):
    account = add_account(username=username, password=PASSWORD, name=username, by=SYSTEM, at=AT)
    give_duty(account=account, role=role, division=division, from_on=TODAY, by=SYSTEM, at=AT)
    return account


@pytest.mark.parametrize("text", ["13800001234", "138 0000 1234", "11010519491231002x"])
def test_a_number_that_is_looked_for_is_kept_nowhere_whole(sign_in, county, text):
    page = sign_in(county.cast.chen).post("/search/", {"q": text}).content.decode()
    assert "王海" in page
    assert AuditEntry.objects.get(verb="search").detail["kind"] == "number"
    assert not any(part in str(entry) for entry in AuditEntry.objects.values() for part in ("13800", "0000 1234", "19491231"))


def test_what_is_looked_for_never_comes_in_an_address(sign_in, county):
    client = sign_in(county.cast.chen)
    assert "王海" not in client.get("/search/?q=王海").content.decode()
    home = client.get("/").content.decode()
    assert re.search(r'<form class="search" action="/search/" method="post"[^>]*><input type="hidden" name="csrfmiddlewaretoken"', home)


def test_personal_numbers_are_shown_by_role(sign_in, county):
    urls_ = (*urls(county).values(), f"/schemes/{county.plant_b.pk}/households/", f"/problems/{county.problem_b.pk}/")
    for account, phone, name in (
        (county.cast.chen, "13800001234", "王海"),
        (account_with("bai", Role.COUNTY_ADMIN, county.cast.county), "138****1234", "王海"),
        (account_with("gao", Role.READER, county.cast.county), "138****1234", "王**"),
    ):
        client = sign_in(account)
        pages = [client.get(url).content.decode() for url in urls_] + [client.post("/search/", {"q": "BH1"}).content.decode()]
        page = client.get(f"/households/{county.house_b.pk}/").content.decode()
        assert phone in page and phone in pages[-1] and name in page
        assert "110***********002X" in page
        for text in (*pages, page):
            assert "11010519491231002X" not in text
            assert phone == "13800001234" or "13800001234" not in text
            assert name == "王海" or "王海" not in text


def test_who_sees_no_names_finds_nobody_by_name_or_number(sign_in, county):
    client = sign_in(account_with("gao", Role.READER, county.cast.county))
    for text in ("王海", "13800001234", "11010519491231002X"):
        page = client.post("/search/", {"q": text}).content.decode()
        assert "BH1" not in page and "不按姓名" in page


def test_the_household_page_tells_why(sign_in, county):
    page = sign_in(county.cast.wang).get(f"/households/{county.house_a.pk}/").content.decode()
    for word in ("水量不达标", "不安全", "测试排查", "2026-02-10", "附录A", "T/CHES 18-2018", "甲镇水厂", "水量不足", county.problem_a.number):
        assert word in page


def test_the_page_of_a_scheme_shows_gaps(sign_in, county):
    page = sign_in(county.cast.chen).get(f"/schemes/{county.plant_a.pk}/").content.decode()
    assert page.count("未落实") == 2
    assert "马站长" in page
    listed = sign_in(county.cast.chen).get(reverse("schemes:list"), {"gaps": "1"}).content.decode()
    assert "缺 2 项" in listed


def test_the_household_page_says_first_why_and_who_answers(sign_in, county):
    page = sign_in(county.cast.chen).get(f"/households/{county.house_a.pk}/").content.decode()
    summary, members = page.index('id="summary"'), page.index("家庭成员")
    assert "水量不达标" in page[summary:members]
    assert summary < page.index("供水工程</h2>") < members < page.index('id="verdict"')
    assert "有出处" in page[page.index('id="verdict"'):]


def test_the_household_page_shows_a_responsibility_that_nobody_has(sign_in, county):
    Supply.objects.filter(household=county.house_a).update(to_on=None)
    supply = Supply.objects.filter(household=county.house_a).first() or Supply.objects.create(
        household=county.house_a, scheme=county.plant_b, from_on="2020-01-01"
    )
    supply.scheme.responsibilities.all().delete()
    page = sign_in(county.cast.chen).get(f"/households/{county.house_a.pk}/").content.decode()
    assert page.count("未落实") == 3


def test_a_village_says_why_to_go_to_a_household(sign_in, county):
    page = sign_in(county.cast.chen).get(f"/area/{county.cast.village_a1.pk}/").content.decode()
    assert "水量：不达标" in page


def test_an_indicator_alone_asks_for_its_failures():
    assert Filters.read(QueryDict("indicator=quality")) == Filters(indicator="quality", grade="failed")


def test_who_may_not_import_is_not_offered_the_form(sign_in, county):
    answer = sign_in(county.cast.li).get("/imports/upload/")
    assert answer.status_code == 403
    assert "只有县级水务部门可以导入台账。" in answer.content.decode()
