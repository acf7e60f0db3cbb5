"""Water samples when the demo is opened, after a year of tests: a trip of today whose samples stand at every stage, and what is overdue by now."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from wenqu.demo.tested import PEOPLE, PLAN
from wenqu.judging.spot import judge_again
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area, area_of
from wenqu.quality.calendar.queries import entries
from wenqu.quality.control.limits import control_limits
from wenqu.quality.effects import overdue
from wenqu.quality.models import PlanAdoption, Role, Sample, Verdict
from wenqu.quality.plans.queries import adopted
from wenqu.quality.samples.actions import Handed, Taking, hand_over, receive, take_sample, void_sample
from wenqu.quality.samples.planning import plan_samples
from wenqu.quality.samples.queries import offers
from wenqu.quality.samples.trips import Wish, asked_extras

POINTS = 10
# The first of a trip stay to be taken, the next are taken, handed over, and with the laboratory.
STAY, TAKEN, HANDED = 2, 4, 6
READINGS = ({"free_chlorine": "0.42", "ph": "7.36", "turbidity": "0.38", "water_temperature": "13.5"}, {"free_chlorine": "0.36", "ph": "7.81", "turbidity": "0.92"},
            {"chlorine_dioxide": "0.11", "ph": "7.54", "turbidity": "0.45", "water_temperature": "12.8"})


@transaction.atomic
def sample_some(*, division: Division, at: datetime) -> int:
    """Lead a trip of today, grade those again whose water was unfit, and tell what is late. Once; returns how many samples there are, none in a
    county whose water was not tested."""
    today, key = timezone.localdate(at), f"demo-{division.pk}-today"
    adoption = next((one for one in adopted(division.path, today.year) if one.pack_id == PLAN), None)
    people = {each.username: each for each in Account.objects.filter(username__in=PEOPLE.values(), demo=True)}
    if adoption is None or len(people) < len(PEOPLE) or Sample.objects.filter(key__startswith=f"{key}:").exists():
        return 0
    crew = {duty: people[name] for duty, name in PEOPLE.items()}
    areas = {duty: area_of(who, today) for duty, who in crew.items()}
    _lead(_plan(adoption, division, areas, key, crew["county"], at), crew, areas, at)
    unfit = Verdict.objects.filter(path__startswith=division.path, verdict="unfit", sample__point__scheme__isnull=False)
    judge_again(households=(), schemes=set(unfit.values_list("sample__point__scheme", flat=True)), source="水质检测", by=crew["county"], at=at)
    overdue.tick(at=at)
    return Sample.objects.filter(county=division).count()


def _plan(adoption: PlanAdoption, division: Division, areas: dict[str, Area], key: str, by: Account, at: datetime) -> list[Sample]:
    """Points of the demo's town first, for its station takes samples too."""
    today = timezone.localdate(at)
    found = [one.entry for one in offers(entries([adoption], areas["county"], division.path, today)) if one.entry.standing.task.window.holds(today)]
    found.sort(key=lambda one: one.point is None or not areas["town"].covers(one.point.path))
    wishes = [Wish(one.point.pk, adoption.edition_id, one.standing.task.key, one.standing.task.items, one.standing.task.window) for one in found if one.point is not None][:POINTS]
    if not wishes:
        return []
    return plan_samples(county=division, wishes=wishes, extras=asked_extras(len(wishes), control_limits()), planned_on=today, key=key, area=areas["county"], by=by, at=at)


def _lead(rows: list[Sample], crew: dict[str, Account], areas: dict[str, Area], at: datetime) -> None:
    """Every sample to its stage; companions go with what they belong to, blanks all the way."""
    begun = at - timedelta(hours=6)
    ways = {row.pk: place for place, row in enumerate(row for row in rows if row.role == Role.ROUTINE)}
    for number, row in enumerate(rows):
        place = ways.get(row.of_id or row.pk, HANDED)
        if place < STAY:
            continue
        town = areas["town"].covers(row.path)
        measures = READINGS[number % len(READINGS)] if row.role == Role.ROUTINE else {}
        take_sample(sample=row, told=Taking(begun + timedelta(minutes=5 * number), measures=measures), key=f"demo-take-{row.pk}", area=areas["town" if town else "county"],
                    by=crew["town" if town else "county"], at=at)
        if place == TAKEN - 1:
            void_sample(sample=row, why="运输途中瓶子破裂（演示）", area=areas["county"], by=crew["county"], at=at, key=f"demo-void-{row.pk}")
        if place < TAKEN:
            continue
        hand_over(samples=[row], told=Handed(begun + timedelta(hours=3), "采样员（演示）", "送样员（演示）", None, Decimal("4.2")), key="demo-hand-today", area=areas["county"],
                  by=crew["county"], at=at)
        if place >= HANDED:
            receive(samples=[row], told=Handed(begun + timedelta(hours=4), "送样员（演示）", "收样室（演示）", True, Decimal("5.6")), key="demo-receive-today", area=areas["lab"],
                    by=crew["lab"], at=at)
