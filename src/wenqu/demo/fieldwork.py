"""A survey under way when the demo is opened: all forms that come along are published, and two rounds are given out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from wenqu.demo.crew import DISPATCHER, crew_on
from wenqu.places.levels import Level
from wenqu.places.models import Account, Division
from wenqu.places.rights import Right
from wenqu.places.scope import area_of, below, within
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.designing.checking import SHIPPED
from wenqu.survey.models import Form
from wenqu.survey.rounds.actions import assign_villages, plan_round

# Who goes out, and to how many villages of theirs at most: what a phone is given should come in a minute.
SURVEYORS = (("cun", 1), ("chuangkou", 1), ("zhen", 3))
_ROUNDS = (("household_check", "入户核查（演示）"), ("scheme_check", "工程核查（演示）"))
SINCE, FOR = timedelta(days=5), timedelta(days=60)


@transaction.atomic
def go_out(*, division: Division, at: datetime) -> int:
    """Publish the forms and give the rounds out, once. Returns how many tasks there are; none in a county without the demo's people."""
    crew = crew_on(at.date())
    if crew is None or Form.objects.filter(division=division).exists():
        return 0
    dispatcher, start = crew.people[DISPATCHER], at - SINCE
    for name in SHIPPED:
        publish_shipped(county=division, shipped=name, by=dispatcher, at=start)
    return sum(_round(division, form_id, name, dispatcher, start) for form_id, name in _ROUNDS)


def _round(division: Division, form_id: str, name: str, by: Account, at: datetime) -> int:
    day = timezone.localdate(at)
    row = plan_round(
        name=name, form=Form.objects.get(division=division, form_id=form_id), division=division, from_on=day, to_on=day + SINCE + FOR, by=by, at=at)
    tasks = 0
    for username, most in SURVEYORS:
        person = Account.objects.filter(username=username, demo=True).first()
        villages = list(_villages(person, division, at)[:most]) if person is not None else []
        if person is not None and villages:
            tasks += assign_villages(round=row, accounts=[person], villages=villages, by=by, at=at)
    return tasks


def _villages(person: Account, division: Division, at: datetime) -> QuerySet[Division]:
    field = area_of(person, timezone.localdate(at)).may(Right.FIELD)
    return within(Division.objects.filter(below(division.path), level=Level.VILLAGE), field).order_by("path")
