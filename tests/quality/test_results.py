"""Results by hand: entered, reviewed by a second person, returned, corrected by new rows, invalidated; what counts and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from cast import AT, Cast
from django.db import connection

from quality.county import adopt, person
from quality.lab import Lab, counted, sample
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.rights import Role
from wenqu.quality.models import Result, ResultState, Review, Sample
from wenqu.quality.results import counting
from wenqu.quality.results.actions import (
    correct_result,
    enter_results,
    invalidate_results,
    return_results,
    review_results,
)
from wenqu.quality.results.counting import offer_counting
from wenqu.quality.results.queries import items_asked
from wenqu.quality.results.reading import Answer, read_answer
from wenqu.rulebook.quality.judging.model import Sign

ANSWERS = {"colour": Answer("5", "度"), "turbidity": Answer("＜0.5", "NTU"), "arsenic": Answer("1.2", "μg/L"), "total_coliform": Answer("未检出", "MPN/100mL"), "ph": Answer("—")}


@pytest.fixture
def lab(cast: Cast) -> Lab:
    return Lab(cast)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Who was told that the counted results of a sample changed, inside a transaction."""
    found: list[Any] = []
    monkeypatch.setattr(counting, "_countings", [])
    offer_counting(lambda samples, by, at: found.extend((one.number, by.pk, at, len(counted(one)), connection.in_atomic_block) for one in samples))
    yield found


def enter(lab: Lab, one: Sample, answers: dict[str, Answer] | None = None, key: str = "k1") -> list[Result]:
    return enter_results(sample=one, answers=answers or ANSWERS, laboratory=lab.laboratory, key=key, **lab.who(lab.ma))


def picked(rows: list[Result]) -> dict[int, int]:
    return {row.pk: Result.objects.get(pk=row.pk).version for row in rows}


def review(lab: Lab, one: Sample, rows: list[Result], by: Any = None, key: str = "r1") -> list[Result]:
    return review_results(sample=one, picked=picked(rows), key=key, **lab.who(by or lab.second))


@pytest.mark.parametrize(("item", "answer", "kept"), [
    ("arsenic", Answer("1.2", "μg/L"), ("value", "0.0012", "mg/L", "")), ("arsenic", Answer("<0.0005", "mg/L"), ("below", "0.0005", "mg/L", "")),
    ("arsenic", Answer("0.001L", "mg/L"), ("below", "0.001", "mg/L", "")), ("arsenic", Answer("未检出", "μg/L", "0.5"), ("not_detected", "", "mg/L", "0.0005")),
    ("arsenic", Answer("未检出"), ("not_detected", "", "", "")), ("plate_count", Answer(">300", "CFU/mL"), ("above", "300", "CFU/mL", "")),
    ("odour_taste", Answer("无异臭、异味"), ("not_detected", "", "", "")), ("visible_matter", Answer("有少量沉淀"), ("detected", "", "", "")),
    ("plate_count", Answer("1.2×10^3", "CFU/mL"), ("value", "1200", "CFU/mL", "")), ("ph", Answer("7.40"), ("value", "7.4", "pH", "")),
    ("fluoride", Answer("0.35mg/L"), ("value", "0.35", "mg/L", "")), ("fluoride", Answer("/"), None),
])
def test_what_is_written_by_hand(item: str, answer: Answer, kept: tuple[str, ...] | None) -> None:
    entry = read_answer(item, answer)
    assert (entry and (entry.sign, entry.value, entry.unit, entry.detection)) == kept


