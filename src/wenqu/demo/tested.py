"""A year of water tests before the demo is opened: plans adopted, points kept, a trip a month with its results, what was unfit and what became of it.

Led by the real actions before the first judging, so that every judging sees what the laboratory had found by its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from wenqu.demo import waters
from wenqu.demo.crew import Crew, crew_on
from wenqu.demo.delivered import deliver
from wenqu.demo.reported import tell_reports
from wenqu.demo.waterpoints import keep_points
from wenqu.judging.models import Run
from wenqu.ledger.models import Problem
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area, area_of
from wenqu.quality.calendar.queries import Entry, entries
from wenqu.quality.control.actions import Addition, tell_doses
from wenqu.quality.models import PlanAdoption, ResultState, Role, Sample, Shape
from wenqu.quality.plans.actions import adopt_plan
from wenqu.quality.results.actions import enter_results, return_results, review_results
from wenqu.quality.results.delivering.actions import add_laboratory
from wenqu.quality.results.queries import items_asked, standing_items
from wenqu.quality.results.reading import Answer
from wenqu.quality.samples.actions import Handed, Taking, hand_over, receive, take_sample
from wenqu.quality.samples.planning import plan_retest, plan_samples
from wenqu.quality.samples.trips import Extras, Wish
from wenqu.rulebook.quality.results.naming import item_names

PLAN, DOCUMENT = "plan-county-water", "本县饮用水水质监测方案（演示）"
LABORATORY = "本县疾控中心检验科（演示）"
# Who takes samples in the county and in the demo's town, who tests and enters, and the second person.
PEOPLE = {"county": "xian", "town": "zhen", "lab": "jiance", "second": "fuhe"}
MONTHS, GROUPS, DAY, RECENT = 11, 6, 12, timedelta(days=6)
EXTRAS = Extras(field_blanks=1, transport_blanks=1, parallels=2, spikes=2)
CLEARED, IN_HAND, NEW, SILENT, BACK, UNREVIEWED = "cleared", "in_hand", "new", "silent", "back", "unreviewed"


@dataclass(frozen=True)
class Story:
    """What is different at one sample: what was found, what was measured at the tap, and what became of it."""

    then: str = ""
    found: Mapping[str, str] | None = None
    measured: Mapping[str, str] | None = None


# (months ago, place in the trip) -> story. The first of a trip is of the county's own waterworks and always well.
STORIES = {
    (7, 2): Story(found={"arsenic": "<0.02"}),
    (4, 1): Story(CLEARED, {"total_coliform": "8", "e_coli": "未检出", "plate_count": "560"}),
    (2, 2): Story(CLEARED, {"turbidity": "3.6"}, {"turbidity": "3.6"}),
    (2, 3): Story(found={"lead": "未检出"}),
    (1, 1): Story(IN_HAND, {"fluoride": "1.36"}),
    (1, 2): Story(SILENT),
    (0, 1): Story(UNREVIEWED),
    (0, 2): Story(BACK),
    (0, 3): Story(NEW, None, {"free_chlorine": "0.02", "chlorine_dioxide": "<0.01"}),
    (0, 4): Story(UNREVIEWED),
}


@transaction.atomic
def live_through_a_year(*, division: Division, at: datetime) -> int:
    """Live through a year of tests, once and before anything was judged. Returns how many samples there are; none without the demo's people."""
    found = {each.username: each for each in Account.objects.filter(username__in=PEOPLE.values(), demo=True)}
    crew = crew_on(at.date())
    judged = Run.objects.filter(division=division).exists()
    if len(found) < len(PEOPLE) or crew is None or judged or PlanAdoption.objects.filter(division=division).exists():
        return 0
    Year(division, {duty: found[name] for duty, name in PEOPLE.items()}, crew, at).live()
    return Sample.objects.filter(county=division).count()


