"""The people of a county who lead households onto the watch list and off it, and a course led along its way: by the actions, or by its pages."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

from cast import AT, PASSWORD, TODAY, Cast
from crew import picture
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from evidence.files import PDF

from wenqu.evidence.receiving import receive
from wenqu.households.models import Household
from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account, Division
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.rulebook.watch.procedures import REMOVAL, Choice, Doing, Situation, Votes, choices
from wenqu.watch.courses.actions import act, open_course
from wenqu.watch.courses.asked import Wanted, asked_for
from wenqu.watch.courses.given import Entering, Given, Handed
from wenqu.watch.courses.replay import replayed
from wenqu.watch.models import Act, Course, PackKind, Watched
from wenqu.watch.rules.actions import adopt_edition

SIX = "six-steps-huangping-2021"
PACKS = ("four-steps-2021", "seven-steps-2020", "seven-steps-henan-2023", SIX)
DAY = date(2026, 3, 2)
_files = itertools.count(1)


def noon(day: date) -> datetime:
    """Noon of a day in China."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@dataclass
class Staff:
    """Two of each who take steps, so that another person is there where one is asked for; and those who take none."""

    cast: Cast
    people: dict[str, list[Account]] = field(default_factory=dict)
    day: date = DAY

    def one(self, role: str, other_than: frozenset[str] = frozenset()) -> Account:
        return next(each for each in self.people[role] if str(each.pk) not in other_than)

    def area(self, account: Account) -> Any:
        return area_of(account, self.day)

    @property
    def at(self) -> datetime:
        return noon(self.day)


