"""Problems from the phone: reported, rectified and checked by the ledger's own actions; what is refused waits with its sentence."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from cast import AT, Cast
from crew import Crew, bring, make_crew, picture
from django.test import Client
from stages import facts, scheme, supply

import wenqu.forms
from survey.effects_helper import LATER, SOON, check_of, is_open, run, send, xml_of
from survey.field import Field, make_field, phone_of
from wenqu.evidence.models import Evidence
from wenqu.evidence.stores import SMALL, VIEW, name_of, storage
from wenqu.forms.compiling import compile_form
from wenqu.judging.actions import judge_division
from wenqu.kit.audit import SYSTEM
from wenqu.ledger.kinds import kinds
from wenqu.ledger.loop.actions import assign_problem
from wenqu.ledger.models import Problem, Report
from wenqu.places.models import Account
from wenqu.places.scope import area_of
from wenqu.schemes.models import Scheme
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.designing.checking import SHIPPED
from wenqu.survey.designing.offering import forms_for
from wenqu.survey.desk.actions import accept_submission
from wenqu.survey.devices.actions import Paired
from wenqu.survey.effects import photos
from wenqu.survey.effects.reporting import KINDS
from wenqu.survey.intake.files import take_in
from wenqu.survey.models import Attachment, Submission
from wenqu.survey.rounds.actions import assign_villages

STANDING = ("problem-report", "problem-rectify", "problem-check", "household-new")


@pytest.fixture
def field(cast: Cast) -> Field:
    made = make_field(cast)
    for name in STANDING:
        publish_shipped(county=cast.county, shipped=name, by=cast.chen, at=AT)
    return made


@pytest.fixture
def crew(cast: Cast) -> Crew:
    return make_crew(cast)


def report_of(field: Field, instance: str = "uuid:r1", *, kind: str = "no_water", words: str = "昨天起没有水", way: str = "", extra: str = "", subject: str = "", **rest) -> bytes:
    subject = subject or f"<household>{field.home.pk}</household>"
    told = f"<told><kind>{kind}</kind><words>{words}</words>{f'<way>{way}</way>' if way else ''}</told>{extra}"
    return xml_of("problem_report", f"{subject}<step>report</step>{told}", instance, **rest)


def work_of(problem: Problem, step: str, body: str, instance: str = "uuid:w1", *, seen: int | None = None, **rest) -> bytes:
    known = f"<problem>{problem.pk}</problem><problem_version>{problem.version if seen is None else seen}</problem_version><household>1</household>"
    return xml_of(f"problem_{step}", f"{known}<step>{step}</step>{body}", instance, **rest)


def shot(name: str, seed: object = 0):
    return name, take_in(picture(seed, name))


def broken(name: str):
    file = picture(name, name)
    file.file = io.BytesIO(file.file.getvalue()[:80])
    file.size = 80
    return name, take_in(file)


def reported(field: Field) -> Problem:
    send(field.phone, report_of(field, "uuid:first"))
    run()
    return Problem.objects.get()


def in_hand(field: Field, crew: Crew) -> tuple[Problem, Paired]:
    """A problem that was assigned to the water manager of the village, and their phone."""
    problem = bring(reported(field), "verified", crew, LATER + timedelta(minutes=1))
    assign_problem(
        problem=problem, level="village", holder=field.cast.wang, unit="", note="", version=problem.version, key="assign",
        area=area_of(field.cast.chen, LATER.date()), by=field.cast.chen, at=LATER + timedelta(minutes=5))
    problem.refresh_from_db()
    return problem, field.phone


def test_a_report_begins_a_problem_with_its_photo(field: Field) -> None:
    row = send(field.phone, report_of(field, extra="<photo_site>p.png</photo_site>"), files=(shot("p.png"),))
    assert (row.state, row.round) == ("accepted", None)
    run()
    report = Report.objects.get()
    assert (report.way, report.kind, report.subject_id, report.by, report.words) == ("own_survey", "no_water", field.home.pk, field.cast.wang, "昨天起没有水")
    proof = Evidence.objects.get(subject=f"problem:{report.problem_id}")
    assert (proof.width, proof.height) == (64, 48) and storage().has(name_of(proof.sha256, SMALL)) and storage().has(name_of(proof.sha256, VIEW))
    row.refresh_from_db()
    assert row.effect["reports"] == [report.problem.number] and not is_open(row)


def test_a_report_says_how_it_was_known(field: Field) -> None:
    send(field.phone, report_of(field, way="household_report"))
    run()
    assert Report.objects.get().way == "household_report"


def test_a_report_of_a_scheme(field: Field) -> None:
    plant = Scheme.objects.get()
    row = send(phone_of(field.cast.li), report_of(field, subject=f"<household/><scheme>{plant.pk}</scheme><name>甲镇水厂</name>", kind="pipe_burst"))
    run()
    assert row.subject == f"scheme:{plant.pk}" and (Problem.objects.get().subject_kind, Problem.objects.get().kind) == (2, "pipe_burst")


def test_the_same_record_again_reports_once(field: Field) -> None:
    row = send(field.phone, report_of(field))
    run()
    Submission.objects.filter(pk=row.pk).update(effect_at=None)
    run(SOON + timedelta(minutes=1))
    assert Report.objects.count() == 1 and Problem.objects.get().reports_count == 1


def test_a_corrected_report_is_no_second_one(field: Field) -> None:
    send(field.phone, report_of(field, "uuid:a"))
    run()
    send(field.phone, report_of(field, "uuid:b", words="昨天起没有水，今天来了", deprecated="uuid:a"))
    run()
    assert Report.objects.count() == 1
    send(field.phone, report_of(field, "uuid:c", kind="bad_water", deprecated="uuid:b"))
    run()
    assert sorted(Report.objects.values_list("kind", flat=True)) == ["bad_water", "no_water"]


def test_what_the_ledger_refuses_waits_with_its_sentence_and_holds_up_nobody(field: Field) -> None:
    bad = send(field.phone, report_of(field, "uuid:bad", words="请打 13800001234"))
    good = send(field.phone, report_of(field, "uuid:good"))
    run()
    bad.refresh_from_db()
    assert (bad.state, bad.reasons) == ("quarantined", ["effect_refused"]) and "电话" in bad.effect["refused"]
    assert not is_open(good) and Report.objects.count() == 1
    accept_submission(submission=bad, why="再试一次", by=field.cast.li, at=SOON)
    run(SOON + timedelta(minutes=1))
    bad.refresh_from_db()
    assert bad.state == "quarantined" and bad.reasons == ["effect_refused"]


def test_rectified_with_its_photos_by_whoever_holds_it(field: Field, crew: Crew) -> None:
    problem, phone = in_hand(field, crew)
    body = "<measures>更换了水泵</measures><photo_after>n.png</photo_after>"
    row = send(phone, work_of(problem, "rectify", body), at=LATER + timedelta(minutes=9), files=(shot("n.png"),))
    assert (row.state, row.subject, row.path) == ("accepted", f"problem:{problem.pk}", problem.path)
    run(LATER + timedelta(minutes=10))
    problem.refresh_from_db()
    step = problem.steps.latest("pk")
    assert (problem.state, step.by, step.note, step.transition) == ("rectified", field.cast.wang, "更换了水泵", "rectify")
    assert [each.about for each in Evidence.objects.filter(subject=f"problem:{problem.pk}")] == [step.about]


def test_the_page_of_a_record_names_its_problem_and_no_scheme_of_the_same_key(field: Field, crew: Crew, client: Client) -> None:
    problem, phone = in_hand(field, crew)
    twin = Scheme.objects.filter(pk=problem.pk).first() or scheme(field.cast.town_a, "S9", "同号水厂", pk=problem.pk)
    row = send(phone, work_of(problem, "rectify", "<measures>更换了水泵</measures><photo_after>n.png</photo_after>"), files=(shot("n.png"),))
    run(LATER + timedelta(minutes=10))
    client.force_login(field.cast.li)
    page = client.get(f"/survey/records/{row.pk}/").content.decode()
    assert f"{problem.number} 停水断水" in page and twin.name not in page and "已整改" in page and "evidence" in page


def test_a_broken_photo_proves_nothing(field: Field, crew: Crew) -> None:
    problem, phone = in_hand(field, crew)
    row = send(phone, work_of(problem, "rectify", "<measures>更换了水泵</measures><photo_after>b.png</photo_after>"), files=(broken("b.png"),))
    run(LATER + timedelta(minutes=10))
    row.refresh_from_db()
    assert row.state == "quarantined" and "照片" in row.effect["refused"]


def test_checked_and_sent_back_by_what_the_household_says(field: Field, crew: Crew) -> None:
    problem = bring(reported(field), "rectified", crew, LATER + timedelta(minutes=1))
    phone = phone_of(field.cast.li)
    seen = "<seen><note>放水浑浊</note><answer>unsatisfied</answer></seen>"
    send(phone, work_of(problem, "check", seen, "uuid:c1"), at=LATER + timedelta(minutes=9))
    run(LATER + timedelta(minutes=10))
    problem.refresh_from_db()
    assert (problem.state, problem.steps.latest("pk").transition, problem.steps.latest("pk").note) == ("assigned", "return", "放水浑浊")


def test_checked_on_the_day_of_the_visit(field: Field, crew: Crew) -> None:
    problem = bring(reported(field), "rectified", crew, LATER + timedelta(minutes=1))
    seen = "<seen><note>放水正常</note><answer>satisfied</answer></seen><photo_check>c.png</photo_check>"
    row = send(phone_of(field.cast.li), work_of(problem, "check", seen), files=(shot("c.png"),))
    run(LATER + timedelta(minutes=10))
    problem.refresh_from_db()
    step = problem.steps.latest("pk")
    assert (problem.state, step.transition, step.detail["answer"], step.detail["visited_on"]) == ("checked", "check", "satisfied", "2026-03-01")
    assert step.proofs_among(Evidence.objects.filter(subject=f"problem:{problem.pk}")) and not is_open(row)


def test_whoever_rectified_cannot_check_by_phone_either(field: Field, crew: Crew) -> None:
    problem = bring(reported(field), "verified", crew, LATER + timedelta(minutes=1))
    assign_problem(
        problem=problem, level="town", holder=field.cast.li, unit="", note="", version=problem.version, key="assign",
        area=area_of(field.cast.chen, LATER.date()), by=field.cast.chen, at=LATER + timedelta(minutes=5))
    problem.refresh_from_db()
    phone = phone_of(field.cast.li)
    send(phone, work_of(problem, "rectify", "<measures>修好</measures><photo_after>n.png</photo_after>", "uuid:m"), files=(shot("n.png"),))
    run(LATER + timedelta(minutes=8))
    problem.refresh_from_db()
    row = send(phone, work_of(problem, "check", "<seen><note>好了</note><answer>satisfied</answer></seen>"))
    run(LATER + timedelta(minutes=10))
    row.refresh_from_db()
    problem.refresh_from_db()
    assert (row.state, row.effect["code"], problem.state) == ("quarantined", "same_person", "rectified")


def test_what_happened_meanwhile_without_weight_does_not_stop_the_step(field: Field, crew: Crew) -> None:
    problem, phone = in_hand(field, crew)
    seen = problem.version
    send(field.phone, report_of(field, "uuid:again"))
    run(LATER + timedelta(minutes=6))
    problem.refresh_from_db()
    assert problem.version > seen
    send(phone, work_of(problem, "rectify", "<measures>修好</measures><photo_after>n.png</photo_after>", seen=seen), files=(shot("n.png"),))
    run(LATER + timedelta(minutes=10))
    problem.refresh_from_db()
    assert problem.state == "rectified"


def test_what_the_phone_saw_stands_no_longer_then_somebody_decides(field: Field, crew: Crew) -> None:
    problem = reported(field)
    seen = problem.version
    problem = bring(problem, "rectified", crew, LATER + timedelta(minutes=1))
    row = send(phone_of(field.cast.li), work_of(problem, "check", "<seen><note>放水正常</note><answer>satisfied</answer></seen>", seen=seen))
    run(LATER + timedelta(minutes=10))
    row.refresh_from_db()
    assert (row.state, row.effect["code"]) == ("quarantined", "changed_meanwhile")
    accept_submission(submission=row, why="现场确已复核", by=field.cast.chen, at=LATER + timedelta(minutes=11))
    run(LATER + timedelta(minutes=12))
    problem.refresh_from_db()
    assert problem.state == "checked" and not is_open(row)


def test_a_problem_of_nobody_s_county_and_one_outside(field: Field) -> None:
    problem = reported(field)
    row = send(field.phone, xml_of("problem_check", "<problem>987654</problem><step>check</step>", "uuid:x"))
    assert row.reasons == ["unknown_subject"]
    far = send(phone_of(field.cast.zhao), work_of(problem, "check", "<seen><note>x</note></seen>", "uuid:y"))
    assert far.reasons == ["outside_area"]


def test_a_problem_by_its_number_as_collect_types_it(field: Field, crew: Crew) -> None:
    problem = bring(reported(field), "rectified", crew, LATER + timedelta(minutes=1))
    body = f"<problem_typed>{problem.number}</problem_typed><step>check</step><seen><note>好</note><answer>satisfied</answer></seen>"
    send(phone_of(field.cast.li), xml_of("problem_check", body, "uuid:t"))
    run(LATER + timedelta(minutes=10))
    problem.refresh_from_db()
    assert problem.state == "checked"


def test_a_new_household_is_listed_and_nothing_is_invented(field: Field) -> None:
    row = send(field.phone, xml_of("household_new", "<village>甲一村</village><step>new_household</step><home><head>孙新</head><people>3</people></home>", "uuid:n"))
    before = type(field.home).objects.count()
    run()
    row.refresh_from_db()
    assert (row.state, row.subject, row.path, row.effect["new_household"]) == ("accepted", "", field.cast.village_a1.path, True)
    assert type(field.home).objects.count() == before


def test_whom_the_standing_forms_are_offered_to(field: Field, crew: Crew) -> None:
    def offered(account: Account) -> dict[str, list[str]]:
        return {each.version.form.form_id: each.paths for each in forms_for(phone_of(account).device, LATER.date()) if each.standing}

    village, town = field.cast.village_a1.path, field.cast.town_a.path
    assert offered(field.cast.wang) == {"problem_report": [village], "problem_rectify": [village], "household_new": [village]}
    assert offered(field.cast.li) == {"problem_report": [town], "problem_rectify": [town], "problem_check": [town], "household_new": [town]}
    assert [each.version.form.form_id for each in forms_for(field.phone.device, LATER.date()) if not each.standing] == ["household_check"]


def scheme_check(plant: Scheme, instance: str, entries: str, version: str, **rest) -> bytes:
    return xml_of("scheme_check", f"<scheme>{plant.pk}</scheme><water><lab_result>pass</lab_result></water>{entries}", instance, version=version, **rest)


def test_every_problem_of_a_scheme_check_is_one_report(field: Field) -> None:
    version = publish_shipped(county=field.cast.county, shipped="scheme-check", by=field.cast.chen, at=AT)
    plant, phone = Scheme.objects.get(), phone_of(field.cast.li)
    one = "<problem><kind>burst</kind><severity>major</severity><words>主管爆裂</words><problem_photo>q.png</problem_photo></problem>"
    two = "<problem><kind>management</kind><severity>small</severity><words>没有人管，电话 13800001234</words></problem>"
    row = send(phone, scheme_check(plant, "uuid:s", one + two, version.version), files=(shot("q.png"),))
    accept_submission(submission=row, why="工程在镇上", by=field.cast.chen, at=LATER)
    run()
    row.refresh_from_db()
    assert row.state == "quarantined" and row.effect["refused"].startswith("第 2 个问题") and not Report.objects.exists() and row.facts is None
    accept_submission(submission=row, why="能用的先用", by=field.cast.chen, at=SOON)
    run(SOON + timedelta(minutes=1))
    row.refresh_from_db()
    report = Report.objects.get()
    assert (report.kind, report.words) == ("pipe_burst", "主管爆裂（调查员判断：严重）") and row.facts is not None
    assert len(row.effect["not_reported"]) == 1 and Evidence.objects.filter(subject=f"problem:{report.problem_id}").count() == 1


def verified_after(field: Field, phone: Paired) -> Problem:
    judge_division(division=field.cast.county, pack_id="national-2018", as_of=date(2026, 2, 28), by=SYSTEM, at=AT)
    send(field.phone, check_of(field.home, "uuid:one", litres=5))
    run()
    assert Problem.objects.get().state == "found"
    send(phone, check_of(field.home, "uuid:two", litres=5))
    run(SOON + timedelta(minutes=1))
    return Problem.objects.get()


def test_who_may_verify_has_verified_what_they_find_again(field: Field) -> None:
    assign_villages(round=field.round, accounts=[field.cast.li], villages=[field.cast.village_a1], by=field.cast.chen, at=AT)
    problem = verified_after(field, phone_of(field.cast.li))
    row = Submission.objects.get(instance_id="uuid:two")
    step = problem.steps.get(transition="verify")
    assert (problem.state, step.by) == ("verified", field.cast.li) and f"#{row.pk}" in step.note and row.effect["verified"] == [problem.number]


def test_what_somebody_did_not_look_at_they_have_not_verified(field: Field) -> None:
    facts(field.home, date(2026, 2, 1), litres_per_person_day=5)
    judge_division(division=field.cast.county, pack_id="national-2018", as_of=date(2026, 2, 28), by=SYSTEM, at=AT)
    send(field.phone, check_of(field.home, litres=""))
    run()
    assert Problem.objects.get().state == "found"


def test_the_kinds_of_the_shipped_forms_are_those_of_the_duty_packs() -> None:
    for name in SHIPPED:
        plan = compile_form(Path(wenqu.forms.__file__).parent / "shipped" / f"{name}.xlsx").plan
        lists = {node["list"] for node in _every(plan["nodes"]) if node["path"].rpartition("/")[2] == "kind"}
        for each in lists:
            told = [KINDS.get(str(item[0]), str(item[0])) for item in plan["lists"][each]["items"]]
            assert set(told) <= set(kinds())
            if name == "problem-report":
                assert set(told) == set(kinds()) and [plan["texts"][item[1]][0] for item in plan["lists"][each]["items"]] == [kinds()[kind] for kind in told]


def _every(nodes):
    for node in nodes:
        yield node
        yield from _every(node.get("children", []))


def test_photos_of_accepted_records_get_copies_and_a_broken_one_is_a_download(field: Field) -> None:
    extra = "<evidence><photo_tap>a.png</photo_tap><photo_water>b.png</photo_water></evidence>"
    row = send(field.phone, check_of(field.home, extra=extra), files=(shot("a.png", "tap"), broken("b.png")))
    assert photos.tick(at=SOON) == 2 and photos.tick(at=SOON) == 0
    told = {each.name: each.evidence for each in Attachment.objects.filter(submission=row).select_related("evidence")}
    assert told["a.png"].is_photo and told["a.png"].width == 64 and storage().has(name_of(told["a.png"].sha256, SMALL))
    assert not told["b.png"].is_photo and not storage().has(name_of(told["b.png"].sha256, SMALL))


def test_photos_of_what_waits_are_not_opened(field: Field) -> None:
    send(field.phone, check_of(field.home, version="0", extra="<evidence><photo_tap>a.png</photo_tap></evidence>"), files=(shot("a.png"),))
    assert photos.tick(at=SOON) == 0


def test_one_photo_that_cannot_be_read_now_holds_up_no_other(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, home in (("a.png", field.home), ("b.png", field.neighbour)):
        send(field.phone, check_of(home, extra=f"<evidence><photo_tap>{name}</photo_tap></evidence>"), files=(shot(name, name),))
    first, real = Attachment.objects.order_by("pk")[0], photos._open
    monkeypatch.setattr(photos, "_open", lambda proof: 1 / 0 if proof.pk == first.evidence_id else real(proof))
    assert photos.tick(at=SOON) == 1
    assert list(Attachment.objects.filter(looked_at=None)) == [first]


def test_a_household_that_got_a_scheme_keeps_its_own_grade(field: Field) -> None:
    supply(field.neighbour, Scheme.objects.get())
    judge_division(division=field.cast.county, pack_id="national-2018", as_of=date(2026, 2, 28), by=SYSTEM, at=AT)
    send(field.phone, check_of(field.home, litres=5))
    run()
    assert [each.subject_id for each in Problem.objects.all()] == [field.home.pk]
