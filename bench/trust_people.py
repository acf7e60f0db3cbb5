"""Make the persons of `trust.py` in the fullest village, town and county; print what they see and which pages they ask for."""

from __future__ import annotations

import os
import sys


def main() -> None:
    import django  # noqa: PLC0415

    os.environ["DJANGO_SETTINGS_MODULE"] = "wenqu.settings"
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.households.models import Household  # noqa: PLC0415
    from wenqu.judging.models import DivisionCount  # noqa: PLC0415
    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415
    from wenqu.places.actions import add_account, give_duty  # noqa: PLC0415
    from wenqu.places.models import Account, Level, Role  # noqa: PLC0415

    now = timezone.now()
    print(f"{Household.objects.count():,} households")
    for who, level, role in (
        ("village", Level.VILLAGE, Role.VILLAGE_MANAGER), ("town", Level.TOWN, Role.TOWN_STATION), ("county", Level.COUNTY, Role.COUNTY_DISPATCHER),
    ):
        fullest = DivisionCount.objects.filter(division__level=level).select_related("division").order_by("-households", "pk").first()
        assert fullest is not None
        username = f"bench-{who}"
        account = Account.objects.filter(username=username).first()
        if account is None:
            account = add_account(username=username, password=sys.argv[1], name="测量", by=SYSTEM, at=now)
            Account.objects.filter(pk=account.pk).update(demo=True)
            give_duty(account=account, role=role, division=fullest.division, from_on=timezone.localdate(now), by=SYSTEM, at=now)
        print(f"{who}: {fullest.division.name}, {fullest.households:,} households")
        middle = Household.objects.filter(path__startswith=fullest.division.path).order_by("path", "id")[fullest.households // 2]
        for url in ("/", "/households/", f"/households/?after={middle.path}-{middle.pk}", "/households/?overall=unsafe", "/problems/", "/schemes/"):
            print(url, username)


if __name__ == "__main__":
    main()
