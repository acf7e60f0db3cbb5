"""What of the watch list waits on somebody's desk, offered to the home page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.people.todos import Waits, offer_todos
from wenqu.places.rights import Right
from wenqu.watch.listing.desk import LATE, MINE, open_courses, rows_for, waiting_count


def _waiting(request: Any) -> Iterator[Waits]:
    mine = request.area.whole.may(Right.WATCH_ACT)
    if mine.paths and open_courses(mine).exists():
        url = reverse("watch:desk")
        yield Waits(_("监测识别和退出待本岗位办理"), waiting_count(mine), f"{url}?tab={MINE}")
        yield Waits(_("监测识别和退出逾期"), rows_for(LATE, mine, timezone.localdate()).count(), f"{url}?tab={LATE}")


def offer() -> None:
    offer_todos(_waiting)
