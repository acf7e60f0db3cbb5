"""The demo lives through the loop: what a later judging no longer found was repaired in its time, and work is in hand when the demo is opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from django.db import transaction

from wenqu.demo import times
from wenqu.demo.crew import CHECKER, DISPATCHER, SIGNER, UNIT, Crew, crew_on
from wenqu.ledger import lifecycle
from wenqu.ledger.deadlines.actions import set_duty_profile
from wenqu.ledger.models import DutyProfile, Problem, Step
from wenqu.places.models import Division
from wenqu.places.scope import below

# Of what a run no longer found: each walk is six acts with their audit, so some of them, not all.
REPAIRED_A_RUN = 50
PACK = "qingshui-12-24-48"
# What is in hand when the demo is opened began so many days before.
RECENT = timedelta(days=6)


@transaction.atomic
def walk_repaired(*, division: Division, day: date, at: datetime) -> int:
    """Take problems that the judging as of `day` no longer found round their loop, as it went in the weeks after they were
    found. Returns how many. One transaction: the disk is not waited for at every act."""
    crew = crew_on(at.date())
    if crew is None:
        return 0
    found = Problem.objects.filter(below(division.path), state=lifecycle.FOUND, clue=False, seen_on__lt=day, opened_at__lt=at)
    rows = list(found.order_by("-subject_kind", "number")[:REPAIRED_A_RUN])
    for problem in rows:
        _repaired(crew, problem, Random(problem.number))
    return len(rows)


def _repaired(crew: Crew, problem: Problem, random: Random) -> None:
    start, draw = problem.opened_at, random.random()
    hours = [random.randint(3, 30), random.randint(1, 20), random.randint(6, 60), random.randint(10, 70), random.randint(5, 60), random.randint(8, 90)]
    if draw < 0.08:
        crew.act(DISPATCHER, problem, "dismiss", start + timedelta(hours=hours[0]), note="入户看过，水量水质正常，登记有误（演示）")
    elif draw < 0.16:
        crew.round(problem, start, hours[:3])
        back = start + timedelta(hours=sum(hours[:4]))
        crew.act(CHECKER, problem, "return", back, note="现场还有漏点，请继续整改（演示）")
        crew.rectify(problem, back + timedelta(hours=20))
        crew.check(problem, back + timedelta(hours=40))
        crew.sign_off(problem, back + timedelta(hours=60))
    elif draw < 0.22:
        crew.round(problem, start, hours, outcome="not_fixed")
    else:
        crew.round(problem, start, hours)


@transaction.atomic
def choose_profile(*, division: Division, at: datetime) -> None:
    """The county works by a duty pack from shortly before the demo is loaded: what was found in earlier years had no deadlines."""
    crew = crew_on(at.date())
    if crew is None or DutyProfile.objects.filter(division=division).exists():
        return
    set_duty_profile(
        division=division, pack_id=PACK, numbers={}, document="", from_on=(at - 2 * RECENT).date(), area=crew.areas[DISPATCHER],
        by=crew.people[DISPATCHER], at=at - 2 * RECENT,
    )


@transaction.atomic
def work_in_hand(*, division: Division, at: datetime) -> int:
    """Bring problems of the newest judging into every state, the last acts shortly before `at`. Returns how many."""
    crew = crew_on(at.date())
    if crew is None or Step.objects.filter(problem__path__startswith=division.path, at__gt=times.judged_at(times.AS_OF[-1]) + timedelta(hours=1)).exists():
        return 0
    found = Problem.objects.filter(below(division.path), state=lifecycle.FOUND, clue=False, seen_on=times.AS_OF[-1], reports_count=0)
    rows = iter(list(found.order_by("-opened_at", "-subject_kind", "number")[: sum(count for count, _act in _SCENES)]))
    taken = 0
    # One of each first, so that a small county has every state too.
    for place in range(max(count for count, _act in _SCENES)):
        for scene in (act for count, act in _SCENES if place < count):
            problem = next(rows, None)
            if problem is None:
                return taken
            scene(crew, problem, at - timedelta(minutes=17 + 47 * place))
            taken += 1
    return taken


Scene = Callable[[Crew, Problem, datetime], None]


def _until(steps: int, gaps: tuple[int, ...] = (20, 6, 16, 20, 20, 12)) -> Scene:
    """The first steps of the loop, the last of them at the moment given."""

    def scene(crew: Crew, problem: Problem, end: datetime) -> None:
        crew.round(problem, end - timedelta(hours=sum(gaps[:steps])), list(gaps[:steps]))

    return scene


def _late(crew: Crew, problem: Problem, end: datetime) -> None:
    """Assigned, and its time has passed."""
    crew.verify(problem, end - timedelta(hours=64))
    crew.assign(problem, end - timedelta(hours=60))


def _given_out(crew: Crew, problem: Problem, end: datetime) -> None:
    crew.verify(problem, end - timedelta(hours=5))
    crew.assign(problem, end - timedelta(hours=2), UNIT)


def _given_out_and_done(crew: Crew, problem: Problem, end: datetime) -> None:
    crew.verify(problem, end - timedelta(hours=30))
    crew.assign(problem, end - timedelta(hours=26), UNIT)
    crew.rectify(problem, end - timedelta(hours=9), UNIT)


def _suspended(crew: Crew, problem: Problem, end: datetime) -> None:
    _until(2)(crew, problem, end - timedelta(hours=3))
    crew.act(DISPATCHER, problem, "suspend", end, until=end + timedelta(days=12), note="道路塌方，抢修车辆进不去，等待道路抢通（演示）")


def _returned(crew: Crew, problem: Problem, end: datetime) -> None:
    _until(3)(crew, problem, end - timedelta(hours=8))
    crew.act(CHECKER, problem, "return", end, note="放水十分钟后仍然浑浊，请重新冲洗管道（演示）")


def _transferred(crew: Crew, problem: Problem, end: datetime) -> None:
    _until(2)(crew, problem, end - timedelta(hours=4))
    crew.act(DISPATCHER, problem, "transfer", end, level="county", holder=None, unit=UNIT, note="村小学的自备水井，转教育局处理（演示）")


def _escalated(crew: Crew, problem: Problem, end: datetime) -> None:
    _until(2)(crew, problem, end - timedelta(hours=4))
    crew.act(DISPATCHER, problem, "escalate", end, note="需要更换主管，乡镇没有这笔资金（演示）")


def _dismissed(crew: Crew, problem: Problem, end: datetime) -> None:
    crew.act(DISPATCHER, problem, "dismiss", end, note="现场水量充足，上次测量时阀门未全开（演示）")


def _merged(crew: Crew, problem: Problem, end: datetime) -> None:
    """A household's problem goes on in that of a scheme; where none is at hand, it stays as it was found."""
    into = Problem.objects.filter(
        path__startswith=problem.path[:12], subject_kind=2, state__in=lifecycle.TRANSITIONS["absorb"].sources, clue=False,
    ).exclude(pk=problem.pk).exclude(steps__at__gt=end).order_by("pk").first()
    if into is not None:
        crew.act(DISPATCHER, problem, "merge", end, into=into, note="同一处供水工程引起，并在一起办理（演示）")


def _opened_again(crew: Crew, problem: Problem, end: datetime) -> None:
    _until(5)(crew, problem, end - timedelta(hours=10))
    crew.act(SIGNER, problem, "reopen", end, note="回访时农户说又停水（演示）")


# How many of each, the newest problems first.
_SCENES: tuple[tuple[int, Scene], ...] = (
    (8, _until(1)), (14, _until(2)), (4, _late), (4, _given_out), (2, _given_out_and_done), (3, _suspended), (3, _returned), (2, _transferred),
    (2, _escalated), (6, _until(3)), (4, _until(4)), (3, _until(5)), (2, _until(6)), (3, _dismissed), (2, _merged), (2, _opened_again),
)
