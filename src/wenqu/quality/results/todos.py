"""What of results waits on somebody's desk, offered to the home page: reviews, and what was returned, late or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.people.todos import Waits, offer_todos
from wenqu.places.rights import Right
from wenqu.places.scope import within
from wenqu.quality.models import Result, ResultState
from wenqu.quality.results.queries import LATE, RETURNED, WAITING


def _waiting(request: Any) -> Iterator[Waits]:
    url, today = reverse("quality:results"), timezone.localdate()
    reviews, enters = request.area.whole.may(Right.QUALITY_REVIEW), request.area.whole.may(Right.QUALITY_RESULTS)
    if reviews.paths:
        entered = within(Result.objects.filter(state=ResultState.ENTERED), reviews).exclude(entered_by=request.user).exclude(delivery__by=request.user).exclude(sample__taken_by=request.user)
        yield Waits(_("水质检测结果待审核（项）"), entered.count(), f"{url}?tab={WAITING}")
    if enters.paths:
        returned = within(Result.objects.filter(state=ResultState.RETURNED), enters)
        late = Q(due_on__lt=today)
        counts = returned.aggregate(due=Count("pk", filter=~late), late=Count("pk", filter=late))
        yield Waits(_("水质检测结果退回待更正（项）"), counts["due"], f"{url}?tab={RETURNED}")
        yield Waits(_("水质检测结果逾期未更正（项）"), counts["late"], f"{url}?tab={LATE}")


def offer() -> None:
    offer_todos(_waiting)
