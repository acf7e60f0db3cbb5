"""The desk: what somebody must do today, sorted by what burns."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenqu.kit.addresses import number_in
from wenqu.kit.days import day_of
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.ledger.alarms.queries import count_own
from wenqu.ledger.alarms.queries import standing as alarms_of
from wenqu.ledger.desk.queries import CHASE, LANES, MOST, PAGE, cards_of, lanes_of
from wenqu.ledger.desk.recurring import due_soon
from wenqu.ledger.words import STEP_LABELS
from wenqu.people.todos import todos_for
from wenqu.places.rights import Right
from wenqu.places.scope import Area, home_division

LABELS = {**{name: STEP_LABELS[name] for name in LANES if name != CHASE}, CHASE: _("督办（逾期上提）")}


def desk(request: HttpRequest) -> HttpResponse:
    area: Area = request.area.whole  # type: ignore[attr-defined]
    at = timezone.now()
    lanes = lanes_of(area, request.user, at)  # type: ignore[arg-type]
    asked = request.GET.get("step", "")
    chosen = [lane for lane in lanes if lane.name == asked] or lanes
    page = min(max(number_in(request.GET.get("page", "")) or 1, 1), MOST * len(LANES) // PAGE)
    cards, more = cards_of(chosen, (page - 1) * PAGE)
    alarms = alarms_of(area.may(Right.PROBLEMS))
    count_own(alarms, area.may(Right.PROBLEMS))
    note_look(request, "view_desk", path=area.paths[0], page=page if page > 1 else None, rows=len(cards))
    context: dict[str, Any] = {
        "division": home_division(area), "at": at, "alarms": alarms, "standing_alarms": [], "most": MOST,
        "lanes": [{"lane": lane, "label": LABELS[lane.name], "here": len(chosen) == 1 and lane is chosen[0]} for lane in lanes],
        "chosen": chosen[0].name if len(chosen) == 1 and asked else "", "overdue": sum(lane.overdue for lane in lanes),
        "cards": [{"card": card, "label": LABELS[card.lane]} for card in cards],
        "recurring": due_soon(area, day_of(at)), "todos": todos_for(request), "pager": pager(request.GET, "page", page + 1 if more else None),
        "may_see_figures": bool(area.may(Right.FIGURES).paths), "may_report": bool(area.may(Right.REPORT).paths),
    }
    return render(request, "reports/desk.html", context)
