"""Whoever leaves hands over what they hold; the account and its history stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import AT, PASSWORD, TODAY, Cast
from crew import act as step_of
from crew import bring, make_crew
from django.test import Client
from django.utils import timezone
from judged import make_county
from staff import Staff, duty, person

from wenqu.importing.models import Batch, BatchState, Mapping
from wenqu.jobs.models import Job, State
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.ledger.loop.actions import verify_problem
from wenqu.people.invitations.actions import invite
from wenqu.people.leaving.actions import hand_over, hand_over_and_leave, reactivate
from wenqu.people.leaving.queries import held_by, takers_for
from wenqu.people.models import ApiToken, HandOver, Invitation, Notice
from wenqu.people.persons.actions import end_or_ask, give_or_ask
from wenqu.places.models import Account, Duty, Role
from wenqu.places.scope import area_of


@pytest.fixture
def busy(cast: Cast, staff: Staff) -> Cast:
    """The county's dispatcher with open imports, a mapping and jobs."""
    common = {"division": cast.county, "path": cast.county.path, "by": cast.chen, "kind": "households"}
    for state in (BatchState.CHECKED, BatchState.UPLOADED, BatchState.IMPORTED):
        Batch.objects.create(**common, file_name="a.xlsx", stored=state, sha256="0", observed_on=TODAY, created_at=AT, state=state)
    Mapping.objects.create(**common, name="县表", text="", at=AT)
    for kind, state in (("judge", State.QUEUED), ("export_ledger", State.RUNNING), ("judge", State.DONE)):
        Job.objects.create(kind=kind, title="x", path=cast.county.path, by=cast.chen, state=state, created_at=AT)
    return cast


