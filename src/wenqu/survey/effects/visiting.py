"""A record of the contact person's visit: a visit of the household where it is on the watch list, a clue where it is not and is at risk.

Every record has a visit of its own by its key. Whether it stands follows from the state of the record alone, so that the
order in which a record and its correction are taken does not matter. A clue that somebody took in stays: it is ended by
the county's procedure and by nothing else.
"""

from __future__ import annotations

import json
from datetime import date, datetime

from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.kit.audit import Actor
from wenqu.kit.plain_words import holds_number
from wenqu.kit.refusal import Refused
from wenqu.survey.desk.words import Words
from wenqu.survey.effects.acting import Act, photos_in
from wenqu.survey.effects.photos import proofs_of
from wenqu.survey.intake.answers import Answers
from wenqu.survey.models import Submission
from wenqu.watch.courses.actions import open_course
from wenqu.watch.models import Course, Watched
from wenqu.watch.models.courses import Route, Way
from wenqu.watch.visiting.actions import record_visit, withdraw_visit
from wenqu.watch.visiting.queries import listing_on

_TOLD = frozenset({"text", "integer", "decimal", "select_one", "select_multiple", "date"})
# What the visit keeps in columns of its own.
_COLUMNS = frozenset({"visited_on", "way"})


def visit(act: Act, answers: Answers) -> dict[str, object]:
    """Record the visit that a record tells of. Returns what came of it; `Refused` where it cannot be."""
    home = _home(act.row)
    on, worse, found = _day(act), act.said.get("worse") == "yes", found_in(act.row, answers)
    listing = listing_on(home.pk, on)
    if listing is None:
        return _clue(act, home, on, worse, found)
    return _visited(act, listing, on, worse, found)


def take_back(row: Submission, by: Actor, at: datetime) -> dict[str, object]:
    """The record stands no longer, and with it the visit."""
    return {"visit_withdrawn": True} if withdraw_visit(key=_key(row), by=by, at=at) is not None else {}


def found_in(row: Submission, answers: Answers) -> str:
    """Question and answer, a line each, as people read it on the page of the household. Where somebody wrote a number of a
    person, the record keeps it and the visit does not."""
    assert row.version is not None
    words, lines = Words(json.loads(row.version.plan)), []
    for path, text in answers.values.items():
        node = words.nodes.get(path, {})
        in_register = node.get("list", "") in words.plan["files"]
        if text and node.get("kind") in _TOLD and not in_register and path.rpartition("/")[2] not in _COLUMNS:
            told = words.text(path, text)
            if holds_number(told):
                told = _("（含有号码，见调查记录）")
            lines.append(f"{words.label(path).rstrip('？?')}：{told}")
    return "\n".join(lines)


def _visited(act: Act, listing: Watched, on: date, worse: bool, found: str) -> dict[str, object]:
    record_visit(
        watched=listing, on=on, way=act.said.get("way", ""), found=found, worse=worse, by=act.row.account, at=act.at, key=_key(act.row), area=act.area,
        source=_("手机记录 #%(number)d") % {"number": act.row.pk}, files=proofs_of(act.row, photos_in(act.said)))
    return {"visited_on": on.isoformat(), "worse": worse}


def _clue(act: Act, home: Household, on: date, worse: bool, found: str) -> dict[str, object]:
    """Not on the list: what puts it at risk waits for a person, as a clue that was taken in at the desk. Nothing else is kept of a visit."""
    if Course.objects.filter(key__in=_keys(act.row)).exists():
        return {"clue": on.isoformat()}
    if not worse:
        raise Refused("not_watched", _("这户那天不在监测名单上，不能登记联系人走访。已按程序纳入的，请核对走访日期；确实不是监测对象的，请选“不采用”。"))
    open_course(
        household=home, route=Route.ENTRY, begun_on=on, clue=found, way=Way.SURVEY, key=_key(act.row), area=act.area, by=act.row.account, at=act.at)
    return {"clue": on.isoformat()}


def _home(row: Submission) -> Household:
    kind, _colon, number = row.subject.partition(":")
    if kind != "household":
        raise Refused("no_subject", _("记录没有写明是哪一户，不能登记走访"))
    found: Household = Household.ever.get(pk=number)
    return found


def _day(act: Act) -> date:
    """The day that was told, never after the one on which it was filled."""
    try:
        return min(date.fromisoformat(act.said.get("visited_on", "")[:10]), act.day)
    except ValueError:
        return act.day


def _key(row: Submission) -> str:
    """By the row and not by the number that the phone gave: two contents under one number are two records."""
    return f"record-{row.pk}"


def _keys(row: Submission) -> list[str]:
    """Of a record and of all that it corrects."""
    keys, seen = [_key(row)], row.replaces
    while seen is not None:
        keys.append(_key(seen))
        seen = seen.replaces
    return keys
