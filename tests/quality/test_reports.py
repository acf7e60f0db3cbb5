"""Reports of plans: what happened starts their time, and what was told of them says whether they are due, late or made."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from cast import TODAY, Cast
from crew import picture
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quality.county import adopt, browser, person
from wenqu.evidence.models import Evidence
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.quality.models import Happening, ReportMade
from wenqu.quality.plans.queries import adopted
from wenqu.quality.reporting.actions import (
    Made,
    tell_happening,
    tell_report,
    withdraw_happening,
    withdraw_report,
)
from wenqu.quality.reporting.queries import Chain, Line, chains, yearly
from wenqu.quality.reporting.words import deadline_text, lacks_text, state_text

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 31, 12, 0, tzinfo=CHINA)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CHINA)


def who(account: Account, moment: datetime = NOW) -> dict[str, Any]:
    return {"area": area_of(account, TODAY), "by": account, "at": moment}


def happens(cast: Cast, event: str, moment: str, pack: str = "plan-vegetables", key: str = "h1") -> Happening:
    return tell_happening(division=cast.county, pack_id=pack, event=event, on=at(moment), words="抽检发现豇豆用了禁用农药", key=key, **who(cast.chen))


def report(cast: Cast, of: Happening | None, rule: str, moment: str, to: str, key: str = "", **told: Any) -> ReportMade:
    made = {"on": at(moment), "sender": "市检测中心 李某", "receivers": to.split(), **told}
    return tell_report(division=cast.county, happening=of, rule=rule, told=Made(**made), key=key or f"r{ReportMade.objects.count()}", **who(cast.chen))  # type: ignore[arg-type]


def chain_of(cast: Cast, of: Happening) -> Chain:
    return next(one for one in chains(cast.county.path, 2026) if one.happening == of)


def line_of(cast: Cast, of: Happening, rule: str) -> Line:
    return next(line for line in chain_of(cast, of).lines if line.rule.id == rule)


def state(cast: Cast, of: Happening, rule: str, moment: str) -> str:
    return state_text(line_of(cast, of, rule), at(moment))


def test_misuse_is_told_within_8_hours_and_reported_within_10_working_days(cast: Cast) -> None:
    """篇十八 第442行：发现有违规用药问题的，应在8小时内反馈给受检单位，同时通知执法部门，在10个工作日内将查处情况书面报告自治区农业厅。"""
    adopt(cast, "plan-vegetables")
    found = happens(cast, "misuse", "03-02T09:00")
    assert [(line.rule.id, deadline_text(line.owed.due_at)) for line in chain_of(cast, found).lines] == [
        ("misuse_notice", "2026-03-02 17:00"), ("misuse_report", "2026-03-16 24:00")]
    assert state(cast, found, "misuse_notice", "03-02T16:59") == "应报" and state(cast, found, "misuse_notice", "03-02T17:01") == "逾期未报"
    report(cast, found, "misuse_notice", "03-02T12:00", "checked")
    assert state(cast, found, "misuse_notice", "03-02T13:00") == "应报，已报一部分" and lacks_text(line_of(cast, found, "misuse_notice")) == "当地农业行政执法部门"
    assert state(cast, found, "misuse_notice", "03-02T18:00") == "逾期，只报了一部分"
    report(cast, found, "misuse_notice", "03-02T17:00", "enforcement")
    assert state(cast, found, "misuse_notice", "03-03T09:00") == "已报"
    report(cast, found, "misuse_report", "03-17T08:00", "department", means=["writing"], reference="市农检〔2026〕8号")
    assert state(cast, found, "misuse_report", "03-18T09:00") == "逾期后报出" and not chain_of(cast, found).open


def test_an_anomaly_is_told_upwards_before_midnight_and_the_county_after_the_town(cast: Cast) -> None:
    """篇十四 第350、351行：乡镇报县，县报州，只要发现宏、微观异常必须及时上报，做到异常落实不过夜；一般异常以电话和书面材料两种方式上报。"""
    adopt(cast, "plan-earthquake")
    found = happens(cast, "general", "03-02T22:00", "plan-earthquake")
    assert deadline_text(line_of(cast, found, "county").owed.due_at) == "2026-03-02 24:00"
    report(cast, found, "town", "03-03T07:00", "county")
    # The town was late; the county's own time runs from when it was told.
    assert state(cast, found, "town", "03-03T08:00") == "逾期后报出" and deadline_text(line_of(cast, found, "county").owed.due_at) == "2026-03-03 24:00"
    report(cast, found, "general", "03-03T09:00", "prefecture", means=["phone"])
    assert state(cast, found, "general", "03-03T10:00") == "应报，已报一部分" and lacks_text(line_of(cast, found, "general")) == "州防灾减灾局（书面）"
    report(cast, found, "general", "03-03T15:00", "prefecture", means=["writing"], reference="县震发〔2026〕3号")
    assert state(cast, found, "general", "03-03T16:00") == "已报"


def test_a_report_of_every_year_is_due_by_its_day(cast: Cast) -> None:
    """篇十八 第440行：6月30日前报我局安监科和检测中心。"""
    adopt(cast, "plan-vegetables")

    def line() -> Line:
        (found,) = yearly(adopted(cast.county.path, 2026), cast.county.path, 2026)
        return found

    assert deadline_text(line().owed.due_at) == "2026-06-30 24:00" and state_text(line(), at("06-30T23:00")) == "应报" and state_text(line(), at("07-01T00:01")) == "逾期未报"
    told = {"division": cast.county, "pack_id": "plan-vegetables", "rule": "scheme", "year": 2026}
    row = tell_report(**told, told=Made(at("06-29T10:00"), "县农业局", ["section"], ["mail", "writing"], "县农发〔2026〕9号"), key="y", **who(cast.chen))  # type: ignore[arg-type]
    assert state_text(line(), at("07-02T00:00")) == "已报"
    withdraw_report(report=row, why="没有寄出", **who(cast.chen))
    assert state_text(line(), at("07-02T00:00")) == "逾期未报" and [made.withdrawn_why for made in line().made] == ["没有寄出"]
    with pytest.raises(Refused, match="已经撤回"):
        withdraw_report(report=row, why="没有寄出", **who(cast.chen))
    for change, code in [({"year": 2025}, "not_adopted"), ({"rule": "misuse_notice"}, "report_unknown"), ({"rule": "nonsense"}, "report_unknown")]:
        with pytest.raises(Refused) as caught:
            tell_report(**(told | change), told=Made(at("06-29T10:00"), "县农业局", ["section"]), key="n", **who(cast.chen))  # type: ignore[arg-type]
        assert caught.value.code == code


@pytest.mark.parametrize(("change", "code"), [
    ({"on": at("03-01T10:00")}, "before_it_happened"), ({"on": datetime(2027, 1, 1, tzinfo=CHINA)}, "moment_to_come"), ({"sender": " "}, "sender_missing"), ({"receivers": []}, "receivers_wrong"),
    ({"receivers": ["department", "checked"]}, "receivers_wrong"), ({"means": []}, "means_wrong"), ({"means": ["phone"]}, "means_wrong"), ({"reference": " "}, "proof_missing"),
    ({"note": "电话 13800138000"}, "number_in_text"),
])
def test_what_is_told_of_a_report_must_make_sense_and_be_proven(cast: Cast, change: dict[str, Any], code: str) -> None:
    adopt(cast, "plan-vegetables")
    found = happens(cast, "misuse", "03-02T09:00")
    good = {"on": at("03-10T10:00"), "sender": "市检测中心", "receivers": ["department"], "means": ["writing"], "reference": "8号"}
    with pytest.raises(Refused) as caught:
        tell_report(division=cast.county, happening=found, rule="misuse_report", told=Made(**(good | change)), key="r", **who(cast.chen))
    assert caught.value.code == code and not ReportMade.objects.exists()
    row = tell_report(division=cast.county, happening=found, rule="misuse_report", told=Made(**good), key="r", **who(cast.chen))
    assert tell_report(division=cast.county, happening=found, rule="misuse_report", told=Made(**good), key="r", **who(cast.chen)) == row and ReportMade.objects.count() == 1
    with pytest.raises(Refused, match="请求编号"):
        tell_report(division=cast.county, happening=happens(cast, "misuse", "03-02T09:00", key="h2"), rule="misuse_report", told=Made(**good), key="r", **who(cast.chen))


def test_who_tells_what_happened_and_how_it_is_taken_back(cast: Cast) -> None:
    adopt(cast, "plan-vegetables")
    adopt(cast, "plan-rural-water")
    good = {"division": cast.county, "pack_id": "plan-vegetables", "event": "misuse", "on": at("03-02T09:00"), "words": "发现违规用药", "key": "h"}
    for account, change, code in [
        (person(Role.TOWN_STATION, cast.town_a), {}, "outside_area"), (person(Role.COUNTY_REVIEWER, cast.county), {}, "wrong_role"), (cast.chen, {"division": cast.town_a}, "not_a_county"),
        (cast.chen, {"event": "nonsense"}, "event_unknown"), (cast.chen, {"pack_id": "plan-training"}, "not_adopted"), (cast.chen, {"words": ""}, "words_missing"),
        (cast.chen, {"on": datetime(2027, 1, 1, tzinfo=CHINA)}, "moment_to_come"), (cast.chen, {"on": datetime(2025, 3, 2, tzinfo=CHINA)}, "not_adopted"),
        # The product follows by itself what comes to the laboratory.
        (cast.chen, {"pack_id": "plan-rural-water", "event": "received"}, "event_unknown"),
    ]:
        with pytest.raises(Refused) as caught:
            tell_happening(**(good | change), **who(account))  # type: ignore[arg-type]
        assert caught.value.code == code
    row = tell_happening(**good, **who(cast.chen))  # type: ignore[arg-type]
    assert tell_happening(**good, **who(cast.chen)) == row  # type: ignore[arg-type]
    made = report(cast, row, "misuse_notice", "03-02T12:00", "checked")
    with pytest.raises(Refused, match="先撤回它的报告"):
        withdraw_happening(happening=row, why="误报", **who(cast.chen))
    withdraw_report(report=made, why="误报", **who(cast.chen))
    withdraw_happening(happening=row, why="误报", **who(cast.chen))
    assert chains(cast.county.path, 2026) == []
    with pytest.raises(Refused, match="已经撤回"):
        report(cast, Happening.objects.get(), "misuse_notice", "03-02T12:00", "checked")
    assert sorted(AuditEntry.objects.filter(verb__endswith="report").values_list("verb", flat=True)) == ["tell_report", "withdraw_report"]


def test_what_happened_is_followed_by_the_edition_of_its_day_and_into_the_next_year(cast: Cast) -> None:
    adopt(cast, "plan-vegetables")
    found = happens(cast, "misuse", "12-30T09:00")
    adopt(cast, "plan-vegetables", reports__misuse_notice__within=(24, "hours"))
    assert deadline_text(line_of(cast, found, "misuse_notice").owed.due_at) == "2026-12-30 17:00"
    assert [chain.happening for chain in chains(cast.county.path, 2027)] == [found]
    report(cast, found, "misuse_notice", "12-30T10:00", "checked enforcement")
    report(cast, found, "misuse_report", "12-31T10:00", "department", means=["writing"], reference="8号")
    assert chains(cast.county.path, 2027) == []


def post(client: Client, cast: Cast, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"quality:{name}", args=args) + f"?county={cast.county.pk}&year=2026", data)


def test_the_pages_tell_due_late_and_made_and_take_what_is_told(cast: Cast) -> None:
    adopt(cast, "plan-vegetables")
    client = browser(cast.chen)
    query = {"county": cast.county.pk, "year": 2026}
    assert "发现违规用药" in client.get(reverse("quality:reports"), query).content.decode()
    happened = {"key": "h", "what": "plan-vegetables.misuse", "on": "2026-02-02T09:00", "words": "抽检发现豇豆用了禁用农药"}
    assert post(client, cast, "tell-happening", **happened | {"what": ""}).status_code == 400
    assert "时间不能晚于现在" in post(client, cast, "tell-happening", **happened | {"on": "2099-01-01T00:00"}).content.decode()
    assert post(client, cast, "tell-happening", **happened).status_code == 302
    row = Happening.objects.get()
    page = client.get(reverse("quality:reports"), query).content.decode()
    assert "抽检发现豇豆用了禁用农药" in page and "2026-02-02 17:00" in page and "8 小时" in page and "逾期未报" in page
    made = {"key": "r", "rule": "plan-vegetables.misuse_notice", "happening": row.pk, "on": "2026-02-02T12:00", "sender": "市检测中心", "receivers": ["checked", "enforcement"]}
    assert "请" in post(client, cast, "tell-report", **made | {"sender": ""}).content.decode() and not ReportMade.objects.exists()
    assert post(client, cast, "tell-report", **made).status_code == 302
    written = {**made, "key": "r2", "rule": "plan-vegetables.misuse_report", "receivers": ["department"], "means": ["writing"]}
    refused = post(client, cast, "tell-report", **written)
    assert refused.status_code == 400 and "要写文号或回执" in refused.content.decode()
    assert post(client, cast, "tell-report", **written, evidence=picture()).status_code == 302
    proof = Evidence.objects.get()
    assert proof.subject == f"report:{ReportMade.objects.latest('pk').pk}"
    assert client.get(reverse("evidence:original", args=[proof.pk])).status_code == 200
    assert browser(person(Role.TOWN_STATION, cast.town_a)).get(reverse("evidence:original", args=[proof.pk])).status_code == 404
    assert post(client, cast, "tell-report", **made | {"key": "r3", "rule": "plan-vegetables.nonsense"}).status_code == 404
    calendar = client.get(reverse("quality:calendar"), query).content.decode()
    assert "抽检发现豇豆用了禁用农药" in calendar and "已报" in calendar and "逾期未报" in calendar
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("quality:calendar-workbook"), query).content))
    assert {row[7] for row in book["报告"].iter_rows(values_only=True, min_row=3)} == {"已报", "逾期未报"}
    post(client, cast, "withdraw-report", ReportMade.objects.first().pk, why="误报")  # type: ignore[union-attr]
    assert "误报" in client.get(reverse("quality:reports"), query).content.decode()
    # Reports are the county's: a town reads no deadline whose report it cannot see.
    town = browser(person(Role.TOWN_OFFICE, cast.town_a))
    assert town.get(reverse("quality:reports"), query).status_code in (302, 404) and "豇豆" not in town.get(reverse("quality:calendar"), {"year": 2026}).content.decode()


@pytest.mark.parametrize("name", ["calendar", "reports"])
def test_a_page_asks_the_same_number_of_questions_however_much_there_is(cast: Cast, name: str) -> None:
    adopt(cast, "plan-vegetables")
    client = browser(cast.chen)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(f"quality:{name}"), {"county": cast.county.pk, "year": 2026}).status_code == 200
        return len(found)

    def more(number: int) -> None:
        row = happens(cast, "misuse", f"03-{number:02d}T09:00", key=f"h{number}")
        report(cast, row, "misuse_notice", f"03-{number:02d}T10:00", "checked enforcement")

    more(1)
    asked()
    few = asked()
    for number in range(2, 6):
        more(number)
    assert asked() == few
