"""The pages of people: what each shows, to whom, and nothing from outside the area."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import AT, Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from staff import Staff, duty, person

from wenqu.kit.audit import SYSTEM
from wenqu.people.models import Decision, Notice, RightsRequest
from wenqu.people.notices import KINDS, notify, sentence_of
from wenqu.people.persons.actions import end_or_ask, give_or_ask
from wenqu.places.models import Account, Duty, Role

OUTSIDE = ("花外人", "邻管", "丙镇", "邻县")


def text(answer) -> str:
    return answer.content.decode()


def as_another(account: Account) -> Client:
    """A second browser, past the second factor."""
    client = Client()
    client.force_login(account)
    session = client.session
    session["second_factor"] = int(AT.timestamp())
    session.save()
    return client


def pages(cast: Cast, staff: Staff) -> list[str]:
    request = give_or_ask(account=cast.wang, duty=duty(Role.AUDITOR, cast.county), reason="轮岗", by=staff.fu, at=AT)
    row = Duty.objects.get(account=cast.wang)
    return [
        "/people/", "/people/new/", "/people/bulk/", "/people/bulk/template.csv", "/people/requests/", f"/people/requests/{request.pk}/",
        f"/people/{cast.wang.pk}/", f"/people/{cast.wang.pk}/duties/new/", f"/people/{cast.wang.pk}/duties/{row.pk}/end/",
        f"/people/{cast.wang.pk}/leave/", f"/people/{cast.wang.pk}/hand-over/", "/me/notices/",
    ]


def test_an_administrator_opens_every_page_and_sees_nobody_from_outside(cast: Cast, staff: Staff, sign_in) -> None:
    addresses = pages(cast, staff)
    client = sign_in(staff.guan)
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not any(word in text(answer) for word in OUTSIDE), address


@pytest.mark.parametrize("who", ["chen", "li", "wang", "shen"])
def test_who_does_not_manage_people_opens_none(cast: Cast, staff: Staff, sign_in, who: str) -> None:
    addresses = pages(cast, staff)
    client = sign_in(getattr(cast, who, None) or getattr(staff, who))
    for address in addresses[:-1]:
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert "县级管理员" in text(answer)
    assert client.get(addresses[-1]).status_code == 200
    assert "/people/" not in text(client.get("/me/notices/"))


def test_of_somebody_from_outside_nothing_is_found(cast: Cast, staff: Staff, sign_in) -> None:
    client = sign_in(staff.guan)
    row = Duty.objects.get(account=staff.hua)
    request = give_or_ask(account=staff.hua, duty=duty(Role.AUDITOR, staff.neighbour), reason="x", by=staff.lin, at=AT)
    pk = staff.hua.pk
    gets = [f"/people/{pk}/", f"/people/{pk}/duties/new/", f"/people/{pk}/duties/{row.pk}/end/", f"/people/{pk}/leave/", f"/people/{pk}/hand-over/", f"/people/requests/{request.pk}/"]
    for address in gets:
        assert client.get(address).status_code == 404, address
    for address in [*gets[1:5], f"/people/{pk}/invite/", f"/people/{pk}/reactivate/", f"/people/requests/{request.pk}/decide/"]:
        assert client.post(address, {"decision": "approve", "reason": "x"}).status_code == 404, address
    assert "没有待审批" in text(client.get("/people/requests/"))
    assert client.get(f"/people/{cast.wang.pk}/duties/{row.pk}/end/").status_code == 404


def test_a_person_of_two_counties_shows_each_its_own_part(cast: Cast, staff: Staff, sign_in) -> None:
    give_or_ask(account=cast.li, duty=duty(Role.TOWN_STATION, staff.faraway), reason="", by=staff.zong, at=AT)
    page = text(sign_in(staff.guan).get(f"/people/{cast.li.pk}/"))
    assert "甲镇" in page and "丙镇" not in page
    other = as_another(staff.lin)
    page = text(other.get(f"/people/{cast.li.pk}/"))
    assert "丙镇" in page and "甲镇" not in page
    assert "管辖区域以外还有职责" in page


@pytest.mark.parametrize(("query", "there", "gone"), [
    ("", ["王管", "李站", "管二"], ["无职"]), ("?q=王", ["王管"], ["李站"]), ("?q=LI", ["李站"], ["王管"]),
    ("?role=town_station", ["李站", "赵站"], ["王管"]), ("?division=甲镇", ["李站", "王管"], ["赵站"]), ("?division=610199102", ["赵站"], ["李站"]),
    ("?division=不知道", ["没有“不知道”"], []), ("?state=left", ["没有符合条件"], ["王管"]), ("?state=active&role=auditor", ["审计"], ["王管"]),
    ("?role=nonsense&state=nonsense&before=x", ["王管"], []),
])
def test_the_list_is_narrowed(cast: Cast, staff: Staff, sign_in, query: str, there: list[str], gone: list[str]) -> None:
    page = text(sign_in(staff.guan).get("/people/" + query)).split("<main")[1]
    rows = page.split("<section")[1] if "没有“" not in page else page
    assert all(word in rows for word in there)
    assert not any(word in rows for word in gone)


def test_the_list_turns_by_keys_and_asks_little(cast: Cast, staff: Staff, sign_in, django_assert_max_num_queries) -> None:
    for number in range(60):
        person(f"m{number}", f"员{number}", Role.VILLAGE_MANAGER, cast.village_a1)
    client = sign_in(staff.guan)
    client.get("/people/")
    with django_assert_max_num_queries(12):
        first = text(client.get("/people/"))
    assert "员59" in first and "员5<" not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text(client.get("/people/" + following))
    assert "员5<" in second and "员59" not in second and "王管" in second


def test_adding_somebody_shows_their_link(cast: Cast, staff: Staff, sign_in) -> None:
    client = sign_in(staff.guan)
    data = {"name": "新人", "role": "village_manager", "division": "甲镇 甲二村", "from_on": "2026-03-01"}
    page = text(client.post("/people/new/", data))
    account = Account.objects.get(name="新人")
    assert account.username in page and "/people/join/" in page
    assert (account.made_by, account.has_usable_password()) == (staff.guan, False)
    assert Duty.objects.get(account=account).division == cast.village_a2
    assert "未接受邀请" in text(client.get("/people/?state=invited"))


@pytest.mark.parametrize(("change", "words"), [
    ({"username": "wang"}, "已被使用"), ({"username": "a b"}, "用户名用"), ({"division": "丙镇"}, "没有“丙镇”这个区划"), ({"division": "甲镇"}, "只能设在村"),
    ({"role": "auditor", "division": "清泉县"}, "请写明申请的理由"), ({"to_on": "2026-01-01"}, "结束日期早于"), ({"name": ""}, ""),
])
def test_who_cannot_be_added_is_explained_on_the_form(cast: Cast, staff: Staff, sign_in, change: dict, words: str) -> None:
    data = {"name": "新人", "username": "xinren", "role": "village_manager", "division": "甲二村", "from_on": "2026-03-01"} | change
    count = Account.objects.count()
    answer = sign_in(staff.guan).post("/people/new/", data)
    assert answer.status_code == 400
    assert words in text(answer)
    assert Account.objects.count() == count


def test_a_request_goes_from_page_to_page(cast: Cast, staff: Staff, sign_in) -> None:
    client = sign_in(staff.guan)
    data = {"name": "新审", "username": "xinshen", "role": "auditor", "division": "清泉县", "from_on": "2026-03-01", "reason": "增设审计"}
    page = text(client.post("/people/new/", data, follow=True))
    assert "这项申请是您提出的" in page and "管二" in page and "撤回申请" in page
    assert 'value="approve"' not in page
    request = RightsRequest.objects.get()
    assert client.post(f"/people/requests/{request.pk}/decide/", {"decision": "approve"}).status_code == 409
    assert "新审" in text(client.get("/people/?q=新审"))
    other = as_another(staff.fu)
    page = text(other.get("/people/"))
    assert "待审批 1 项" in page and '<span class="bell-count">1</span>' in page
    assert "管一 申请授予职责（新审 · 审计员 · 清泉县），等您审批" in text(other.get("/me/notices/"))
    assert 'value="approve"' in text(other.get(f"/people/requests/{request.pk}/"))
    answer = other.post(f"/people/requests/{request.pk}/decide/", {"decision": "approve"})
    assert "/people/join/" in text(answer)  # the link is for who decided, not for who asked
    request.refresh_from_db()
    assert request.decision == Decision.APPROVED
    assert "还没有设置密码" in text(other.get(f"/people/requests/{request.pk}/"))


def test_the_page_says_when_only_the_console_can_decide(cast: Cast, staff: Staff, sign_in) -> None:
    Account.objects.filter(pk__in=[staff.fu.pk, staff.zong.pk]).update(is_active=False)
    request = give_or_ask(account=cast.wang, duty=duty(Role.COUNTY_ADMIN, cast.county), reason="x", by=staff.guan, at=AT)
    assert f"wenqu people approve {request.pk}" in text(sign_in(staff.guan).get(f"/people/requests/{request.pk}/"))


def test_duties_are_given_and_ended_on_their_pages(cast: Cast, staff: Staff, sign_in) -> None:
    client = sign_in(staff.guan)
    answer = client.post(f"/people/{cast.wang.pk}/duties/new/", {"role": "village_desk", "division": "甲一村", "from_on": "2026-03-01"}, follow=True)
    assert "已授予职责" in text(answer)
    row = Duty.objects.get(account=cast.wang, role="village_desk")
    address = f"/people/{cast.wang.pk}/duties/{row.pk}/end/"
    assert client.post(address, {"when": "day"}).status_code == 400
    assert "已结束职责" in text(client.post(address, {"when": "now"}, follow=True))
    assert "已经结束" in text(client.post(address, {"when": "now"}))
    own = Duty.objects.get(account=staff.guan)
    page = text(client.get(f"/people/{staff.guan.pk}/duties/{own.pk}/end/"))
    assert "需要另一名管理员审批" in page


def test_history_of_duties_is_kept_and_still_seen(cast: Cast, staff: Staff, sign_in) -> None:
    end_or_ask(duty=Duty.objects.get(account=cast.wang), last_day=None, reason="", by=staff.guan, at=AT)
    page = text(sign_in(staff.guan).get(f"/people/{cast.wang.pk}/"))
    assert "甲一村" in page and "已结束" in page


def test_get_never_writes(cast: Cast, staff: Staff, sign_in) -> None:
    client = sign_in(staff.guan)
    for address in (f"/people/{cast.wang.pk}/invite/", f"/people/{cast.wang.pk}/reactivate/", "/people/requests/1/decide/", "/me/notices/read/"):
        assert client.get(address).status_code == 405


def test_notices_are_own_and_read_up_to_what_was_seen(cast: Cast, staff: Staff, sign_in) -> None:
    notify(accounts=[cast.wang, cast.li], kind="sign_in_reset", detail={}, at=AT)
    client = sign_in(cast.wang)
    page = text(client.get("/me/notices/"))
    assert page.count("登录方式已由管理员重置") == 1
    seen = page.split('name="upto" value="')[1].split('"')[0]
    notify(accounts=[cast.wang], kind="work_received", detail={"giver": "李", "work": "x"}, at=AT)
    client.post("/me/notices/read/", {"upto": seen})
    assert '<span class="bell-count">1</span>' in text(client.get("/me/notices/"))
    assert Notice.objects.filter(account=cast.li, read_at__isnull=True).count() == 1
    with pytest.raises(ValueError, match="no sentence"):
        notify(accounts=[cast.wang], kind="nonsense", detail={}, at=AT)
    assert sentence_of(Notice(kind="gone", detail={})) == "有一条新通知"
    assert all(str(sentence) for sentence in KINDS.values())


# --- the sheet of many ---------------------------------------------------------------------------

HEADER = "姓名,用户名,角色,区划,单位,起始日期,截止日期\n"


def send(client: Client, rows: str, act: str = "add", name: str = "人员.csv"):
    return client.post("/people/bulk/", {"file": SimpleUploadedFile(name, rows.encode() if isinstance(rows, str) else rows), "act": act})


def test_a_sheet_of_people_is_added_with_a_printable_sheet_each(cast: Cast, staff: Staff, sign_in) -> None:
    client = sign_in(staff.guan)
    until = timezone.localdate() + timedelta(days=30)
    rows = "甲镇人员\n" + HEADER + f"张一,,村级管水员,甲镇甲一村,,2026/3/1,\n张二,zhanger,乡镇水管站,610199102,,,{until}\n\n"
    assert "2 人都没有问题" in text(send(client, rows, "check"))
    assert not Account.objects.filter(name="张一").exists()
    page = text(send(client, rows))
    assert page.count('class="sheet"') == 2 and page.count("data:image/svg") == 2
    assert Duty.objects.get(account__name="张二").division == cast.town_b
    assert Duty.objects.get(account__name="张二").to_on == until


def test_the_same_person_twice_needs_user_names(cast: Cast, staff: Staff, sign_in) -> None:
    client = sign_in(staff.guan)
    rows = HEADER + "张一,,村级管水员,甲一村,,,\n张一,,村级管水员,甲镇甲一村,,,\n"
    assert "与第 2 行的姓名、角色、区划都相同" in text(send(client, rows))
    assert not Account.objects.filter(name="张一").exists()
    send(client, HEADER + "张一,,村级管水员,甲一村,,,\n张一,zhangyi2,村级管水员,甲一村,,,\n")
    assert Account.objects.filter(name="张一").count() == 2


def test_a_department_is_named(cast: Cast, staff: Staff, sign_in) -> None:
    client = sign_in(staff.guan)
    asked = {"name": "民一", "role": "department", "division": "清泉县", "from_on": "2026-03-01"}
    assert "请填写单位" in text(client.post("/people/new/", asked))
    client.post("/people/new/", {**asked, "unit": "清泉县民政局"})
    assert Duty.objects.get(account__name="民一").unit == "清泉县民政局"
    page = text(send(client, "姓名,角色,区划\n医一,县级部门,清泉县\n"))
    assert "第 2 行" in page and "请填写单位" in page


@pytest.mark.parametrize(("row", "row_number", "column", "words"), [
    (",,村级管水员,甲一村,,,", 3, "姓名", "请填写姓名"), ("张,,管水,甲一村,,,", 3, "角色", "没有“管水”这种角色"), ("张,,审计员,清泉县,,,", 3, "角色", "逐个添加"),
    ("张,,村级管水员,丙镇,,,", 3, "区划", "没有“丙镇”"), ("张,,村级管水员,甲镇,,,", 3, "区划", "只能设在村"), ("张,wang,村级管水员,甲一村,,,", 3, "用户名", "已被使用"),
    ("张,A,村级管水员,甲一村,,,", 3, "用户名", "3 到 40"), ("张,,村级管水员,甲一村,,明天,", 3, "起始日期", "不是日期"), ("张,,村级管水员,甲一村,,2026-03-02,2026-03-01", 3, "截止日期", "早于"),
    ("张,twice,村级管水员,甲一村,,,\n张,TWICE,村级管水员,甲二村,,,", 4, "用户名", "已被使用"), ("张,,村级管水员,甲一村,,2026-13-01,", 3, "起始日期", "不是日期"),
])
def test_a_fault_names_row_and_column_and_nobody_is_added(cast: Cast, staff: Staff, sign_in, row: str, row_number: int, column: str, words: str) -> None:
    count = Account.objects.count()
    answer = send(sign_in(staff.guan), HEADER + "好人,,村级管水员,甲二村,,,\n" + row)
    page = text(answer)
    assert answer.status_code == 400
    assert f"第 {row_number} 行" in page and f'data-label="列">{column}</td>' in page and words in page
    assert Account.objects.count() == count


@pytest.mark.parametrize(("content", "words"), [
    (b"", ""), (b"PK\x03\x04broken", "已损坏"), (b"\x00\x01\x02", "不是 Excel"), ("姓名,角色\n张,x".encode(), "没有读到人员"), (b"\xd0\xcf\x11\xe0" + b"x" * 600, "已损坏"),
    ((HEADER + "张,,村级管水员,甲一村,,,\n" * 501).encode(), "一次最多 500 人"),
])
def test_a_file_that_is_none_is_refused(cast: Cast, staff: Staff, sign_in, content: bytes, words: str) -> None:
    answer = send(sign_in(staff.guan), content)
    assert answer.status_code == 400
    assert words in text(answer)


def test_a_workbook_is_read_too_and_names_its_sheet(cast: Cast, staff: Staff, sign_in, tmp_path) -> None:
    import xlsxwriter  # noqa: PLC0415

    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("甲镇名单")
        sheet.write_row(0, 0, ["姓 名", "角色", "区划", "起始日期"])
        sheet.write_row(1, 0, ["张一", "村级管水员", "甲一村"])
        sheet.write_datetime(1, 3, AT.replace(hour=0, tzinfo=None), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(2, 0, ["张二", "村级管水员", 610199101202])
        sheet.write_row(3, 0, ["张三", "村长", "甲一村"])
    page = text(send(sign_in(staff.guan), file.read_bytes(), name="a.xlsx"))
    assert "甲镇名单" in page and "第 4 行" in page and "没有“村长”" in page and page.count("<tr><th scope") == 1


def test_same_names_are_told_apart_by_what_holds_them(cast: Cast, staff: Staff) -> None:
    from cast import _place  # noqa: PLC0415

    from wenqu.kit.refusal import Refused  # noqa: PLC0415
    from wenqu.people.finding import Finder  # noqa: PLC0415
    from wenqu.places.models import Level  # noqa: PLC0415
    from wenqu.places.scope import EVERYWHERE  # noqa: PLC0415

    a, b = _place(cast.town_a, Level.VILLAGE, "田坝村", "610199101203"), _place(cast.town_b, Level.VILLAGE, "田坝村", "610199102203")
    finder = Finder(EVERYWHERE)
    with pytest.raises(Refused, match="有 2 个"):
        finder.find("田坝村")
    assert finder.find("乙镇 / 田坝村") == b
    assert finder.find("610199101203") == a
    assert (finder.title(a), finder.title(cast.village_a1)) == ("甲镇田坝村", "甲一村")
    assert finder.find("610199") == cast.county
    assert finder.find("甲二村委会") == finder.find("甲镇甲二") == cast.village_a2
    assert Account.objects.exists() and SYSTEM.pk is None
