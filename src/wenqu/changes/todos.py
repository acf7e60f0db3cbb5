"""What of changes waits on somebody's desk, offered to the home page: requests of others that they may decide on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from wenqu.changes.models import Change, State
from wenqu.people.todos import Waits
from wenqu.places.rights import Right
from wenqu.places.scope import within


def waiting(request: Any) -> Iterator[Waits]:
    """Nobody decides on a request of their own: these are not counted."""
    area = request.area.whole.may(Right.CONFIRM_CHANGE)
    if area.paths:
        asked = within(Change.objects.filter(state=State.ASKED), area).exclude(asked_by=request.user)
        yield Waits(_("农户变更申请等待核定"), asked.count(), f"{reverse('changes:list')}?state={State.ASKED}")
