"""The whole county under a steady load of writes, run as processes of their own by `test_restore_whole.py`.

    load.py prepare HOUSEHOLDS        a county with its register, judged once, and somebody who may close problems
    load.py write LOG MOST            writes 1, 2, 3 … by real actions, each one transaction, noted in LOG once committed, until MOST
    load.py export FOLDER             every ledger of the county
    load.py marks                     the numbers of the writes that are in the database
    load.py counts                    rows per table

What a write does follows from its number alone, so the state after any number of them can be made again.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from wenqu.kit.boot import start

AT = datetime(2026, 11, 2, tzinfo=UTC)
MARK = "负载"
FACTS = 25


def prepare(households: str) -> None:
    from wenqu.demo import carried, commands
    from wenqu.kit.audit import SYSTEM
    from wenqu.places.actions import add_account, give_duty
    from wenqu.places.models import Role

    county = carried.read_county(carried.DEFAULT_COUNTY)
    division = commands.load_register(county, households=int(households), schemes=500, seed=1, again=False)
    assert division is not None
    commands.judge(county, division, history=False)
    chen = add_account(username="chen", password="qingquan-2026-x", name="陈县", by=SYSTEM, at=AT)
    give_duty(account=chen, role=Role.COUNTY_DISPATCHER, division=division, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)


def write(log: str, most: str) -> None:
    from django.db import transaction

    from wenqu.facts.actions import record_facts
    from wenqu.facts.models import Key, SubjectKind
    from wenqu.households.models import Household
    from wenqu.kit.audit import SYSTEM
    from wenqu.ledger.actions import Finding, close_problem, open_problems
    from wenqu.ledger.models import Problem
    from wenqu.places.models import Account
    from wenqu.places.scope import area_of

    judged = Problem.objects.filter(subject_kind=SubjectKind.HOUSEHOLD).exclude(source="load").values("subject_id")
    homes = list(Household.objects.exclude(pk__in=judged).order_by("pk").values_list("pk", "path", "division_id", "head_name")[:3000])
    chen = Account.objects.get(username="chen")
    area = area_of(chen, date(2026, 11, 2))
    with open(log, "a", encoding="utf-8") as done:
        for number in range(1, int(most) + 1):
            at = AT + timedelta(seconds=number)
            pk, path, division, head = homes[number % len(homes)]
            with transaction.atomic():
                record_facts(
                    source="survey", title=f"{MARK}{number}", batch=None, by=SYSTEM, at=at,
                    facts=[(SubjectKind.HOUSEHOLD, homes[(number * FACTS + each) % len(homes)][0], Key.LITRES, "42", date(2026, 11, 1), "") for each in range(FACTS)],
                )
                finding = Finding("too_little_water", False, SubjectKind.HOUSEHOLD, pk, head, division, path, "test", f"{MARK}{number}")
                open_problems(findings=[finding], source="load", path=path, on=date(2026, 11, 2), by=SYSTEM, at=at)
                old = Problem.objects.filter(source="load", explanation=f"{MARK}{number - 3}").first()
                if old is not None:
                    close_problem(problem=old, note=f"已修好{number}", area=area, on=date(2026, 11, 2), by=chen, at=at)
            done.write(f"{number}\n")
            done.flush()


def export(folder: str) -> None:
    from wenqu.kit.audit import SYSTEM
    from wenqu.places.models import Division, Level
    from wenqu.places.scope import EVERYWHERE
    from wenqu.reports.ledgers.actions import export_ledger

    county = Division.objects.get(level=Level.COUNTY)
    for kind in ("problems", "schemes", "households"):
        export_ledger(kind=kind, division=county, area=EVERYWHERE, target=Path(folder, f"{kind}.xlsx"), by=SYSTEM, at=AT + timedelta(days=1))


def marks() -> None:
    """Two lists: of what each write did first and of what it did second."""
    from wenqu.facts.models import Record
    from wenqu.ledger.models import Problem

    for found in (Record.objects.filter(title__startswith=MARK).values_list("title", flat=True),
                  Problem.objects.filter(source="load").values_list("explanation", flat=True)):
        print(json.dumps(sorted(int(each.removeprefix(MARK)) for each in found)))


def counts() -> None:
    from django.apps import apps

    print(json.dumps({model._meta.db_table: model._default_manager.count() for model in apps.get_models()}, sort_keys=True))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenqu.settings")
    verb, *words = sys.argv[1:]
    start(migrate=verb == "prepare")
    {"prepare": prepare, "write": write, "export": export, "marks": marks, "counts": counts}[verb](*words)
