"""Bring a judged register to a full ledger: problems in all states with their steps, reports and evidence, as in life.

Rows are written in bulk: what the loop would refuse is not asked, but every database constraint holds, every step keeps
what it left, and deadlines are those of the duty pack. One alarm and one problem with a real photo come by the real actions.

    python bench/ledger_fill.py PASSWORD [PROBLEMS]      prints what there is, and which pages who asks for
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "wenqu.settings"
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.models import Count, F, Max  # noqa: E402
from django.db.models.functions import Mod  # noqa: E402
from django.utils import timezone  # noqa: E402
from ledger_crew import make_crew, make_measured  # noqa: E402
from ledger_pages import alarm_and_example, pages_of, statements  # noqa: E402
from ledger_stories import EVIDENCE, LEVELS, REPORT, STEP, WORDS, Around, Rows, Story, Subject  # noqa: E402

from wenqu.evidence.models import Evidence  # noqa: E402
from wenqu.facts.models import SubjectKind  # noqa: E402
from wenqu.households.models import Household  # noqa: E402
from wenqu.kit.audit import SYSTEM  # noqa: E402
from wenqu.kit.bulk import insert_rows, refresh_statistics, reserve_ids  # noqa: E402
from wenqu.kit.chunks import chunks  # noqa: E402
from wenqu.kit.counters import take_numbers  # noqa: E402
from wenqu.ledger.deadlines.actions import set_duty_profile  # noqa: E402
from wenqu.ledger.models import LIVE_STATES, Problem, ProblemHousehold, Report, Step  # noqa: E402
from wenqu.places.models import Account, Division, Duty, Level  # noqa: E402
from wenqu.places.scope import EVERYWHERE  # noqa: E402
from wenqu.rulebook.duties import duty_pack  # noqa: E402
from wenqu.schemes.models import Scheme, Supply  # noqa: E402

TOTAL, SEED, CHUNK, PACK = 200_000, 20260301, 10_000, "qingshui-12-24-48"
# Of the problems that are added: most are young. What the judging opened stays as found.
SHARES = {
    "found": 14, "verified": 17, "assigned": 30, "suspended": 2, "rectified": 6, "checked": 4, "signed_off": 4, "filed": 17, "dismissed": 4, "merged": 2,
}
KINDS = {"no_water": 30, "too_little_water": 25, "bad_water": 15, "pipe_burst": 12, "frozen_pipe": 6, "meter_fee": 8, "other": 4}
# Hours since the last step, at most: longer than the limit, so that some are a little late. A tenth is very late.
STAY = {"found": 30, "verified": 30, "assigned": 27, "suspended": 200, "rectified": 82, "checked": 130, "signed_off": 130}
PROBLEM = (
    "id", "number", "kind", "state", "clue", "severity", "subject_kind", "subject_id", "subject_name", "division_id", "path", "source", "reason",
    "explanation", "households_named", "reports_count", "opened_on", "opened_at", "seen_on", "round", "version", "level", "holder_id", "unit", "due_at",
    "due_unit", "suspended_until", "rest", "escalations", "outcome", "merged_into_id", "closed_on", "closed_at", "closed_by_id", "closing_note",
)


def subjects(number: int) -> list[Subject]:
    """Households all over the register that have no problem yet, and schemes."""
    taken = set(Problem.objects.values_list("subject_kind", "subject_id"))
    schemes = Scheme.objects.values_list("pk", "name", "division_id", "path")
    found = [Subject(SubjectKind.SCHEME, *row, row[0]) for row in schemes if (SubjectKind.SCHEME, row[0]) not in taken][: number // 10]
    every = max(Household.objects.count() // (number + len(taken)), 1)
    serving = dict(Supply.objects.alias(rest=Mod(F("household_id"), every)).filter(rest=every - 1, to_on=None).values_list("household_id", "scheme_id"))
    rows = Household.objects.alias(rest=Mod(F("pk"), every)).filter(rest=every - 1).values_list("pk", "head_name", "number", "division_id", "path")
    found += [
        Subject(SubjectKind.HOUSEHOLD, pk, f"{head}（{code}）", division, path, serving.get(pk))
        for pk, head, code, division, path in rows.iterator(chunk_size=20_000) if (SubjectKind.HOUSEHOLD, pk) not in taken
    ]
    random.Random(SEED).shuffle(found)
    return found[:number]


def tell(around: Around, rows: Rows, pk: int, number: str, subject: Subject, survivor: tuple[int, str]) -> str:
    """Make one problem with its history; gives its state."""
    choose = around.random.choices
    state, kind = choose(list(SHARES), list(SHARES.values()))[0], choose(list(KINDS), list(KINDS.values()))[0]
    severity = choose(list(LEVELS), (30, 55, 15))[0]
    very_late = state in STAY and around.random.random() < 0.1
    if very_late:
        last = around.at - timedelta(days=around.random.uniform(12, 40))
    elif state in STAY:
        last = around.at - timedelta(hours=around.random.random() * STAY[state])
    else:
        last = around.at - timedelta(days=700 * around.random.random() ** 1.5)
    opened = last if state == "found" else last - timedelta(hours=around.random.uniform(20, 300))
    story = Story(around, rows, pk, subject, kind, severity, opened)
    story.report()
    story.go_to(state, last, survivor)
    if very_late:
        story.lift()
    now, on, hung, closed = story.now, timezone.localdate(opened), state == "suspended", state not in LIVE_STATES
    rows.problems.append((
        pk, number, kind, state, False, severity, int(subject.kind), subject.pk, subject.name[:160], subject.division_id, subject.path,
        "农户申报", "household_report", WORDS.format(name=subject.name, what=kind), 0, now["reports_count"], on, opened, on, 1,
        story.version, now["level"], now["holder_id"], now["unit"], story.due, story.due_unit,
        datetime.fromisoformat(now["suspended_until"]) if hung else None, {"working_days": 1} if hung else None,
        now["escalations"], now["outcome"], now["merged_into_id"],
        max(timezone.localdate(last), on) if closed else None, last if closed else None, story.by[0] if closed else None, "同意" if closed else "",
    ))
    return state


def problems(around: Around, number: int) -> None:
    """Add so many problems, in chunks of one transaction each."""
    survivor = Problem.objects.order_by("pk").values_list("pk", "number")[0]
    for some in chunks(subjects(number), CHUNK):
        with transaction.atomic():
            keys, rows = reserve_ids(Problem, len(some)), Rows()
            numbers = take_numbers(series=f"problem-{around.at.year}", count=len(some))
            for pk, each, subject in zip(keys, numbers, some, strict=True):
                name = f"WT-{around.at.year}-{each:06d}"
                if tell(around, rows, pk, name, subject, survivor) in ("verified", "assigned"):
                    survivor = pk, name
            insert_rows(Problem, PROBLEM, rows.problems)
            insert_rows(Step, STEP, rows.steps)
            insert_rows(Report, REPORT, rows.reports)
            insert_rows(Evidence, EVIDENCE, rows.evidence)


def name_households(at: datetime) -> None:
    """Problems of schemes name some of the households that they serve."""
    mine = dict(Problem.objects.filter(subject_kind=SubjectKind.SCHEME, households_named=0).values_list("subject_id", "pk"))
    served = Supply.objects.alias(rest=Mod(F("household_id"), 20)).filter(rest=7, to_on=None).values_list("scheme_id", "household_id")

    def rows() -> Iterator[tuple[Any, ...]]:
        yield from ((mine[scheme], household, at) for scheme, household in served.iterator(chunk_size=20_000) if scheme in mine)

    insert_rows(ProblemHousehold, ("problem_id", "household_id", "named_at"), rows())
    counts = ProblemHousehold.objects.filter(problem__households_named=0).values_list("problem").annotate(Count("pk")).order_by()
    Problem.objects.bulk_update([Problem(pk=pk, households_named=number) for pk, number in counts], ["households_named"], batch_size=500)


def bring_to_now(at: datetime) -> None:
    """What was filled earlier lies as long ago as it did then, or everything would be late and go up at once."""
    filled = Step.objects.filter(key=None).aggregate(last=Max("at"))["last"]
    if filled and at - filled > timedelta(minutes=30):
        Problem.objects.filter(state__in=LIVE_STATES, due_at__isnull=False).update(due_at=F("due_at") + (at - filled))
        Problem.objects.filter(suspended_until__isnull=False).update(suspended_until=F("suspended_until") + (at - filled))


def fill(password: str, total: int = TOTAL) -> None:
    """Fill up to `total` problems, once; say what there is, and which pages are asked for by whom."""
    at, started = timezone.now(), time.perf_counter()
    measured = make_measured(password, at)
    missing = total - Problem.objects.count()
    if missing > 0:
        for county in Division.objects.filter(level=Level.COUNTY):
            set_duty_profile(division=county, pack_id=PACK, numbers={}, document="", from_on=date(2024, 1, 1), area=EVERYWHERE, by=SYSTEM, at=at)
        problems(Around(make_crew(at), at, duty_pack(PACK), random.Random(SEED)), missing)
        name_households(at)
        refresh_statistics(Problem, Step, Report, Evidence, ProblemHousehold, Account, Duty)
        print(f"ledger filled in {time.perf_counter() - started:.0f} s")
    else:
        bring_to_now(at)
    example = alarm_and_example(measured, at)
    states = Counter(dict(Problem.objects.values_list("state").annotate(Count("pk")).order_by()))
    print(f"{Household.objects.count():,} households, {sum(states.values()):,} problems ({', '.join(f'{name} {number:,}' for name, number in states.most_common())}), "
          f"{Step.objects.count():,} steps, {Report.objects.count():,} reports, {Evidence.objects.count():,} pieces of evidence; {connection.vendor}")
    for who, url in pages_of(measured, example, at):
        print(f"page {who} {url} {statements(who, url)}")


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else TOTAL)
