"""PURE: when a consent may begin and end, and whether it stands on a day. Every day counts whole."""

from __future__ import annotations

from datetime import date
from typing import Protocol

MOST_YEARS = 3


class Dated(Protocol):
    given_on: date
    until: date
    withdrawn_on: date | None


def latest_end(given_on: date) -> date:
    """The last day that a consent given on a day may reach: the same day of the third year."""
    try:
        return given_on.replace(year=given_on.year + MOST_YEARS)
    except ValueError:  # 29 February
        return date(given_on.year + MOST_YEARS, 2, 28)


def state_on(consent: Dated, day: date) -> str:
    """"future", "valid", "expired" or "withdrawn". The first and the last day count; the day of withdrawal does not."""
    if consent.withdrawn_on is not None and day >= consent.withdrawn_on:
        return "withdrawn"
    if day < consent.given_on:
        return "future"
    return "valid" if day <= consent.until else "expired"


def wrong_dates(given_on: date, until: date, today: date) -> str | None:
    """The code of what is wrong with the dates of a new consent, or None."""
    if given_on > today:
        return "given_later"
    if until < given_on:
        return "ends_before_it_begins"
    if until < today:
        return "over_already"
    if until > latest_end(given_on):
        return "too_long"
    return None
