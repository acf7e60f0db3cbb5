"""What is told of a household is judged at once: kinds, colours, moves, withdrawals, water, refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import AT, Cast
from stages import household

from watch.judged_county import POOR, TODAY, adopt, county_pack, official, told, water, year_of
from wenqu.judging.models import Grade
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.scope import area_of
from wenqu.watch.judging import keeping
from wenqu.watch.judging.actions import ItemTold, let_stand, tell, withdraw
from wenqu.watch.judging.queries import explained, sentences
from wenqu.watch.judging.rules import rules_at
from wenqu.watch.models import HouseFact, IncomeItem, Watched, WatchGrade, WatchMove


@pytest.fixture
def home(cast: Cast):
    adopt(cast.county, county_pack())
    row = household(cast.village_a1, "A1", "张三")
    water(row, 1)
    return row


def grade(row) -> WatchGrade:
    return WatchGrade.objects.get(household=row)


def test_three_people_just_below_the_line_are_an_object_and_one_fen_more_are_not(cast, home):
    """7000 yuan a head is 21000 of the household: one fen below is below, the edge is not."""
    told(cast, home, POOR, year_of(2_099_999))
    assert (grade(home).object, grade(home).stands, grade(home).cause) == ("unstable", "red", "illness")
    told(cast, home, items=[ItemTold("property", 202512, 202512, 1)])
    assert (grade(home).object, grade(home).grade) == ("none", "yellow")


def test_nothing_is_zero_that_was_not_asked(cast, home):
    told(cast, home, POOR, [item for item in year_of(2_000_000) if item.kind != "transfers"])
    assert grade(home).object == "unknown"
    told(cast, home, items=[ItemTold("transfers", 202503, 202503, 0)])
    assert grade(home).object == "unstable"
    told(cast, home, items=[ItemTold("transfers", 202504, 202504, None)])
    assert grade(home).object == "unknown"


def test_who_does_not_live_there_counts_neither_with_income_nor_with_a_head(cast, home):
    told(cast, home, {**POOR, "living": "2"}, [*year_of(1_399_999), ItemTold("wages", 202503, 202602, 9_000_000, together=False)])
    assert grade(home).object == "unstable"
    told(cast, home, {"living": "1"})
    assert grade(home).object == "none"


def test_worse_stands_at_once_and_better_waits_for_a_review(cast, home):
    told(cast, home, POOR, year_of(9_000_000))
    assert (grade(home).grade, grade(home).stands) == ("green", "green")
    told(cast, home, {"secured_housing": "no"})
    assert (grade(home).grade, grade(home).stands) == ("red", "red")
    told(cast, home, {"secured_housing": "yes"})
    assert (grade(home).grade, grade(home).stands) == ("green", "red")
    area = area_of(cast.chen, TODAY)
    with pytest.raises(Refused, match="新的变化"):
        let_stand(household=home, shown="yellow", area=area, by=cast.chen, at=AT)
    let_stand(household=home, shown="green", area=area, by=cast.chen, at=AT)
    assert grade(home).stands == "green"
    assert [(move.after, move.stood, move.stands) for move in WatchMove.objects.order_by("pk")] == [
        ("none", "", "green"), ("sudden", "green", "red"), ("none", "red", "red"), ("none", "red", "green")]
    with pytest.raises(Refused, match="没有等待复核"):
        let_stand(household=home, shown="green", area=area, by=cast.chen, at=AT)


def test_drinking_water_comes_from_the_four_indicators_and_is_followed_by_itself(cast, home):
    told(cast, home, POOR, year_of(9_000_000))
    assert (grade(home).object, grade(home).stands) == ("none", "green")
    assert keeping.tick(at=AT) == 0
    water(home, 4)
    assert keeping.tick(at=AT) == 1
    assert grade(home).stands == "red"
    assert WatchMove.objects.latest("pk").by is None
    assert AuditEntry.objects.filter(verb="judge_watch_again", subject=f"household:{home.pk}").count() == 1
    assert keeping.tick(at=AT) == 0
    Grade.objects.filter(household=home).delete()
    assert keeping.tick(at=AT) == 1
    assert grade(home).grade == "unknown"


def test_a_household_that_came_onto_the_list_or_has_other_people_is_judged_again(cast, home):
    told(cast, home, POOR, year_of(2_100_000))
    assert grade(home).object == "none"
    type(home).objects.filter(pk=home.pk).update(people=4)
    assert keeping.tick(at=AT) == 1
    assert (grade(home).object, grade(home).people) == ("unstable", 4)
    Watched.objects.create(household=home, division=home.division, path=home.path, object_kind="unstable", main_cause="illness", entered_on=TODAY, helper_name="甲", added_at=AT)
    assert keeping.tick(at=AT) == 1
    assert grade(home).marked


def test_what_was_withdrawn_counts_no_more_and_is_kept(cast, home):
    told(cast, home, POOR, year_of(2_000_000))
    wages = IncomeItem.objects.get(kind="wages")
    withdraw(row=wages, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)
    assert grade(home).object == "unknown"
    assert IncomeItem.objects.get(pk=wages.pk).amount.open() == "2000000"
    with pytest.raises(Refused, match="已经撤回"):
        withdraw(row=wages, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)
    cause = HouseFact.objects.get(name="cause")
    told(cast, home, {"cause": "none"})
    withdraw(row=HouseFact.objects.get(name="cause", pk__gt=cause.pk), area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)
    assert grade(home).cause == "illness"


def test_amounts_and_facts_lie_sealed(cast, home):
    from django.db import connection  # noqa: PLC0415

    told(cast, home, POOR, year_of(7_654_321))
    with connection.cursor() as cursor:
        cursor.execute("SELECT amount FROM watch_incomeitem UNION ALL SELECT value FROM watch_housefact")
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert "7654321" not in kept and "illness" not in kept
    assert "7654321" not in str(AuditEntry.objects.values_list("detail", flat=True))


def test_the_same_request_twice_is_one_telling_and_the_audit_tells_it(cast, home):
    assert told(cast, home, POOR, key="one-request")
    assert not told(cast, home, POOR, key="one-request")
    assert HouseFact.objects.count() == len(POOR)
    assert AuditEntry.objects.filter(verb="tell_watch").count() == 1


def test_who_may_tell(cast, home):
    office = official(cast)
    assert tell(household=home, facts={"living": "2"}, items=(), source="入户", observed_on=TODAY, key="by-office", area=area_of(office, TODAY), by=office, at=AT)
    for person, code in ((cast.wang, "wrong_role"), (cast.li, "wrong_role"), (cast.zhao, "outside_area")):
        with pytest.raises(Refused) as refused:
            tell(household=home, facts={"living": "2"}, items=(), source="入户", observed_on=TODAY, key=f"by-{person.pk}", area=area_of(person, TODAY), by=person, at=AT)
        assert refused.value.code == code
    with pytest.raises(Refused, match="不能晚于今天"):
        told(cast, home, POOR, on=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="截止月份"):
        told(cast, home, items=[ItemTold("wages", 202603, 202602, 1)])


def test_without_a_line_nobody_is_judged_and_the_document_to_ask_for_is_named(cast):
    row = household(cast.village_a1, "A1", "张三")
    told(cast, row, POOR, year_of(1))
    assert not WatchGrade.objects.exists() and IncomeItem.objects.count() == 8
    decided, refusal = explained(row, TODAY, AT)
    assert decided is None and refusal.code == "no_watch_rules"
    from wenqu.rulebook.watch.judging import judging_pack  # noqa: PLC0415

    adopt(cast.county, judging_pack("national-2026"))
    with pytest.raises(Refused) as refused:
        rules_at(row.path, TODAY)
    assert refused.value.code == "no_income_line"
    assert "陕西省公布2026年" in refused.value.message and "文件" in refused.value.message


def test_a_pack_that_is_over_judges_nobody(cast):
    from wenqu.rulebook.watch.judging import judging_pack  # noqa: PLC0415

    adopt(cast.county, judging_pack("guizhou-2021"))
    with pytest.raises(Refused) as refused:
        rules_at(cast.county.path, TODAY)
    assert refused.value.code == "watch_rules_over"


def test_every_conclusion_comes_with_its_clause(cast, home):
    told(cast, home, POOR, year_of(2_000_000))
    decided, _refusal = explained(home, TODAY, AT)
    said = [each.words for each in sentences(decided)]
    assert any("脱贫不稳定户" in words and "（二）监测对象 1" in words for words in said)
    assert any("低于" in words and "清泉县监测方案（2026），第二条" in words for words in said)
    assert [each.concluding for each in sentences(decided)][:2] == [True, True]
