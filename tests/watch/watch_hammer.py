"""What others do to courses at the same moment, through the pages, run as a process of its own by `test_two_at_once.py`.

    watch_hammer.py prepare            a small county with its people, that adopted a procedure, and households
    watch_hammer.py same THREADS       one form of an act sent so often at once; prints the answers and how many acts there are
    watch_hammer.py race THREADS       as many people send the act that the same page offered them, each their own
    watch_hammer.py ahead THREADS      the step that is awaited and the one after it, sent at once, again and again
    watch_hammer.py clues THREADS      so many clues of one household at once
    watch_hammer.py helping THREADS    one form of a measure, then of a visit, then of a list of the insurance, each sent so often at once
    watch_hammer.py moving ROUNDS      the last act of a course at once with the confirmation that its household moved, again and again
"""

from __future__ import annotations

import json
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

from wenqu.kit.boot import start

start(migrate=sys.argv[1] == "prepare")

from cast import AT, make_cast  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from stages import household  # noqa: E402

from watch.way import (  # noqa: E402
    DAY,
    Staff,
    adopt,
    browser,
    clue,
    fit,
    form_of,
    lead,
    make_staff,
    on,
    onward,
    step_on,
    wanted_by,
    who,
)
from wenqu.changes.actions import ask_change, confirm_change  # noqa: E402
from wenqu.changes.looking import Asked, asked_of, look_into  # noqa: E402
from wenqu.changes.models import Kind  # noqa: E402
from wenqu.changes.planning import Wanted as Change  # noqa: E402
from wenqu.households.models import Household  # noqa: E402
from wenqu.places.models import Account, Division  # noqa: E402
from wenqu.places.rights import Role  # noqa: E402
from wenqu.places.scope import area_of  # noqa: E402
from wenqu.watch.courses.actions import act  # noqa: E402
from wenqu.watch.courses.asked import Wanted  # noqa: E402
from wenqu.watch.models import Act, ActPaper, Course, InsuranceCase, Measure, Visit, Watched  # noqa: E402

settings.ALLOWED_HOSTS = ["*"]
TAKE = Wanted("take", "home_check", "go_on")
NEXT = Wanted("take", "application", "go_on")


def staff_now() -> Staff:
    people = {role: list(Account.objects.filter(username__in=[f"{role}1", f"{role}2"]).order_by("username")) for role in Role.values}
    return Staff(None, people)  # type: ignore[arg-type]


def prepare() -> None:
    cast = make_cast()
    adopt(cast)
    staff = make_staff(cast)
    for number in range(12):
        home = household(cast.village_a1, f"H{number}")
        if number < 10:
            lead(staff, clue(staff, home), "home_check")


def at_once(threads: int, work: Callable[[int], Any]) -> dict[str, int]:
    answers: list[Any] = []
    go = threading.Barrier(threads)

    def one(number: int) -> None:
        go.wait()
        try:
            answers.append(work(number))
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
    return dict(Counter(map(str, answers)))


def course_of(number: int) -> Course:
    return Course.objects.get(household__number=f"H{number}")


def posts(course: Course, wanted: list[Wanted], clients: list[Any], keys: list[str]) -> Callable[[int], int]:
    """What each thread sends: the forms are filled in before anybody begins."""
    forms = [form_of(course, each, key=key) for each, key in zip(wanted, keys, strict=True)]
    return lambda number: int(clients[number].post(f"/watch/courses/{course.pk}/act/", forms[number]).status_code)


def same(threads: str) -> None:
    count, course, desk = int(threads), course_of(0), staff_now().one(Role.VILLAGE_DESK)
    with on(DAY):
        clients = [browser(desk) for _ in range(count)]
        answers = at_once(count, posts(course, [TAKE] * count, clients, [uuid.uuid4().hex] * count))
    print(json.dumps({"answers": answers, "acts": Act.objects.filter(course=course).count(), "papers": ActPaper.objects.filter(act__course=course).count()}))


def race(threads: str) -> None:
    count, course, staff = int(threads), course_of(1), staff_now()
    with on(DAY):
        clients = [browser([*staff.people[Role.VILLAGE_DESK], *staff.people[Role.TOWN_OFFICE]][number % 4]) for number in range(count)]
        answers = at_once(count, posts(course, [TAKE] * count, clients, [uuid.uuid4().hex for _ in range(count)]))
    print(json.dumps({"answers": answers, "acts": Act.objects.filter(course=course).count()}))


