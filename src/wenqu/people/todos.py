"""What this room puts on desks: requests for rights that wait for a decision, and notices that nobody read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from wenqu.kit.registry import Todo, Waits, offer_todo
from wenqu.people.four_eyes.queries import waiting_count
from wenqu.people.notices import unread_count
from wenqu.places.rights import Right


def _requests(request: Any) -> Iterator[Waits]:
    mine = request.area.whole.may(Right.PEOPLE)
    count = waiting_count(mine) if mine.paths else 0
    if count:
        yield Waits(_("权限变更申请等待审批"), count, reverse("people:requests"))


def _notices(request: Any) -> Iterator[Waits]:
    count = unread_count(request.user)
    if count:
        yield Waits(_("未读通知"), count, reverse("own:notices"))


def offer() -> None:
    offer_todo(Todo("rights_requests", 50, _requests))
    offer_todo(Todo("notices", 90, _notices))
