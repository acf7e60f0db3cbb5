"""Reads of consents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from wenqu.households.consent.rules import state_on
from wenqu.households.models import Consent, Household


@dataclass(frozen=True)
class Row:
    consent: Consent
    state: str


def consents_of(household: Household, day: date) -> list[Row]:
    """All consents of a household, newest first, each with its state on a day. One query."""
    rows = Consent.objects.filter(household=household).select_related("recorded_by").order_by("-given_on", "-pk")
    return [Row(consent, state_on(consent, day)) for consent in rows]


def consent_of(household: Household, pk: int) -> Consent:
    consent = Consent.objects.filter(household=household, pk=pk).first()
    if consent is None:
        raise Http404
    return consent


def valid_on(purpose: str, day: date) -> QuerySet[Consent]:
    """The consents that let a purpose be answered on a day: `rules.state_on` as a condition."""
    standing = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day)
    return Consent.objects.filter(standing, purpose=purpose, given_on__lte=day, until__gte=day)