@pytest.mark.parametrize(("item", "answer", "code"), [
    ("arsenic", Answer("≤0.01", "mg/L"), "is_a_limit"), ("arsenic", Answer("1.2"), "unit_missing"), ("arsenic", Answer("1.2", "NTU"), "unit_differs"),
    ("arsenic", Answer("1.2", "某单位"), "unit_unknown"), ("arsenic", Answer("1.2mg/L", "μg/L"), "units_conflict"), ("arsenic", Answer("0.01l", "mg/L"), "small_l"),
    ("colour", Answer("合格"), "verdict_only"), ("arsenic", Answer("未检出", "mg/L", "很低"), "detection_wrong"), ("nothing", Answer("1"), "item_unknown"),
    ("arsenic", Answer("1" * 39, "mg/L"), "too_fine"), ("arsenic", Answer("0.001", "mg/L", method="问13812345678"), "number_in_text"),
])
def test_what_cannot_be_read_is_refused_with_a_sentence(item: str, answer: Answer, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_answer(item, answer)
    assert refused.value.code == code and len(refused.value.message) > 6


def test_nothing_counts_before_a_second_person_reviewed_it(lab: Lab, heard: list[Any]) -> None:
    one = lab.samples[0]
    rows = enter(lab, one)
    assert [(row.item, row.sign, row.value, row.unit, row.state) for row in rows] == [
        ("colour", "value", "5", "度", "entered"), ("turbidity", "below", "0.5", "NTU", "entered"), ("arsenic", "value", "0.0012", "mg/L", "entered"),
        ("total_coliform", "not_detected", "", "MPN/100mL", "entered")]
    assert counted(one) == [] and not heard
    assert enter(lab, one) == rows, "a form sent twice"
    for own, code in ((lab.ma, "own_entry"), (lab.taker, "wrong_role")):
        with pytest.raises(Refused) as refused:
            review(lab, one, rows, by=own)
        assert refused.value.code == code
    review(lab, one, rows[:1])
    assert heard == [(one.number, lab.second.pk, AT, 1, True)]
    review(lab, one, rows[1:], key="r2")
    kept = counted(one)
    assert [told[:3] for told in kept] == [
        ("arsenic", Sign.VALUE, "0.0012"), ("colour", Sign.VALUE, "5"), ("total_coliform", Sign.NOT_DETECTED, ""), ("turbidity", Sign.BELOW, "0.5")]
    assert len(heard) == 2 and review(lab, one, rows[1:], key="r2") and len(heard) == 2 and Review.objects.count() == 4
    assert list(AuditEntry.objects.filter(subject=f"sample:{one.pk}").order_by("pk").values_list("verb", flat=True)) == ["enter_results", "review_results", "review_results"]


def test_who_took_the_sample_does_not_review_it(lab: Lab) -> None:
    one = lab.samples[0]
    Sample.objects.filter(pk=one.pk).update(taken_by=lab.second)
    rows = enter(lab, one)
    with pytest.raises(Refused, match="您自己采的"):
        review(lab, one, rows)
    assert set(Result.objects.values_list("state", flat=True)) == {"entered"}


@pytest.mark.parametrize(("told", "code"), [({"state": "voided"}, "sample_voided"), ({"state": "planned", "taken_at": None}, "not_taken")])
def test_a_sample_that_has_no_results(lab: Lab, told: dict[str, Any], code: str) -> None:
    Sample.objects.filter(pk=lab.samples[0].pk).update(**told)
    with pytest.raises(Refused) as refused:
        enter(lab, lab.samples[0])
    assert refused.value.code == code and not Result.objects.exists()


def test_one_item_has_one_result_and_a_wrong_one_stops_all(lab: Lab) -> None:
    one = lab.samples[0]
    with pytest.raises(Refused, match="不是检测结果"):
        enter(lab, one, {"colour": Answer("5", "度"), "arsenic": Answer("≤0.01", "mg/L")})
    assert not Result.objects.exists()
    with pytest.raises(Refused, match="至少填写一项"):
        enter(lab, one, {"colour": Answer("")})
    enter(lab, one)
    with pytest.raises(Refused) as refused:
        enter(lab, one, {"colour": Answer("10", "度")}, key="k2")
    assert refused.value.code == "has_result"


def test_two_at_once(lab: Lab) -> None:
    one = lab.samples[0]
    rows = enter(lab, one)
    seen = picked(rows)
    review(lab, one, rows[:2])
    other = person(Role.COUNTY_DISPATCHER, lab.cast.county)
    with pytest.raises(Refused) as refused:
        review_results(sample=one, picked=seen, key="r9", **lab.who(other))
    assert refused.value.code == "changed_meanwhile" and Review.objects.count() == 2
    with pytest.raises(Refused, match="被别人处理过"):
        return_results(sample=one, picked=picked(rows[:1]), why="填错了", key="b1", **lab.who(lab.second))
    with pytest.raises(Refused, match="至少选择"):
        review_results(sample=one, picked={}, key="r10", **lab.who(other))
    with pytest.raises(Refused, match="被别人处理过"):
        review_results(sample=lab.samples[1], picked=picked(rows[2:]), key="r11", **lab.who(other))


def test_returned_with_a_reason_corrected_as_a_new_row(lab: Lab, heard: list[Any]) -> None:
    one = lab.samples[0]
    rows = enter(lab, one)
    with pytest.raises(Refused, match="写明原因"):
        return_results(sample=one, picked=picked(rows[:1]), why=" ", key="b0", **lab.who(lab.second))
    # AT is a Sunday, 1 March 2026: five working days end on Friday.
    (old,) = return_results(sample=one, picked=picked(rows[:1]), why="与原始记录不符", key="b1", **lab.who(lab.second))
    assert (old.state, old.due_on, Review.objects.get().why) == ("returned", date(2026, 3, 6), "与原始记录不符")
    told = {"result": old, "version": old.version, "why": "抄错一位", "key": "c1"}
    new = correct_result(**told, answer=Answer("15", "度"), **lab.who(lab.ma))
    assert correct_result(**told, answer=Answer("15", "度"), **lab.who(lab.ma)) == new, "a form sent twice"
    old.refresh_from_db()
    assert (old.state, old.value, old.due_on, new.state, new.value, new.instead_of, new.why) == ("replaced", "5", date(2026, 3, 6), "entered", "15", old, "抄错一位")
    assert not heard
    review(lab, one, [new])
    assert [value for _item, _sign, value, *_rest in counted(one)] == ["15"] and len(heard) == 1
    with pytest.raises(Refused) as refused:
        correct_result(result=old, version=old.version, answer=Answer("20", "度"), why="再改", key="c2", **lab.who(lab.ma))
    assert refused.value.code == "changed_meanwhile"


def test_a_reviewed_result_that_is_corrected_counts_no_more_until_reviewed_again(lab: Lab, heard: list[Any]) -> None:
    one = lab.samples[0]
    rows = review(lab, one, enter(lab, one))
    before = counted(one)
    with pytest.raises(Refused, match="没有更正"):
        correct_result(result=rows[0], version=rows[0].version, answer=Answer("5.0", "度"), why="核对", key="c0", **lab.who(lab.ma))
    new = correct_result(result=rows[0], version=rows[0].version, answer=Answer("7", "度"), why="复核发现", key="c1", **lab.who(lab.ma))
    assert len(counted(one)) == 3 and len(heard) == 2
    back = correct_result(result=new, version=new.version, answer=Answer("5", "度"), why="原来是对的", key="c2", **lab.who(lab.ma))
    assert len(heard) == 2, "what was never reviewed changed nothing"
    review(lab, one, [back], key="r2")
    assert counted(one) == before, "the same results"
    assert list(Result.objects.filter(item="colour").values_list("value", "state")) == [("5", "replaced"), ("7", "replaced"), ("5", "reviewed")]


def test_invalidated_results_stay_readable_and_make_room(lab: Lab, heard: list[Any]) -> None:
    one = lab.samples[0]
    rows = review(lab, one, enter(lab, one))
    with pytest.raises(Refused, match="写明原因"):
        invalidate_results(sample=one, picked=picked(rows[:1]), why="", key="i0", **lab.who(lab.second))
    invalidate_results(sample=one, picked=picked(rows[:1]), why="样品受污染", key="i1", **lab.who(lab.second))
    rows[0].refresh_from_db()
    assert (rows[0].state, rows[0].value, rows[0].written) == (ResultState.INVALID, "5", "5") and len(counted(one)) == 3 and len(heard) == 2
    assert [one.opinion for one in rows[0].reviews.all()] == ["accept", "invalidate"]
    enter(lab, one, {"colour": Answer("6", "度")}, key="k2")
    assert Result.objects.filter(item="colour").count() == 2


def test_the_limit_of_a_correction_is_that_of_the_plan(lab: Lab) -> None:
    own = adopt(lab.cast, "plan-county-water", reports__returned__within=2)
    assert own.edition.text
    one = sample(lab.cast, "202602-00099", lab.school, by=lab.taker, edition=own.edition)
    rows = enter(lab, one)
    (back,) = return_results(sample=one, picked=picked(rows[:1]), why="不符", key="b1", **lab.who(lab.second))
    assert back.due_on == date(2026, 3, 3)


def test_a_holiday_is_no_working_day(lab: Lab) -> None:
    one = lab.samples[0]
    rows = enter(lab, one)
    # 13 February 2026, a Friday: the Spring Festival's days off end on the 23rd, 14 and 28 February are worked.
    before: datetime = AT - timedelta(days=16)
    (back,) = return_results(sample=one, picked=picked(rows[:1]), why="不符", key="b1", **lab.who(lab.second, before))
    assert back.due_on == date(2026, 2, 27)


def test_rights_and_areas(lab: Lab) -> None:
    one = lab.samples[2]
    for account, code in ((lab.taker, "outside_area"), (lab.second, "wrong_role")):
        with pytest.raises(Refused) as refused:
            enter_results(sample=one, answers=ANSWERS, laboratory=None, key="x", **lab.who(account))
        assert refused.value.code == code
    rows = enter(lab, one)
    with pytest.raises(Refused) as refused:
        review(lab, one, rows, by=person(Role.TOWN_STATION, lab.cast.town_b))
    assert refused.value.code == "wrong_role"


def test_what_is_asked_of_a_sample(lab: Lab) -> None:
    one = lab.samples[0]
    assert items_asked(one) == ["total_coliform", "arsenic", "colour", "turbidity"]
    one.disinfectant = "chlorine_dioxide"
    assert set(items_asked(one)) >= {"chlorite", "chlorine_dioxide", "arsenic"}
    one.disinfectant = "次氯酸钠消毒"  # as registers write it
    assert set(items_asked(one)) >= {"chlorate", "free_chlorine", "trichloroacetic_acid", "arsenic"}
    one.items, one.disinfectant = [], ""
    assert len(items_asked(one)) > 35
