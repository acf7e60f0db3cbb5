"""What the loop of problems keeps at a place of a walked world: a problem with reports and steps, an alarm, a duty profile."""

from __future__ import annotations

from datetime import date

from cast import AT

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.ledger.loop.actions import verify_problem
from wenqu.ledger.models import Alarm, AlarmPlace, DutyProfile
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import Subject, of_household
from wenqu.places.models import Account, Division
from wenqu.places.scope import EVERYWHERE
from wenqu.rulebook.duties import duty_pack


def furnish_loop(place: Division, name: str, serial: int, by: Account, home: Household | None, above: bool) -> None:
    """By the real actions, as far as there are any. `above`: the place holds the inside, whose people rightly work by its profile."""
    subjects = [Subject(SubjectKind.DIVISION, place.pk, place.name, place.pk, place.path, None)]
    for number, subject in enumerate([*subjects, of_household(home)] if home is not None else subjects):
        report = report_problem(
            subject=subject, kind="management", way="household_report", words=f"{name}反映水管漏水", key=f"report-{serial}-{number}", area=EVERYWHERE,
            by=by, at=AT, reporter=f"{name}反映人",
        )
        problem = report.problem
        problem.refresh_from_db()
        # As many steps have been taken as the action before says.
        verify = {"severity": "ordinary", "note": f"{name}入户看过"}
        if problem.state == "found":
            verify_problem(problem=problem, version=problem.version, key=f"verify-{serial}-{number}", area=EVERYWHERE, by=by, at=AT, **verify)
    if not above:
        _alarm(place, name, serial)
    if not above or not DutyProfile.objects.filter(division=place).exists():
        DutyProfile.objects.create(
            division=place, path=place.path, pack_id="qingshui-12-24-48", text=duty_pack("qingshui-12-24-48").text, document="抢修承诺" if above else f"{name}的文件", from_on=date(2026, 1, 1), set_at=AT,
            set_by=None if above else by,
        )


def _alarm(place: Division, name: str, serial: int) -> None:
    """What stands above concerns the people below: only alarms beside the inside are none of theirs."""
    alarm = Alarm.objects.create(
        number=f"JB-{serial}", subject_kind=SubjectKind.DIVISION, subject_id=place.pk, subject_name=f"{name}的地方", division=place, path=place.path,
        reports=3, households=2, first_report_at=AT, raised_at=AT, cleared_at=AT, rule={"kinds": ["management"]},
    )
    AlarmPlace.objects.create(alarm=alarm, path=place.path, households=2)
