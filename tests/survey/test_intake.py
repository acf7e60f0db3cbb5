"""A good record is never refused: what is doubtful about it waits for a decision, and nothing of it is ever changed."""

from __future__ import annotations

from datetime import date

import pytest
from cast import AT, Cast
from django.test import Client
from openrosa.client import Collect
from pytest_django import DjangoAssertNumQueries
from stages import household

from survey.field import Field, make_field, phone_of, record, round_of
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.actions import add_division, end_duty
from wenqu.places.models import Level
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.desk.actions import accept_submission, leave_out_submission
from wenqu.survey.desk.queries import answers_of
from wenqu.survey.devices.actions import revoke_device
from wenqu.survey.intake.placing import _last, place_record
from wenqu.survey.intake.reading import read_record
from wenqu.survey.models import Submission
from wenqu.survey.rounds.actions import close_round, move_end


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def send(field: Field, xml: bytes, token: str = "", files: dict[str, bytes] | None = None) -> Submission:
    phone = Collect(f"http://testserver/x/{token or field.phone.token}", Client())
    before = set(Submission.objects.values_list("pk", flat=True))
    answer = phone.post(xml, files)
    assert answer.status_code == 201
    fresh = Submission.objects.exclude(pk__in=before)
    assert fresh.count() == 1
    return fresh.get()


def test_a_check_in_its_round_is_accepted_where_the_household_lies(field: Field) -> None:
    row = send(field, record(field.home))
    assert (row.state, row.reasons, row.subject, row.path) == ("accepted", [], f"household:{field.home.pk}", field.cast.village_a1.path)
    assert (row.version, row.round, row.account, row.filled_at.isoformat()) == (field.version, field.round, field.cast.wang, "2026-03-01T01:12:00+00:00")
    assert answers_of(row).values["/data/supply/persons"] == "4" and answers_of(row).extra == {}
    told = AuditEntry.objects.get(verb="receive_submission")
    assert (told.actor_id, told.via, told.subject) == (field.cast.wang.pk, "phone", f"submission:{row.pk}")


def test_after_the_round_a_record_waits(field: Field) -> None:
    close_round(round=field.round, by=field.cast.chen, at=AT)
    assert send(field, record(field.home)).reasons == ["round_ended"]


def test_past_the_last_day_a_record_waits(field: Field) -> None:
    move_end(round=field.round, to_on=date(2026, 3, 1), by=field.cast.chen, at=AT)
    row = send(field, record(field.home))
    assert (row.state, row.reasons, row.round) == ("quarantined", ["round_ended"], field.round)


def test_a_newer_round_takes_what_the_old_one_does_not(field: Field) -> None:
    close_round(round=field.round, by=field.cast.chen, at=AT)
    newer = round_of(field.cast, field.form, [field.cast.wang], [field.cast.village_a1])
    row = send(field, record(field.home))
    assert (row.state, row.round) == ("accepted", newer)


def test_a_retired_phone_a_duty_that_ended_an_account_that_left(field: Field) -> None:
    revoke_device(device=field.phone.device, by=field.cast.wang, at=AT)
    assert send(field, record(field.home)).reasons == ["device_revoked"]
    end_duty(duty=field.cast.wang.duties.get(), by=SYSTEM, at=AT)
    assert set(send(field, record(field.home)).reasons) == {"device_revoked", "no_duty"}
    field.cast.wang.is_active = False
    field.cast.wang.save()
    assert "no_duty" in send(field, record(field.home)).reasons


def test_an_unknown_form_or_version_waits_with_all_its_answers(field: Field) -> None:
    row = send(field, record(field.home, version="1999"))
    assert (row.reasons, row.version, row.form_version) == (["unknown_version"], None, "1999")
    assert answers_of(row).values["/data/supply/mode"] == "piped" and row.subject == f"household:{field.home.pk}"
    assert "unknown_form" in send(field, record(field.home, form_id="elsewhere")).reasons


def test_a_household_outside_the_task_waits_where_it_lies(field: Field) -> None:
    row = send(field, record(field.far))
    assert (row.reasons, row.path) == (["outside_area"], field.cast.village_a2.path)


def test_a_household_of_another_county_is_no_household_at_all(field: Field) -> None:
    other = add_division(parent=field.cast.county.parent, level=Level.COUNTY, name="邻县", codes={}, by=field.cast.chen, at=AT)
    town = add_division(parent=other, level=Level.TOWN, name="邻镇", codes={}, by=field.cast.chen, at=AT)
    village = add_division(parent=town, level=Level.VILLAGE, name="邻村", codes={}, by=field.cast.chen, at=AT)
    theirs = household(village, "X1")
    rows = [send(field, record(theirs)), send(field, record("987654321")), send(field, record("no number"))]
    assert {(tuple(row.reasons), row.subject, row.path) for row in rows} == {(("unknown_subject",), "", field.cast.village_a1.path)}


def test_a_form_that_nobody_was_sent_to_fill_waits(field: Field) -> None:
    li = phone_of(field.cast.li)
    assert send(field, record(field.home), li.token).reasons == ["no_round"]


def test_another_content_under_the_same_number_is_kept_beside_the_first(field: Field) -> None:
    first = send(field, record(field.home, "uuid:1"))
    second = send(field, record(field.home, "uuid:1", persons="9"))
    first.refresh_from_db()
    assert (first.state, first.twin) == ("accepted", False)
    assert (second.state, second.twin, second.reasons) == ("quarantined", True, ["same_id_differs"])
    # And again: each is itself.
    Collect(f"http://testserver/x/{field.phone.token}").post(record(field.home, "uuid:1", persons="9"))
    assert Submission.objects.count() == 2


