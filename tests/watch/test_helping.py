"""Measures from plan to effect, visits, and the helper who is never nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cast import AT, TODAY, Cast
from crew import photo
from django.db import IntegrityError, transaction

from watch.helped import done, person, planned, watched
from wenqu.evidence.models import Evidence
from wenqu.evidence.sight import subject_seen
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.watch.editor.actions import keep_edition
from wenqu.watch.helping import actions
from wenqu.watch.models import (
    Act,
    Course,
    Edition,
    HelperChange,
    Measure,
    PackKind,
    Visit,
    Watched,
)
from wenqu.watch.rules.actions import adopt_edition
from wenqu.watch.rules.queries import SHELVES, measures_for
from wenqu.watch.visiting.actions import record_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast: Cast) -> Account:
    return person("zhou", "周镇", Role.TOWN_OFFICE, cast.town_a)


def refused(code: str, act, **given) -> None:
    with pytest.raises(Refused) as caught:
        act(**given)
    assert caught.value.code == code


def test_a_measure_goes_from_plan_to_effect(cast: Cast, town: Account) -> None:
    row = watched(cast.village_a1, "H1")
    measure = planned(row, town, person="王民政", due_on=date(2026, 4, 1))
    assert (measure.kind_name, measure.department_name, measure.state, measure.watched) == ("低保保障", "民政部门", "planned", row)
    measure = done(measure, town, [photo(1)], fen=123_456)
    assert (measure.state, measure.done_fen, measure.done_by) == ("done", 123_456, town)
    proof = Evidence.objects.get(subject=f"measure:{measure.pk}")
    assert (proof.about, proof.path) == ("done", row.path)
    measure = actions.judge_measure(measure=measure, version=measure.version, effect="solved", on=TODAY, note="", by=town, at=AT)
    assert (measure.state, measure.effect, measure.version) == ("judged", "solved", 2)
    assert list(AuditEntry.objects.filter(subject=f"measure:{measure.pk}").order_by("pk").values_list("verb", flat=True)) == [
        "plan_measure", "attach_evidence", "carry_out_measure", "judge_measure"]
    refused("wrong_state", actions.drop_measure, measure=measure, version=2, why="不要了", by=town, at=AT)


def test_no_measure_counts_as_done_without_proof_or_by_a_guess(cast: Cast, town: Account) -> None:
    measure = planned(watched(cast.village_a1, "H1"), town)
    told = {"measure": measure, "version": 0, "note": "", "by": town, "at": AT}
    refused("evidence_missing", actions.carry_out_measure, done_on=TODAY, done_fen=0, files=[], **told)
    refused("day_in_future", actions.carry_out_measure, done_on=TODAY + timedelta(days=1), done_fen=0, files=[photo(1)], **told)
    refused("bad_amount", actions.carry_out_measure, done_on=TODAY, done_fen=-1, files=[photo(1)], **told)
    refused("number_in_text", actions.carry_out_measure, done_on=TODAY, done_fen=0, files=[photo(1)], **{**told, "note": "打到 6217000010001234567"})
    refused("wrong_state", actions.judge_measure, measure=measure, version=0, effect="solved", on=TODAY, note="", by=town, at=AT)
    assert Measure.objects.get().state == "planned" and not Evidence.objects.exists()


def test_the_database_itself_keeps_day_and_amount_of_what_is_done(cast: Cast, town: Account) -> None:
    measure = planned(watched(cast.village_a1, "H1"), town)
    for state in ("done", "judged", "dropped"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Measure.objects.filter(pk=measure.pk).update(state=state)


def test_two_who_saw_the_same_page_do_not_both_act(cast: Cast, town: Account) -> None:
    measure = planned(watched(cast.village_a1, "H1"), town)
    done(measure, town, [photo(1)])
    refused("changed_meanwhile", actions.drop_measure, measure=measure, version=0, why="重复", by=town, at=AT)


def test_the_same_request_plans_one_measure(cast: Cast, town: Account) -> None:
    row = watched(cast.village_a1, "H1")
    assert planned(row, town, key="abcdefgh1").pk == planned(row, town, key="abcdefgh1").pk
    assert Measure.objects.count() == 1


def test_plans_are_refused_with_reasons(cast: Cast, town: Account) -> None:
    row = watched(cast.village_a1, "H1")
    for code, more in (("unknown_kind", {"kind": "magic"}), ("unknown_department", {"department": "magic"}), ("due_before_plan", {"due_on": date(2026, 2, 1)}),
                       ("bad_amount", {"planned_fen": -5}), ("day_in_future", {"on": TODAY + timedelta(days=1)}), ("number_in_text", {"plan": "电话13800001234"})):
        with pytest.raises(Refused) as caught:
            planned(row, town, **more)
        assert caught.value.code == code
    assert not Measure.objects.exists()


def test_a_partial_effect_says_what_is_left(cast: Cast, town: Account) -> None:
    measure = done(planned(watched(cast.village_a1, "H1"), town), town, [photo(1)])
    told = {"measure": measure, "version": 1, "by": town, "at": AT}
    refused("note_missing", actions.judge_measure, effect="partly", on=TODAY, note=" ", **told)
    refused("unknown_effect", actions.judge_measure, effect="wonderful", on=TODAY, note="", **told)
    refused("judged_before_done", actions.judge_measure, effect="solved", on=TODAY - timedelta(days=1), note="", **told)


def test_who_is_not_on_the_list_gets_no_measure_but_by_urgent_help(cast: Cast, town: Account) -> None:
    row = watched(cast.village_a1, "H1", left_on=date(2026, 2, 1))
    home = row.household
    with pytest.raises(Refused) as caught:
        planned(row, town)
    assert caught.value.code == "not_watched"
    edition = Edition.objects.create(division=cast.county, path=cast.county.path, kind="procedures", pack_id="x", title="x", text="", digest="d", made_at=AT)
    course = Course.objects.create(
        household=home, division=home.division, path=home.path, edition=edition, route="entry", begun_on=TODAY, opened_at=AT, position="clue", since=TODAY)
    with pytest.raises(Refused):
        planned(row, town)
    Act.objects.create(course=course, number=1, doing="urgent", on=TODAY, by_name="周镇", role="town_office", at=AT)
    measure = planned(row, town)
    assert (measure.watched, measure.course) == (None, course)
    course.ended, course.ended_on = "through", TODAY
    course.save()
    entry = Watched.objects.create(
        household=home, division=home.division, path=home.path, object_kind="edge", object_name="边缘易致贫户", main_cause="illness", entered_on=TODAY,
        helper_name="周帮", entry=course, added_at=AT)
    assert actions.take_over_urgent(watched=entry, by=town, at=AT) == 1
    assert Measure.objects.get().watched == entry


def test_only_who_helps_there_may_write(cast: Cast, town: Account) -> None:
    row = watched(cast.village_b1, "H1")
    for who, code in ((town, "outside_area"), (cast.zhao, "wrong_role")):
        with pytest.raises(Refused) as caught:
            planned(row, who)
        assert caught.value.code == code
        refused(code, record_visit, watched=row, on=TODAY, way="home", found="好", worse=False, by=who, at=AT)
        refused(code, actions.change_helper, watched=row, version=0, name="新", unit="", phone=None, contact=None, why="调动", by=who, at=AT)


def test_the_proof_of_a_measure_is_seen_by_who_sees_the_list(cast: Cast, town: Account) -> None:
    measure = done(planned(watched(cast.village_a1, "H1"), town), town, [photo(1)])
    assert subject_seen(f"measure:{measure.pk}", cast.area(town)) == measure.path
    assert subject_seen(f"measure:{measure.pk}", cast.area(cast.zhao)) is None
    assert subject_seen(f"measure:{measure.pk}", cast.area(cast.li)) is None  # a water station does not see the list


def test_a_visit_is_recorded_once_and_only_while_on_the_list(cast: Cast, town: Account) -> None:
    row = watched(cast.village_a1, "H1")
    told = {"watched": row, "on": TODAY, "way": "phone", "found": "老人住院，已回家", "worse": True, "by": town, "at": AT}
    first = record_visit(**told, key="abcdefgh1")
    assert record_visit(**told, key="abcdefgh1").pk == first.pk and first.way_name == "电话"
    refused("visit_before_entry", record_visit, **{**told, "on": date(2026, 1, 9)})
    refused("day_in_future", record_visit, **{**told, "on": TODAY + timedelta(days=1)})
    refused("unknown_way", record_visit, **{**told, "way": "dove"})
    refused("note_missing", record_visit, **{**told, "found": ""})
    row.left_on = TODAY
    row.save()
    refused("off_the_list", record_visit, **told)
    assert Visit.objects.count() == 1


def test_a_household_is_never_without_a_helper(cast: Cast, town: Account) -> None:
    row = watched(cast.village_a1, "H1")
    told = {"watched": row, "version": 0, "unit": "教育局", "phone": "13911112222", "contact": town, "why": "工作调动", "by": town, "at": AT}
    refused("helper_missing", actions.change_helper, name="  ", **told)
    refused("contact_without_right", actions.change_helper, name="吴新", **{**told, "contact": cast.li})
    change = actions.change_helper(name="吴新", **told)
    row.refresh_from_db()
    assert (row.helper_name, row.helper_unit, row.helper_phone.open(), row.contact, row.version) == ("吴新", "教育局", "13911112222", town, 1)
    assert (change.before_name, change.name, HelperChange.objects.count()) == ("周帮", "吴新", 1)
    refused("changed_meanwhile", actions.change_helper, name="再换", **told)
    actions.change_helper(name="再换", **{**told, "version": 1, "phone": None})
    row.refresh_from_db()
    assert row.helper_phone.open() == "13911112222"
    with pytest.raises(IntegrityError), transaction.atomic():
        Watched.objects.filter(pk=row.pk).update(helper_name="")


def test_a_county_goes_by_its_own_measures(cast: Cast, town: Account) -> None:
    """Kept and adopted as any other pack: without one the county goes by the newest that came with the product."""
    row = watched(cast.village_a1, "H1", on=date(2026, 1, 10))
    shipped = measures_for(row.path, TODAY)
    assert shipped.id == "measures-2026" and planned(row, town).kind_name == "低保保障"
    own = SHELVES[PackKind.MEASURES].read(shipped.text.replace('zh = "低保保障"', 'zh = "本县低保"').replace(shipped.id, "county"), "county")
    area = area_of(cast.chen, TODAY)
    edition = keep_edition(county=cast.county, pack=own, origin=None, note="改名称", area=area, by=cast.chen, at=AT)
    adopt_edition(division=cast.county, kind=PackKind.MEASURES, edition=edition, document="县发1号", from_on=TODAY, area=area, by=cast.chen, at=AT)
    assert planned(row, town).kind_name == "本县低保" and planned(row, town, on=TODAY - timedelta(days=1)).kind_name == "低保保障"


def test_the_system_may_act_and_is_named(cast: Cast) -> None:
    visit = record_visit(watched=watched(cast.village_a1, "H1"), on=TODAY, way="home", found="好", worse=False, by=SYSTEM, at=AT)
    assert (visit.by, visit.by_name) == (None, "系统")
