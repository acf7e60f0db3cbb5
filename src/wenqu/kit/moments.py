"""The instant that a page is asked for: `?at=2026-03-01` is the end of that day, `?at=2026-03-01T12:00` that minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused

# Nothing that this product tells of lies further back: a year that no database takes is refused in words.
_FIRST = date(1990, 1, 1)


@dataclass(frozen=True)
class Moment:
    """An instant of the past. `asked` goes on in links; `whole_day` says that it is the end of its day."""

    at: datetime
    day: date
    asked: str
    whole_day: bool

    @property
    def query(self) -> str:
        """As it goes on in an address."""
        return f"at={quote(self.asked, safe='')}"

    @property
    def words(self) -> str:
        """As pages and sheets print it: a day, or a day with its minute."""
        return f"{self.day:%Y-%m-%d}" if self.whole_day else f"{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S}"


def moment_of(request: Any) -> Moment | None:
    """The instant that a page is asked for, or None for now. `Refused` where it is no date, or lies ahead."""
    if not hasattr(request, "_moment"):
        request._moment = read_moment(request.GET.get("at", ""), timezone.now())
    found: Moment | None = request._moment
    return found


def read_moment(text: str, now: datetime) -> Moment | None:
    """The instant written in `text`, or None for an empty one. The end of today is now."""
    text = text.strip()
    if not text:
        return None
    day = _day(text)
    if day is not None:
        _check(day, now)
        return Moment(min(end_of(day), now), day, text, True)
    # A plus of the zone arrives as a blank where an address was written by hand.
    try:
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError as wrong:
        raise _not_understood() from wrong
    if not timezone.is_aware(at):
        at = timezone.make_aware(at)
    _check(timezone.localdate(at) if at.year > _FIRST.year else at.date(), now)
    if at > now:
        raise _ahead()
    return Moment(at, timezone.localdate(at), text, False)


def day_in(text: str) -> date | None:
    """The day written in a part of an address, or None for anything else: an old or forged link shows all."""
    day = _day(text.strip())
    return day if day and day >= _FIRST and day.year < 9999 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def end_of(day: date) -> datetime:
    """The last instant of a day here."""
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _check(day: date, now: datetime) -> None:
    if day < _FIRST:
        raise _not_understood()
    if day > timezone.localdate(now):
        raise _ahead()


def _not_understood() -> Refused:
    return Refused("bad_moment", _("看不懂要查看的日期，请写成 2026-03-01 这样的形式"))


def _ahead() -> Refused:
    return Refused("moment_ahead", _("要查看的日期还没有到，请选今天或以前的日期"))
