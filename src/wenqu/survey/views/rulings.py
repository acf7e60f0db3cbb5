"""Two phones on one household: the list of what differs, and the page that asks field by field."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import row_in
from wenqu.places.rights import Right
from wenqu.survey.desk.queries import subject_names
from wenqu.survey.models import Doubled
from wenqu.survey.permissions import check_can_rule
from wenqu.survey.rulings import actions, queries
from wenqu.survey.rulings.showing import shown

_PAGE = 50


@needs(Right.INTAKE)
def ruling_list(request: Any) -> HttpResponse:
    settled = request.GET.get("settled") == "1"
    before = request.GET.get("before", "")
    rows = queries.doubled_in(request.area, open_only=not settled)
    if (last := number_in(before)) is not None:
        rows = rows.filter(pk__lt=last)
    found = list(rows[: _PAGE + 1])
    here = found[:_PAGE]
    names = subject_names(here, request.area)
    people = queries.surveyors_of(here)
    following = here[-1].pk if len(found) > _PAGE else None
    return render(request, "survey/rulings.html", {
        "rows": [{"row": row, "name": names.get(row.pk, ""), "people": people.get(row.pk, [])} for row in here],
        "settled": settled, "open": queries.open_count(request.area), "pager": pager(request.GET, "before", following),
    })


def _row(request: Any, pk: int) -> Doubled:
    return row_in(Doubled.objects.select_related("division", "round__form"), request.area, pk, "doubled")


@needs(Right.INTAKE)
def show(request: Any, pk: int) -> HttpResponse:
    row = _row(request, pk)
    note_look(request, "view_doubled", subject=row.subject, path=row.path)
    found = queries.together(row.subject, row.round_id)
    page = shown(found)
    return render(request, "survey/ruling.html", {
        "row": row, "name": subject_names([row], request.area).get(row.pk, ""), "records": found.records, "page": page,
        "open": sum(each.state == "open" for each in page.fields), "seen": ",".join(str(each.pk) for each in found.records),
        "refusal": why_not(check_can_rule, found.records, request.user, request.area),
    })


@needs(Right.INTAKE)
@require_POST
def rule(request: Any, pk: int) -> HttpResponse:
    """One click on one field; or, where no field is named, one record for all that is still open."""
    row = _row(request, pk)
    chosen = number_in(request.POST.get("record", "")) or 0
    record = next((each for each in queries.standing(row.subject, row.round_id) if each.pk == chosen), None)
    if record is None:
        raise Refused("changed_meanwhile", _("这个对象的记录有变化（又收到、更正或裁定了一份），请刷新页面后再裁定"))
    seen = [number for part in request.POST.get("seen", "").split(",") if (number := number_in(part)) is not None]
    told: dict[str, Any] = {"subject": row.subject, "round": row.round, "submission": record, "seen": seen, "by": request.user, "at": timezone.now()}
    unit = request.POST.get("unit", "")
    why = request.POST.get("why", "")
    if unit:
        actions.rule_on_field(unit=unit, why=why, **told)
    else:
        count = len(actions.rule_for_record(why=why, **told))
        messages.success(request, _("已按这份记录裁定 %(count)d 项") % {"count": count})
    # The row is there for as long as there are two records: a ruling takes none away.
    return redirect("survey:ruling", row.pk)
