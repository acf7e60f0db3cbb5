"""The pages of judging: the list with its filters, one household told and explained, the run, what lies outside the area."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cast import AT
from django.utils import timezone
from stages import household

from watch.judged_county import POOR, SECURED, adopt, county_pack, official, told, water, year_of
from wenqu.kit.models import AuditEntry
from wenqu.places.scope import area_of
from wenqu.watch.judging.actions import judge_county
from wenqu.watch.models import HouseFact, IncomeItem, WatchGrade, WatchRun


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(hours=1))


@pytest.fixture
def home(cast):
    adopt(cast.county, county_pack())
    row = household(cast.village_a1, "A1", "张三")
    water(row, 1)
    return row


def sent(form) -> dict[str, str]:
    """A form as the page shows it, sent back."""
    return {name: ("" if form[name].value() is None else str(form[name].value())) for name in form.fields}


def test_facts_and_items_are_told_on_the_page_and_explained_with_clauses(cast, home, sign_in):
    client = sign_in(official(cast))
    url = f"/watch/judged/{home.pk}/"
    page = client.get(url)
    text = page.content.decode()
    assert "村民代表会议是否同意例外纳入" in text and "住房安全有保障" in text and "工资性收入" in text
    # Known from the four indicators: nobody tells it here.
    assert "secured_water" not in page.context["facts_form"].fields
    assert AuditEntry.objects.filter(verb="view_watch_file", subject=f"household:{home.pk}").count() == 1
    answer = client.post(url + "facts/", {**sent(page.context["facts_form"]), **POOR, "source": "入户核实"})
    assert answer.status_code == 302
    assert {row.name: row.value.open() for row in HouseFact.objects.all()} == POOR
    amounts = {f"amount_{item.kind}": f"{item.amount_fen / 100:.2f}" for item in year_of(2_000_000)}
    form = client.get(url).context["items_form"]
    assert client.post(url + "items/", {**sent(form), **amounts, "amount_property": "Unknown", "source": "工资流水"}).status_code == 302
    assert IncomeItem.objects.get(kind="property").amount.open() == ""
    assert WatchGrade.objects.get().object == "unknown"
    item = IncomeItem.objects.get(kind="property")
    assert client.post(f"/watch/judged/items/{item.pk}/withdraw/").status_code == 302
    form = client.get(url).context["items_form"]
    assert client.post(url + "items/", {**sent(form), "amount_property": "0", "source": "入户核实"}).status_code == 302
    text = client.get(url).content.decode()
    assert "脱贫不稳定户" in text and "清泉县监测方案（2026），第二条" in text and "20,000.00" in text
    text = client.get(f"/households/{home.pk}/").content.decode()
    assert "防返贫监测研判" in text and "脱贫不稳定户" in text


@pytest.mark.parametrize(("name", "value", "error"), [
    ("amount_wages", "-1", "不能是负数"), ("amount_wages", "一万", "请填写数字"), ("amount_wages", "1.234", "最多两位小数"), ("first_wages", "2026-13", "2026-03 的样子"),
    ("last_wages", "2024-01", "截止月份早于起始月份"), ("source", "身份证11010519491231002X", "不要填写证件号码"), ("observed_on", "2026-03-02", "不能晚于今天"),
])
def test_what_cannot_be_is_said_at_its_field(cast, home, sign_in, name, value, error):
    client = sign_in(cast.chen)
    form = client.get(f"/watch/judged/{home.pk}/").context["items_form"]
    answer = client.post(f"/watch/judged/{home.pk}/items/", {**sent(form), "amount_wages": "1", "source": "入户", name: value})
    assert answer.status_code == 422 and error in answer.content.decode()
    assert not IncomeItem.objects.exists()


@pytest.mark.parametrize(("name", "value", "error"), [("living", "0", "1 到 100 的整数"), ("idle_months", "-1", "不小于 0"), ("meeting_reason", "电话13800001234", "不要填写证件号码")])
def test_facts_that_cannot_be_are_said_at_their_field(cast, home, sign_in, name, value, error):
    client = sign_in(cast.chen)
    form = client.get(f"/watch/judged/{home.pk}/").context["facts_form"]
    answer = client.post(f"/watch/judged/{home.pk}/facts/", {**sent(form), "source": "入户", name: value})
    assert answer.status_code == 422 and error in answer.content.decode()
    answer = client.post(f"/watch/judged/{home.pk}/facts/", {**sent(form), "source": "入户"})
    assert answer.status_code == 422 and "没有改动任何一项" in answer.content.decode()


def test_without_rules_the_page_says_what_to_provide(cast, sign_in):
    row = household(cast.village_a1, "A1", "张三")
    text = sign_in(cast.chen).get(f"/watch/judged/{row.pk}/").content.decode()
    assert "还没有采用监测对象研判规则" in text


def test_the_list_is_filtered_and_lets_a_better_colour_stand(cast, home, sign_in):
    other = household(cast.village_b1, "B1", "李四")
    water(other, 1)
    told(cast, home, POOR, year_of(2_000_000))
    told(cast, home, items=year_of(9_000_000))
    told(cast, other, {**POOR, "cause": "schooling", **SECURED}, year_of(3_000_000))
    client = sign_in(cast.chen)
    assert {row["household"].number for row in client.get("/watch/judged/").context["rows"]} == {"A1", "B1"}
    for query, found in (("stands=red", {"A1"}), ("stands=yellow", {"B1"}), ("cause=schooling", {"B1"}), ("object=unstable", set()), ("waiting=1", {"A1"}),
                         (f"place={cast.town_b.pk}", {"B1"})):
        assert {row["household"].number for row in client.get(f"/watch/judged/?{query}").context["rows"]} == found, query
    assert "复核同意变为绿色" in client.get(f"/watch/judged/{home.pk}/").content.decode()
    assert client.post(f"/watch/judged/{home.pk}/let-stand/", {"shown": "green"}).status_code == 302
    assert WatchGrade.objects.get(household=home).stands == "green"
    assert "复核同意" in client.get("/watch/judged/moves/").content.decode()


def test_a_town_sees_only_its_own(cast, home, sign_in):
    other = household(cast.village_b1, "B1", "李四")
    for row in (home, other):
        told(cast, row, POOR, year_of(1))
    client = sign_in(official(cast))
    assert {row["household"].number for row in client.get("/watch/judged/").context["rows"]} == {"A1"}
    assert {move["household"].number for move in client.get("/watch/judged/moves/").context["moves"]} == {"A1"}
    assert client.get(f"/watch/judged/{other.pk}/").status_code == 404
    assert client.post(f"/watch/judged/items/{IncomeItem.objects.filter(household=other).first().pk}/withdraw/").status_code == 404
    assert client.get("/watch/judged/runs/new/").status_code == 403


def test_a_county_is_judged_from_the_page(cast, home, sign_in, django_capture_on_commit_callbacks):
    told(cast, home, POOR, year_of(2_000_000))
    client = sign_in(cast.chen)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/watch/judged/runs/new/", {"division": cast.county.pk, "as_of": "2026-03-01"})
    assert answer.status_code == 302 and WatchRun.objects.count() == 1
    assert "清泉县监测方案" in client.get("/watch/judged/").content.decode()
    answer = client.post("/watch/judged/runs/new/", {"division": cast.county.pk, "as_of": "2025-12-01"})
    assert answer.status_code == 422 and "还没有采用监测对象研判规则" in answer.content.decode()


def test_conclusions_by_an_older_edition_are_told_until_the_county_is_judged(cast, home, sign_in):
    other = household(cast.village_b1, "B1", "李四")
    for row in (home, other):
        told(cast, row, POOR, year_of(1_500_000))
    client = sign_in(cast.chen)
    assert "请做一次全县研判" not in client.get("/watch/judged/").content.decode()
    adopt(cast.county, replace(county_pack(16_000), zh="清泉县监测新方案"), from_on=date(2026, 2, 1))
    shown = client.get("/watch/judged/")
    text = shown.content.decode()
    assert [each.households for each in shown.context["outdated"]] == [2]
    assert "2 户的结论还是按“清泉县监测方案”研判的，现行规则是“清泉县监测新方案”" in text
    assert f"/watch/judged/runs/new/?division={cast.county.pk}" in text
    assert client.get(f"/watch/judged/runs/new/?division={cast.county.pk}").context["form"]["division"].value() == cast.county.pk
    assert "规则已更新" in client.get(f"/watch/judged/{home.pk}/").content.decode()
    assert "监测研判结论待按现行规则更新" in client.get("/").content.decode()
    # A town sees how many of its own, and no button: the county judges.
    text = sign_in(official(cast)).get("/watch/judged/").content.decode()
    assert "有 1 户的结论" in text and "runs/new" not in text
    judge_county(division=cast.county, as_of=AT.date(), area=area_of(cast.chen, AT.date()), by=cast.chen, at=AT + timedelta(minutes=30))
    assert "规则已更新" not in sign_in(cast.chen).get(f"/watch/judged/{home.pk}/").content.decode()
    assert "请做一次全县研判" not in sign_in(cast.chen).get("/watch/judged/").content.decode()
    assert "监测研判结论待按现行规则更新" not in sign_in(cast.chen).get("/").content.decode()