def make_staff(cast: Cast) -> Staff:
    staff = Staff(cast)
    places: dict[str, Division] = {
        Role.VILLAGE_DESK: cast.village_a1, Role.VILLAGE_MANAGER: cast.village_a1, Role.TOWN_OFFICE: cast.town_a, Role.TOWN_STATION: cast.town_a,
        Role.COUNTY_DISPATCHER: cast.county, Role.COUNTY_REVIEWER: cast.county, Role.COUNTY_ADMIN: cast.county, Role.SUPERVISOR: cast.county,
        Role.READER: cast.county, Role.AUDITOR: cast.county, Role.DEPARTMENT: cast.county,
    }
    for role, place in places.items():
        for number in (1, 2):
            account = add_account(username=f"{role}{number}", password=PASSWORD, name=f"{Role(role).label}{number}", by=SYSTEM, at=AT)
            give_duty(account=account, role=role, division=place, unit="民政局" if role == Role.DEPARTMENT else "", from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
            staff.people.setdefault(role, []).append(account)
    return staff


def adopt(cast: Cast, pack: str = SIX, from_on: date = date(2026, 1, 1), judging: str = "national-2026") -> None:
    area = area_of(cast.chen, TODAY)
    for kind, name in ((PackKind.PROCEDURES, pack), (PackKind.JUDGING, judging)):
        adopt_edition(division=cast.county, kind=kind, pack_id=name, document="清泉县〔2026〕1号", from_on=from_on, area=area, by=cast.chen, at=AT)


def clue(staff: Staff, home: Household, by: Account | None = None, key: str | None = None) -> Course:
    by = by or staff.one(Role.VILLAGE_DESK)
    return open_course(household=home, route="entry", begun_on=staff.day, clue="大病住院，自付五万元", way="household", key=key or uuid.uuid4().hex,
                       area=staff.area(by), by=by, at=staff.at)


def removal(staff: Staff, home: Household, by: Account | None = None) -> Course:
    by = by or staff.one(Role.VILLAGE_DESK)
    return open_course(household=home, route=REMOVAL, begun_on=staff.day, clue="病已治好，外出务工有收入", way="", key=uuid.uuid4().hex,
                       area=staff.area(by), by=by, at=staff.at)


# -- what an act takes ----------------------------------------------------------------------------------------------------


WELL = Situation(2, None, {}, natural=False)


def situation_for(course: Course, told: Situation = WELL) -> Situation:
    conditions = replayed(course).pack.leaving.conditions
    return Situation(told.workers, told.protected_since, {**dict.fromkeys(conditions, True), **told.met}, told.natural)


def fit(course: Course, wanted: Wanted, on: date, told: Situation = WELL) -> Given:
    """Everything that this asks for, as it should be."""
    here = replayed(course)
    asked = asked_for(here, wanted)
    down = wanted.outcome == "turn_down"
    papers = [
        Handed(kind.id, receive(SimpleUploadedFile(f"{kind.id}.pdf", PDF)), signers=kind.signers,
               votes=(Votes(20, 3, 15, 2) if down else Votes(20, 15, 3, 2)) if kind.shape == "minutes" else None)
        for kind in (*asked.papers, *asked.maybe)
    ]
    papers += [Handed("notice_photo", receive(picture(next(_files))), board) for board in asked.boards]
    return Given(
        wanted.doing, on, wanted.step, wanted.outcome, wanted.to, wanted.objection, tuple(papers), "按程序办理", "一位村民",
        situation_for(course, told) if asked.leaving else None, ENTERING if asked.last else None)


ENTERING = Entering("object", "illness", "帮扶干部", ("schooling",), "县水务局", "13900001111")


def wanted_by(choice: Choice) -> Wanted:
    return Wanted(choice.doing, choice.step, choice.outcome, choice.to, choice.objection)


def who(staff: Staff, choice: Choice) -> Account:
    """Somebody who may: in a role that the choice names and that acts in courses, none of those who may not."""
    roles = choice.roles or (Role.VILLAGE_DESK,)
    acting = [role for role in roles if role in (Role.VILLAGE_DESK, Role.TOWN_OFFICE, Role.COUNTY_REVIEWER, Role.COUNTY_DISPATCHER)]
    return staff.one(acting[0], choice.not_by)


def onward(course: Course) -> Choice:
    """What leads on: the next act of the way."""
    here = replayed(Course.objects.select_related("edition").get(pk=course.pk))
    return next(each for each in choices(here.pure, here.pack) if each.outcome == "go_on" or each.doing in (Doing.POST, Doing.TAKE_DOWN))


def step_on(staff: Staff, course: Course, told: Situation = WELL) -> Act:
    """The next act of the way, by whoever may, on the first day on which it may be."""
    choice = onward(course)
    staff.day = max(staff.day, choice.day)
    by = who(staff, choice)
    course.refresh_from_db()
    return act(course=course, given=fit(course, wanted_by(choice), staff.day, told), version=course.version, key=uuid.uuid4().hex,
               area=staff.area(by), by=by, at=staff.at)


def lead(staff: Staff, course: Course, until: str = "", told: Situation = WELL) -> Course:
    """To a position, or to the end."""
    for _step in range(60):
        course.refresh_from_db()
        if course.ended or (until and course.position == until):
            return course
        step_on(staff, course, told)
    raise AssertionError(f"it never came to {until or 'its end'}")


def watched(staff: Staff, home: Household) -> Watched:
    """A household that came onto the list by its whole way."""
    lead(staff, clue(staff, home))
    return Watched.objects.get(household=home, left_on=None)


# -- by the pages ---------------------------------------------------------------------------------------------------------


@contextmanager
def on(day: date) -> Iterator[None]:
    """It is noon of a day."""
    with mock.patch.object(timezone, "now", lambda: noon(day)):
        yield


def browser(account: Account) -> Client:
    client = Client()
    client.login(username=account.username, password=PASSWORD)
    session = client.session
    session["second_factor"] = int(AT.timestamp())
    session.save()
    return client


def form_of(course: Course, wanted: Wanted, **given: Any) -> dict[str, Any]:
    """What the page's form sends when everything is filled in well, with the version that is true now and a fresh key."""
    course = Course.objects.select_related("edition").get(pk=course.pk)
    asked = asked_for(replayed(course), wanted)
    data: dict[str, Any] = {
        "doing": wanted.doing, "step": wanted.step, "outcome": wanted.outcome, "to": wanted.to, "objection": wanted.objection,
        "version": course.version, "key": uuid.uuid4().hex, "on": timezone.localdate().isoformat(), "words": "按程序办理", "who": "一位村民",
    }
    for kind in asked.papers:
        data[f"paper-{kind.id}"] = SimpleUploadedFile(f"{kind.id}.pdf", PDF)
        data[f"signers-{kind.id}"] = list(kind.signers)
        if kind.shape == "minutes":
            votes = (20, 3, 15, 2) if wanted.outcome == "turn_down" else (20, 15, 3, 2)
            data |= {f"votes-{kind.id}-{part}": number for part, number in zip(("present", "agree", "against", "abstain"), votes, strict=True)}
    data |= {f"photo-{board}": picture(next(_files)) for board in asked.boards}
    if asked.leaving:
        data |= {"workers": 2, **{f"met-{name}": "yes" for name in replayed(course).pack.leaving.conditions}}
    if asked.last:
        data |= {"object_kind": ENTERING.object_kind, "main_cause": "illness", "causes": ["schooling"], "helper_name": "帮扶干部", "helper_unit": "县水务局",
                 "helper_phone": "13900001111"}
    return {name: value for name, value in (data | given).items() if value is not None}


def send(account: Account, course: Course, wanted: Wanted, **given: Any) -> Any:
    """Post an act as somebody whose page offered it."""
    return browser(account).post(f"/watch/courses/{course.pk}/act/", form_of(course, wanted, **given))


def walk_by_pages(staff: Staff, course: Course, until: str = "") -> Course:
    """The whole way by its pages: each act must be offered by the page of whoever takes it, and answered by the page again."""
    for _step in range(60):
        course.refresh_from_db()
        if course.ended or (until and course.position == until):
            return course
        choice = onward(course)
        staff.day = max(staff.day, choice.day)
        with on(staff.day):
            wanted, by = wanted_by(choice), who(staff, choice)
            page = browser(by).get(f"/watch/courses/{course.pk}/")
            assert f'id="act-{wanted.name}"' in page.content.decode(), (course.position, wanted.name, by.username)
            answer = send(by, course, wanted)
            assert answer.status_code == 302, answer.content.decode()[:100_000].partition("没有办理")[2][:600]
    raise AssertionError("it never ended")
