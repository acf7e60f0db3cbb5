"""What the pages of judging show, in the words of the packs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.households.showing import name_shown
from wenqu.kit import audit
from wenqu.kit.languages import in_english
from wenqu.kit.moments import moment_of
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.crumbs import crumbs_of
from wenqu.places.models import Division
from wenqu.places.rights import Right
from wenqu.rulebook.watch.judging import JudgingPack
from wenqu.rulebook.watch.judging.model import NONE, UNKNOWN
from wenqu.watch.judging import queries
from wenqu.watch.judging.asked import asked_by
from wenqu.watch.judging.deciding import Decided
from wenqu.watch.judging.forms import FactsForm, ItemsForm
from wenqu.watch.judging.known import facts_told, items_told
from wenqu.watch.judging.outdated import edition_since
from wenqu.watch.judging.permissions import check_can_tell
from wenqu.watch.judging.queries import Names, explained, sentences
from wenqu.watch.judging.telling import facts_shown, items_shown, months_of
from wenqu.watch.models import HouseFact, WatchGrade, WatchMove

_COLOURS = {"red": "bad", "yellow": "warn", "green": "good"}


def colour_class(colour: str) -> str:
    """How a colour is drawn; colours that a county calls otherwise are drawn plainly."""
    return _COLOURS.get(colour, "dim")


def rows(page: Sequence[WatchGrade], names: Names, called: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"row": row, "household": row.household, "place": called.get(row.path, ""), "object": names.object(row.object), "on": row.object not in (NONE, UNKNOWN),
         "stands": names.colour(row.stands), "css": colour_class(row.stands), "cause": names.cause(row.cause),
         "waits": names.colour(row.grade) if row.grade not in (row.stands, UNKNOWN) else ""}
        for row in page
    ]


def moves(found: Sequence[WatchMove], names: Names, called: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"move": move, "household": move.household, "place": called.get(move.path, ""),
         "before": names.object(move.before), "after": names.object(move.after), "moved": move.before != move.after,
         "stood": names.colour(move.stood), "stands": names.colour(move.stands), "css": colour_class(move.stands), "coloured": move.stood != move.stands}
        for move in found
    ]


def counts(found: QuerySet[WatchGrade], names: Names) -> list[dict[str, Any]]:
    """The tiles and filters: how many of each kind, colour and cause."""
    out = []
    for column, title, called in (("object", _("研判结论"), names.object), ("stands", _("现行等级"), names.colour), ("cause", _("主要风险"), names.cause)):
        by_value = queries.counted(found, column)
        entries = [{"value": value, "name": called(value), "number": number, "css": colour_class(value) if column == "stands" else ""}
                   for value, number in sorted(by_value.items(), key=lambda each: (each[0] in (NONE, UNKNOWN), -each[1])) if value]
        out.append({"column": column, "title": title, "entries": entries})
    return out


def towns(found: QuerySet[WatchGrade], names: Names) -> dict[str, Any]:
    """Towns by standing colour, as a table."""
    by_town = queries.counted_by_town(found)
    colours = sorted({colour for each in by_town.values() for colour in each}, key=lambda colour: (colour in (NONE, UNKNOWN), colour))
    divisions = Division.objects.filter(path__in=by_town).order_by("path")
    return {"colours": [names.colour(colour) for colour in colours],
            "lines": [{"division": each, "cells": [by_town[each.path].get(colour, 0) for colour in colours], "all": sum(by_town[each.path].values())} for each in divisions]}


def look(household: Household, request: Any, at: datetime) -> None:
    audit.record(by=request.user, verb="view_watch_file", at=at, subject=f"household:{household.pk}", path=household.path)


def household_page(household: Household, request: Any, now: datetime, facts: Any = None, items: Any = None) -> dict[str, Any]:
    """The page of one household."""
    today = timezone.localdate(now)
    decided, refusal = explained(household, today, now)
    may_tell = why_not(check_can_tell, household, request.area)
    grade = WatchGrade.objects.filter(household=household).select_related("edition").first()
    history = queries.moves_of(WatchMove.objects.filter(household=household), 20)
    pack = decided.rules.pack if decided else None
    context: dict[str, Any] = {
        "household": household, "crumbs": crumbs_of(household.path, request.area), "refusal": refusal, "decided": decided, "tell_refusal": may_tell,
        "grade": grade, "history": moves(history, queries.names_of(history), {}), "verdict": verdict(decided, grade),
    }
    if decided is None or pack is None:
        return context
    told, lines = facts_told(household, today, now), items_told(household, today, now)
    context |= {"facts_told": facts_shown(told, asked_by(pack)), "items_told": items_shown(lines, pack, request.area), "months": months_of(lines, decided)}
    if may_tell is None:
        context |= {"facts_form": facts or form_of("facts", household, request, now, decided, told, fresh=True),
                    "items_form": items or form_of("items", household, request, now, decided, fresh=True)}
    return context


def verdict(decided: Decided | None, grade: WatchGrade | None) -> dict[str, Any]:
    """The conclusion of now in words, its sentences, and whether a better colour waits."""
    if decided is None:
        return {}
    names, found, said = Names([decided.rules.edition]), decided.judgement, sentences(decided)
    waits = grade is not None and grade.grade not in (grade.stands, UNKNOWN)
    return {
        "decided": decided, "object": names.object(found.outcome), "on": found.outcome not in (NONE, UNKNOWN), "colour": names.colour(found.stands) if decided.rules.pack.grades else "",
        "since": edition_since(grade, decided.rules.day), "stored": grade.edition if grade else None,
        "css": colour_class(found.stands), "waits": names.colour(grade.grade) if grade and waits else "", "sentences": said, "waiting": sum(each.waits for each in said),
        "screens": [name for one, name in _screens(decided.rules.pack) if found.screens.get(one)],
    }


def _screens(pack: JudgingPack) -> list[tuple[str, str]]:
    """Id and name of everything that may come from a list of a department."""
    english = in_english()
    spent = [(one.id, one.en if english else one.zh) for one in pack.spending]
    return spent + [(one.id, one.en if english else one.zh) for one in pack.screens]


def form_of(
    what: str, household: Household, request: Any, now: datetime, decided: Decided | None = None, told: dict[str, HouseFact] | None = None, *, fresh: bool = False,
) -> Any:
    """The form of facts or of items, filled with what was sent, or fresh. `Refused` where no rules say what to ask."""
    today = timezone.localdate(now)
    if decided is None:
        decided, refusal = explained(household, today, now)
        if decided is None:
            assert refusal is not None
            raise Refused(refusal.code, refusal.message)
    data = None if fresh else request.POST
    if what == "items":
        members = [(member, name_shown(member, request.area)) for member in household.members.select_related("household").order_by("id")]
        return ItemsForm(data, today=today, pack=decided.rules.pack, window=decided.rules.window, members=members, english=in_english())
    told = facts_told(household, today, now) if told is None else told
    return FactsForm(data, today=today, asked=asked_by(decided.rules.pack), standing={name: row.value.open() for name, row in told.items()})


def panel(household: Household, request: Any) -> dict[str, Any] | None:
    """What stands of a household, on its own page, for whoever may see the watch list there."""
    if not request.area.whole.may(Right.WATCH).covers(household.path):
        return None
    moment, now = moment_of(request), timezone.now()
    until = moment.at if moment else now
    decided, refusal = explained(household, timezone.localdate(until), until)
    grade = WatchGrade.objects.filter(household=household).select_related("edition").first()
    if decided is None and grade is None and refusal is not None and refusal.code == "no_watch_rules":
        return None
    return {"refusal": refusal, "household": household, "past": moment is not None, "verdict": verdict(decided, grade)}
