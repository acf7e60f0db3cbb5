"""Consents: who may record them, on which days they stand, how they end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cast import AT
from consented import rows
from django.utils import timezone
from stages import household

from wenqu.households.consent.actions import record_consent, withdraw_consent
from wenqu.households.consent.queries import valid_on
from wenqu.households.consent.rules import state_on
from wenqu.households.models import Consent, Purpose
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused

TODAY = date(2026, 3, 1)

# role | where | what happens
WHO = """
chen | a1 | yes
li   | a1 | yes
ma   | a1 | yes
wang | a1 | wrong_role
sun  | a1 | wrong_role
gao  | a1 | wrong_role
ma   | a2 | outside_area
li   | b1 | outside_area
min  | a1 | wrong_role
qian | a1 | outside_area
"""
# given | until | withdrawn | day | state
DAYS = """
2026-03-01 | 2026-06-30 | -          | 2026-02-28 | future
2026-03-01 | 2026-06-30 | -          | 2026-03-01 | valid
2026-03-01 | 2026-06-30 | -          | 2026-06-30 | valid
2026-03-01 | 2026-06-30 | -          | 2026-07-01 | expired
2026-03-01 | 2026-03-01 | -          | 2026-03-01 | valid
2026-03-01 | 2026-03-01 | -          | 2026-03-02 | expired
2026-03-01 | 2026-06-30 | 2026-04-01 | 2026-03-31 | valid
2026-03-01 | 2026-06-30 | 2026-04-01 | 2026-04-01 | withdrawn
2026-03-01 | 2026-06-30 | 2026-03-01 | 2026-03-01 | withdrawn
2026-03-01 | 2026-06-30 | 2026-04-01 | 2026-07-01 | withdrawn
"""
# given | until | code; recorded on 2026-03-01
DATES = """
2026-03-01 | 2026-03-01 | -
2026-03-02 | 2026-06-01 | given_later
2026-03-01 | 2026-02-28 | ends_before_it_begins
2026-01-01 | 2026-02-28 | over_already
2026-01-01 | 2026-03-01 | -
2026-03-01 | 2029-03-01 | -
2026-03-01 | 2029-03-02 | too_long
2024-02-29 | 2027-02-28 | -
2024-02-29 | 2027-03-01 | too_long
"""


def recorded(staff, house, by=None, given=TODAY, until=date(2026, 6, 30), purpose=Purpose.CIVIL, **changes):
    by = by or staff.chen
    return record_consent(**{
        "household": house, "given_by": "张三", "purpose": purpose, "given_on": given, "until": until, "evidence": "纸质授权书存村委会",
        "area": staff.area(by), "on": TODAY, "by": by, "at": AT, **changes,
    })


@pytest.mark.parametrize(("who", "where", "outcome"), rows(WHO))
def test_who_may_record(staff, who, where, outcome):
    house = household(getattr(staff, f"village_{where}"), "H1")
    try:
        recorded(staff, house, getattr(staff, who))
    except Refused as refusal:
        assert refusal.code == outcome
        assert not Consent.objects.exists()
    else:
        assert outcome == "yes"
        entry = AuditEntry.objects.get(verb="record_consent")
        assert (entry.subject, entry.path, entry.actor_name) == (f"household:{house.pk}", house.path, getattr(staff, who).name)
        assert "张三" not in str(entry.detail)


@pytest.mark.parametrize(("given", "until", "withdrawn", "day", "state"), rows(DAYS))
def test_it_stands_to_the_day(staff, given, until, withdrawn, day, state):
    house = household(staff.village_a1, "H1")
    consent = Consent.objects.create(
        household=house, division=house.division, path=house.path, given_by="张三", purpose=Purpose.CIVIL, given_on=given, until=until,
        evidence="x", recorded_by=staff.chen, recorded_at=AT, withdrawn_on=None if withdrawn == "-" else withdrawn,
    )
    consent.refresh_from_db()
    on = date.fromisoformat(day)
    assert state_on(consent, on) == state
    assert valid_on(Purpose.CIVIL, on).exists() == (state == "valid")
    assert not valid_on(Purpose.MEDICAL, on).exists()


@pytest.mark.parametrize(("given", "until", "code"), rows(DATES))
def test_dates_that_no_consent_has(staff, given, until, code):
    house = household(staff.village_a1, "H1")
    dates = {"given": date.fromisoformat(given), "until": date.fromisoformat(until)}
    if code == "-":
        recorded(staff, house, **dates)
        return
    with pytest.raises(Refused) as refusal:
        recorded(staff, house, **dates)
    assert refusal.value.code == code


def test_several_may_overlap(staff):
    house = household(staff.village_a1, "H1")
    for _each in range(2):
        recorded(staff, house)
    assert valid_on(Purpose.CIVIL, TODAY).count() == 2


@pytest.mark.parametrize("text", ["身份证11010519491231002X", "电话 138 0000 1234", "账号６２２２０２１２３４５６７８９"])
def test_numbers_do_not_belong_into_the_evidence(staff, text):
    with pytest.raises(Refused) as refusal:
        recorded(staff, household(staff.village_a1, "H1"), evidence=text)
    assert refusal.value.code == "number_in_text"


def test_withdrawing_keeps_it_and_happens_once(staff):
    consent = recorded(staff, household(staff.village_a1, "H1"))
    later = TODAY + timedelta(days=3)
    withdraw_consent(consent=consent, area=staff.area(staff.ma), on=later, by=staff.ma, at=AT)
    consent.refresh_from_db()
    assert (consent.withdrawn_on, state_on(consent, later)) == (later, "withdrawn")
    assert AuditEntry.objects.filter(verb="withdraw_consent").count() == 1
    with pytest.raises(Refused) as refusal:
        withdraw_consent(consent=consent, area=staff.area(staff.ma), on=later, by=staff.ma, at=AT)
    assert refusal.value.code == "already_withdrawn"


def test_the_page_records_shows_and_withdraws(staff, sign_in):
    house = household(staff.village_a1, "H1")
    today = timezone.localdate()
    client = sign_in(staff.ma)
    assert f"/households/{house.pk}/consents/new/" in client.get(f"/households/{house.pk}/").content.decode()
    form = {"given_by": "张三", "purpose": "civil", "given_on": today.isoformat(), "until": (today - timedelta(days=1)).isoformat(), "evidence": "书面授权"}
    url = f"/households/{house.pk}/consents/new/"
    wrong = client.post(url, form)
    assert wrong.status_code == 400
    assert "有效期不能早于授权日期" in wrong.content.decode()
    answer = client.post(url, {**form, "until": today.isoformat()}, follow=True)
    page = answer.content.decode()
    assert "授权已登记" in page
    assert "✓</span> 有效" in page
    consent = Consent.objects.get()
    page = client.post(f"/households/{house.pk}/consents/{consent.pk}/withdraw/", follow=True).content.decode()
    assert f"{today:%Y-%m-%d} 撤回" in page
    assert "确认撤回" not in page


def test_without_the_right_the_page_says_why(staff, sign_in):
    house = household(staff.village_a1, "H1")
    consent = recorded(staff, house)
    client = sign_in(staff.wang)
    page = client.get(f"/households/{house.pk}/").content.decode()
    assert "没有“登记授权”的权限；需要的职责：" in page
    assert "consents/new" not in page
    assert "确认撤回" not in page
    assert client.get(f"/households/{house.pk}/consents/new/").status_code == 403
    assert client.post(f"/households/{house.pk}/consents/{consent.pk}/withdraw/").status_code == 403


def test_a_consent_of_another_household_is_not_found(staff, sign_in):
    mine, other = household(staff.village_a1, "H1"), household(staff.village_b1, "H2")
    consent = recorded(staff, other)
    client = sign_in(staff.li)
    assert client.post(f"/households/{mine.pk}/consents/{consent.pk}/withdraw/").status_code == 404
    assert client.post(f"/households/{other.pk}/consents/{consent.pk}/withdraw/").status_code == 404
    assert client.get(f"/households/{other.pk}/consents/new/").status_code == 404
    consent.refresh_from_db()
    assert consent.withdrawn_on is None


def test_who_moved_takes_a_consent_back_at_the_new_place(staff):
    """Else nobody could: the old place no longer sees the household, and the new one did not record the consent."""
    row = household(staff.village_a1, "AH1", "张三")
    consent = record_consent(
        household=row, given_by="张三", purpose=Purpose.CIVIL, given_on=TODAY, until=TODAY, evidence="书面", area=staff.area(staff.ma), on=TODAY,
        by=staff.ma, at=AT)
    type(row).objects.filter(pk=row.pk).update(division=staff.village_b1, path=staff.village_b1.path)
    with pytest.raises(Refused) as refused:
        withdraw_consent(consent=consent, area=staff.area(staff.ma), on=TODAY, by=staff.ma, at=AT)
    assert refused.value.code == "outside_area"
    withdraw_consent(consent=consent, area=staff.area(staff.chen), on=TODAY, by=staff.chen, at=AT)
    assert not valid_on(Purpose.CIVIL, TODAY).exists()
    assert AuditEntry.objects.get(verb="withdraw_consent").path == staff.village_b1.path
