"""What `quality_delivery.py` does inside the product, each as a process of its own with the environment of one engine.

    quality_stage.py prepare                 a county with schemes, a plan, a point for every place of the workbook, a laboratory and its people
    quality_stage.py read|take|review FILE   one step of a delivered workbook
    quality_stage.py overdue FILE            the laboratory has all samples and nothing of them is reviewed: the round that tells what is late
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

POINTS, SCHEMES, SINCE = 400, 40, date(2024, 1, 1)


def main() -> None:
    from wenqu.kit import boot  # noqa: PLC0415

    boot.start(migrate=sys.argv[1] == "prepare")
    print(json.dumps(globals()[sys.argv[1]](*map(Path, sys.argv[2:])), ensure_ascii=False, default=str))


def prepare() -> dict[str, Any]:
    """By the actions of the product, but for the schemes."""
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.importing.laboratory.mapping import LabMapping  # noqa: PLC0415, F401
    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415
    from wenqu.places.actions import add_account, add_county, add_division, give_duty  # noqa: PLC0415
    from wenqu.places.models import Level, Role  # noqa: PLC0415
    from wenqu.places.scope import EVERYWHERE  # noqa: PLC0415
    from wenqu.quality.plans.actions import adopt_plan  # noqa: PLC0415
    from wenqu.quality.points.actions import add_points  # noqa: PLC0415
    from wenqu.quality.results.delivering.actions import add_laboratory  # noqa: PLC0415
    from wenqu.schemes.models import Scheme  # noqa: PLC0415

    now = timezone.now()
    county = add_county(province="样省", prefecture="样市", county="样县", code="610199", system="nbs", by=SYSTEM, at=now)
    town = add_division(parent=county, level=Level.TOWN, name="第一镇", codes={("nbs", "2023"): "610199101000"}, by=SYSTEM, at=now)
    boss = add_account(username="bench-county", password="bench-quality-2026", name="县里", by=SYSTEM, at=now)
    for name, role in (("bench-lab", Role.LABORATORY), ("bench-second", Role.COUNTY_REVIEWER)):
        account = add_account(username=name, password="bench-quality-2026", name=name, by=SYSTEM, at=now)
        give_duty(account=account, role=role, division=county, unit="疾控中心" if role == Role.LABORATORY else "", from_on=SINCE, by=SYSTEM, at=now)
    adoption = adopt_plan(division=county, year=timezone.localdate().year, pack_id="plan-county-water", values={}, document="样文", document_on=SINCE, area=EVERYWHERE, by=boss, at=now)
    for number in range(SCHEMES):
        scheme = Scheme.objects.create(division=town, path=town.path, county=county, number=f"G{number:03d}", name=f"工程{number}", scheme_class="small", disinfection="次氯酸钠")
        names = [f"第{place}村末梢" for place in range(POINTS) if place % SCHEMES == number]
        add_points(adoption=adoption, kind="plant_tap", names=names, scheme=scheme, from_on=SINCE, area=EVERYWHERE, by=boss, at=now)
    add_laboratory(county=county, name="县疾控中心", certificate="", certified_until=None, area=EVERYWHERE, by=boss, at=now)
    return {}


def _who(name: str) -> dict[str, Any]:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.places.models import Account  # noqa: PLC0415
    from wenqu.places.scope import area_of  # noqa: PLC0415

    account = Account.objects.get(username=name)
    return {"area": area_of(account, timezone.localdate()), "by": account, "at": timezone.now()}


def _ran(job: Any) -> Any:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.jobs.actions import run_job  # noqa: PLC0415

    run_job(job=job, clock=timezone.now)
    job.refresh_from_db()
    if job.state != "done":
        raise SystemExit(job.message)
    return job


def read(path: Path) -> dict[str, Any]:
    """Uploaded and read with the point's column named."""
    from wenqu.importing.laboratory.mapping import LabMapping  # noqa: PLC0415
    from wenqu.quality.models import Laboratory  # noqa: PLC0415
    from wenqu.quality.results.delivering.actions import map_delivery, receive_delivery  # noqa: PLC0415

    who = _who("bench-lab")
    delivery = receive_delivery(laboratory=Laboratory.objects.get(), file=path, file_name=path.name, **who)
    _ran(map_delivery(delivery=delivery, version=delivery.version, mapping=LabMapping(sample={"point": ("采样地点",)}), save_as="样表", **who))
    delivery.refresh_from_db()
    return {name: delivery.told[name] for name in ("samples", "results", "makes", "counts", "wrong")}


def take(_path: Path) -> dict[str, Any]:
    """Taken, with the delivery's page asked for all the while."""
    from wenqu.quality.models import Delivery, Result, Sample  # noqa: PLC0415
    from wenqu.quality.results.delivering.actions import submit_take  # noqa: PLC0415

    delivery, over, waits = Delivery.objects.get(), threading.Event(), list[float]()
    job = submit_take(delivery=delivery, version=delivery.version, **_who("bench-lab"))
    asking = threading.Thread(target=_ask, args=(f"/quality/deliveries/{delivery.pk}/", over, waits))
    asking.start()
    try:
        _ran(job)
    finally:
        over.set()
        asking.join()
    delivery.refresh_from_db()
    return {"counts": delivery.counts, "samples": Sample.objects.count(), "results": Result.objects.count(), "page_asked": len(waits), "page_slowest": round(max(waits), 2)}


def _ask(url: str, over: threading.Event, waits: list[float]) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from wenqu.places.models import Account  # noqa: PLC0415

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Account.objects.get(username="bench-lab"))
    session = client.session
    session["second_factor"] = 1_700_000_000
    session.save()
    while not over.wait(1.0):
        begun = time.perf_counter()
        assert client.get(url).status_code == 200
        waits.append(time.perf_counter() - begun)
    connection.close()


def review(_path: Path) -> dict[str, Any]:
    """All of it accepted by a second person, and judged."""
    from collections import Counter  # noqa: PLC0415

    from wenqu.ledger.models import Problem  # noqa: PLC0415
    from wenqu.quality.models import Delivery, Verdict  # noqa: PLC0415
    from wenqu.quality.results.delivering.reviewing import open_to, submit_review  # noqa: PLC0415

    who, delivery = _who("bench-second"), Delivery.objects.get()
    _ran(submit_review(delivery=delivery, count=open_to(delivery, who["by"]).count(), **who))
    return {"verdicts": dict(Counter(Verdict.objects.filter(newest=True).values_list("verdict", flat=True))), "problems": Problem.objects.count()}


def overdue(_path: Path) -> dict[str, Any]:
    """Two rounds among all samples: every one received and reviewed but for thirty that are late; then nothing new."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.quality.effects import overdue as late  # noqa: PLC0415
    from wenqu.quality.models import Result, Sample  # noqa: PLC0415
    from wenqu.quality.verdicts import keeping  # noqa: PLC0415

    now = timezone.now()
    Sample.objects.update(state="received", received_at=now - timedelta(days=40))
    Result.objects.filter(sample__in=Sample.objects.order_by("pk").values_list("pk", flat=True)[:30]).update(state="entered")
    found = {}
    for name, work in (("first", late.tick), ("again", late.tick), ("verdicts", keeping.tick)):
        begun = time.perf_counter()
        with CaptureQueriesContext(connection) as asked:
            told = work(at=now)
        found[name] = {"seconds": round(time.perf_counter() - begun, 2), "statements": len(asked), "told": told}
    return found


if __name__ == "__main__":
    main()
