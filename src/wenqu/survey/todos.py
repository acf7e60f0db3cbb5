"""What of surveys waits on somebody's desk: records that wait for a decision, households of which two phones say different things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from wenqu.people.todos import Waits, offer_todos
from wenqu.places.rights import Right
from wenqu.survey.desk.filtering import waiting_count
from wenqu.survey.rulings.queries import open_count


def _waiting(request: Any) -> Iterator[Waits]:
    mine = request.area.whole.may(Right.INTAKE)
    if mine.paths:
        yield Waits(_("调查记录待裁定"), waiting_count(mine), reverse("survey:records"))
        yield Waits(_("同一农户两份记录有出入"), open_count(mine), reverse("survey:rulings"))


def offer() -> None:
    offer_todos(_waiting)
