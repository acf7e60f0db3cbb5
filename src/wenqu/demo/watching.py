"""Households of the watch list when the demo is opened: rules adopted, and courses at many places of their way, led there by the real actions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from wenqu.demo.helped import DOCUMENT, help_some, keep_line
from wenqu.demo.pictures import photo
from wenqu.households.models import Household
from wenqu.places.models import Account, Division
from wenqu.places.rights import Role
from wenqu.places.scope import area_of, below
from wenqu.rulebook.watch.procedures import ENTRY, REMOVAL, Choice, Doing, Situation, Votes, choices
from wenqu.rulebook.watch.procedures.clauses import PHOTO
from wenqu.watch.courses.actions import act, open_course
from wenqu.watch.courses.asked import Asked, Wanted, asked_for
from wenqu.watch.courses.given import Entering, Given, Handed
from wenqu.watch.courses.replay import replayed
from wenqu.watch.models import Adoption, Course, PackKind
from wenqu.watch.rules.actions import adopt_edition

PROCEDURE = "six-steps-huangping-2021"
# Who acts in which role: the home check is the village's, so that the town's check is another person's.
PEOPLE = {Role.VILLAGE_DESK.value: "chuangkou", Role.TOWN_OFFICE.value: "zhenfu", Role.COUNTY_REVIEWER.value: "fuhe", Role.COUNTY_DISPATCHER.value: "xian"}
_ORDER = tuple(PEOPLE)


@dataclass(frozen=True)
class Story:
    """A household's way: begun so many days ago, led until a position; `then` is what else happens there."""

    days: int
    until: str
    clue: str
    cause: str = "illness"
    then: str = ""


STORIES = (
    Story(85, "", "户主患重病住院，自付医疗费较高（演示）"),
    Story(75, "", "孩子上大学，学费和生活费开支大（演示）", "schooling"),
    Story(70, "", "外出务工返乡，两个月没有找到工作（演示）", "job_unstable", "leaving"),
    Story(60, "", "暴雨冲毁房屋一间（演示）", "disaster", "left"),
    Story(42, "application", "房屋失火，急需安置（演示）", "accident", "urgent"),
    Story(26, "county_review", "残疾程度加重，家中缺少劳力（演示）", "disability"),
    Story(18, "town_check", "种植的药材价格大跌（演示）", "business_failed"),
    Story(12, "village_meeting+posted", "户主摔伤，不能外出务工（演示）", "illness", "objection"),
    Story(8, "village_meeting+posted", "子女同时在外读书（演示）", "schooling"),
    Story(6, "village_meeting", "务工单位停产（演示）", "job_unstable"),
    Story(5, "home_check", "饮水水源干涸，拉水吃（演示）", "disaster"),
    Story(5, "home_check", "反映收入减少（演示）", "illness", "turn_down"),
    Story(1, "clue", "邻居反映家中老人患病（演示）"),
)


@transaction.atomic
def watch_some(*, division: Division, at: datetime) -> int:
    """Adopt the rules and lead the stories, once. Returns how many courses there are; none in a county without the demo's people."""
    people = {each.username: each for each in Account.objects.filter(username__in=PEOPLE.values(), demo=True)}
    if len(people) < len(PEOPLE) or Adoption.objects.filter(division=division).exists():
        return 0
    crew = {role: people[name] for role, name in PEOPLE.items()}
    by, first = crew[Role.COUNTY_DISPATCHER.value], date(at.year, 1, 1)
    adopted: dict[str, Any] = {"division": division, "document": DOCUMENT, "from_on": first, "area": area_of(by, timezone.localdate(at)), "by": by, "at": at}
    adopt_edition(kind=PackKind.PROCEDURES, pack_id=PROCEDURE, **adopted)
    adopt_edition(kind=PackKind.JUDGING, edition=keep_line(division=division, by=by, at=at), **adopted)
    village = crew[Role.VILLAGE_DESK.value].duties.order_by("pk")[0].division
    homes = list(Household.objects.filter(below(village.path)).order_by("-watch_kind", "pk")[: 2 * len(STORIES)])
    for home, story in zip(homes, STORIES, strict=False):
        Teller(crew, home, story, at).tell()
    help_some(division=division, crew=crew, homes=homes[len(STORIES) :] or homes, at=at)
    return Course.objects.filter(path__startswith=division.path).count()


