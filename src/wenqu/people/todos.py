"""What waits on a desk beside the problems: requests for rights that wait for a decision, and notices that nobody read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from wenqu.people.four_eyes.queries import waiting_count
from wenqu.people.notices import unread_count
from wenqu.places.rights import Right


@dataclass(frozen=True)
class Waits:
    """Something that waits for a person: what it is, how much of it, and where it is dealt with."""

    text: str
    count: int
    url: str


Todos = Callable[[Any], Iterator[Waits]]
_offered: list[Todos] = []


def offer_todos(todos: Todos) -> None:
    """Offer what waits in a room above once, from `AppConfig.ready`: `todos(request)` gives it for whoever asks."""
    if todos not in _offered:
        _offered.append(todos)


def todos_for(request: Any) -> list[Waits]:
    """What waits for the person who asks."""
    return [waits for waits in _all(request) if waits.count]


def _all(request: Any) -> Iterator[Waits]:
    mine = request.area.whole.may(Right.PEOPLE)
    if mine.paths:
        yield Waits(_("权限变更申请等待审批"), waiting_count(mine), reverse("people:requests"))
    for todos in _offered:
        yield from todos(request)
    yield Waits(_("未读通知"), unread_count(request.user), reverse("own:notices"))
