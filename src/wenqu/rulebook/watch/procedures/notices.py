"""How the days of a notice are counted, and months: calendar days, so that holidays and weekends play no part.

``next_day``: the day of posting does not count; the first full day is the day after. Posted on 1 March for 5 days, the
full days are 2 to 6 March, and the notice may come down on 7 March at the earliest. ``same_day``: the day of posting
counts as the first, whatever the hour; it may come down on 6 March. An upheld objection voids the notice; the days are
counted anew from the next posting.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from wenqu.rulebook.watch.procedures.model import NoticeHabits, NoticeRule


def full_days(posted: date, rule: NoticeRule, habits: NoticeHabits) -> tuple[date, ...]:
    """The days on which the notice must hang from midnight to midnight (the first one from its posting, if that counts)."""
    first = posted if habits.first.text == "same_day" else posted + timedelta(days=1)
    return tuple(first + timedelta(days=n) for n in range(rule.days.number))


def down_from(posted: date, rule: NoticeRule, habits: NoticeHabits) -> date:
    """The first day on which the notice may come down."""
    return full_days(posted, rule, habits)[-1] + timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def monthly_days(since: date, day_of_month: int, until: date) -> Iterator[date]:
    """The last days of a monthly duty that began on ``since``, up to the month of ``until``: the first is not before it."""
    first = since.replace(day=1)
    while first <= until:
        due = first.replace(day=min(day_of_month, monthrange(first.year, first.month)[1]))
        if due >= since:
            yield due
        first = months_after(first, 1)
