"""Record and withdraw consents."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from wenqu.households.consent.checks import check_dates
from wenqu.households.models import Consent, Household
from wenqu.households.permissions import check_can_record_consent, check_can_withdraw
from wenqu.kit import audit
from wenqu.kit.plain_words import check_no_number
from wenqu.places.models import Account
from wenqu.places.scope import Area


@transaction.atomic
def record_consent(
    *, household: Household, given_by: str, purpose: str, given_on: date, until: date, evidence: str,
    area: Area, on: date, by: Account, at: datetime,
) -> Consent:
    """Record what a household let its data be used for. Several for the same purpose may overlap."""
    check_can_record_consent(household, area)
    check_dates(given_on, until, on)
    check_no_number(given_by)
    check_no_number(evidence)
    consent = Consent.objects.create(
        household=household, division_id=household.division_id, path=household.path, given_by=given_by, purpose=purpose,
        given_on=given_on, until=until, evidence=evidence, recorded_by=by, recorded_at=at,
    )
    audit.record(by=by, verb="record_consent", at=at, subject=f"household:{household.pk}", path=household.path, detail={
        "consent": consent.pk, "purpose": purpose, "given_on": given_on.isoformat(), "until": until.isoformat(),
    })
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, area: Area, on: date, by: Account, at: datetime) -> None:
    """End a consent from this day on. It stays in the list: what was answered under it was answered rightly."""
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    check_can_withdraw(consent, area)
    consent.withdrawn_on = on
    consent.save(update_fields=["withdrawn_on"])
    audit.record(by=by, verb="withdraw_consent", at=at, subject=f"household:{consent.household_id}", path=consent.household.path, detail={
        "consent": consent.pk, "purpose": consent.purpose,
    })
