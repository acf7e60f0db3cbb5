"""The file through the product, by the actions behind its pages: a county with one supply and a plan, the workbook taken in with a saved
mapping, its sites kept as points, its samples and results taken, reviewed by a second person, judged.

    WENQU_DATA=./data python judge.py [FILE]      (an empty or new folder of data; prints what was judged and what could not be)
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SINCE = date(2015, 1, 1)


def through_the_app(file: Path) -> dict[str, Any]:
    """All steps with a running database; gives the figures."""
    from django.utils import timezone

    from wenqu.importing.laboratory.mapping import parse_lab_mapping
    from wenqu.places.scope import area_of
    from wenqu.quality.points.actions import add_points
    from wenqu.quality.results.delivering.actions import (
        map_delivery,
        receive_delivery,
        submit_read,
        submit_take,
    )
    from wenqu.quality.results.delivering.reviewing import open_to, submit_review
    from wenqu.rulebook.quality.results.naming import names_of_all

    laboratory, adoption, scheme, brings, second = people_and_places()

    def who(account: Any) -> dict[str, Any]:
        return {"area": area_of(account, timezone.localdate()), "by": account, "at": timezone.now()}

    delivery = receive_delivery(laboratory=laboratory, file=file, file_name=file.name, **who(brings))
    mapping = parse_lab_mapping((HERE / "mapping.toml").read_text(encoding="utf-8"), names_of_all())
    ran(delivery, map_delivery(delivery=delivery, version=delivery.version, mapping=mapping, save_as="NYC distribution monitoring", **who(brings)))
    sites = [one["name"] for one in delivery.told["points"]]
    found = {"dry run before the sites were kept": delivery.told["counts"], "sites": len(sites)}
    add_points(adoption=adoption, kind="city_tap", names=sites, scheme=scheme, from_on=SINCE, **who(brings))
    ran(delivery, submit_read(delivery=delivery, **who(brings)))
    found["dry run"] = {"counts": delivery.told["counts"], "samples to be registered": delivery.told["makes"], "wrong cells": delivery.told["wrong"]}
    ran(delivery, submit_take(delivery=delivery, version=delivery.version, **who(brings)))
    found["taken"] = delivery.counts
    ran(delivery, submit_review(delivery=delivery, count=open_to(delivery, second).count(), **who(second)))
    return found | figures()


def people_and_places() -> tuple[Any, ...]:
    """A county with a town, a supply that is treated with chlorine, a plan for this year, a laboratory, and the two people of its results."""
    from django.utils import timezone

    from wenqu.kit.audit import SYSTEM
    from wenqu.places.actions import add_account, add_county, add_division, give_duty
    from wenqu.places.models import Level, Role
    from wenqu.places.scope import EVERYWHERE
    from wenqu.quality.plans.actions import adopt_plan
    from wenqu.quality.results.delivering.actions import add_laboratory
    from wenqu.schemes.models import Scheme

    now, today = timezone.now(), timezone.localdate()
    county = add_county(province="纽约州", prefecture="纽约市", county="纽约市区", code="990101", system="nbs", by=SYSTEM, at=now)
    town = add_division(parent=county, level=Level.TOWN, name="配水管网", codes={("nbs", "2023"): "990101101000"}, by=SYSTEM, at=now)
    people = []
    for name, role in (("nyc-brings", Role.LABORATORY), ("nyc-second", Role.COUNTY_REVIEWER)):
        account = add_account(username=name, password="new-york-2015", name=name, by=SYSTEM, at=now)
        give_duty(account=account, role=role, division=county, unit="DEP" if role == Role.LABORATORY else "", from_on=today, by=SYSTEM, at=now)
        people.append(account)
    told = {"area": EVERYWHERE, "by": people[0], "at": now}
    adoption = adopt_plan(division=county, year=today.year, pack_id="plan-county-water", values={}, document="example", document_on=today, **told)
    scheme = Scheme.objects.create(division=town, path=town.path, county=county, number="NYC", name="NYC distribution", scheme_class="urban_rural", disinfection="液氯")
    laboratory = add_laboratory(county=county, name="NYC DEP", certificate="", certified_until=None, **told)
    return laboratory, adoption, scheme, *people


def ran(delivery: Any, job: Any) -> None:
    """What the worker does with a job."""
    from django.utils import timezone

    from wenqu.jobs.actions import run_job

    run_job(job=job, clock=timezone.now)
    job.refresh_from_db()
    if job.state != "done":
        raise SystemExit(job.message)
    delivery.refresh_from_db()


def figures() -> dict[str, Any]:
    """What was judged: samples by verdict and edition, results by item, verdict and reason, and what follows."""
    from wenqu.facts.models import Fact, Key
    from wenqu.ledger.models import Problem
    from wenqu.quality.models import Result, Sample, Verdict

    rows = Verdict.objects.filter(newest=True)
    items = Counter(f"{one['item']} {one['verdict']} {one['reason']}" for found in rows.values_list("items", flat=True).iterator() for one in found)
    missing = Counter(item for found in rows.values_list("missing", flat=True).iterator() for item in found)
    return {
        "samples": Sample.objects.count(), "results": Result.objects.count(), "verdicts": dict(Counter(rows.values_list("verdict", flat=True))),
        "editions": dict(Counter(rows.values_list("pack_id", flat=True))), "items": dict(sorted(items.items())), "due and not given": dict(missing),
        "problems": list(Problem.objects.values_list("kind", "explanation")),
        "facts": dict(Counter(Fact.objects.filter(key=Key.LAB_RESULT, record__withdrawn_at=None).values_list("value", flat=True)))}


if __name__ == "__main__":
    from wenqu.kit import boot

    boot.start(migrate=True)
    print(json.dumps(through_the_app(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "sample.csv"), ensure_ascii=False, indent=1, default=str))
