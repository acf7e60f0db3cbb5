"""Where rooms offer what others compose: panels of a page, open work of a person. Rooms never import each other for this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A piece of a page: `load(subject, request)` gives the context of `template`, or None for nothing to show.

    `alone` promises that it stays with its subject: it may be shown to somebody who sees this one subject and nothing
    around it. Without the promise it is left out there.
    """

    page: str
    order: int
    template: str
    load: Callable[[Any, Any], dict[str, Any] | None]
    alone: bool = False


_panels: dict[str, list[Panel]] = defaultdict(list)


def offer_panel(panel: Panel) -> None:
    """Offer a panel once, from `AppConfig.ready`."""
    if panel not in _panels[panel.page]:
        _panels[panel.page].append(panel)
        _panels[panel.page].sort(key=lambda each: each.order)


def panels_for(page: str, subject: Any, request: Any, *, alone: bool = False) -> list[dict[str, Any]]:
    """The panels of a page for one subject: [{"template": …, "context": {…}}], in order. `alone`: only those that promise it."""
    out = []
    for panel in _panels[page]:
        if alone and not panel.alone:
            continue
        context = panel.load(subject, request)
        if context is not None:
            out.append({"template": panel.template, "context": context})
    return out


@dataclass(frozen=True)
class Work:
    """A kind of open work that a person holds and somebody else can take over.

    `needs(account)` says what the taker has to hold: pairs of a right and the path where the work lies, one a piece
    or each once; `check(giver, taker)` refuses somebody who may not go on with it all the same. `hand_over(giver, taker,
    by, at)` writes inside the transaction of the whole hand-over and returns how many pieces it moved.
    """

    kind: str
    label: Any
    count: Callable[[Any], int]
    needs: Callable[[Any], Iterable[tuple[Any, str]]]
    hand_over: Callable[[Any, Any, Any, datetime], int]
    check: Callable[[Any, Any], None] = lambda giver, taker: None


_works: dict[str, Work] = {}


def offer_work(work: Work) -> None:
    """Offer a kind of open work once, from `AppConfig.ready`."""
    _works[work.kind] = work


def works() -> tuple[Work, ...]:
    """All kinds of open work, in the order in which the rooms offered them."""
    return tuple(_works.values())


# What keeps a household in the register: each gives sentences why the household with this key may not leave it now.
Hold = Callable[[int], list[str]]
_holds: list[Hold] = []


def offer_hold(hold: Hold) -> None:
    """Offer a reason to keep households once, from `AppConfig.ready`."""
    if hold not in _holds:
        _holds.append(hold)


def holds_of(household: int) -> list[str]:
    """Why a household may not leave the register now, in the order in which the rooms offered it."""
    return [sentence for hold in _holds for sentence in hold(household)]


# What rooms work out of households that come into the register by a change: keys, by whom, when. Inside the transaction that made them.
Arrival = Callable[[Iterable[int], Any, datetime], None]
_arrivals: list[Arrival] = []


def offer_arrival(arrival: Arrival) -> None:
    """Offer what follows from new households once, from `AppConfig.ready`."""
    _arrivals.append(arrival)


def arrived(households: Iterable[int], by: Any, at: datetime) -> None:
    """Let every room know of new households."""
    keys = list(households)
    for arrival in _arrivals if keys else ():
        arrival(keys, by, at)