def code(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_everything_open_goes_over_and_what_is_done_stays(busy: Cast, staff: Staff) -> None:
    taker = person("ren", "任接手", Role.COUNTY_DISPATCHER, busy.county)
    assert {each.kind: each.count for each in held_by(busy.chen)} == {"batches": 2, "mappings": 1, "jobs": 2}
    moved = hand_over_and_leave(account=busy.chen, taker=taker, reason="调离", by=staff.guan, at=AT)
    assert moved is not None and moved.counts == {"batches": 2, "mappings": 1, "jobs": 2}
    assert held_by(busy.chen) == []
    assert {each.kind: each.count for each in held_by(taker)} == {"batches": 2, "mappings": 1, "jobs": 2}
    assert Batch.objects.get(state=BatchState.IMPORTED).by == busy.chen
    assert Job.objects.get(state=State.DONE).by == busy.chen
    notice = Notice.objects.get(account=taker)
    assert notice.detail["giver"] == "陈县" and "没有完成的导入批次 2" in notice.detail["work"]
    assert AuditEntry.objects.get(verb="hand_over").detail["counts"] == {"batches": 2, "mappings": 1, "jobs": 2}


@pytest.mark.parametrize(("role", "lacks"), [
    (Role.TOWN_STATION, ["导入台账（清泉县）", "发起评价（清泉县）"]), (Role.COUNTY_REVIEWER, ["导入台账（清泉县）", "发起评价（清泉县）"]), (Role.READER, ["导出台账（清泉县）"])])
def test_who_cannot_do_the_work_does_not_get_it(busy: Cast, staff: Staff, role: str, lacks: list[str]) -> None:
    taker = person("ren", "任接手", role, busy.town_a if role == Role.TOWN_STATION else busy.county)
    with pytest.raises(Refused) as refused:
        hand_over_and_leave(account=busy.chen, taker=taker, reason="调离", by=staff.guan, at=AT)
    assert refused.value.code == "taker_lacks"
    assert all(each in refused.value.message for each in lacks)
    busy.chen.refresh_from_db()
    assert busy.chen.is_active and not HandOver.objects.exists()
    assert taker not in takers_for(busy.chen, area_of(staff.guan, TODAY), TODAY)


def test_nobody_leaves_with_work_in_hand_or_to_themselves(busy: Cast, staff: Staff) -> None:
    assert code(lambda: hand_over_and_leave(account=busy.chen, taker=None, reason="x", by=staff.guan, at=AT)) == "no_taker"
    assert code(lambda: hand_over_and_leave(account=busy.chen, taker=busy.chen, reason="x", by=staff.guan, at=AT)) == "same_person"
    ren = person("ren", "任接手", Role.COUNTY_DISPATCHER, busy.county)
    hand_over_and_leave(account=ren, taker=None, reason="x", by=staff.guan, at=AT)
    assert code(lambda: hand_over_and_leave(account=busy.chen, taker=ren, reason="x", by=staff.guan, at=AT)) == "account_left"


def test_leaving_ends_everything_that_lets_somebody_in(cast: Cast, staff: Staff) -> None:
    client = Client()
    client.login(username="wang", password=PASSWORD)
    token = ApiToken.objects.create(
        account=cast.wang, duty=Duty.objects.get(account=cast.wang), name="x", hint="x", secret_digest="x", made_at=AT, until=AT + timedelta(days=9))
    invite(account=cast.wang, by=staff.guan, at=timezone.now())
    hand_over_and_leave(account=cast.wang, taker=None, reason="离职", by=staff.guan, at=timezone.now())
    assert client.get("/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert Invitation.objects.get(account=cast.wang).revoked_at is not None
    row = Duty.objects.get(account=cast.wang)
    assert row.ended_at is not None and area_of(Account.objects.get(pk=cast.wang.pk), TODAY).paths == ()


def test_history_keeps_the_name_and_the_administrator_still_finds_it(sign_in, cast: Cast, staff: Staff) -> None:
    county = make_county(cast)
    verify_problem(**step_of(county.problem_a, cast.li), severity="ordinary", note="上门看过，水确实不够")
    hand_over_and_leave(account=cast.li, taker=None, reason="退休", by=staff.guan, at=AT)
    client = sign_in(staff.guan)
    assert "李站" in client.get("/people/?state=left").content.decode()
    page = client.get(f"/people/{cast.li.pk}/").content.decode()
    assert "已停用" in page and "重新启用" in page and "乡镇水管站" in page
    assert "李站" in client.get(f"/problems/{county.problem_a.pk}/").content.decode()


def test_problems_in_hand_go_over_with_their_clock_and_a_step_tells_of_it(cast: Cast, staff: Staff) -> None:
    county, crew = make_county(cast), make_crew(cast)
    problem = bring(county.problem_b, "assigned", crew)
    due_at = problem.due_at
    assert code(lambda: hand_over_and_leave(account=crew.sun, taker=None, reason="调离", by=staff.guan, at=AT)) == "no_taker"
    assert code(lambda: hand_over_and_leave(account=crew.sun, taker=crew.he, reason="调离", by=staff.guan, at=AT)) == "taker_lacks"
    moved = hand_over_and_leave(account=crew.sun, taker=cast.zhao, reason="调离", by=staff.guan, at=AT + timedelta(hours=1))
    assert moved is not None and moved.counts == {"problems": 1}
    problem.refresh_from_db()
    assert (problem.holder, problem.state, problem.due_at) == (cast.zhao, "assigned", due_at)
    step = problem.steps.latest("pk")
    assert (step.transition, step.detail["holder"]) == ("hand_over", "赵站") and "孙修" in step.note


def test_whoever_assigned_a_problem_does_not_take_it_over_to_rectify(cast: Cast, staff: Staff) -> None:
    county, crew = make_county(cast), make_crew(cast)
    problem = bring(county.problem_b, "assigned", crew)
    with pytest.raises(Refused, match=problem.number) as refused:
        hand_over(giver=crew.sun, taker=cast.chen, reason="调岗", by=staff.guan, at=AT)
    assert refused.value.code == "same_person"
    takers = takers_for(crew.sun, area_of(staff.guan, TODAY), TODAY)
    assert cast.chen not in takers and cast.zhao in takers


def test_coming_back_is_an_act_and_gives_nothing_by_itself(cast: Cast, staff: Staff) -> None:
    assert code(lambda: reactivate(account=cast.wang, reason="x", by=staff.guan, at=AT)) == "account_active"
    hand_over_and_leave(account=cast.wang, taker=None, reason="离职", by=staff.guan, at=AT)
    assert code(lambda: reactivate(account=cast.wang, reason="x", by=staff.lin, at=AT)) == "outside_area"
    back = reactivate(account=cast.wang, reason="返聘", by=staff.guan, at=AT)
    assert back.is_active and back.left_at is None and not back.has_usable_password()
    assert area_of(back, TODAY).paths == ()
    give_or_ask(account=back, duty=duty(Role.VILLAGE_MANAGER, cast.village_a1), reason="", by=staff.guan, at=AT)
    assert area_of(back, TODAY).paths == (cast.village_a1.path,)
    assert Duty.objects.filter(account=back).count() == 2


# who hands chen's work over | what comes out
HANDING = """
guan  given
fu    given
zong  given
lin   outside_area
shen  wrong_role
li    outside_area
chen  wrong_role
"""


@pytest.mark.parametrize("line", HANDING.strip().splitlines())
def test_who_hands_work_over(busy: Cast, staff: Staff, line: str) -> None:
    who, expected = line.split()
    taker = person("ren", "任接手", Role.COUNTY_DISPATCHER, busy.county)
    by = getattr(busy, who, None) or getattr(staff, who)
    if expected == "given":
        hand_over(giver=busy.chen, taker=taker, reason="休假", by=by, at=AT)
        busy.chen.refresh_from_db()
        assert busy.chen.is_active and Duty.objects.get(account=busy.chen).ended_at is None
    else:
        assert code(lambda: hand_over(giver=busy.chen, taker=taker, reason="休假", by=by, at=AT)) == expected
        assert held_by(taker) == []


def test_a_room_offers_its_work_in_a_few_lines(cast: Cast, staff: Staff, monkeypatch) -> None:
    from wenqu.kit import registry  # noqa: PLC0415
    from wenqu.places.rights import Right  # noqa: PLC0415

    held = {cast.li.pk: 3}
    monkeypatch.setattr(registry, "_works", dict(registry._works))
    registry.offer_work(registry.Work(
        "problems", "指派的问题", lambda account: held.get(account.pk, 0), lambda account: [(Right.RECTIFY, cast.town_a.path)] if held.get(account.pk) else [],
        lambda giver, taker, by, at: held.update({taker.pk: held.pop(giver.pk)}) or held[taker.pk]))
    assert code(lambda: hand_over_and_leave(account=cast.li, taker=cast.zhao, reason="x", by=staff.guan, at=AT)) == "taker_lacks"
    hand_over_and_leave(account=cast.li, taker=cast.chen, reason="x", by=staff.guan, at=AT)
    assert held == {cast.chen.pk: 3}


def test_a_reason_holds_nobody_s_number(cast: Cast, staff: Staff) -> None:
    """Reasons stand in the audit log, which is taken out and kept for ever."""
    taker = person("ren", "任接手", Role.VILLAGE_MANAGER, cast.village_a1)
    ending = Duty.objects.get(account=staff.fu)
    for act in (
        lambda reason: hand_over(giver=cast.wang, taker=taker, reason=reason, by=staff.guan, at=AT),
        lambda reason: hand_over_and_leave(account=cast.wang, taker=None, reason=reason, by=staff.guan, at=AT),
        lambda reason: end_or_ask(duty=ending, last_day=None, reason=reason, by=staff.guan, at=AT),
    ):
        assert code(lambda act=act: act("打 138 0000 1234 找他")) == "number_in_text"
    hand_over_and_leave(account=cast.wang, taker=None, reason="离职", by=staff.guan, at=AT)
    assert code(lambda: reactivate(account=cast.wang, reason="证件 11010519491231002X", by=staff.guan, at=AT)) == "number_in_text"
    assert not any("1234" in str(detail) or "1949" in str(detail) for detail in AuditEntry.objects.values_list("detail", flat=True))