class Year:
    """The year of one county, a trip a month and one a few days ago."""

    def __init__(self, division: Division, people: dict[str, Account], crew: Crew, at: datetime) -> None:
        self.division, self.people, self.crew, self.at = division, people, crew, at
        self.today = timezone.localdate(at)
        self.areas: dict[str, Area] = {duty: area_of(who, self.today) for duty, who in people.items()}
        self.random = Random(f"{division.name}:water")

    def live(self) -> None:
        first = self.trip_day(MONTHS)
        adoptions = [self._adopt(year) for year in range(first.year, self.today.year + 1)]
        points = keep_points(adoptions[-1], self.areas, self.people["county"], first.replace(day=1) - timedelta(days=30), self.morning(first - timedelta(days=9)))
        self.laboratory = add_laboratory(
            county=self.division, name=LABORATORY, certificate="演示-CMA-0001", certified_until=date(self.today.year + 2, 6, 30), area=self.areas["lab"], by=self.people["lab"],
            at=self.morning(first - timedelta(days=9)))
        due = self._due(adoptions)
        # The last point was forgotten: its task of the past season is late.
        for months in range(MONTHS, -1, -1):
            day = self.trip_day(months)
            visited = points[:-1][months % GROUPS :: GROUPS]
            wishes = [wish for point in visited for wish in [_wish(due.get(point.pk, ()), day)] if wish is not None]
            if wishes:
                self._trip(months, day, wishes)
        tell_reports(self, adoptions)

    def trip_day(self, months: int) -> date:
        """The day of the trip so many months ago; that of this month was a few days ago."""
        if months == 0:
            return self.today - RECENT
        month = self.today.year * 12 + self.today.month - 1 - months
        return date(month // 12, month % 12 + 1, DAY)

    def morning(self, day: date, hours: float = 0) -> datetime:
        """Nine o'clock of a day and so many hours later, never beyond now."""
        return min(self.at, datetime.combine(day, time(1), tzinfo=UTC) + timedelta(hours=hours))

    def who(self, duty: str, at: datetime) -> dict[str, Any]:
        return {"area": self.areas[duty], "by": self.people[duty], "at": at}

    def _adopt(self, year: int) -> PlanAdoption:
        start = date(year, 1, 1)
        return adopt_plan(division=self.division, year=year, pack_id=PLAN, document=DOCUMENT, document_on=start, **self.who("county", self.morning(start + timedelta(days=2))))

    def _due(self, adoptions: list[PlanAdoption]) -> dict[int, list[tuple[int, Entry]]]:
        """point -> its tasks of these years, with the edition by which each is due."""
        found: dict[int, list[tuple[int, Entry]]] = {}
        for adoption in adoptions:
            for one in entries([adoption], self.areas["county"], self.division.path, self.today):
                if one.point is not None:
                    found.setdefault(one.point.pk, []).append((adoption.edition_id, one))
        return found

    def _trip(self, months: int, day: date, wishes: list[Wish]) -> None:
        rows = plan_samples(
            county=self.division, wishes=wishes, extras=EXTRAS, planned_on=day, key=f"demo-{self.division.pk}-{months}", **self.who("county", self.morning(day - timedelta(days=3))))
        routine = [row for row in rows if row.role == Role.ROUTINE]
        told = {row.pk: STORIES.get((months, place), Story()) for place, row in enumerate(routine)}
        for number, row in enumerate(rows):
            self._bring(row, day, number, told.get(row.pk, Story()))
        found = {row.pk: self._found(row, told[row.pk]) for row in routine if told[row.pk].then != SILENT}
        if months == 0:
            deliver(self, [row for row in routine if row.pk in found], found, day)
        else:
            for row in routine:
                self._enter(row, found.get(row.pk, {}), self.morning(day + timedelta(days=5)))
        for row in rows:
            if row.role != Role.ROUTINE:
                control = self._control(row, found.get(row.of_id or 0, {}))
                if row.role == Role.SPIKE:
                    self._dose(row, control, self.morning(day, 9))
                self._enter(row, control, self.morning(day + timedelta(days=4)))
        self._settle(rows, told, day)

    def _bring(self, row: Sample, day: date, number: int, story: Story) -> None:
        """Taken at its point, handed over, received at the laboratory."""
        town = self.areas["town"].covers(row.path)
        scheme = row.point.scheme if row.point is not None else None
        measures = dict(waters.field(scheme.disinfection if scheme is not None else "无", row.point is not None and row.point.shape != Shape.OUTLET, self.random)) if row.role in (Role.ROUTINE, Role.RETEST) else {}
        measures |= {item: text for item, text in (story.measured or {}).items() if item in measures}
        taken = self.morning(day, number / 6)
        take_sample(sample=row, told=Taking(taken, measures=measures), key=f"demo-take-{row.pk}", **self.who("town" if town else "county", self.morning(day, number / 6 + 0.1)))
        passed = self.morning(day, 7)
        hand_over(samples=[row], told=Handed(passed, "采样员（演示）", "送样员（演示）", None, Decimal("4.2")), key="demo-hand", **self.who("county", passed))
        arrived = self.morning(day, 8)
        receive(samples=[row], told=Handed(arrived, "送样员（演示）", "收样室（演示）", True, Decimal("5.6")), key="demo-receive", **self.who("lab", arrived))
        row.refresh_from_db()

    def _found(self, row: Sample, story: Story) -> dict[str, str]:
        standing = standing_items(row)
        found = waters.found([item for item in items_asked(row) if item not in standing], self.random)
        return found | {item: text for item, text in (story.found or {}).items() if item not in standing}

    def _control(self, row: Sample, first: Mapping[str, str]) -> dict[str, str]:
        if row.role == Role.PARALLEL:
            return waters.parallel(first, self.random)
        return waters.spiked(first, self.random) if row.role == Role.SPIKE else waters.blank()

    def _dose(self, row: Sample, found: Mapping[str, str], at: datetime) -> None:
        """What was added to a spike when it came to the laboratory, one solution an item."""
        for item in found:
            told = Addition([item], Decimal(waters.DOSES[item]) * 1000, "mg/L", Decimal("0.5"), Decimal(500), f"{item_names()[item][0]}标准溶液（演示）")
            tell_doses(sample=row, told=told, key=f"demo-dose-{row.pk}-{item}", **self.who("lab", at))

    def _enter(self, row: Sample, found: Mapping[str, str], at: datetime) -> None:
        if found:
            answers = {item: Answer(text, "" if text in ("无", "未检出") else waters.unit_of(item)) for item, text in found.items()}
            enter_results(sample=row, answers=answers, laboratory=self.laboratory, key=f"demo-enter-{row.pk}", **self.who("lab", at))

    def _settle(self, rows: list[Sample], told: Mapping[int, Story], day: date) -> None:
        """A second person settles what was entered; what is unfit is worked on."""
        for row in rows:
            story, at = told.get(row.pk, Story()), self.morning(day + timedelta(days=5), 2)
            if story.then in (SILENT, UNREVIEWED):
                continue
            picked = self._picked(row)
            if story.then == BACK and picked:
                back = dict(list(picked.items())[-2:])
                return_results(sample=row, picked=back, why="与平行样相差较大，请核对原始记录后更正（演示）", key=f"demo-back-{row.pk}", **self.who("second", at))
                picked = {pk: version for pk, version in picked.items() if pk not in back}
            if picked:
                review_results(sample=row, picked=picked, key=f"demo-review-{row.pk}", **self.who("second", at))
            if story.then in (CLEARED, IN_HAND, NEW):
                self._follow(row, story, at)

    def _picked(self, row: Sample) -> dict[int, int]:
        return dict(row.results.filter(state=ResultState.ENTERED).order_by("pk").values_list("pk", "version"))

    def _follow(self, row: Sample, story: Story, at: datetime) -> None:
        verdict = row.verdicts.filter(newest=True).select_related("problem").first()
        problem: Problem | None = verdict.problem if verdict is not None else None
        if problem is None:
            return
        if story.then == NEW:
            plan_retest(sample=row, planned_on=self.today + timedelta(days=1), key=f"demo-retest-{row.pk}", **self.who("county", self.at))
            return
        self.crew.round(problem, at, [3, 2] if story.then == IN_HAND else [3, 2, 60])
        if story.then == CLEARED:
            end = self._retest(row, timezone.localdate(at) + timedelta(days=5))
            self.crew.check(problem, end + timedelta(hours=3))
            self.crew.sign_off(problem, end + timedelta(hours=20))
            self.crew.file(problem, end + timedelta(hours=30))

    def _retest(self, row: Sample, day: date) -> datetime:
        """Water taken once more after the repair, found fit. Returns when it was reviewed."""
        again = plan_retest(sample=row, planned_on=day, key=f"demo-retest-{row.pk}", **self.who("county", self.morning(day - timedelta(days=1))))
        self._bring(again, day, 0, Story())
        self._enter(again, self._found(again, Story()), self.morning(day + timedelta(days=3)))
        end = self.morning(day + timedelta(days=3), 3)
        review_results(sample=again, picked=self._picked(again), key=f"demo-review-{again.pk}", **self.who("second", end))
        return end


def _wish(tasks: Iterable[tuple[int, Entry]], day: date) -> Wish | None:
    """The task of a point whose window holds a day."""
    for edition, one in tasks:
        task = one.standing.task
        if task.window.holds(day) and one.point is not None and one.pack.limits:
            return Wish(one.point.pk, edition, task.key, task.items, task.window)
    return None

