"""What `intake.py` does inside the product, each as a process of its own with the environment of one engine.

    intake_stage.py stage PHONES             a county with a village and a phone for each; prints it as JSON
    intake_stage.py check FILE               looks for the rows and the photos of the receipts in FILE; prints what there is
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from survey_records import HOUSEHOLD_CHECK, template

# As many as a phone is meant for: in a survey a household is checked about once.
HOMES = 3_000
FOREVER = date(2099, 12, 31)


def stage(phones: int) -> dict[str, Any]:
    """By the actions of the product: a county, its form, a round, a person and a phone for every village."""
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415
    from wenqu.places.actions import add_account, add_county, add_division, give_duty  # noqa: PLC0415
    from wenqu.places.models import Level, Role  # noqa: PLC0415
    from wenqu.survey.designing.actions import publish_shipped  # noqa: PLC0415
    from wenqu.survey.rounds.actions import plan_round  # noqa: PLC0415

    now = timezone.now()
    since = timezone.localdate(now)
    county = add_county(province="样省", prefecture="样市", county="样县", code="610199", system="nbs", by=SYSTEM, at=now)
    town = add_division(parent=county, level=Level.TOWN, name="第一镇", codes={("nbs", "2023"): "610199101000"}, by=SYSTEM, at=now)
    boss = add_account(username="bench-county", password="bench-intake-2026", name="县里", by=SYSTEM, at=now)
    give_duty(account=boss, role=Role.COUNTY_DISPATCHER, division=county, from_on=since, by=SYSTEM, at=now)
    version = publish_shipped(county=county, shipped="household-check", by=boss, at=now)
    row = plan_round(name="三季度排查", form=version.form, division=county, from_on=since, to_on=FOREVER, by=boss, at=now)
    return {
        "record": template(json.loads(version.plan), HOUSEHOLD_CHECK),
        "phones": [_phone(county, town, row, boss, number, now) for number in range(phones)],
    }


def _phone(county: Any, town: Any, row: Any, boss: Any, number: int, now: Any) -> dict[str, Any]:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.households.models import Household  # noqa: PLC0415
    from wenqu.kit.audit import STRANGER, SYSTEM  # noqa: PLC0415
    from wenqu.places.actions import add_account, add_division, give_duty  # noqa: PLC0415
    from wenqu.places.models import Level, Role  # noqa: PLC0415
    from wenqu.survey.devices.actions import offer_pairing, pair_device  # noqa: PLC0415
    from wenqu.survey.devices.secrets import secret_digest  # noqa: PLC0415
    from wenqu.survey.rounds.actions import assign_villages  # noqa: PLC0415

    village = add_division(parent=town, level=Level.VILLAGE, name=f"村{number}", codes={("nbs", "2023"): f"610199101{201 + number}"}, by=SYSTEM, at=now)
    owner = add_account(username=f"bench-field-{number}", password="bench-intake-2026", name=f"管水员{number}", by=SYSTEM, at=now)
    give_duty(account=owner, role=Role.VILLAGE_MANAGER, division=village, from_on=timezone.localdate(now), by=SYSTEM, at=now)
    assign_villages(round=row, accounts=[owner], villages=[village], by=boss, at=now)
    homes = [Household(division=village, path=village.path, county=county, number=f"{village.path}{home:03d}", head_name="张三", people=4) for home in range(HOMES)]
    Household.objects.bulk_create(homes)
    ticket = offer_pairing(account=owner, by=boss, at=now)
    paired = pair_device(digest=secret_digest(ticket.secret), name="红米", by=STRANGER, at=now)
    return {"token": paired.token, "homes": list(Household.objects.filter(division=village).values_list("pk", flat=True))}


def check(receipts: list[list[str]]) -> dict[str, Any]:
    """Every receipt is (number of the record, SHA-256 of its bytes, SHA-256 of its photo or "")."""
    import hashlib  # noqa: PLC0415

    from wenqu.evidence.stores import name_of, storage  # noqa: PLC0415
    from wenqu.kit.models import AuditEntry  # noqa: PLC0415
    from wenqu.survey.models import Submission  # noqa: PLC0415

    numbers = {instance for instance, _sha256, _photo in receipts}
    told: Counter[str] = Counter(receipts=len(receipts), records=len(numbers))
    rows: Counter[str] = Counter()
    known: dict[str, Any] = {}
    for row in Submission.objects.filter(instance_id__startswith="uuid:kill-").prefetch_related("attachments__evidence").iterator(chunk_size=500):
        known[row.instance_id] = row
        rows[row.instance_id] += 1
        told["accepted"] += row.state == "accepted"
        told["incomplete"] += bool(row.missing)
    received = Counter(AuditEntry.objects.filter(verb="receive_submission").values_list("subject", flat=True))
    for instance, sha256, photo in receipts:
        row = known.get(instance)
        if row is None or hashlib.sha256(row.xml.open().encode()).hexdigest() != sha256:
            told["lost"] += 1
            continue
        told["not_audited"] += received[f"submission:{row.pk}"] != 1
        attachments = list(row.attachments.all())
        kept = [hashlib.sha256(b"".join(storage().pieces(name_of(each.evidence.sha256)))).hexdigest() for each in attachments]
        told["photo_lost"] += kept != [photo] if photo else bool(kept)
    told["rows"], told["twice"] = sum(rows.values()), sum(count > 1 for count in rows.values())
    names = ("receipts", "records", "rows", "twice", "accepted", "incomplete", "lost", "photo_lost", "not_audited")
    return {name: told[name] for name in names}


def main() -> None:
    from wenqu.kit.boot import start  # noqa: PLC0415

    start(migrate=sys.argv[1] == "stage")
    print(json.dumps(stage(int(sys.argv[2])) if sys.argv[1] == "stage" else check(json.loads(Path(sys.argv[2]).read_text()))))


if __name__ == "__main__":
    main()
