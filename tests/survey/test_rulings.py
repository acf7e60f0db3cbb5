"""Two phones on one household, through the database: what differs waits for a person, both values stay, and a ruling settles one field."""

from __future__ import annotations

import random

import pytest
from cast import AT, Cast
from django.test import Client
from openrosa.client import Collect

from survey.field import Field, make_field, phone_of, record, round_of
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.actions import give_duty
from wenqu.places.models import Role
from wenqu.survey.desk.queries import answers_of
from wenqu.survey.models import Doubled, Round, Ruling, Submission
from wenqu.survey.rulings.actions import rule_for_record, rule_on_field
from wenqu.survey.rulings.looking import tick
from wenqu.survey.rulings.queries import given_of, merged_of, rulings_of, standing, together


class Two:
    """The water manager and the town's own person in the same village, each with a phone."""

    def __init__(self, cast: Cast) -> None:
        self.field: Field = make_field(cast)
        self.other = cast.nobody
        give_duty(account=self.other, role=Role.VILLAGE_DESK, division=cast.village_a1, from_on=AT.date(), by=SYSTEM, at=AT)
        round_of_both = self.field.round
        from wenqu.survey.rounds.actions import assign_villages  # noqa: PLC0415

        assign_villages(round=round_of_both, accounts=[self.other], villages=[cast.village_a1], by=cast.chen, at=AT)
        self.phones = [self.field.phone, phone_of(self.other)]
        self.subject = f"household:{self.field.home.pk}"

    @property
    def round(self) -> Round:
        return self.field.round

    def send(self, who: int, body: str = "", instance: str = "", deprecated: str = "", **more: str) -> Submission:
        xml = record(self.field.home, instance, extra=body, deprecated=deprecated, **more)
        before = set(Submission.objects.values_list("pk", flat=True))
        assert Collect(f"http://testserver/x/{self.phones[who].token}", Client()).post(xml).status_code == 201
        return Submission.objects.exclude(pk__in=before).get()

    def rule(self, unit: str, row: Submission, by=None, seen=None) -> Ruling:
        return rule_on_field(
            subject=self.subject, round=self.round, unit=unit, submission=row, by=by or self.field.cast.li, at=AT,
            seen=seen if seen is not None else [each.pk for each in standing(self.subject, self.round.pk)])


@pytest.fixture
def two(cast: Cast) -> Two:
    return Two(cast)


PERSONS, LITRES, PER_HEAD = "/data/supply/persons", "/data/quantity/litres_household_day", "/data/quantity/litres_per_person_day"


def test_what_a_phone_notes_by_itself_is_no_difference(two: Two) -> None:
    two.send(0, "<evidence><place>34.1 109.2 0 8</place></evidence><deviceid>a</deviceid>")
    two.send(1, "<evidence><place>34.2 109.3 0 5</place></evidence><deviceid>b</deviceid>")
    found = together(two.subject, two.round.pk)
    assert len(found.records) == 2 and found.differing == [] and found.merged.values[PERSONS] == "4"


def test_the_same_question_answered_differently_waits_and_both_values_stay(two: Two) -> None:
    first, second = two.send(0, persons="4"), two.send(1, persons="5")
    merged = merged_of(two.subject, two.round)
    assert [(choice.values[PERSONS], choice.records) for choice in merged.open[PERSONS]] == [("4", (first.pk,)), ("5", (second.pk,))]
    tick(at=AT)
    row = Doubled.objects.get()
    assert (row.subject, row.open, row.differing, row.path) == (two.subject, 1, 1, two.field.home.path)
    two.rule(PERSONS, second)
    assert merged_of(two.subject, two.round).values[PERSONS] == "5" and rulings_of(two.subject, two.round) == {PERSONS: second.pk}
    assert [answers_of(each).values[PERSONS] for each in standing(two.subject, two.round.pk)] == ["4", "5"]
    row.refresh_from_db()
    assert (row.open, row.differing) == (0, 1)
    told = AuditEntry.objects.get(verb="rule_on_field")
    assert told.actor_id == two.field.cast.li.pk and told.detail["question"] == PERSONS and told.path == two.field.home.path


