"""Rights of administrators and auditors change only when two people let them; and no order of acts gets round it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import AT, PASSWORD, TODAY, Cast
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from staff import Staff, duty

from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.people.four_eyes.actions import decide, withdraw
from wenqu.people.four_eyes.queries import deciders, waiting
from wenqu.people.invitations.actions import invite, take_up
from wenqu.people.invitations.queries import open_invitation, secret_digest
from wenqu.people.leaving.actions import hand_over
from wenqu.people.models import Change, Decision, Invitation, Notice, RightsRequest, SecondFactor
from wenqu.people.persons.actions import (
    add_person,
    end_or_ask,
    give_or_ask,
    invite_or_ask,
    leave_or_ask,
    reactivate_or_ask,
)
from wenqu.places.models import Account, Duty, Role
from wenqu.places.scope import area_of


def ask_admin(cast: Cast, staff: Staff, whom: Account | None = None, by: Account | None = None) -> RightsRequest:
    request = give_or_ask(account=whom or cast.wang, duty=duty(Role.COUNTY_ADMIN, cast.county), reason="轮岗", by=by or staff.guan, at=AT)
    assert isinstance(request, RightsRequest)
    return request


def code(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


# who decides a request of guan's about wang | what comes out
DECIDING = """
guan    own_request
wang    concerns_you
fu      approved
zong    approved
lin     outside_area
shen    wrong_role
chen    wrong_role
li      outside_area
nobody  outside_area
"""


@pytest.mark.parametrize("line", DECIDING.strip().splitlines())
def test_who_decides(cast: Cast, staff: Staff, line: str) -> None:
    who, expected = line.split()
    request = ask_admin(cast, staff)
    person = getattr(cast, who, None) or getattr(staff, who)
    if expected == "approved":
        decide(request=request, approve=True, by=person, at=AT)
        request.refresh_from_db()
        assert request.decision == Decision.APPROVED
        assert Role.COUNTY_ADMIN in {role for _path, role in area_of(cast.wang, TODAY).duties}
    else:
        for approve in (True, False):
            assert code(lambda approve=approve: decide(request=request, approve=approve, by=person, at=AT)) == expected
        assert not Duty.objects.filter(account=cast.wang, role=Role.COUNTY_ADMIN).exists()


def test_the_deciders_are_told_and_nobody_else(cast: Cast, staff: Staff) -> None:
    request = ask_admin(cast, staff)
    assert {each.username for each in deciders(request, AT, TODAY)} == {"fu", "zong"}
    assert set(Notice.objects.filter(kind="rights_asked").values_list("account__username", flat=True)) == {"fu", "zong"}
    decide(request=request, approve=False, by=staff.fu, at=AT)
    assert Notice.objects.get(kind="rights_decided").account == staff.guan
    assert not Duty.objects.filter(account=cast.wang, role=Role.COUNTY_ADMIN).exists()


def test_decided_is_decided(cast: Cast, staff: Staff) -> None:
    request = ask_admin(cast, staff)
    assert code(lambda: withdraw(request=request, by=staff.fu, at=AT)) == "not_your_request"
    withdraw(request=request, by=staff.guan, at=AT)
    assert code(lambda: decide(request=request, approve=True, by=staff.fu, at=AT)) == "already_decided"
    again = ask_admin(cast, staff)
    assert code(lambda: ask_admin(cast, staff)) == "already_asked"
    decide(request=again, approve=True, by=staff.fu, at=AT)
    assert code(lambda: decide(request=again, approve=True, by=staff.zong, at=AT)) == "already_decided"


def test_what_has_changed_meanwhile_is_asked_again(cast: Cast, staff: Staff) -> None:
    request = ask_admin(cast, staff)
    assert code(lambda: decide(request=request, approve=True, by=staff.fu, at=AT + timedelta(days=31))) == "stale_request"
    Duty.objects.filter(account=staff.guan).update(to_on=TODAY, ended_at=AT)
    assert code(lambda: decide(request=request, approve=True, by=staff.fu, at=AT)) == "stale_request"
    ending = end_or_ask(duty=Duty.objects.get(account=staff.shen), last_day=None, reason="离岗", by=staff.fu, at=AT)
    Duty.objects.filter(account=staff.shen).update(to_on=TODAY, ended_at=AT)
    assert code(lambda: decide(request=ending, approve=True, by=staff.zong, at=AT)) == "duty_over"
    decide(request=ending, approve=False, by=staff.zong, at=AT)


def test_who_lost_the_right_meanwhile_does_not_decide(cast: Cast, staff: Staff) -> None:
    request = ask_admin(cast, staff)
    Duty.objects.filter(account=staff.fu).update(to_on=TODAY, ended_at=AT)
    assert code(lambda: decide(request=request, approve=True, by=staff.fu, at=AT)) == "outside_area"


def test_an_area_with_one_administrator_goes_to_the_console(cast: Cast, staff: Staff) -> None:
    for account in (staff.fu, staff.zong):
        Duty.objects.filter(account=account).update(to_on=TODAY, ended_at=AT)
    request = ask_admin(cast, staff)
    assert deciders(request, AT, TODAY) == []
    decide(request=request, approve=True, by=SYSTEM, at=AT)
    request.refresh_from_db()
    assert (request.decision, request.decided_by, request.at_console) == (Decision.APPROVED, None, True)
    assert AuditEntry.objects.get(verb="decide_change").actor_name == "系统"


def test_the_database_itself_wants_two(cast: Cast, staff: Staff) -> None:
    request = ask_admin(cast, staff)
    for wrong in ({"decided_by": staff.guan}, {"decided_by": cast.wang}, {"decided_by": None}, {"decided_by": staff.fu, "at_console": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RightsRequest.objects.filter(pk=request.pk).update(decision=Decision.APPROVED, **wrong)
    RightsRequest.objects.filter(pk=request.pk).update(begun_by=staff.fu)
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.filter(pk=request.pk).update(decision=Decision.APPROVED, decided_by=staff.fu)


def test_every_guarded_change_becomes_a_request(cast: Cast, staff: Staff) -> None:
    made = [
        give_or_ask(account=staff.fu, duty=duty(Role.TOWN_STATION, cast.town_a), reason="x", by=staff.guan, at=AT),
        end_or_ask(duty=Duty.objects.get(account=staff.fu), last_day=None, reason="x", by=staff.guan, at=AT),
        leave_or_ask(account=staff.fu, taker=None, reason="x", by=staff.guan, at=AT),
        invite_or_ask(account=staff.fu, reset_factor=False, reason="x", by=staff.guan, at=AT),
        invite_or_ask(account=staff.guan, reset_factor=False, reason="x", by=staff.guan, at=AT),
        leave_or_ask(account=staff.shen, taker=None, reason="x", by=staff.guan, at=AT),
    ]
    assert [row.change for row in made] == [Change.GIVE, Change.END, Change.DEACTIVATE, Change.RESET, Change.RESET, Change.DEACTIVATE]
    staff.fu.refresh_from_db()
    assert staff.fu.is_active and staff.fu.check_password(PASSWORD)
    assert Duty.objects.filter(account=staff.fu, ended_at__isnull=True).count() == 1
    assert not Invitation.objects.exists()
    for verb in (invite, ):
        assert code(lambda verb=verb: verb(account=staff.fu, by=staff.guan, at=AT)) == "four_eyes"
    assert len(waiting(area_of(staff.zong, TODAY))) == 6
    assert waiting(area_of(staff.lin, TODAY)) == []


def test_the_link_of_a_reset_goes_to_who_decides_and_takes_the_second_factor(cast: Cast, staff: Staff) -> None:
    SecondFactor.objects.create(account=staff.shen, secret="JBSWY3DPEHPK3PXP", confirmed_at=AT)
    request = invite_or_ask(account=staff.shen, reset_factor=True, reason="换手机", by=staff.guan, at=AT)
    link = decide(request=request, approve=True, by=staff.fu, at=AT)
    assert link is not None and open_invitation(secret_digest(link.secret), AT) is not None
    assert not SecondFactor.objects.filter(account=staff.shen).exists()


def test_a_new_administrator_waits_and_links_made_before_are_worthless(cast: Cast, staff: Staff) -> None:
    added = add_person(name="新管", username="xin", duty=duty(Role.COUNTY_ADMIN, cast.county), reason="增员", by=staff.guan, at=AT)
    assert added.link is None and added.request is not None
    early = invite(account=added.account, by=staff.guan, at=AT)
    link = decide(request=added.request, approve=True, by=staff.fu, at=AT)
    assert link is not None
    assert open_invitation(secret_digest(early.secret), AT) is None
    assert open_invitation(secret_digest(link.secret), AT) is not None


def test_a_request_handed_over_is_still_not_decided_by_who_began_it(cast: Cast, staff: Staff) -> None:
    request = ask_admin(cast, staff)
    give_or_ask(account=cast.li, duty=duty(Role.COUNTY_REVIEWER, cast.county), reason="", by=staff.guan, at=AT)
    assert code(lambda: hand_over(giver=staff.guan, taker=cast.li, reason="休假", by=staff.zong, at=AT)) == "taker_lacks"
    hand_over(giver=staff.guan, taker=staff.fu, reason="休假", by=staff.zong, at=AT)
    request.refresh_from_db()
    assert (request.asked_by, request.begun_by) == (staff.fu, staff.guan)
    for person in (staff.guan, staff.fu):
        assert code(lambda person=person: decide(request=request, approve=True, by=person, at=AT)) == "own_request"
    decide(request=request, approve=True, by=staff.zong, at=AT)


def test_a_puppet_of_the_asker_does_not_become_the_second_administrator(cast: Cast, staff: Staff) -> None:
    """The asker takes the link up while the request waits, sets up a second factor, makes a token: all worthless afterwards."""
    added = add_person(name="马甲", username="majia", duty=duty(Role.COUNTY_ADMIN, cast.county), reason="增员", by=staff.guan, at=AT)
    assert added.request is not None
    link = invite(account=added.account, by=staff.guan, at=AT)
    puppet = take_up(digest=secret_digest(link.secret), password="yuanquan-9931-x", address="10.0.0.9", by=SYSTEM, at=AT)
    SecondFactor.objects.create(account=puppet, secret="JBSWY3DPEHPK3PXP", confirmed_at=AT)
    epoch = puppet.sign_in_epoch
    fresh = decide(request=added.request, approve=True, by=staff.fu, at=AT)
    puppet.refresh_from_db()
    assert not puppet.has_usable_password() and puppet.sign_in_epoch > epoch
    assert not SecondFactor.objects.filter(account=puppet).exists()
    assert fresh is not None and Invitation.objects.get(secret_digest=secret_digest(fresh.secret)).made_by == staff.fu


def test_somebody_else_s_invitee_goes_on_signing_in_as_before(cast: Cast, staff: Staff) -> None:
    link = invite(account=cast.wang, by=staff.zong, at=AT)
    take_up(digest=secret_digest(link.secret), password="yuanquan-9931-x", address="10.0.0.9", by=SYSTEM, at=AT)
    assert decide(request=ask_admin(cast, staff), approve=True, by=staff.fu, at=AT) is None
    cast.wang.refresh_from_db()
    assert cast.wang.check_password("yuanquan-9931-x")


def test_a_request_is_not_taken_back_by_whom_it_concerns(cast: Cast, staff: Staff) -> None:
    """An administrator about to be relieved draws the request to himself by a hand-over, or has it handed to him."""
    ending = end_or_ask(duty=Duty.objects.get(account=staff.guan), last_day=None, reason="离岗", by=staff.fu, at=AT)
    other = ask_admin(cast, staff, by=staff.fu)
    assert isinstance(ending, RightsRequest)
    assert code(lambda: hand_over(giver=staff.fu, taker=staff.guan, reason="x", by=staff.guan, at=AT)) == "four_eyes"
    hand_over(giver=staff.fu, taker=staff.guan, reason="休假", by=staff.zong, at=AT)
    for request in (ending, other):
        request.refresh_from_db()
    assert (ending.asked_by, other.asked_by) == (staff.fu, staff.guan)
    assert code(lambda: withdraw(request=ending, by=staff.guan, at=AT)) == "not_your_request"


def test_who_was_an_administrator_comes_back_by_two(cast: Cast, staff: Staff) -> None:
    decide(request=leave_or_ask(account=staff.fu, taker=None, reason="调离", by=staff.guan, at=AT), approve=True, by=staff.zong, at=AT)
    staff.fu.refresh_from_db()
    assert not staff.fu.is_active and staff.fu.left_at == AT
    request = reactivate_or_ask(account=staff.fu, reason="返岗", by=staff.guan, at=AT)
    assert isinstance(request, RightsRequest)
    assert code(lambda: decide(request=request, approve=True, by=staff.guan, at=AT)) == "own_request"
    decide(request=request, approve=True, by=staff.zong, at=AT)
    staff.fu.refresh_from_db()
    assert staff.fu.is_active and not staff.fu.has_usable_password() and area_of(staff.fu, TODAY).paths == ()


# --- no order of acts ---------------------------------------------------------------------------

ROLES = [Role.COUNTY_ADMIN, Role.AUDITOR, Role.COUNTY_REVIEWER, Role.TOWN_STATION]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["give", "end", "invite", "leave", "reactivate", "add", "decide", "withdraw", "hand_over", "take_up"]),
        st.integers(0, 5), st.integers(0, 5), st.sampled_from(ROLES),
    ),
    min_size=4, max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_order_of_asking_and_approving_changes_own_rights_alone(cast: Cast, staff: Staff, steps) -> None:
    """One administrator acts, with every account that they can get to sign in as; the others only look on."""
    sid = transaction.savepoint()
    try:
        _play(cast, staff, steps)
    finally:
        transaction.savepoint_rollback(sid)


def _guarded() -> set[tuple[int, int, str]]:
    rows = Duty.objects.filter(ended_at__isnull=True, to_on__isnull=True, role__in=["county_admin", "auditor"])
    return set(rows.values_list("account_id", "division_id", "role"))


def _own(account: Account) -> set[tuple[int, str]]:
    return set(Duty.objects.filter(account=account, ended_at__isnull=True, to_on__isnull=True).values_list("division_id", "role"))


def _play(cast: Cast, staff: Staff, steps) -> None:
    alone = staff.guan
    before, own = _guarded(), _own(alone)
    untouched = {each.pk: (each.password, each.is_active) for each in (staff.fu, staff.zong, staff.shen, alone)}
    mine, links = [alone], []
    for number, (act, i, j, role) in enumerate(steps):
        by, people = mine[i % len(mine)], [alone, *mine, staff.fu, staff.shen, cast.wang]
        whom = people[j % len(people)]
        place = cast.town_a if role == Role.TOWN_STATION else cast.county
        try:
            with transaction.atomic():
                made = _step(act, by, whom, role, place, number, links, staff)
        except Refused:
            continue
        links += made[0]
        mine += [each for each in made[1] if each not in mine]
    assert _guarded() == before
    assert _own(alone) == own
    for pk, (password, active) in untouched.items():
        account = Account.objects.get(pk=pk)
        assert (account.password, account.is_active) == (password, active)
    assert not RightsRequest.objects.filter(decision=Decision.APPROVED).exists()


def _step(act, by, whom, role, place, number, links, staff) -> tuple[list, list[Account]]:
    """One act; gives the links that came out and the accounts that can now be signed in as."""
    common = {"by": Account.objects.get(pk=by.pk), "at": AT}
    if act == "give":
        give_or_ask(account=whom, duty=duty(role, place), reason="x", **common)
    elif act == "end":
        end_or_ask(duty=Duty.objects.filter(account=whom).order_by("pk").first() or Duty.objects.first(), last_day=None, reason="x", **common)
    elif act == "invite":
        made = invite_or_ask(account=whom, reset_factor=True, reason="x", **common)
        return ([] if isinstance(made, RightsRequest) else [made]), []
    elif act == "leave":
        leave_or_ask(account=whom, taker=staff.fu, reason="x", **common)
    elif act == "reactivate":
        reactivate_or_ask(account=whom, reason="x", **common)
    elif act == "add":
        added = add_person(name="马甲", username=f"puppet{number}", duty=duty(role, place), reason="x", **common)
        return ([added.link] if added.link else []), []
    elif act == "take_up" and links:
        link = links[-1]
        return [], [take_up(digest=secret_digest(link.secret), password="yuanquan-9931-x", address="10.0.0.9", by=SYSTEM, at=AT)]
    elif act == "hand_over":
        hand_over(giver=by, taker=whom, reason="x", **common)
    elif act in {"decide", "withdraw"}:
        for request in RightsRequest.objects.filter(decision=Decision.WAITING):
            try:
                with transaction.atomic():
                    decide(request=request, approve=True, **common) if act == "decide" else withdraw(request=request, **common)
            except Refused:
                continue
    return [], []