def test_a_correction_takes_the_place_of_what_it_corrects(field: Field) -> None:
    first = send(field, record(field.home, "uuid:1"))
    second = send(field, record(field.home, "uuid:2", deprecated="uuid:1", persons="5"))
    third = send(field, record(field.home, "uuid:3", deprecated="uuid:2", persons="6"))
    states = dict(Submission.objects.values_list("instance_id", "state"))
    assert states == {"uuid:1": "replaced", "uuid:2": "replaced", "uuid:3": "accepted"}
    assert (second.replaces, third.replaces) == (first, second)


def test_a_correction_that_comes_before_what_it_corrects_waits(field: Field) -> None:
    row = send(field, record(field.home, "uuid:2", deprecated="uuid:1"))
    assert row.reasons == ["replaces_unknown"]
    assert send(field, record(field.home, "uuid:1")).state == "accepted"


def test_a_second_correction_and_one_of_somebody_else_wait(field: Field) -> None:
    send(field, record(field.home, "uuid:1"))
    send(field, record(field.home, "uuid:2", deprecated="uuid:1"))
    assert send(field, record(field.home, "uuid:3", deprecated="uuid:1")).reasons == ["replaces_replaced"]
    round_of(field.cast, field.form, [field.cast.li], [field.cast.village_a1])
    theirs = send(field, record(field.home, "uuid:4", deprecated="uuid:2"), phone_of(field.cast.li).token)
    assert theirs.reasons == ["replaces_others"]
    assert Submission.objects.get(instance_id="uuid:2").state == "accepted"


def test_the_desk_accepts_or_leaves_out_with_a_reason(field: Field) -> None:
    close_round(round=field.round, by=field.cast.chen, at=AT)
    one, two = send(field, record(field.home)), send(field, record(field.neighbour))
    xml = one.xml.open()
    with pytest.raises(Refused, match="理由"):
        accept_submission(submission=one, why=" ", by=field.cast.li, at=AT)
    accept_submission(submission=one, why="离线多日后补传", by=field.cast.li, at=AT)
    leave_out_submission(submission=two, why="重复调查", by=field.cast.li, at=AT)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == ("accepted", "left_out") and one.reasons == ["round_ended"] and one.xml.open() == xml
    with pytest.raises(Refused) as again:
        leave_out_submission(submission=one, why="改主意", by=field.cast.li, at=AT)
    assert again.value.code == "already_decided"
    assert [e.detail["reason"] for e in AuditEntry.objects.filter(verb__in=("accept_submission", "leave_out_submission")).order_by("pk")] == ["离线多日后补传", "重复调查"]


def test_who_may_decide(field: Field) -> None:
    row = send(field, record(field.far))
    for who, code in ((field.cast.wang, "outside_area"), (field.cast.zhao, "outside_area")):
        with pytest.raises(Refused) as refusal:
            accept_submission(submission=row, why="可以", by=who, at=AT)
        assert refusal.value.code == code
    near = send(field, record(field.home, version="0"))
    with pytest.raises(Refused) as refusal:
        accept_submission(submission=near, why="可以", by=field.cast.wang, at=AT)
    assert refusal.value.code == "wrong_role"


def test_nobody_decides_of_their_own_record(field: Field) -> None:
    round_of(field.cast, field.form, [field.cast.li], [field.cast.village_a1])
    row = send(field, record(field.home, version="0"), phone_of(field.cast.li).token)
    with pytest.raises(Refused) as refusal:
        accept_submission(submission=row, why="可以", by=field.cast.li, at=AT)
    assert refusal.value.code == "own_record"


def test_the_desk_may_let_another_correction_stand(field: Field) -> None:
    send(field, record(field.home, "uuid:1"))
    send(field, record(field.home, "uuid:2", deprecated="uuid:1"))
    send(field, record(field.home, "uuid:3", deprecated="uuid:2"))
    late = send(field, record(field.home, "uuid:4", deprecated="uuid:1"))
    accept_submission(submission=late, why="以这份为准", by=field.cast.chen, at=AT)
    states = dict(Submission.objects.values_list("instance_id", "state"))
    assert states == {"uuid:1": "replaced", "uuid:2": "replaced", "uuid:3": "replaced", "uuid:4": "accepted"}


def test_where_it_belongs_is_asked_in_one_statement(field: Field, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    place_record(read_record(record(field.home)), field.phone.device, AT)
    for home, reasons in ((field.neighbour, []), (field.far, ["outside_area"])):
        read = read_record(record(home))
        with django_assert_num_queries(1):
            place = place_record(read, field.phone.device, AT)
        assert (place.version_id, place.round_id, place.subject, place.reasons) == (field.version.pk, field.round.pk, f"household:{home.pk}", reasons)


def test_the_version_that_was_remembered_is_not_believed(field: Field) -> None:
    read = read_record(record(field.home))
    right = place_record(read, field.phone.device, AT)
    last = _last(field.cast.county.pk, "household_check", read.form_version)
    other = publish_shipped(county=field.cast.county, shipped="scheme-check", by=field.cast.chen, at=AT)
    # As after a restored backup: the same name, another row.
    for stale in ((other.pk, other.xform_hash, other.step), None):
        last.version = stale
        assert place_record(read, field.phone.device, AT) == right and right.subject == f"household:{field.home.pk}"
    unknown = read_record(record(field.home, version="2020010101"))
    _last(field.cast.county.pk, "household_check", unknown.form_version).version = last.version
    assert place_record(unknown, field.phone.device, AT).reasons == ["unknown_version"]
