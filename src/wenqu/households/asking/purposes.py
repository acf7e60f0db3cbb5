"""Which department may ask for what: by words in the name of its unit. A unit that no line knows may ask for any purpose."""

from __future__ import annotations

from datetime import date

from wenqu.households.models import Purpose
from wenqu.places.models import Account, Duty
from wenqu.places.rights import Right, roles_with
from wenqu.places.scope import Area

# The first line whose word the unit holds decides.
UNITS: tuple[tuple[str, tuple[Purpose, ...]], ...] = (
    ("民政", (Purpose.CIVIL, Purpose.EMERGENCY)),
    ("医保", (Purpose.MEDICAL,)),
    ("医疗保障", (Purpose.MEDICAL,)),
    ("卫健", (Purpose.MEDICAL,)),
    ("卫生健康", (Purpose.MEDICAL,)),
    ("教育", (Purpose.EDUCATION,)),
    ("教体", (Purpose.EDUCATION,)),
    ("住建", (Purpose.HOUSING,)),
    ("住房", (Purpose.HOUSING,)),
    ("残联", (Purpose.DISABILITY,)),
    ("残疾人", (Purpose.DISABILITY,)),
    ("人社", (Purpose.EMPLOYMENT,)),
    ("人力资源", (Purpose.EMPLOYMENT,)),
    ("应急", (Purpose.EMERGENCY,)),
)


def purposes_of(unit: str) -> tuple[Purpose, ...]:
    for word, purposes in UNITS:
        if word in unit:
            return purposes
    return tuple(Purpose)


def areas_by_purpose(account: Account, area: Area, on: date) -> dict[Purpose, Area]:
    """Where somebody may ask for what today: each duty of a department counts with its own unit, and only inside `area`."""
    held = Duty.objects.held_on(on).filter(account=account, role__in=roles_with(Right.QUERY)).values_list("division__path", "role", "unit")
    duties: dict[Purpose, set[tuple[str, str]]] = {}
    for path, role, unit in held:
        if (path, role) in area.duties:
            for purpose in purposes_of(unit):
                duties.setdefault(purpose, set()).add((path, role))
    return {purpose: Area.of(duties[purpose]) for purpose in Purpose if purpose in duties}
