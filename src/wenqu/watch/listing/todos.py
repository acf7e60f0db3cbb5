"""What of the watch list waits on somebody's desk, offered to the home page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.people.todos import Waits, offer_todos
from wenqu.places.rights import Right
from wenqu.watch.judging.outdated import outdated
from wenqu.watch.listing.alarms import ALARMS
from wenqu.watch.listing.desk import LATE, MINE, open_courses, rows_for, waiting_count
from wenqu.watch.listing.queries import alarm_counts


def _waiting(request: Any) -> Iterator[Waits]:
    mine, today = request.area.whole.may(Right.WATCH_ACT), timezone.localdate()
    if mine.paths and open_courses(mine).exists():
        url = reverse("watch:desk")
        yield Waits(_("监测识别和退出待本岗位办理"), waiting_count(mine), f"{url}?tab={MINE}")
        yield Waits(_("监测识别和退出逾期"), rows_for(LATE, mine, today).count(), f"{url}?tab={LATE}")
    rules = request.area.whole.may(Right.WATCH_RULES)
    if rules.paths:
        yield Waits(_("监测研判结论待按现行规则更新（户）"), sum(each.households for each in outdated(rules, today)), reverse("watch:judged"))
    helped = request.area.whole.may(Right.HELP)
    for name, number in alarm_counts(helped, today).items() if helped.paths else ():
        yield Waits(_("监测对象%(alarm)s") % {"alarm": ALARMS[name]}, number, f"{reverse('watch:list')}?alarm={name}")


def offer() -> None:
    offer_todos(_waiting)
