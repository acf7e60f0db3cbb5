"""Break the glass: one household, one reason, half an hour; told to the area's owner; nobody learns who is registered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import AT, TODAY
from consented import rows
from django.utils import timezone
from judged import make_county, text_of
from stages import household

from wenqu.households.glass.actions import Asked, open_glass
from wenqu.households.glass.queries import household_through, looks_into, open_glass_of, open_glasses
from wenqu.households.models import Household
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.people.models import Glass, Notice
from wenqu.places.scope import NOWHERE

WHY = "邻村管道爆裂，需要马上联系该户"
# who | household of | what happens
WHO = """
chen | c  | opens
chen | a1 | own
li   | b1 | opens
li   | c  | opens
li   | a1 | own
ma   | b1 | wrong_role
wang | b1 | wrong_role
sun  | c  | wrong_role
gao  | c  | wrong_role
min  | a1 | wrong_role
nobody | a1 | wrong_role
"""
# what is typed wrongly | county | number | reason
WRONG = """
no such number | county | BH9 | long
the number of another county | other | BH1 | long
no county | - | BH1 | long
no such county | 无此县 | BH1 | long
half a name | 清泉 | BH1 | long
a town is no county | town_b | BH1 | long
nothing at all | - | - | long
a short reason | county | BH1 | 水管爆裂
nine characters | county | BH1 | 一二三四五六七八九
blanks do not count | county | BH1 | 一二三四          五
no reason | county | BH1 | -
a number in the reason | county | BH1 | 农户来电13800001234说家里没有水了
"""


@pytest.fixture
def houses(staff):
    return {
        "a1": household(staff.village_a1, "AH1", "张山"), "b1": household(staff.village_b1, "BH1", "王海"), "c": household(staff.village_c, "CH1", "李远"),
    }


def opened(staff, who, house: Household, at=AT, reason=WHY) -> Household:
    return open_glass(asked=Asked(house.county.name, house.number), reason=reason, area=staff.area(who), on=TODAY, by=who, at=at)


@pytest.mark.parametrize(("who", "where", "outcome"), rows(WHO))
def test_who_may_open_what(staff, houses, who, where, outcome):
    person, house = getattr(staff, who), houses[where]
    try:
        found = opened(staff, person, house)
    except Refused as refusal:
        assert refusal.code == outcome
        assert not Glass.objects.exists()
        return
    assert found == house
    glasses = list(Glass.objects.all())
    assert [(glass.account, glass.subject, glass.path) for glass in glasses] == ([(person, f"household:{house.pk}", house.path)] if outcome == "opens" else [])


@pytest.mark.parametrize(("_what", "county", "number", "reason"), rows(WRONG))
def test_wrong_numbers_and_short_reasons_are_answered_alike(staff, houses, _what, county, number, reason):
    asked = Asked(getattr(staff, county).name if hasattr(staff.cast, county) or county == "other" else county.strip("-"), number.strip("-"))
    with pytest.raises(Refused) as refusal:
        open_glass(asked=asked, reason={"long": WHY, "-": ""}.get(reason, reason), area=staff.area(staff.li), on=TODAY, by=staff.li, at=AT)
    assert (refusal.value.code, refusal.value.message[:4]) == ("not_opened", "没有打开")
    with pytest.raises(Refused) as nothing:
        open_glass(asked=Asked(), reason="", area=staff.area(staff.li), on=TODAY, by=staff.li, at=AT)
    assert nothing.value.message == refusal.value.message
    assert AuditEntry.objects.filter(verb="glass_refused", actor_id=staff.li.pk).count() == 2
    assert not Glass.objects.exists()
    assert "13800001234" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_by_id_number_when_one_household_has_it(staff, houses):
    Household.objects.exclude(pk=houses["c"].pk).delete()
    asked = Asked(id_number=" 11010519491231002x ")
    assert open_glass(asked=asked, reason=WHY, area=staff.area(staff.li), on=TODAY, by=staff.li, at=AT) == houses["c"]
    household(staff.village_b1, "BH7")  # the same person registered twice: the household number is needed
    with pytest.raises(Refused) as refusal:
        open_glass(asked=asked, reason=WHY, area=staff.area(staff.li), on=TODAY, by=staff.li, at=AT)
    assert refusal.value.code == "not_opened"
    assert "11010519491231002" not in str(list(AuditEntry.objects.values_list("detail", "subject")))


@pytest.mark.parametrize("county", ["邻县", "610198", "610198000000", " 邻县 "])
def test_a_county_is_known_by_name_or_code(staff, houses, county):
    asked = Asked(county, "CH1")
    assert open_glass(asked=asked, reason=WHY, area=staff.area(staff.li), on=TODAY, by=staff.li, at=AT) == houses["c"]


def test_two_counties_of_one_name_need_the_code(staff, houses):
    type(staff.other).objects.filter(pk=staff.other.pk).update(name="清泉县")
    with pytest.raises(Refused) as refusal:
        opened(staff, staff.li, houses["b1"])
    assert refusal.value.code == "not_opened"
    assert open_glass(asked=Asked("610199", "BH1"), reason=WHY, area=staff.area(staff.li), on=TODAY, by=staff.li, at=AT) == houses["b1"]


def test_the_owner_is_told(staff, houses):
    opened(staff, staff.li, houses["c"])
    notice = Notice.objects.get()
    assert (notice.account, notice.kind, notice.url) == (staff.zhou, "glass", f"/households/{houses['c'].pk}/")
    assert (notice.detail["name"], notice.detail["reason"]) == ("李站", WHY)


def test_without_an_administrator_the_dispatcher_is_told(staff, houses):
    staff.zhou.duties.all().delete()
    opened(staff, staff.li, houses["c"])
    assert [notice.account for notice in Notice.objects.all()] == [staff.qian]


def test_it_closes_by_itself(staff, houses):
    house, area = houses["c"], staff.area(staff.li)
    opened(staff, staff.li, house)
    minute = timedelta(minutes=1)
    for at, is_open in ((AT - minute, False), (AT, True), (AT + 29 * minute, True), (AT + 30 * minute - timedelta(seconds=1), True), (AT + 30 * minute, False)):
        assert (open_glass_of(staff.li, house.pk, area, at) is not None) == is_open, at
    assert [(row.household, row.minutes) for row in open_glasses(staff.li, AT + timedelta(seconds=90))] == [(house, 29)]
    assert open_glasses(staff.li, AT + 30 * minute) == []
    assert open_glasses(staff.zhao, AT) == []


def test_it_opens_one_household_for_one_person_who_still_has_the_right(staff, houses):
    opened(staff, staff.li, houses["c"])
    assert open_glass_of(staff.zhao, houses["c"].pk, staff.area(staff.zhao), AT) is None
    assert open_glass_of(staff.li, houses["b1"].pk, staff.area(staff.li), AT) is None
    assert open_glass_of(staff.li, houses["c"].pk, NOWHERE, AT) is None
    found, _glass = household_through(staff.li, houses["c"].pk, staff.area(staff.li), AT)
    assert found == houses["c"]
    assert household_through(staff.li, houses["b1"].pk, staff.area(staff.li), AT) is None


def test_so_many_attempts_in_a_day(staff, houses, settings):
    settings.GLASS_PER_DAY = 3
    opened(staff, staff.li, houses["c"])
    for _each in range(2):
        with pytest.raises(Refused):
            opened(staff, staff.li, houses["b1"], reason="太短")
    with pytest.raises(Refused) as refusal:
        opened(staff, staff.li, houses["b1"], at=AT + timedelta(hours=23, minutes=59))
    assert refusal.value.code == "too_many"
    assert AuditEntry.objects.filter(verb="glass_limit").count() == 1
    opened(staff, staff.zhao, houses["c"])  # others are not concerned
    opened(staff, staff.li, houses["b1"], at=AT + timedelta(hours=24))


def test_looks_into_an_area(staff, houses):
    opened(staff, staff.li, houses["c"])
    opened(staff, staff.li, houses["b1"])
    mine, _more = looks_into(staff.area(staff.zhou), None)
    assert [(row["household"], row["linked"]) for row in mine] == [(houses["c"], True)]
    mine, _more = looks_into(staff.area(staff.shen), None)
    assert [(row["household"], row["linked"]) for row in mine] == [(houses["b1"], False)]


# What the pages of the other town hold: none of it may be linked from the page that a glass opens.
def test_the_page_stays_with_the_one_household(staff, sign_in):
    county = make_county(staff.cast)
    client = sign_in(staff.li)
    url = f"/households/{county.house_b.pk}/"
    assert client.get(url).status_code == 404
    answer = client.post("/households/glass/", {"county": "清泉县", "number": "BH1", "reason": WHY})
    assert answer["Location"] == url
    page = text_of(client.get(url))
    assert "紧急查看区域外农户" in page
    assert WHY in page
    content = page.partition("<main")[2].partition("</main>")[0]
    assert "href=" not in content
    assert "<form" not in content
    assert "饮水安全结论" in content
    assert "WT-" not in content  # its problems are another matter
    assert "13800001234" not in content
    assert "1949" not in content
    assert "15400000001" not in content
    for beside in (f"/schemes/{county.plant_b.pk}/", f"/problems/{county.problem_b.pk}/", f"/area/{staff.village_b1.pk}/", f"/households/{county.house_b.pk + 1}/"):
        assert client.get(beside).status_code == 404, beside
    for act in ("reveal/", "consents/new/"):
        assert client.post(url + act, {"field": "phone"}).status_code == 404
    assert AuditEntry.objects.filter(verb="view_household", detail__glass=Glass.objects.get().pk).count() == 1
    assert "王" in text_of(client.get("/households/glass/"))


def test_after_its_time_the_page_is_not_found_and_the_owner_reads_of_it(staff, houses, sign_in):
    now = timezone.now()
    opened(staff, staff.li, houses["c"], at=now - timedelta(minutes=29))
    client = sign_in(staff.li)
    url = f"/households/{houses['c'].pk}/"
    assert client.get(url).status_code == 200
    Glass.objects.update(until=now)
    assert client.get(url).status_code == 404
    page = text_of(sign_in(staff.qian).get(url))
    assert "被区域外人员查看" in page
    assert WHY in page
    assert "被区域外人员查看" not in text_of(sign_in(staff.chen).get(f"/households/{houses['a1'].pk}/"))
    listed = text_of(sign_in(staff.zhou).get("/households/glass/looks/"))
    assert WHY in listed
    assert url in listed
    assert WHY not in text_of(sign_in(staff.sun).get("/households/glass/looks/"))
    assert sign_in(staff.li).get("/households/glass/looks/").status_code == 403


@pytest.mark.parametrize(("who", "glass", "looks"), [("li", True, False), ("wang", False, False), ("sun", False, True), ("gao", False, False)])
def test_the_list_of_households_leads_there(staff, houses, sign_in, who, glass, looks):
    page = text_of(sign_in(getattr(staff, who)).get("/households/"))
    assert ('href="/households/glass/"' in page, 'href="/households/glass/looks/"' in page) == (glass, looks)


def test_a_search_in_vain_and_the_audit_lead_there_too(staff, houses, sign_in):
    assert 'href="/households/glass/"' in text_of(sign_in(staff.li).post("/search/", {"q": "没有这个人"}))
    assert 'href="/households/glass/"' not in text_of(sign_in(staff.wang).post("/search/", {"q": "没有这个人"}))
    assert 'href="/households/glass/looks/"' in text_of(sign_in(staff.sun).get("/audit/"))


def test_the_form_tells_the_same_of_everything_that_does_not_open(staff, houses, sign_in):
    client = sign_in(staff.li)
    answers = [
        client.post("/households/glass/", {"county": "清泉县", "number": number, "reason": reason})
        for number, reason in (("BH1", "太短"), ("NONE", WHY), ("", ""))
    ]
    assert {answer.status_code for answer in answers} == {409}
    said = {text_of(answer).partition('role="alert"')[2].partition("</ul>")[0] for answer in answers}
    assert len(said) == 1
    assert "没有打开" in said.pop()
    assert sign_in(staff.wang).get("/households/glass/").status_code == 403