def test_a_ruling_can_be_changed_and_the_earlier_one_is_kept(two: Two) -> None:
    first, second = two.send(0, persons="4"), two.send(1, persons="5")
    two.rule(PERSONS, second)
    two.rule(PERSONS, first)
    assert rulings_of(two.subject, two.round) == {PERSONS: first.pk} and Ruling.objects.count() == 2


def test_a_value_that_nobody_was_shown_opens_the_field_again(two: Two) -> None:
    two.send(0, persons="4")
    second = two.send(1, persons="5")
    two.rule(PERSONS, second)
    agreeing = two.send(0, persons="4")
    assert rulings_of(two.subject, two.round) == {PERSONS: second.pk}, "a third that says what the first said changes nothing"
    two.send(1, persons="6")
    assert rulings_of(two.subject, two.round) == {} and len(merged_of(two.subject, two.round).open[PERSONS]) == 3
    two.rule(PERSONS, agreeing)
    assert merged_of(two.subject, two.round).values[PERSONS] == "4"


def test_a_ruling_for_a_record_that_was_corrected_holds_no_more(two: Two) -> None:
    two.send(0, persons="4")
    second = two.send(1, instance="uuid:second", persons="5")
    two.rule(PERSONS, second)
    two.send(1, deprecated="uuid:second", persons="7")
    assert rulings_of(two.subject, two.round) == {} and {choice.values[PERSONS] for choice in merged_of(two.subject, two.round).open[PERSONS]} == {"4", "7"}
    tick(at=AT)
    assert Doubled.objects.get().open == 1


def test_what_the_form_works_out_follows_from_what_stands(two: Two) -> None:
    """Litres a head rest on litres and persons: nobody is asked for them once both are settled as one record has them."""
    def body(litres: str, head: str) -> str:
        return f"<quantity><litres_household_day>{litres}</litres_household_day><litres_per_person_day>{head}</litres_per_person_day></quantity>"

    first, second = two.send(0, body("200", "50.0"), persons="4"), two.send(1, body("200", "40.0"), persons="5")
    assert set(merged_of(two.subject, two.round).open) == {PERSONS, PER_HEAD}
    tick(at=AT)
    assert Doubled.objects.get().open == 1, "nobody is asked yet for what will follow"
    two.rule(PERSONS, second)
    merged = merged_of(two.subject, two.round)
    assert merged.open == {} and merged.values[PER_HEAD] == "40.0" and rulings_of(two.subject, two.round)[PER_HEAD] == second.pk
    # A third from which the litres come: no record has been worked out of what stands, so a person is asked.
    third = two.send(0, body("300", "75.0"), persons="4")
    two.rule(PERSONS, second)
    two.rule(LITRES, third)
    merged = merged_of(two.subject, two.round)
    assert (merged.values[PERSONS], merged.values[LITRES]) == ("5", "300") and set(merged.open) == {PER_HEAD}
    two.rule(PER_HEAD, first)
    assert merged_of(two.subject, two.round).values[PER_HEAD] == "50.0"


def test_one_record_can_be_taken_for_all_that_is_open(two: Two) -> None:
    two.send(0, persons="4")
    second = two.send(1, "<fees><charge>ton</charge></fees>", persons="5")
    third = two.send(0, "<fees><charge>household</charge></fees>", persons="4")
    rows = rule_for_record(
        subject=two.subject, round=two.round, submission=second, seen=[each.pk for each in standing(two.subject, two.round.pk)], by=two.field.cast.li, at=AT)
    assert {row.unit for row in rows} == {PERSONS, "/data/fees/charge"} and merged_of(two.subject, two.round).open == {}
    with pytest.raises(Refused, match="没有待裁定的项"):
        rule_for_record(subject=two.subject, round=two.round, submission=third, seen=[each.pk for each in standing(two.subject, two.round.pk)], by=two.field.cast.li, at=AT)


