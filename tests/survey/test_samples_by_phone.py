"""Water samples by phone: taken by their number with what was measured beside them, for as long as their record stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from cast import AT, TODAY, Cast
from quality.county import adopt, keep_all, person, point_of, schemes

from survey.effects_helper import LATER, SOON, run, send, xml_of
from survey.field import phone_of
from wenqu.kit.models import AuditEntry
from wenqu.places.models import Account
from wenqu.places.rights import Role as Duty
from wenqu.places.scope import area_of
from wenqu.quality.models import Custody, Result, Sample
from wenqu.quality.samples.actions import Handed, Taking, receive, take_sample
from wenqu.quality.samples.planning import plan_samples
from wenqu.quality.samples.trips import Extras, Wish
from wenqu.rulebook.quality.plans import Window
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.designing.offering import forms_for
from wenqu.survey.desk.actions import accept_submission
from wenqu.survey.devices.actions import Paired
from wenqu.survey.effects.telling import effect_lines
from wenqu.survey.models import Submission

pytestmark = pytest.mark.django_db


YEAR_LONG = Window("2026", ((date(2026, 1, 1), date(2026, 12, 31)),))


@dataclass
class Stage:
    cast: Cast
    phone: Paired
    rows: list[Sample]  # two of the plant of town A, one of a scheme of town B

    @property
    def one(self) -> Sample:
        return Sample.objects.get(pk=self.rows[0].pk)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    plant, _station, other, _well = schemes(cast)
    keep_all(cast, adopt(cast, "plan-county-water"))
    publish_shipped(county=cast.county, shipped="water-sample", by=cast.chen, at=AT)
    points = [point_of(plant), point_of(plant, "tap"), point_of(other)]
    edition = adopt(cast, "plan-county-water").edition_id
    rows = plan_samples(county=cast.county, wishes=[Wish(point.pk, edition, f"outlet/{point.pk}/2026", ("ph", "lead"), YEAR_LONG) for point in points],
                        extras=Extras(0, 0, 0, 0), planned_on=TODAY, key="k", area=cast.area(cast.chen), by=cast.chen, at=AT)
    return Stage(cast, phone_of(cast.li), rows)


def record_of(number: str, instance: str = "uuid:s1", *, typed: bool = False, at: str = "2026-03-01T09:10:00.000+08:00", agent: str = "register", words: str = "",
              chlorine: str = "0.35", ph: str = "7.2", **rest: str) -> bytes:
    which = f"<sample_scanned/><sample_typed>{number}</sample_typed>" if typed else f"<sample_scanned>{number}</sample_scanned>"
    taking = f"<taken_at>{at}</taken_at><disinfectant>{agent}</disinfectant><sampling_words>{words}</sampling_words>"
    field = f"<free_chlorine>{chlorine}</free_chlorine><ph>{ph}</ph><turbidity/><water_temperature>12.5</water_temperature>"
    return xml_of("water_sample", f"<step>sample</step><which>{which}</which><taking>{taking}</taking><field>{field}</field>", instance, **rest)


def settled(row: Submission) -> Submission:
    run()
    row.refresh_from_db()
    return row


def lines(row: Submission) -> str:
    return " ".join(effect_lines(row, str))


def standing() -> dict[str, str]:
    return dict(Result.objects.filter(state="entered").values_list("item", "written"))


@pytest.mark.parametrize("typed", [False, True])
def test_a_record_takes_the_sample_and_what_was_measured(stage: Stage, typed: bool) -> None:
    number = stage.one.number.replace("-", "") if typed else stage.one.number
    row = settled(send(stage.phone, record_of(number, typed=typed, agent="sodium_hypochlorite", words="水压正常")))
    sample = stage.one
    assert row.state == "accepted" and row.path == sample.path
    assert (sample.state, sample.taken_by, sample.taken_by_name, sample.taken_at, sample.scheme_class, sample.people, sample.disinfectant, sample.note) == (
        "taken", stage.cast.li, "李站", datetime(2026, 3, 1, 1, 10, tzinfo=UTC), "large", 3, "次氯酸钠", "水压正常")
    assert standing() == {"free_chlorine": "0.35", "ph": "7.2", "water_temperature": "12.5"}
    assert set(Result.objects.values_list("origin", "path", "entered_by")) == {("field", sample.path, stage.cast.li.pk)}
    assert "登记采样（2026-03-01 09:10），现场测定 3 项" in lines(row)
    assert AuditEntry.objects.get(verb="take_sample").actor_id == stage.cast.li.pk


def test_the_same_record_however_often_takes_once(stage: Stage) -> None:
    row = send(stage.phone, record_of(stage.one.number))
    for _time in range(3):
        settled(row)
        Submission.objects.update(effect_at=None)
    assert Custody.objects.count() == 1 and Result.objects.count() == 3 and stage.one.version == 2


@pytest.mark.parametrize("between", [True, False])
def test_a_correction_takes_the_place_of_what_was_measured(stage: Stage, between: bool) -> None:
    first = send(stage.phone, record_of(stage.one.number))
    if between:
        settled(first)
    second = send(stage.phone, record_of(stage.one.number, "uuid:s2", chlorine="0.53", ph="", deprecated="uuid:s1"))
    Submission.objects.filter(pk=first.pk).update(effect_tries=1)
    settled(second)
    assert standing() == {"free_chlorine": "0.53", "water_temperature": "12.5"} and stage.one.state == "taken"
    first.refresh_from_db()
    assert first.state == "replaced" and first.effect_at is not None
    if between:
        new = Result.objects.get(item="free_chlorine", state="entered")
        assert new.instead_of is not None and (new.instead_of.written, new.instead_of.state) == ("0.35", "replaced")
        assert Result.objects.get(item="ph").state == "invalid" and list(Custody.objects.order_by("pk").values_list("step", flat=True)) == ["taken", "planned", "taken"]
    else:
        assert Result.objects.count() == 2 and Custody.objects.count() == 1


def test_a_correction_of_the_number_frees_the_other_sample(stage: Stage) -> None:
    settled(send(stage.phone, record_of(stage.rows[1].number)))
    settled(send(stage.phone, record_of(stage.one.number, "uuid:s2", deprecated="uuid:s1")))
    assert Sample.objects.get(pk=stage.rows[1].pk).state == "planned" and stage.one.state == "taken"
    assert {each.sample_id for each in Result.objects.filter(state="entered")} == {stage.one.pk} and not Result.objects.filter(instead_of__isnull=False).exists()


def test_a_record_left_out_takes_it_all_back_and_taken_in_again_it_stands(stage: Stage) -> None:
    row = settled(send(stage.phone, record_of(stage.one.number)))
    Submission.objects.update(state="left_out", effect_at=None)
    settled(row)
    sample = stage.one
    assert (sample.state, sample.taken_at, sample.people, sample.scheme_class) == ("planned", None, None, "") and standing() == {}
    assert {each.why for each in Result.objects.all()} == {"采样记录已更正或不采用"} and "已经撤回" in lines(row)
    assert AuditEntry.objects.filter(verb="withdraw_sampling").count() == 1
    Submission.objects.update(state="accepted", effect_at=None)
    settled(row)
    assert stage.one.state == "taken" and len(standing()) == 3 and Result.objects.count() == 6


def test_what_went_on_stays_taken(stage: Stage) -> None:
    row = settled(send(stage.phone, record_of(stage.one.number)))
    lab = person(Duty.LABORATORY, stage.cast.county)
    receive(samples=[stage.one], told=Handed(SOON, taker="检测员", intact=True), key="r", area=area_of(lab, TODAY), by=lab, at=SOON)
    Submission.objects.update(state="left_out", effect_at=None)
    settled(row)
    assert stage.one.state == "received" and stage.one.people == 3 and standing() == {} and "采样登记不撤回" in lines(row)


def test_a_sample_taken_at_the_desk_gets_its_measurements(stage: Stage) -> None:
    take_sample(sample=stage.one, told=Taking(AT, measures={"ph": "6.9"}), key="w", area=stage.cast.area(stage.cast.chen), by=stage.cast.chen, at=AT)
    row = settled(send(stage.phone, record_of(stage.one.number)))
    assert standing() == {"ph": "6.9", "free_chlorine": "0.35", "water_temperature": "12.5"} and "补记现场测定 2 项" in lines(row) and stage.one.taken_by == stage.cast.chen


def test_a_number_that_two_records_tell_waits_for_a_person(stage: Stage) -> None:
    settled(send(stage.phone, record_of(stage.one.number)))
    row = settled(send(stage.phone, record_of(stage.one.number, "uuid:s2", ph="8.1")))
    assert row.state == "quarantined" and "已由李站登记采样" in lines(row) and standing()["ph"] == "7.2"


def test_a_number_misread_waits_for_a_person(stage: Stage) -> None:
    number = stage.one.number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    row = settled(send(stage.phone, record_of(wrong)))
    assert row.state == "quarantined" and row.reasons == ["unknown_sample"] and stage.one.state == "planned"
    accept_submission(submission=row, why="核对过了", by=stage.cast.chen, at=SOON)
    settled(row)
    assert row.state == "quarantined" and "请对照标签核对编号" in lines(row)


def test_a_sample_of_another_town_waits_for_a_person(stage: Stage) -> None:
    row = settled(send(stage.phone, record_of(stage.rows[2].number)))
    assert row.state == "quarantined" and "outside_area" in row.reasons and Sample.objects.get(pk=stage.rows[2].pk).state == "planned"


def test_a_reading_that_is_none_waits_for_a_person_and_nothing_is_taken(stage: Stage) -> None:
    row = settled(send(stage.phone, record_of(stage.one.number, ph="77")))
    assert row.state == "quarantined" and "应在 0 到 14 之间" in lines(row) and stage.one.state == "planned" and not Result.objects.exists()


def test_a_clock_ahead_takes_it_when_the_record_came_in(stage: Stage) -> None:
    settled(send(stage.phone, record_of(stage.one.number, at="2026-03-04T09:10:00.000+08:00")))
    assert stage.one.taken_at == LATER


def test_the_form_is_offered_where_its_owner_takes_samples(stage: Stage) -> None:
    def offered(account: Account) -> list[str]:
        return [path for each in forms_for(phone_of(account).device, TODAY) if each.version.step == "sample" for path in each.paths]

    assert offered(stage.cast.li) == [stage.cast.town_a.path] and offered(stage.cast.chen) == [stage.cast.county.path] and offered(stage.cast.wang) == []
