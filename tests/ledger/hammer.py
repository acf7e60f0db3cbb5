"""What others do to the ledger at the same moment, run as processes of their own by `test_faults.py`.

    hammer.py prepare                  a small county, its people, three problems
    hammer.py repeat TIMES THREADS     one request to report, sent so often at once; prints how many answers differ
    hammer.py race THREADS             as many people act on what the same page showed; prints who won and what the others were told
    hammer.py alarm THREADS            as many different households of one scheme report at the same moment
    hammer.py cross ROUNDS             two who merge crosswise, again and again
    hammer.py die                      every act killed (SIGKILL) after each of its writes; prints the acts and how many deaths they survived
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from wenqu.kit.boot import start

start(migrate=sys.argv[1] == "prepare")

from cast import AT, TODAY, make_cast  # noqa: E402
from crew import act, bring, make_crew, photo  # noqa: E402
from django.db import connection  # noqa: E402
from stages import household, scheme, supply  # noqa: E402

from wenqu.evidence.models import Evidence  # noqa: E402
from wenqu.facts.models import SubjectKind  # noqa: E402
from wenqu.households.models import Household  # noqa: E402
from wenqu.kit.audit import SYSTEM  # noqa: E402
from wenqu.kit.models import AuditEntry  # noqa: E402
from wenqu.kit.refusal import Refused  # noqa: E402
from wenqu.ledger.loop import actions as loop  # noqa: E402
from wenqu.ledger.merging.actions import merge_problem  # noqa: E402
from wenqu.ledger.models import Alarm, Problem, ProblemHousehold, Report, Step  # noqa: E402
from wenqu.ledger.opening.actions import open_problems  # noqa: E402
from wenqu.ledger.opening.finding import Finding  # noqa: E402
from wenqu.ledger.reporting.actions import report_problem  # noqa: E402
from wenqu.ledger.reporting.subjects import of_household  # noqa: E402
from wenqu.people.models import Notice  # noqa: E402
from wenqu.places.models import Account  # noqa: E402
from wenqu.places.scope import area_of  # noqa: E402


def prepare() -> None:
    cast = make_cast()
    make_crew(cast)
    plant = scheme(cast.town_a, "S1", "甲镇水厂")
    homes = [household(cast.village_a1 if number % 2 else cast.village_a2, f"H{number}") for number in range(40)]
    for home in homes:
        supply(home, plant)
    findings = [
        Finding("no_water", False, SubjectKind.HOUSEHOLD, home.pk, home.head_name, home.division_id, home.path, "test", "没有水") for home in homes[:6]
    ]
    open_problems(findings=findings, source="排查", path=cast.county.path, on=TODAY, by=SYSTEM, at=AT)


def person(username: str) -> Account:
    return Account.objects.get(username=username)


def crew() -> Any:
    class Found:
        cast = type("Cast", (), {"chen": person("chen")})
        sun, he, qian = person("sun"), person("he"), person("qian")

    return Found


def at_once(threads: int, work: Callable[[int], Any]) -> list[Any]:
    answers: list[Any] = []
    go = threading.Barrier(threads)

    def one(number: int) -> None:
        go.wait()
        try:
            answers.append(work(number))
        except Refused as refusal:
            answers.append(refusal.code)
        except Exception as error:  # noqa: BLE001  the caller counts whatever comes
            answers.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    connection.close()
    running = [threading.Thread(target=one, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return answers


def tell(number: int, key: str) -> int:
    chen = person("chen")
    home = Household.objects.get(number=f"H{number}")
    return report_problem(
        subject=of_household(home), kind="pipe_burst", way="household_report", words="水管爆了", reporter="王五", reporter_phone="13800001234",
        key=key, area=area_of(chen, TODAY), by=chen, at=AT).pk


def repeat(times: str, threads: str) -> None:
    key, answers = uuid.uuid4().hex, list[Any]()
    for _ in range(int(times) // int(threads)):
        answers += at_once(int(threads), lambda _number: tell(20, key))
    print(json.dumps({"answers": dict(Counter(map(str, answers))), "reports": Report.objects.count(), "problems": Problem.objects.filter(kind="pipe_burst").count(),
                      "told": Problem.objects.get(kind="pipe_burst").reports_count}))


def race(threads: str) -> None:
    problem = Problem.objects.order_by("pk")[0]
    chen = person("chen")

    def verify(number: int) -> str:
        step = loop.verify_problem(
            problem=problem, severity="major", note=f"第{number}人核实", version=0, key=uuid.uuid4().hex, area=area_of(chen, TODAY), by=chen, at=AT)
        return f"won as {step.version}"

    print(json.dumps(dict(Counter(at_once(int(threads), verify)))))


def alarm(threads: str) -> None:
    answers = at_once(int(threads), lambda number: "made" if tell(20 + number, uuid.uuid4().hex) else "")
    print(json.dumps({"answers": dict(Counter(answers)), "alarms": list(Alarm.objects.order_by("subject_kind").values_list("subject_kind", "reports"))}))


def cross(rounds: str) -> None:
    chen = person("chen")
    area = area_of(chen, TODAY)

    def merge(pair: list[Problem], number: int) -> str:
        gone, stays = pair[number], pair[1 - number]
        merge_problem(problem=gone, into=stays, note="同一处", version=gone.version, key=uuid.uuid4().hex, area=area, by=chen, at=AT)
        return "merged"

    answers = list[Any]()
    for number in range(int(rounds)):
        pair = []
        for kind in ("a", "b"):
            row = Problem(
                division=chen.duties.get().division, path=chen.duties.get().division.path, number=f"X{number}{kind}", kind=f"x{number}{kind}",
                subject_kind=SubjectKind.DIVISION, subject_id=1, subject_name="县", opened_on=TODAY, opened_at=AT, seen_on=TODAY, source="x")
            Problem.objects.bulk_create([row])
            pair.append(Problem.objects.get(number=row.number))
        answers += at_once(2, lambda which, pair=pair: merge(pair, which))
    print(json.dumps(dict(Counter(answers))))


def _fingerprint() -> str:
    rows = [
        list(Problem.objects.order_by("pk").values_list("pk", "state", "version", "holder_id", "households_named", "reports_count", "due_at", "merged_into_id")),
        *[list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in (Step, Report, Evidence, AuditEntry, Alarm, ProblemHousehold, Notice)],
    ]
    connection.close()
    return json.dumps(rows, default=str)


def die() -> None:
    chen, who = person("chen"), crew()
    one, two, three = Problem.objects.filter(kind="no_water").order_by("pk")[:3]
    bring(one, "assigned", who)
    bring(two, "checked", who)
    received = photo("die")
    acts: dict[str, Callable[[], Any]] = {
        "rectify": lambda: loop.rectify_problem(**act(one, who.sun, AT + timedelta(hours=1)), measures="换泵", files=[received]),
        "sign_off": lambda: loop.sign_off_problem(**act(two, who.qian, AT + timedelta(hours=1)), outcome="fixed", note="同意"),
        "report": lambda: [tell(30 + number, uuid.uuid4().hex) for number in range(1)],
        "verify": lambda: loop.verify_problem(**act(three, chen), severity="major", note="属实"),
        "assign": lambda: loop.assign_problem(**act(three, chen), level="county", holder=who.sun, unit="", note=""),
        "merge": lambda: merge_problem(**act(three, chen), into=Problem.objects.get(kind="pipe_burst"), note="同一处")
        if Problem.objects.get(kind="pipe_burst").subject_id == three.subject_id else loop.suspend_problem(**act(three, chen), until=AT + timedelta(days=3), note="等"),
    }
    print(json.dumps({name: _deaths(work) for name, work in acts.items()}))


def _deaths(work: Callable[[], Any]) -> int:
    """Kill the act after its first write, its second … until it lives. Nothing of a killed one may be left. How often it died."""
    before = _fingerprint()
    for after in range(1, 100):
        connection.close()
        child = os.fork()
        if child == 0:
            _live_until(after, work)
        status = os.waitpid(child, 0)[1]
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, "the act itself failed"
            assert _fingerprint() != before
            return after - 1
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert _fingerprint() == before, f"killed after write {after}, something was left"
    raise AssertionError("it never came to its end")


def _live_until(most: int, work: Callable[[], Any]) -> None:
    writes = 0

    def count(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        nonlocal writes
        done = execute(sql, params, many, context)
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            writes += 1
            if writes == most:
                os.kill(os.getpid(), signal.SIGKILL)
        return done

    try:
        with connection.execute_wrapper(count):
            work()
    except BaseException as error:  # noqa: BLE001
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    connection.close()
    os._exit(0)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
