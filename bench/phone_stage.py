"""What `phone.py` does inside the product, each as a process of its own.

    phone_stage.py stage HOUSEHOLDS     a county; a person with duties and a round in villages of so many households; prints them
    phone_stage.py code                 a fresh pairing code of that person
    phone_stage.py rows                 how many records there are, and how many files of them
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

USERNAME = "bench-phone"


def stage(households: int) -> dict[str, Any]:
    """The demo county, and somebody whose villages hold about as many households as are asked for, never fewer."""
    from django.db.models import Count  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.demo.commands import load_demo_if_absent  # noqa: PLC0415
    from wenqu.households.models import Household  # noqa: PLC0415
    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415
    from wenqu.places.actions import add_account, give_duty  # noqa: PLC0415
    from wenqu.places.models import Account, Division, Level, Role  # noqa: PLC0415
    from wenqu.survey.designing.actions import publish_shipped  # noqa: PLC0415
    from wenqu.survey.models import Form  # noqa: PLC0415
    from wenqu.survey.rounds.actions import assign_villages, plan_round  # noqa: PLC0415

    load_demo_if_absent(households=households * 4, schemes=120)
    now = timezone.now()
    county = Division.objects.get(level=Level.COUNTY)
    boss = add_account(username="bench-county", password="bench-phone-2026", name="县里", by=SYSTEM, at=now)
    give_duty(account=boss, role=Role.COUNTY_DISPATCHER, division=county, from_on=timezone.localdate(now), by=SYSTEM, at=now)
    owner: Account = add_account(username=USERNAME, password="bench-phone-2026", name="测量员", by=SYSTEM, at=now)
    villages, total = [], 0
    for division, count in Household.objects.values_list("division").annotate(count=Count("pk")).order_by("path", "division"):
        if total >= households:
            break
        villages.append(Division.objects.get(pk=division))
        total += count
    for village in villages:
        give_duty(account=owner, role=Role.VILLAGE_MANAGER, division=village, from_on=timezone.localdate(now), by=SYSTEM, at=now)
    form = Form.objects.filter(division=county, form_id="household_check").first() or publish_shipped(
        county=county, shipped="household-check", by=boss, at=now).form
    row = plan_round(name="测量批次", form=form, division=county, from_on=timezone.localdate(now), to_on=date(2099, 12, 31), by=boss, at=now)
    assign_villages(round=row, accounts=[owner], villages=villages, by=boss, at=now)
    first = Household.objects.filter(division=villages[0]).order_by("pk")[0]
    return {"households": total, "villages": len(villages), "village": villages[0].name, "path": villages[0].path, "household": first.pk, "form": form.title}


def code() -> str:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.places.models import Account  # noqa: PLC0415
    from wenqu.survey.devices.actions import offer_pairing  # noqa: PLC0415

    owner = Account.objects.get(username=USERNAME)
    return offer_pairing(account=owner, by=owner, at=timezone.now()).secret


def rows() -> list[int]:
    from wenqu.survey.models import Attachment, Submission  # noqa: PLC0415

    mine = Submission.objects.filter(account__username=USERNAME)
    return [mine.count(), Attachment.objects.filter(submission__in=mine).count(), sum(bool(row.missing) for row in mine)]


def main() -> None:
    from wenqu.kit.boot import start  # noqa: PLC0415

    start(migrate=sys.argv[1] == "stage")
    print(json.dumps({"stage": lambda: stage(int(sys.argv[2])), "code": code, "rows": rows}[sys.argv[1]]()))


if __name__ == "__main__":
    main()