def test_neither_surveyor_rules_and_nobody_from_elsewhere(two: Two) -> None:
    two.send(0, persons="4")
    second = two.send(1, persons="5")
    cast = two.field.cast
    for role, division in ((Role.TOWN_STATION, cast.town_a),):
        give_duty(account=cast.wang, role=role, division=division, from_on=AT.date(), by=SYSTEM, at=AT)
    for account, code in ((cast.wang, "own_record"), (cast.zhao, "outside_area"), (two.other, "wrong_role")):
        with pytest.raises(Refused) as refused:
            two.rule(PERSONS, second, by=account)
        assert refused.value.code == code
    assert Ruling.objects.count() == 0


def test_what_came_since_the_page_was_shown_is_not_ruled_on_unseen(two: Two) -> None:
    first, second = two.send(0, persons="4"), two.send(1, persons="5")
    two.send(0, persons="9")
    with pytest.raises(Refused) as refused:
        two.rule(PERSONS, second, seen=[first.pk, second.pk])
    assert refused.value.code == "changed_meanwhile"


def test_only_what_differs_is_ruled_on(two: Two) -> None:
    two.send(0, persons="4")
    second = two.send(1, "<fees><charge>ton</charge></fees>", persons="4")
    for unit in (PERSONS, "/data/fees/charge", "/data/no/such"):
        with pytest.raises(Refused) as refused:
            two.rule(unit, second)
        assert refused.value.code == "not_a_choice"


def test_records_of_different_rounds_are_not_put_together(two: Two) -> None:
    two.send(0, persons="4")
    round_of(two.field.cast, two.field.form, [two.other], [two.field.cast.village_a1])
    two.send(1, persons="5")
    assert merged_of(two.subject, two.round).open == {} and tick(at=AT) == 0


def test_the_clock_counts_what_came_and_only_that(two: Two) -> None:
    two.send(0, persons="4")
    assert tick(at=AT) == 0 and not Doubled.objects.exists()
    two.send(1, persons="5")
    assert tick(at=AT) == 1 and tick(at=AT) == 0
    two.send(0, persons="6")
    assert tick(at=AT) == 1 and Doubled.objects.get().records == 3


FIELDS = {
    "/data/supply/persons": ["4", "5", "4.0"], "/data/supply/source": ["spring", "well"], "/data/fees/charge": ["ton", "household"],
    "/data/people/suggestions": ["水小", "水 小", "wěi"], "/data/quantity/short_days": ["0", "18", "19"], "/data/strange": ["x", "y"],
}


def _xml(values: dict[str, str]) -> str:
    groups: dict[str, str] = {}
    for path, text in values.items():
        *above, name = path.removeprefix("/data/").split("/")
        groups[above[0] if above else ""] = groups.get(above[0] if above else "", "") + f"<{name}>{text}</{name}>"
    return "".join(f"<{group}>{body}</{group}>" if group else body for group, body in groups.items())