def ahead(threads: str) -> None:
    """Whoever is faster: the step after may be done only once the awaited one is, and never by an older page."""
    count, staff, told = int(threads), staff_now(), []
    for number in range(2, 8):
        course = course_of(number)
        with on(DAY):
            clients = [browser(staff.people[Role.VILLAGE_DESK][each % 2]) for each in range(count)]
            wanted = [TAKE if each % 2 else NEXT for each in range(count)]
            answers = at_once(count, posts(course, wanted, clients, [uuid.uuid4().hex for _ in range(count)]))
        acts = list(Act.objects.filter(course=course).order_by("number").values_list("step", flat=True))
        told.append({"answers": answers, "acts": acts, "numbers": list(Act.objects.filter(course=course).order_by("number").values_list("number", flat=True)),
                     "version": Course.objects.get(pk=course.pk).version})
    print(json.dumps(told))


def clues(threads: str) -> None:
    count, home = int(threads), Household.objects.get(number="H10")
    with on(DAY):
        clients = [browser(staff_now().one(Role.VILLAGE_DESK)) for _ in range(count)]
        sent = [{"key": uuid.uuid4().hex, "way": "household", "begun_on": DAY.isoformat(), "clue": "住院"} for _ in range(count)]
        answers = at_once(count, lambda number: int(clients[number].post(f"/watch/clue/?household={home.pk}", sent[number]).status_code))
    print(json.dumps({"answers": answers, "courses": Course.objects.filter(household=home).count()}))


def helping(threads: str) -> None:
    """Each thread sends the same form, as somebody does who clicks again and again."""
    count, desk, home = int(threads), staff_now().one(Role.VILLAGE_DESK), Household.objects.get(number="H11")
    row = Watched.objects.create(
        household=home, division=home.division, path=home.path, object_kind="edge", object_name="边缘易致贫户", main_cause="illness", causes=["illness"],
        cause_names=["因病"], entered_on=DAY, helper_name="周帮", added_at=AT)
    sent = {
        f"/watch/help/{home.pk}/plan/": {"key": uuid.uuid4().hex, "kind": "dibao", "plan": "按月发放", "planned_on": DAY.isoformat(), "planned_fen": "500"},
        f"/watch/listed/{row.pk}/visit/": {"key": uuid.uuid4().hex, "on": DAY.isoformat(), "way": "home", "found": "生活安定"},
        "/watch/insurance/list/": {"risk": "illness", "department": "医保局", "month": "202603", "numbers": "H11"},
    }
    with on(DAY):
        clients = [browser(desk) for _ in range(count)]
        answers = [at_once(count, lambda number, url=url, data=data: int(clients[number].post(url, data).status_code)) for url, data in sent.items()]  # type: ignore[misc]
    print(json.dumps({"answers": answers, "rows": [model.objects.filter(**key).count() for model, key in (
        (Measure, {"household": home}), (Visit, {"watched": row}), (InsuranceCase, {"household": home}))]}))


def moving(rounds: str) -> None:
    """Two rooms write about one household: they must not wait for each other for ever, and what comes onto the list lies where it lives."""
    staff, away, told = staff_now(), Division.objects.get(name="乙一村"), []
    asker, decider = staff.one(Role.COUNTY_DISPATCHER), staff.one(Role.COUNTY_REVIEWER)
    for number in range(int(rounds)):
        staff.day = DAY
        course = clue(staff, household(Division.objects.get(name="甲一村"), f"M{number}"))
        last = _before_the_last(staff, course)
        area, by = area_of(asker, staff.day), who(staff, last)
        asked = Asked(course.household, Kind.MOVE, DAY, wanted=Change(group_name="西组"), to_division=away)
        change = ask_change(asked=asked, note="", sure=True, key=uuid.uuid4().hex, area=area, today=staff.day, by=asker, at=staff.at)
        seen = area_of(decider, staff.day)
        basis = look_into(asked_of(change), seen, staff.day).basis
        given = fit(course, wanted_by(last), staff.day)
        work = [
            lambda course=course, given=given, by=by: bool(act(course=course, given=given, version=course.version, key=uuid.uuid4().hex, area=area_of(by, staff.day), by=by, at=staff.at)),
            lambda change=change, basis=basis, seen=seen: bool(confirm_change(change=change, basis=basis, area=seen, today=staff.day, by=decider, at=staff.at)),
        ]
        answers = at_once(2, lambda which, work=work: work[which]())  # type: ignore[misc]
        rows = {*Watched.objects.filter(household=course.household).values_list("path", flat=True), *Course.objects.filter(pk=course.pk).values_list("path", flat=True)}
        told.append({"answers": answers, "there": rows == {away.path}})
    print(json.dumps(told))


def _before_the_last(staff: Staff, course: Course) -> Any:
    """Lead a course to where one more act brings its household onto the list; gives that act."""
    for _step in range(60):
        course.refresh_from_db()
        choice = onward(course)
        staff.day = max(staff.day, choice.day)
        if fit(course, wanted_by(choice), staff.day).entering is not None:
            return choice
        step_on(staff, course)
    raise AssertionError("it never came to its last act")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
