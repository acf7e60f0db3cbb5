"""One whole number at a time: by whom, with which reason, how many in an hour, and what stays written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import AT, TODAY
from django.utils import timezone
from stages import household

from wenqu.households.models import Member
from wenqu.households.reveal.actions import reveal_number
from wenqu.households.reveal.wanted import Wanted
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.people.models import Notice

ID, PHONE, ACCOUNT = "11010519491231002X", "13800001234", "6222021234567890123"
# who | household of | number | what happens
WHO = """
chen | a1 | id_number | shown
chen | a1 | account_number | shown
chen | a1 | phone | shown
li   | a1 | id_number | shown
li   | b1 | id_number | outside_area
li   | c  | phone | outside_area
wang | a1 | id_number | wrong_role
ma   | a1 | account_number | wrong_role
sun  | a1 | phone | wrong_role
gao  | a1 | phone | wrong_role
min  | a1 | id_number | wrong_role
qian | a1 | id_number | outside_area
"""
# reason | text | code
REASONS = """
verify | - | -
other  | - | no_reason
other  | 四个字啊 | no_reason
other  | 正好五个字 | -
verify | 身份证 11010519491231002X | number_in_text
contact | 电话138-0000-1234 | number_in_text
"""


def rows(table: str) -> list[list[str]]:
    return [["" if cell.strip() == "-" else cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@pytest.fixture
def house(staff):
    row = household(staff.village_a1, "AH1")
    Member.objects.create(household=row, number="2", name="李四", relation="配偶", account_number=ACCOUNT)
    return row


def shown(staff, who, house, field="id_number", at=AT, reason="verify", text="") -> str:
    house.refresh_from_db()
    member = {"phone": None, "id_number": house.members.order_by("pk").first(), "account_number": house.members.order_by("pk").last()}[field]
    return reveal_number(wanted=Wanted(house, field, member), reason=reason, text=text, area=staff.area(who), on=TODAY, by=who, at=at)


@pytest.mark.parametrize(("who", "where", "field", "outcome"), rows(WHO))
def test_who_may_look(staff, house, who, where, field, outcome):
    if where != "a1":
        house = household(getattr(staff, f"village_{where}"), "X1")
    try:
        number = shown(staff, getattr(staff, who), house, field)
    except Refused as refusal:
        assert refusal.code == outcome
        assert not AuditEntry.objects.filter(verb="reveal").exists()
        return
    assert outcome == "shown"
    assert number == {"id_number": ID, "phone": PHONE, "account_number": ACCOUNT}[field]
    entry = AuditEntry.objects.get(verb="reveal")
    assert (entry.subject, entry.detail["field"], entry.detail["reason"]) == (f"household:{house.pk}", field, "verify")
    assert number not in str(entry.detail)


@pytest.mark.parametrize(("reason", "text", "code"), rows(REASONS))
def test_reasons(staff, house, reason, text, code):
    if not code:
        shown(staff, staff.li, house, reason=reason, text=text)
        return
    with pytest.raises(Refused) as refusal:
        shown(staff, staff.li, house, reason=reason, text=text)
    assert refusal.value.code == code
    assert not AuditEntry.objects.filter(verb="reveal").exists()


def test_a_number_that_is_not_there_is_no_look(staff, house):
    Member.objects.filter(name="李四").update(account_number="")
    with pytest.raises(Refused) as refusal:
        shown(staff, staff.li, house, "account_number")
    assert refusal.value.code == "no_number"
    assert not AuditEntry.objects.filter(verb="reveal").exists()


def test_so_many_in_an_hour_then_the_administrator_is_told_once(staff, house, settings):
    settings.REVEALS_PER_HOUR = 3
    for minute in (0, 10, 20):
        shown(staff, staff.li, house, at=AT + timedelta(minutes=minute))
    for minute in (30, 59):
        with pytest.raises(Refused) as refusal:
            shown(staff, staff.li, house, at=AT + timedelta(minutes=minute))
        assert refusal.value.code == "too_many"
    assert [(notice.account, notice.kind, notice.detail["name"]) for notice in Notice.objects.all()] == [(staff.sun, "reveal_limit", "李站")]
    assert AuditEntry.objects.filter(verb__in=["reveal_limit", "reveal_refused"]).count() == 2
    shown(staff, staff.chen, house, at=AT + timedelta(minutes=30))  # others are not concerned
    shown(staff, staff.li, house, at=AT + timedelta(minutes=60))  # the first is an hour old
    with pytest.raises(Refused):
        shown(staff, staff.li, house, at=AT + timedelta(minutes=60))


def test_looks_count_behind_other_acts(staff, house, settings):
    settings.REVEALS_PER_HOUR = 1
    shown(staff, staff.li, house)
    old = AT - timedelta(hours=3)
    AuditEntry.objects.create(at=old, actor_id=staff.li.pk, actor_name="李站", verb="import_done")  # a long job says when it began
    with pytest.raises(Refused):
        shown(staff, staff.li, house, at=AT + timedelta(minutes=1))


def post(client, house, **data):
    return client.post(f"/households/{house.pk}/reveal/", {"field": "id_number", "member": house.members.first().pk, "reason": "verify", **data})


def test_the_page_offers_and_answers_one_number(staff, house, sign_in):
    client = sign_in(staff.li)
    page = client.get(f"/households/{house.pk}/").content.decode()
    assert page.count("显示完整号码") == 2  # one ID number, one account number; the telephone is whole for a town
    assert PHONE in page
    assert ID not in page
    assert ACCOUNT not in page
    answer = post(client, house)
    assert ID in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    piece = client.post(
        f"/households/{house.pk}/reveal/", {"field": "account_number", "member": house.members.last().pk, "reason": "pay"}, headers={"HX-Request": "true"},
    )
    assert ACCOUNT in piece.content.decode()
    assert "<html" not in piece.content.decode()
    assert "no-store" in piece["Cache-Control"]
    assert AuditEntry.objects.filter(verb="reveal").count() == 2
    assert client.get(f"/households/{house.pk}/reveal/").status_code == 405


def test_what_is_asked_wrongly_shows_nothing(staff, house, sign_in):
    other = household(staff.village_a1, "AH2")
    client = sign_in(staff.li)
    for wrong in ({"reason": ""}, {"reason": "x"}, {"field": "name"}, {"field": "head_name"}, {"member": other.members.first().pk}, {"member": ""}, {"text": ID}):
        answer = post(client, house, **wrong)
        assert answer.status_code == 400, wrong
        assert ID not in answer.content.decode().replace(f'value="{ID}"', ""), wrong
        piece = client.post(
            f"/households/{house.pk}/reveal/", {"field": "id_number", "member": house.members.first().pk, "reason": "verify", **wrong}, headers={"HX-Request": "1"},
        )
        assert piece.status_code == 200
        assert 'class="error"' in piece.content.decode()
    assert not AuditEntry.objects.filter(verb="reveal").exists()


@pytest.mark.parametrize("who", ["wang", "ma", "sun", "gao"])
def test_without_the_right_the_page_says_why(staff, house, sign_in, who):
    client = sign_in(getattr(staff, who))
    page = client.get(f"/households/{house.pk}/").content.decode()
    assert "没有“逐条查看证件号码和账号”的权限；需要的职责：" in page
    assert "显示完整号码" not in page
    assert post(client, house).status_code == 403
    assert not AuditEntry.objects.filter(verb="reveal").exists()


def test_over_the_limit_the_page_says_so(staff, house, sign_in, settings):
    settings.REVEALS_PER_HOUR = 1
    client = sign_in(staff.li)
    assert post(client, house).status_code == 200
    answer = post(client, house)
    assert answer.status_code == 409
    assert "一小时内已查看 1 个完整号码" in answer.content.decode()
    assert ID not in answer.content.decode()
    assert AuditEntry.objects.filter(verb="reveal", at__lte=timezone.now()).count() == 1
