"""Households on the watch list, until a course brings them there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from cast import AT, TODAY
from stages import household

from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account, Division
from wenqu.places.rights import Role
from wenqu.watch.helping import actions
from wenqu.watch.models import Measure, Watched

NAMES = {"edge": "边缘易致贫户", "unstable": "脱贫不稳定户", "sudden": "突发严重困难户", "object": "防止返贫致贫对象"}
CAUSES = {"illness": "因病", "disability": "因残", "schooling": "因学", "other": "其他"}


def watched(village: Division, number: str, kind: str = "edge", cause: str = "illness", on: date = date(2026, 1, 10), people: int | None = 3, **more: Any) -> Watched:
    """A household on the list since a day."""
    home = household(village, number, head=f"户主{number}")
    if people != 3:
        home.people = people
        home.save()
    told = {"helper_name": "周帮", "helper_unit": "县水务局", "helper_phone": "13900002222", "object_name": NAMES[kind], "causes": [cause], "cause_names": [CAUSES[cause]], "main_cause": cause}
    return Watched.objects.create(household=home, division=village, path=village.path, object_kind=kind, entered_on=on, added_at=AT, **{**told, **more})


def person(username: str, name: str, role: Role, division: Division) -> Account:
    account = add_account(username=username, password="qingquan-2026", name=name, by=SYSTEM, at=AT)
    give_duty(account=account, role=role, division=division, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    return account


def planned(row: Watched, by: Account, kind: str = "dibao", on: date = TODAY, at: datetime = AT, **more: Any) -> Measure:
    told: dict[str, Any] = {"plan": "按月发放", "planned_on": on, "due_on": None, "planned_fen": 50_000, **more}
    return actions.plan_measure(household=row.household, kind=kind, by=by, at=at, **told)


def done(measure: Measure, by: Account, files: Any, on: date = TODAY, fen: int = 50_000, at: datetime = AT) -> Measure:
    return actions.carry_out_measure(measure=measure, version=measure.version, done_on=on, done_fen=fen, note="已发放", files=files, by=by, at=at)
