"""The demo's people who take problems round, each step by whoever it falls to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from wenqu.demo.pictures import photo
from wenqu.ledger.loop import actions as loop
from wenqu.ledger.merging.actions import merge_problem, reopen_problem
from wenqu.ledger.models import Problem, Step
from wenqu.places.models import Account
from wenqu.places.scope import Area, area_of

# Assigns and files, rectifies, checks, signs off: four different people; and a body outside the water service.
DISPATCHER, REPAIRER, CHECKER, SIGNER, OUTSIDE = "xian", "qiangxiu", "fuhe", "fuhe2", "jiaoyu"
UNIT = "教育局"
_WORDS = {
    "verify": ("入户查看，情况属实（演示）", "到水厂核对台账和现场，属实（演示）", "电话问过农户，再到现场看过，属实（演示）"),
    "rectify": ("更换水泵并冲洗管道（演示）", "修好漏水管段，恢复供水（演示）", "加装消毒设备并投药（演示）", "接通村级管网（演示）"),
    "check": ("现场放水半小时，水量正常（演示）", "现场看过，管道不再漏水（演示）", "取水样看过，清澈无味（演示）"),
    "sign_off": ("整改到位，同意销号（演示）", "材料齐全，同意销号（演示）"),
}
_ANSWERS = ("水够用了", "现在正常了", "来得快，满意")


@dataclass
class Crew:
    """Who there is, with their areas."""

    people: dict[str, Account]
    areas: dict[str, Area]

    def act(self, username: str, problem: Problem, step: str, at: datetime, **given: Any) -> Step:
        """Take a step at the version that is true now, under a key that says which step it is."""
        version = Problem.objects.values_list("version", flat=True).get(pk=problem.pk)
        done: Step = _TAKE[step](
            problem=problem, version=version, key=f"demo-{problem.number}-{version}", area=self.areas[username], by=self.people[username], at=at, **given,
        )
        return done

    def verify(self, problem: Problem, at: datetime, severity: str = "") -> Step:
        return self.act(DISPATCHER, problem, "verify", at, severity=severity or problem.severity, note=_of(problem, "verify"))

    def assign(self, problem: Problem, at: datetime, unit: str = "") -> Step:
        holder = None if unit else self.people[REPAIRER]
        return self.act(DISPATCHER, problem, "assign", at, level="county" if unit else "town", holder=holder, unit=unit, note="")

    def rectify(self, problem: Problem, at: datetime, unit: str = "") -> Step:
        return self.act(OUTSIDE if unit else REPAIRER, problem, "rectify", at, measures=_of(problem, "rectify"), files=[photo(problem.number, "rectify", at)])

    def check(self, problem: Problem, at: datetime) -> Step:
        answered = {"answer": "satisfied", "answer_note": _pick(_ANSWERS, problem)}
        if int(problem.number[-6:]) % 9 == 0:
            answered = {"answer": "none", "answer_note": "三次入户无人在家，邻居说水正常"}
        return self.act(CHECKER, problem, "check", at, visited_on=timezone.localdate(at), **answered, note=_of(problem, "check"), files=[])

    def sign_off(self, problem: Problem, at: datetime, outcome: str = "fixed") -> Step:
        note = _of(problem, "sign_off") if outcome == "fixed" else "农户已搬迁到安置点，原住处不再供水，按说明关闭（演示）"
        return self.act(SIGNER, problem, "sign_off", at, outcome=outcome, note=note)

    def file(self, problem: Problem, at: datetime) -> Step:
        return self.act(DISPATCHER, problem, "file", at, note="")

    def round(self, problem: Problem, start: datetime, hours: list[int], outcome: str = "fixed") -> None:
        """The whole loop, each step the given hours after the one before; fewer hours, fewer steps."""
        at = start
        for name, wait in zip(("verify", "assign", "rectify", "check", "sign_off", "file"), hours, strict=False):
            at += timedelta(hours=wait)
            self.sign_off(problem, at, outcome) if name == "sign_off" else getattr(self, name)(problem, at)


_TAKE: dict[str, Any] = {
    "verify": loop.verify_problem, "dismiss": loop.dismiss_problem, "assign": loop.assign_problem, "transfer": loop.transfer_problem,
    "escalate": loop.escalate_problem, "suspend": loop.suspend_problem, "resume": loop.resume_problem, "rectify": loop.rectify_problem,
    "return": loop.return_problem, "check": loop.check_problem, "sign_off": loop.sign_off_problem, "file": loop.file_problem,
    "merge": merge_problem, "reopen": reopen_problem,
}


def _of(problem: Problem, step: str) -> str:
    return _pick(_WORDS[step], problem)


def _pick(words: tuple[str, ...], problem: Problem) -> str:
    return words[int(problem.number[-6:]) % len(words)]


def crew_on(on: date) -> Crew | None:
    """The demo's people as they stand on a day; None where they are not all there (a county without accounts)."""
    names = (DISPATCHER, REPAIRER, CHECKER, SIGNER, OUTSIDE)
    people = {each.username: each for each in Account.objects.filter(username__in=names, demo=True)}
    if len(people) < len(names):
        return None
    return Crew(people, {name: area_of(account, on) for name, account in people.items()})
