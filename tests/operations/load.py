"""The whole county under a steady load of writes, run as processes of their own by `test_restore_whole.py`.

    load.py prepare HOUSEHOLDS        a county with its register, judged once, and the people who take problems round
    load.py write LOG MOST            writes 1, 2, 3 … by real actions, each one transaction, noted in LOG once committed, until MOST
    load.py export FOLDER             every ledger of the county
    load.py marks                     the numbers of the writes that are in the database
    load.py counts                    rows per table

What a write does follows from its number alone, so the state after any number of them can be made again.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from wenqu.kit.boot import start

AT = datetime(2026, 11, 2, tzinfo=UTC)
MARK = "负载"
FACTS = 25
CREW = {"chen": "county_dispatcher", "sun": "county_dispatcher", "he": "county_reviewer", "qian": "county_reviewer"}


def prepare(households: str) -> None:
    from wenqu.demo import carried, commands
    from wenqu.kit.audit import SYSTEM
    from wenqu.places.actions import add_account, give_duty
    from wenqu.places.models import Role

    county = carried.read_county(carried.DEFAULT_COUNTY)
    division = commands.load_register(county, households=int(households), schemes=500, seed=1, again=False)
    assert division is not None
    commands.judge(county, division, history=False)
    for username, role in CREW.items():
        account = add_account(username=username, password="qingquan-2026-x", name=username, by=SYSTEM, at=AT)
        give_duty(account=account, role=Role(role), division=division, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)


def write(log: str, most: str) -> None:
    from django.db import transaction

    from wenqu.facts.actions import record_facts
    from wenqu.facts.models import Key, SubjectKind
    from wenqu.households.models import Household
    from wenqu.kit.audit import SYSTEM
    from wenqu.ledger.models import Problem

    judged = Problem.objects.filter(subject_kind=SubjectKind.HOUSEHOLD).exclude(source="load").values("subject_id")
    homes = list(Household.objects.exclude(pk__in=judged).order_by("pk")[:3000])
    with open(log, "a", encoding="utf-8") as done:
        for number in range(1, int(most) + 1):
            at = AT + timedelta(seconds=number)
            with transaction.atomic():
                record_facts(
                    source="survey", title=f"{MARK}{number}", batch=None, by=SYSTEM, at=at,
                    facts=[(SubjectKind.HOUSEHOLD, homes[(number * FACTS + each) % len(homes)].pk, Key.LITRES, "42", date(2026, 11, 1), "") for each in range(FACTS)],
                )
                find(number, homes[number % len(homes)], at)
                go_on(number - 3, at)
            done.write(f"{number}\n")
            done.flush()
            # People leave a moment between two acts; without any, nobody else would ever get SQLite's one lock.
            time.sleep(0.01)


def find(number: int, home: Any, at: datetime) -> None:
    """A problem is found of a household, and the household tells of it too."""
    from wenqu.facts.models import SubjectKind
    from wenqu.kit.audit import SYSTEM
    from wenqu.ledger.opening.actions import open_problems
    from wenqu.ledger.opening.finding import Finding
    from wenqu.ledger.reporting.actions import report_problem
    from wenqu.ledger.reporting.subjects import of_household

    finding = Finding("too_little_water", False, SubjectKind.HOUSEHOLD, home.pk, home.head_name, home.division_id, home.path, "test", f"{MARK}{number}")
    open_problems(findings=[finding], source="load", path=home.path, on=date(2026, 11, 2), by=SYSTEM, at=at)
    chen, area = one("chen")
    report_problem(
        subject=of_household(home), kind="too_little_water", way="household_report", words=f"{MARK}{number}，水不够用", key=f"load-report-{number}", area=area, by=chen, at=at,
    )


def go_on(number: int, at: datetime) -> None:
    """Take an earlier problem on: every second one is dismissed, the others go round their loop with a photo, as far as signed off."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from wenqu.evidence.receiving import receive
    from wenqu.ledger.loop import actions as loop
    from wenqu.ledger.models import Problem

    problem = Problem.objects.filter(source="load", explanation=f"{MARK}{number}").first()
    if problem is None:
        return

    def act(username: str, step: str) -> dict[str, Any]:
        by, area = one(username)
        problem.refresh_from_db()
        return {"problem": problem, "version": problem.version, "key": f"load-{number}-{step}", "area": area, "by": by, "at": at}

    if number % 2:
        loop.dismiss_problem(**act("chen", "dismiss"), note=f"查看{number}，不属实")
        return
    picture = SimpleUploadedFile(f"{number}.png", photo(number), content_type="image/png")
    loop.verify_problem(**act("chen", "verify"), severity="ordinary", note=f"查看{number}，属实")
    loop.assign_problem(**act("chen", "assign"), level="county", holder=one("sun")[0], unit="", note="")
    loop.rectify_problem(**act("sun", "rectify"), measures=f"已修好{number}", files=[receive(picture)])
    loop.check_problem(**act("he", "check"), visited_on=date(2026, 11, 2), answer="satisfied", answer_note="", note="水正常", files=[])
    loop.sign_off_problem(**act("qian", "sign_off"), outcome="fixed", note="同意")


def photo(number: int) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (32, 24), (number % 256, number // 256 % 256, 90)).save(file, "PNG")
    return file.getvalue()


@cache
def one(username: str) -> Any:
    """A person of the crew and their area."""
    from wenqu.places.models import Account
    from wenqu.places.scope import area_of

    account = Account.objects.get(username=username)
    return account, area_of(account, date(2026, 11, 2))


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
