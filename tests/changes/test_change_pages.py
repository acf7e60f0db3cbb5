"""The pages: from the page of a household through the preview to the decision, and what is masked on the way."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from changes.changing import Kind, ask, asking, carry, confirm, home, identity, pk
from wenqu.changes.models import Change, State
from wenqu.households.models import Household, Member
from wenqu.kit.models import AuditEntry
from wenqu.places.models import Account

pytestmark = pytest.mark.django_db
WRONG = identity(77)[:-1] + ("1" if identity(77)[-1] != "1" else "2")


@pytest.fixture
def browsers(office):
    def as_(account: Account) -> Client:
        client = Client()
        client.force_login(account)
        session = client.session
        session["second_factor"] = 1
        session.save()
        return client

    return as_


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text) or re.search(rf'value="([^"]*)"[^>]*name="{name}"', text)
    assert found, name
    return found[1]


def test_from_the_page_of_a_household_to_the_register(office, cast, browsers):
    row = home(cast.village_a1, "H1", "张三")
    desk, town = browsers(office.desk), browsers(office.town)
    page = desk.get(f"/households/{row.pk}/").content.decode()
    assert f"/changes/new/{row.pk}/add/" in page
    form = desk.get(f"/changes/new/{row.pk}/add/").content.decode()
    data = {"key": hidden(form, "key"), "why": "married_in", "name": "李梅", "relation": "配偶", "id_card": identity(77), "happened_on": "2026-03-01", "note": "结婚证已看"}
    preview = desk.post(f"/changes/new/{row.pk}/add/", data)
    assert preview.status_code == 200
    assert "还没有写入台账" in preview.content.decode()
    assert "李梅（配偶）" in preview.content.decode()
    assert "<strong>+1</strong>" in preview.content.decode()
    assert not Change.objects.exists(), "a preview writes nothing"
    sent = [desk.post(f"/changes/new/{row.pk}/add/", {**data, "send": "1"}) for _ in range(2)]
    change = Change.objects.get()
    assert {answer.headers["Location"] for answer in sent} == {f"/changes/{change.pk}/"}
    mine = desk.get(f"/changes/{change.pk}/").content.decode()
    assert ("不能核定自己申请" in mine or "核定农户和成员变更" in mine)
    assert f"/changes/{change.pk}/confirm/" not in mine
    theirs = town.get(f"/changes/{change.pk}/").content.decode()
    assert identity(77) not in theirs
    assert identity(77)[:3] + "*" * 11 + identity(77)[-4:] in theirs, "masked also for who decides"
    answer = town.post(f"/changes/{change.pk}/confirm/", {"basis": hidden(theirs, "basis")})
    assert answer.status_code == 302
    assert Member.objects.get(name="李梅").household == row
    done = town.get(f"/changes/{change.pk}/").content.decode()
    assert "写入台账的内容" in done
    assert "婚入" in desk.get(f"/households/{row.pk}/").content.decode()
    verbs = set(AuditEntry.objects.filter(subject=f"household:{row.pk}").values_list("verb", flat=True))
    assert {"view_household_change", "ask_household_change", "confirm_household_change"} <= verbs


def test_a_wrong_number_comes_back_with_what_is_wrong_and_is_not_logged(office, cast, browsers, caplog):
    row = home(cast.village_a1, "H1", "张三")
    desk = browsers(office.desk)
    data = {"key": "k" * 12, "why": "married_in", "name": "李梅", "relation": "配偶", "id_card": WRONG, "happened_on": "2026-03-01"}
    answer = desk.post(f"/changes/new/{row.pk}/add/", {**data, "send": "1"})
    assert answer.status_code == 422
    assert "校验位不对" in answer.content.decode()
    assert WRONG not in caplog.text
    assert not any(WRONG in str(entry.detail) for entry in AuditEntry.objects.all())


def test_a_confirmation_of_an_old_page_shows_the_page_anew(office, cast, browsers):
    row = home(cast.village_a1, "H1", "张三", "张四")
    change = ask(asking(row, Kind.REMOVE, why="moved_out", member=pk(row, "张四")), office.desk)
    town = browsers(office.town)
    basis = hidden(town.get(f"/changes/{change.pk}/").content.decode(), "basis")
    Household.objects.filter(pk=row.pk).update(people=6)
    answer = town.post(f"/changes/{change.pk}/confirm/", {"basis": basis})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "台账在您查看之后又有变动" in text
    assert hidden(text, "basis") != basis
    assert town.post(f"/changes/{change.pk}/confirm/", {"basis": hidden(text, "basis")}).status_code == 302


def test_every_form_opens_and_a_refused_request_says_why(office, cast, browsers):
    row = home(cast.village_a1, "H1", "张三", "张四")
    county = browsers(office.county)
    for kind in Kind:
        answer = county.get(f"/changes/new/{row.pk}/{kind}/")
        assert answer.status_code == (404 if kind == Kind.UNDO else 200), kind
    assert county.get(f"/changes/new/{row.pk}/nothing/").status_code == 404
    data = {"key": "k" * 12, "why": "died", "member": str(pk(row, "张三")), "head": "", "happened_on": "2026-03-01"}
    answer = county.post(f"/changes/new/{row.pk}/die/", data)
    assert (answer.status_code, "请在留下的成员中选择新户主" in answer.content.decode()) == (409, True)
    other = home(cast.village_a1, "H2", "王五")
    data = {"key": "m" * 12, "other_number": "H2", "happened_on": "2026-03-01", **{f"relation_{member.pk}": "亲属" for member in row.members.all()}}
    assert county.post(f"/changes/new/{row.pk}/merge/", {**data, "other_number": "H77"}).status_code == 422
    assert county.post(f"/changes/new/{row.pk}/merge/", {**data, "send": "1"}).status_code == 302
    assert Change.objects.get().other == other


def test_a_split_and_its_undoing_on_the_pages(office, cast, browsers):
    row = home(cast.village_a1, "H1", "张三", "张四")
    desk, town = browsers(office.desk), browsers(office.town)
    data = {"key": "k" * 12, "members": [str(pk(row, "张四"))], "head": str(pk(row, "张四")), "new_number": "H9", "rest_head": "", "happened_on": "2026-03-01"}
    assert "新户" in desk.post(f"/changes/new/{row.pk}/split/", data).content.decode()
    desk.post(f"/changes/new/{row.pk}/split/", {**data, "send": "1"})
    change = Change.objects.get()
    town.post(f"/changes/{change.pk}/confirm/", {"basis": hidden(town.get(f"/changes/{change.pk}/").content.decode(), "basis")})
    page = desk.get(f"/changes/{change.pk}/").content.decode()
    assert f"/changes/{change.pk}/undo/" in page
    assert desk.post(f"/changes/{change.pk}/undo/", {"key": "u" * 12, "happened_on": "2026-03-02", "note": "不"}).status_code == 422
    desk.post(f"/changes/{change.pk}/undo/", {"key": "u" * 12, "happened_on": "2026-03-02", "note": "分户是误办"})
    counter = Change.objects.get(kind=Kind.UNDO)
    town.post(f"/changes/{counter.pk}/confirm/", {"basis": hidden(town.get(f"/changes/{counter.pk}/").content.decode(), "basis")})
    assert (Household.objects.get().people, Household.ever.get(number="H9").merged_into_id) == (2, row.pk)


def test_who_may_not_see_whole_names_reads_masked_ones(office, cast, browsers, monkeypatch):
    from wenqu.households.showing import showing  # noqa: PLC0415
    from wenqu.places import rights  # noqa: PLC0415
    from wenqu.places.rights import Right, Role  # noqa: PLC0415

    row = home(cast.village_a1, "H1", "张三", "张四丰")
    change = carry(asking(row, Kind.REMOVE, why="moved_out", member=pk(row, "张四丰")), office.desk, office.town)
    monkeypatch.setitem(rights.RIGHTS, Role.TOWN_OFFICE, rights.RIGHTS[Role.TOWN_OFFICE] - {Right.WHOLE_NAMES})
    showing.cache_clear()
    town = browsers(office.town)
    for url in (f"/changes/{change.pk}/", "/changes/?state=", f"/changes/new/{row.pk}/add/"):
        text = town.get(url).content.decode()
        assert "张四丰" not in text and "张三" not in text, url
    showing.cache_clear()


def test_the_list_costs_the_same_however_many_there_are(office, cast, browsers):
    town = browsers(office.town)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert town.get("/changes/").status_code == 200
        return len(seen)

    ask(asking(home(cast.village_a1, "H1", "张三"), Kind.EXIT, why="moved_out"), office.desk)
    statements()
    one = statements()
    for number in range(2, 8):
        ask(asking(home(cast.village_a2, f"H{number}", f"张{number}"), Kind.EXIT, why="moved_out"), office.county)
    assert statements() == one


def test_a_request_waits_on_the_desk_of_whoever_may_decide_on_it(office, cast, browsers):
    row = home(cast.village_a1, "H1", "张三", "李梅")
    told = "农户变更申请等待核定"
    assert told not in browsers(office.town).get("/").content.decode()
    ask(asking(row, Kind.ADD, why="birth", name="张小", relation="之子"), office.desk)
    desk = browsers(office.town).get("/").content.decode()
    assert told in desk and f"/changes/?state={State.ASKED}" in desk
    assert told not in browsers(office.desk).get("/").content.decode(), "whoever may not decide is not told"


def test_a_reason_is_chosen_and_never_taken_for_granted(office, cast, browsers):
    """The first of the reasons of an exit is that all died."""
    row, desk = home(cast.village_a1, "H1", "张三"), browsers(office.desk)
    url = f"/changes/new/{row.pk}/exit/"
    form = desk.get(url).content.decode()
    answer = desk.post(url, {"key": hidden(form, "key"), "why": "", "happened_on": "2026-03-01"})
    text = answer.content.decode()
    assert '<option value="" selected>' in form and "请选择" in form
    assert "这个字段是必填项" in text and "还没有写入台账" not in text


def test_of_a_household_outside_the_area_a_change_tells_its_number_only(office, cast, browsers):
    """The county merges a household into one of another town: who sees the one learns nothing of the people of the other."""
    row, other = home(cast.village_a1, "H1", "张三", "张四"), home(cast.village_b1, "H2", "王五", "欧阳娜")
    other.group_name = "柳树组"
    other.save()
    relations = {pk(row, name): "亲属" for name in ("张三", "张四")}
    change = ask(asking(row, Kind.MERGE, other=other, relations=relations), office.county)
    desk = browsers(office.desk)

    def page() -> str:
        text = desk.get(f"/changes/{change.pk}/").content.decode()
        assert "H2" in text and "张三" in text
        return text

    asked = page()
    assert "王五" in browsers(office.reviewer).get(f"/changes/{change.pk}/").content.decode()
    assert "不在您的管辖区域内" in asked
    confirm(change, office.reviewer)
    for text in (asked, page()):
        assert not [word for word in ("王五", "王*", "欧阳", "柳树组") if word in text]
        assert not re.search(r">\s*4\s*<", text), "how many people live there"
