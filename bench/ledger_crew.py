"""The people of the ledger's figures: whoever works on problems in every place, and the five whose pages are measured."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

UNITS = ("教育局", "民政局")
SINCE = date(2024, 1, 1)


@dataclass
class Crew:
    """Whoever has a role at a place: (role, path) -> (key, name) of accounts; of departments: (unit, path)."""

    hands: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def one(self, role: str, path: str, which: int = 0) -> tuple[int, str]:
        return self.hands[role, path][which]


def wanted() -> list[tuple[str, int, str]]:
    """How many of each role every place has: (role, level, unit)."""
    from wenqu.places.models import Level, Role  # noqa: PLC0415

    return [
        (Role.VILLAGE_MANAGER, Level.VILLAGE, ""), (Role.TOWN_STATION, Level.TOWN, ""), (Role.COUNTY_DISPATCHER, Level.COUNTY, ""),
        (Role.COUNTY_DISPATCHER, Level.COUNTY, ""), (Role.COUNTY_REVIEWER, Level.COUNTY, ""), (Role.COUNTY_REVIEWER, Level.COUNTY, ""),
        *((Role.DEPARTMENT, Level.COUNTY, unit) for unit in UNITS),
    ]


def make_measured(password: str, at: datetime) -> dict[str, str]:
    """The five who sign in, in the fullest village, town and county: what they are called -> the path of their place."""
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.judging.models import DivisionCount  # noqa: PLC0415
    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415
    from wenqu.places.actions import add_account, give_duty  # noqa: PLC0415
    from wenqu.places.models import Account, Level, Role  # noqa: PLC0415

    people = {
        "village": (Level.VILLAGE, Role.VILLAGE_MANAGER, ""), "town": (Level.TOWN, Role.TOWN_STATION, ""),
        "county": (Level.COUNTY, Role.COUNTY_DISPATCHER, ""), "reviewer": (Level.COUNTY, Role.COUNTY_REVIEWER, ""),
        "department": (Level.COUNTY, Role.DEPARTMENT, UNITS[0]),
    }
    found = {}
    county = ""
    for who, (level, role, unit) in sorted(people.items(), key=lambda each: each[1][0]):
        # All of one county: they work on the same problems.
        counts = DivisionCount.objects.filter(division__level=level, division__path__startswith=county)
        fullest = counts.select_related("division").order_by("-households", "pk").first()
        assert fullest is not None
        county = county or fullest.division.path
        found[who] = fullest.division.path
        if not Account.objects.filter(username=f"ledger-{who}").exists():
            account = add_account(username=f"ledger-{who}", password=password, name=f"测量{who}", demo=True, by=SYSTEM, at=at)
            give_duty(account=account, role=role, division=fullest.division, unit=unit, from_on=timezone.localdate(at), by=SYSTEM, at=at)
    return found


def make_crew(at: datetime) -> Crew:
    """Somebody for every role at every place: those whom nobody measures do not sign in, so they come in bulk."""
    from wenqu.places.models import Account, Division, Duty  # noqa: PLC0415

    crew = Crew()
    for pk, name, role, path, unit in Duty.objects.order_by("pk").values_list("account_id", "account__name", "role", "division__path", "unit"):
        crew.hands[unit or role, path].append((pk, name))
    spare = Counter({place: len(here) for place, here in crew.hands.items()})
    accounts: list[Account] = []
    duties: list[Duty] = []
    for role, level, unit in wanted():
        for division in Division.objects.filter(level=level).order_by("pk"):
            place = unit or role, division.path
            if spare[place]:
                spare[place] -= 1
                continue
            name = f"crew-{len(accounts)}-{division.pk}"
            accounts.append(Account(username=name, name=f"{division.name[:6]}{len(accounts)}", password="!", date_joined=at))
            duties.append(Duty(account=accounts[-1], role=role, division=division, from_on=SINCE, unit=unit))
    Account.objects.bulk_create(accounts, batch_size=2000)
    Duty.objects.bulk_create(duties, batch_size=2000)
    for duty in duties:
        crew.hands[duty.unit or duty.role, duty.division.path].append((duty.account_id, duty.account.name))
    return crew