class Teller:
    """Leads one household, a day an act, never beyond today."""

    def __init__(self, crew: dict[str, Account], home: Household, story: Story, at: datetime) -> None:
        self.crew, self.home, self.story, self.at = crew, home, story, at
        self.day = max(timezone.localdate(at) - timedelta(days=story.days), date(at.year, 1, 1))
        self.situation = Situation(workers=2, natural=False)

    @property
    def moment(self) -> datetime:
        """The instant of the day at hand."""
        return min(self.at, self.at - timedelta(days=(timezone.localdate(self.at) - self.day).days))

    def tell(self) -> None:
        course = self._open(ENTRY, self.story.clue)
        if self.story.then == "urgent":
            self._lead(course, "home_check")
            self._do(course, Wanted(Doing.URGENT), self.crew[Role.VILLAGE_DESK.value], "房屋烧毁，先安置住所（演示）")
        self._lead(course, self.story.until)
        if self.story.then == "objection":
            self._do(course, Wanted(Doing.OBJECT, "village_meeting"), self.crew[Role.VILLAGE_DESK.value], "听说他家有一辆小货车（演示）")
        if self.story.then == "turn_down":
            self._do(course, Wanted(Doing.TAKE, "home_check", "turn_down"), self.crew[Role.VILLAGE_DESK.value], "收入稳定在收入线以上，已向农户解释（演示）")
        if self.story.then in ("leaving", "left"):
            self.day += timedelta(days=2)
            self._lead(self._open(REMOVAL, "务工收入稳定，风险已经消除（演示）"), "town_review" if self.story.then == "leaving" else "")

    def _open(self, route: str, clue: str) -> Course:
        by = self.crew[Role.VILLAGE_DESK.value]
        return open_course(
            household=self.home, route=route, begun_on=self.day, clue=clue, way="survey" if route == ENTRY else "", key=f"demo-{route}-{self.home.pk}",
            area=area_of(by, self.day), by=by, at=self.moment)

    def _lead(self, course: Course, until: str) -> None:
        today = timezone.localdate(self.at)
        while True:
            course.refresh_from_db()
            if course.ended or (until and course.position == until):
                return
            here = replayed(Course.objects.select_related("edition").get(pk=course.pk))
            choice = next(each for each in choices(here.pure, here.pack) if each.outcome == "go_on" or each.doing in (Doing.POST, Doing.TAKE_DOWN))
            day = max(self.day + timedelta(days=1), choice.day)
            if day > today:
                return
            self.day = day
            self._do(course, Wanted(choice.doing, choice.step, choice.outcome), self._who(choice), "按程序办理（演示）")

    def _who(self, choice: Choice) -> Account:
        return next(self.crew[role] for role in _ORDER if role in choice.roles and str(self.crew[role].pk) not in choice.not_by)

    def _do(self, course: Course, wanted: Wanted, by: Account, words: str) -> None:
        course.refresh_from_db()
        here = replayed(Course.objects.select_related("edition").get(pk=course.pk))
        asked = asked_for(here, wanted)
        entering = Entering(
            "object", self.story.cause, "帮扶演示干部", helper_unit="县水务局（演示）", helper_phone="13900000000", contact=self.crew[Role.VILLAGE_DESK.value],
        ) if asked.last else None
        situation = replace(self.situation, met=dict.fromkeys(here.pack.leaving.conditions, True)) if asked.leaving else None
        given = Given(wanted.doing, self.day, wanted.step, wanted.outcome, papers=self._papers(course, asked), words=words,
                      who="一位村民" if wanted.doing == Doing.OBJECT else "", situation=situation, entering=entering)
        act(course=course, given=given, version=course.version, key=f"demo-{course.pk}-{course.version}", area=area_of(by, self.day), by=by, at=self.moment)

    def _papers(self, course: Course, asked: Asked) -> tuple[Handed, ...]:
        # By the number of the household: the keys of rows differ from one database to another.
        name = f"{self.home.number}-{course.route}-{course.version}"
        papers = [
            Handed(kind.id, photo(name, kind.id, self.moment), signers=kind.signers, votes=Votes(24, 19, 2, 3) if kind.shape == "minutes" else None)
            for kind in asked.papers
        ]
        return (*papers, *(Handed(PHOTO, photo(name, f"board-{board}", self.moment), board) for board in asked.boards))
