"""Reports by households in the days before the demo is opened; those of one scheme are enough for an area alarm."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import Count

from wenqu.demo.crew import DISPATCHER, Crew, crew_on
from wenqu.households.models import Household
from wenqu.ledger.models import Problem, Report, Way
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import Subject, of_household, of_scheme
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.scope import below
from wenqu.schemes.models import Scheme

# Told one by one from villages all over the county, and told of the one scheme that fails now.
SCATTERED, OF_ONE = 30, 6
# Kinds that no judging finds: each report begins a problem of its own.
_TOLD = (
    ("pipe_burst", "门口的水管爆了，水一直往外流（演示）"), ("frozen_pipe", "水表箱里的管子冻住了，放不出水（演示）"), ("seasonal_shortage", "天旱，隔一天才来一次水（演示）"),
    ("source_damaged", "水源地围栏被车撞坏，牛进去了（演示）"), ("meter_fee", "水表转得快，这个月水费多了一倍（演示）"), ("management", "打管水员电话没有人接（演示）"),
)
_WAYS = (Way.HOUSEHOLD, Way.HOUSEHOLD, Way.HOUSEHOLD, Way.SURVEY, Way.PUBLIC)


@transaction.atomic
def tell(*, division: Division, seed: int, at: datetime) -> int:
    """Write the demo's reports down, the last a few minutes before `at`. Returns how many."""
    crew = crew_on(at.date())
    if crew is None or Report.objects.filter(below(division.path)).exists():
        return 0
    random = Random(f"{seed}:reports")
    chosen = _scattered(division, random)
    for number, (home, subject) in enumerate(chosen):
        kind, words = _TOLD[number % len(_TOLD)]
        when = at - timedelta(hours=3 + 6 * (len(chosen) - number))
        problem = _report(crew, subject, kind, _WAYS[number % len(_WAYS)], words, f"demo-report-{number}", when, home.head_name)
        # The oldest are done, the newest wait to be looked at.
        crew.round(problem, when, [1, 1, 7, 20, 6, 10][: _done(number, len(chosen))])
    return len(chosen) + _alarm(crew, division, at)


def _done(number: int, count: int) -> int:
    """How many steps were taken on a report's problem by now."""
    age = count - number
    return 0 if age <= 4 else 2 if age <= 6 else 3 if age <= 8 else 4 if age <= 10 else 6


def _scattered(division: Division, random: Random) -> list[tuple[Household, Subject]]:
    """Households of as many villages and schemes, so that their reports make no alarm."""
    villages = list(Division.objects.filter(below(division.path), level=Level.VILLAGE).order_by("path").values_list("path", flat=True))
    random.shuffle(villages)
    found: list[tuple[Household, Subject]] = []
    schemes: set[int | None] = set()
    for path in villages:
        home = Household.objects.filter(path=path).order_by("pk").first()
        subject = of_household(home) if home is not None else None
        if home is None or subject is None or subject.scheme_id in schemes:
            continue
        schemes.add(subject.scheme_id)
        found.append((home, subject))
        if len(found) == SCATTERED:
            break
    return found


def _alarm(crew: Crew, division: Division, at: datetime) -> int:
    """One scheme: its operator tells first, then households join it one after the other."""
    serving = Scheme.objects.filter(below(division.path)).annotate(homes=Count("supplies")).filter(homes__gte=OF_ONE).order_by("-homes", "pk")
    scheme = serving[min(3, max(0, serving.count() - 1))] if serving else None
    if scheme is None:
        return 0
    problem = _report(crew, of_scheme(scheme), "no_water", Way.SURVEY, "进水闸阀损坏，水厂停止供水（演示）", "demo-alarm-0", at - timedelta(hours=5), "")
    crew.round(problem, at - timedelta(minutes=295), [0, 0])
    homes = Household.objects.filter(supplies__scheme=scheme, supplies__to_on__isnull=True).order_by("pk")[: OF_ONE]
    for number, home in enumerate(homes, 1):
        _report(crew, of_household(home), "no_water", Way.HOUSEHOLD, "从今天早上开始一滴水都没有（演示）", f"demo-alarm-{number}", at - timedelta(minutes=250 - 35 * number), home.head_name)
    return 1 + len(homes)


def _report(crew: Crew, subject: Subject, kind: str, way: str, words: str, key: str, at: datetime, reporter: str) -> Problem:
    report = report_problem(
        subject=subject, kind=kind, way=way, words=words, key=key, area=crew.areas[DISPATCHER], by=crew.people[DISPATCHER], at=at, reporter=reporter,
    )
    return report.problem
