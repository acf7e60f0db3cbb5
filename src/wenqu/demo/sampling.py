"""Water samples when the demo is opened: a plan adopted, a handful of points, and a trip whose samples stand at every stage, led there by the real actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from wenqu.places.models import Account, Division
from wenqu.places.scope import Area, area_of
from wenqu.quality.calendar.queries import entries
from wenqu.quality.control.limits import control_limits
from wenqu.quality.models import PlanAdoption, Role, Sample
from wenqu.quality.plans.actions import adopt_plan
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.points.actions import take_proposals
from wenqu.quality.points.proposals import proposals
from wenqu.quality.samples.actions import Handed, Taking, hand_over, receive, take_sample, void_sample
from wenqu.quality.samples.planning import plan_samples
from wenqu.quality.samples.queries import offers
from wenqu.quality.samples.trips import Wish, asked_extras, bottles

PLAN, DOCUMENT = "plan-county-water", "本县饮用水水质监测方案（演示）"
PEOPLE = {"county": "xian", "town": "zhen", "lab": "jiance"}
POINTS = 10
# The first of a trip stay to be taken, the next are taken, handed over, and with the laboratory.
STAY, TAKEN, HANDED = 2, 4, 6
READINGS = ({"free_chlorine": "0.42", "ph": "7.36", "turbidity": "0.38", "water_temperature": "13.5"}, {"free_chlorine": "<0.02", "ph": "7.81", "turbidity": "0.92"},
            {"chlorine_dioxide": "0.11", "ph": "7.54", "turbidity": "0.45", "water_temperature": "12.8"})


@transaction.atomic
def sample_some(*, division: Division, at: datetime) -> int:
    """Adopt the plan, keep points and lead a trip, once. Returns how many samples there are; none in a county without the demo's people."""
    found = {each.username: each for each in Account.objects.filter(username__in=PEOPLE.values(), demo=True)}
    if len(found) < len(PEOPLE) or PlanAdoption.objects.filter(division=division, pack_id=PLAN).exists():
        return 0
    crew = {duty: found[name] for duty, name in PEOPLE.items()}
    today = timezone.localdate(at)
    areas = {duty: area_of(who, today) for duty, who in crew.items()}
    by, first = crew["county"], date(at.year, 1, 1)
    adoption = adopt_plan(division=division, year=today.year, pack_id=PLAN, document=DOCUMENT, document_on=first, area=areas["county"], by=by, at=at)
    _keep_points(adoption, areas, by, at)
    rows = _plan(adoption, division, areas["county"], by, at)
    _lead(rows, crew, areas, at)
    return Sample.objects.filter(county=division).count()


def _keep_points(adoption: PlanAdoption, areas: dict[str, Area], by: Account, at: datetime) -> None:
    """Those of the demo's town first, for its station takes samples too."""
    found = proposals(pack_of(adoption.edition), adoption.path)
    found.sort(key=lambda one: not areas["town"].covers(one.scheme.path))
    take_proposals(adoption=adoption, keys=[one.key for one in found[:POINTS]], from_on=date(adoption.year - 1, 1, 1), area=areas["county"], by=by, at=at)


def _plan(adoption: PlanAdoption, division: Division, area: Area, by: Account, at: datetime) -> list[Sample]:
    today = timezone.localdate(at)
    open_ = [one.entry for one in offers(entries([adoption], area, division.path, today)) if one.entry.standing.task.window.holds(today)]
    wishes = [Wish(one.point.pk, adoption.edition_id, one.standing.task.key, one.standing.task.items, one.standing.task.window) for one in open_ if one.point is not None]
    if not wishes:
        return []
    return plan_samples(county=division, wishes=wishes, extras=asked_extras(len(bottles(wishes)), control_limits()), planned_on=today, key=f"demo-{division.pk}", area=area, by=by, at=at)


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
        hand_over(samples=[row], told=Handed(begun + timedelta(hours=3), "采样员（演示）", "送样员（演示）", None, Decimal("4.2")), key="demo-hand", area=areas["county"],
                  by=crew["county"], at=at)
        if place >= HANDED:
            receive(samples=[row], told=Handed(begun + timedelta(hours=4), "送样员（演示）", "收样室（演示）", True, Decimal("5.6")), key="demo-receive", area=areas["lab"],
                    by=crew["lab"], at=at)
