"""Instants and days: a day is the county's own, not the server's."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def day_of(at: datetime) -> date:
    """The calendar day on which an instant lies where the product is used."""
    return timezone.localdate(at)