def test_random_rulings_through_the_database_lose_nothing_in_silence(two: Two) -> None:
    """Whatever two or three phones wrote stands with its source, or waits among the choices; after rulings in any order every
    record still says what it said, and every open field was asked of somebody."""
    dice = random.Random(20261123)
    wire = two.phones[0]
    from wenqu.survey.intake.actions import Part, receive_part  # noqa: PLC0415
    from wenqu.survey.intake.placing import place_record  # noqa: PLC0415
    from wenqu.survey.intake.reading import read_record  # noqa: PLC0415

    asked = 0
    for case in range(150):
        subject, rnd = two.subject, round_of(two.field.cast, two.field.form, [wire.device.account], [two.field.cast.village_a1])
        written: list[dict[str, str]] = []
        for number in range(dice.choice([2, 2, 3])):
            values = {path: dice.choice(texts) for path, texts in FIELDS.items() if dice.random() < 0.7} or {"/data/supply/persons": "4"}
            raw = (f'<data id="household_check" version="{two.field.version.version}"><pick>{two.field.home.pk}</pick>{_xml(values)}'
                   f"<meta><instanceID>uuid:{case}-{number}</instanceID></meta></data>").encode()
            read = read_record(raw)
            receive_part(part=Part(read, place_record(read, wire.device, AT), []), device=wire.device, by=wire.device.account, at=AT)
            written.append({path: text for path, text in values.items() if path != "/data/strange"})
        rows = list(standing(subject, rnd.pk))
        assert len(rows) == len(written)
        seen = [each.pk for each in rows]
        while True:
            merged = merged_of(subject, rnd)
            offered = {(path, value, pk) for choices in merged.open.values() for each in choices for path, value in each.values.items() for pk in each.records}
            standing_now = {(path, merged.values[path], pk) for path, pks in merged.sources.items() for pk in pks}
            every = {(path, value, row.pk) for row, values in zip(rows, written, strict=True) for path, value in values.items()}
            ruled = set(rulings_of(subject, rnd))
            # What was not ruled on is all there; of what was ruled on what stands is one of the values that were written.
            assert {each for each in every if each[0] not in ruled} == {each for each in offered | standing_now if each[0] not in ruled and each[0] != "/data/pick"}
            assert {each for each in standing_now if each[0] in ruled} <= every
            if not merged.open:
                break
            unit = dice.choice(sorted(merged.open))
            choice = dice.choice(dice.choice(merged.open[unit]).records)
            rule_on_field(subject=subject, round=rnd, unit=unit, submission=Submission.objects.get(pk=choice), seen=seen, by=two.field.cast.li, at=AT)
            after = merged_of(subject, rnd)
            asked += 1
            assert after.values[unit] == {row.pk: values for row, values in zip(rows, written, strict=True)}[choice][unit]
            assert set(after.open) == set(merged.open) - {unit} and {path: after.values[path] for path in merged.values} == merged.values
        # Both are kept for ever, to the letter.
        for row, values in zip(standing(subject, rnd.pk), written, strict=True):
            assert {path: text for path, text in answers_of(row).values.items() if path != "/data/pick"} == values
            assert answers_of(row).extra.keys() <= {"/data/strange"}
        assert len(given_of(rows)) == len(rows)
    assert asked > 150


def test_the_desk_lists_what_differs_and_one_click_settles_one_field(two: Two, sign_in) -> None:
    first, second = two.send(0, "<fees><charge>ton</charge></fees>", persons="4"), two.send(1, "<fees><charge>household</charge></fees>", persons="5")
    tick(at=AT)
    http = sign_in(two.field.cast.li)
    row = Doubled.objects.get()
    page = http.get("/survey/rulings/").content.decode()
    assert "张三（610199101201001）" in page and "王管、无职" in page and "2 项" in page
    assert "同一农户两份记录有出入" in http.get("/").content.decode()
    page = http.get(f"/survey/rulings/{row.pk}/").content.decode()
    assert "现在家里常住几口人？" in page and "按方（吨）收" in page or "吨" in page
    assert "王管 · 红米" in page and "无职 · 红米" in page and AuditEntry.objects.filter(verb="view_doubled").count() == 1
    seen = f"{first.pk},{second.pk}"
    http.post(f"/survey/rulings/{row.pk}/rule/", {"unit": PERSONS, "record": first.pk, "seen": seen})
    assert rulings_of(two.subject, two.round) == {PERSONS: first.pk}
    page = http.get(f"/survey/rulings/{row.pk}/").content.decode()
    assert "待裁定 1 项" in page and "李站 于" in page and ">5<" in page, "the value that does not stand is still shown"
    http.post(f"/survey/rulings/{row.pk}/rule/", {"record": second.pk, "seen": seen, "why": "现场核对"})
    assert merged_of(two.subject, two.round).values["/data/fees/charge"] == "household"
    assert "张三" not in http.get("/survey/rulings/").content.decode() and "张三" in http.get("/survey/rulings/?settled=1").content.decode()
    assert http.post(f"/survey/rulings/{row.pk}/rule/", {"unit": PERSONS, "record": first.pk, "seen": str(first.pk)}).status_code == 409
    http = sign_in(two.field.cast.zhao)
    assert http.get(f"/survey/rulings/{row.pk}/").status_code == 404 and "张三" not in http.get("/survey/rulings/?settled=1").content.decode()
    assert http.post(f"/survey/rulings/{row.pk}/rule/", {"unit": PERSONS, "record": second.pk, "seen": seen}).status_code == 404
