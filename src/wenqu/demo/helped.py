"""What the demo's county knows and does about its watch list: a line of its own, incomes, measures, visits, an insurance case, a what-if."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from wenqu.demo.pictures import photo
from wenqu.households.models import Household
from wenqu.places.models import Account, Division
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.rulebook.watch.judging import judging_pack
from wenqu.rulebook.watch.judging.facts import excluded_column, secured_column
from wenqu.watch.editor.actions import keep_edition
from wenqu.watch.editor.editing import HEAD, Own, edited
from wenqu.watch.helping.actions import carry_out_measure, judge_measure, plan_measure
from wenqu.watch.insurance.actions import list_households, take_insurance_step
from wenqu.watch.judging.actions import ItemTold, tell
from wenqu.watch.judging.asked import WATER
from wenqu.watch.judging.known import day_for
from wenqu.watch.judging.rules import rules_at
from wenqu.watch.models import Edition, Effect, ScenarioKind, Watched
from wenqu.watch.rules.queries import judging_of
from wenqu.watch.visiting.actions import record_visit
from wenqu.watch.whatif.actions import ask

BASE, LINE, HIGHER = "national-2026", 8500, 9500
DOCUMENT = "本县监测帮扶实施方案（演示）"
# Yearly wages of a household in yuan a head: below the line, between it and the higher one of the what-if, above both.
WAGES = (6200, 8700, 9100, 12000, 15500, 9300, 7800, 21000)
CAUSES = ("illness", "schooling", "disability", "none", "job_unstable", "disaster", "illness", "none")


def keep_line(*, division: Division, by: Account, at: datetime) -> Edition:
    """The national plan with a line that the county writes itself."""
    base = judging_pack(BASE)
    head = {name: str(base.content.get(name, "")) for name in HEAD} | {"zh": f"{division.name}监测方案（演示）", "region": division.name}
    own = Own(head | {"line_region": division.name, "line_year": str(at.year)}, {"line.limit": LINE}, DOCUMENT, "第四条")
    pack = edited(base, own, f"{BASE}-own-{division.pk}")
    return keep_edition(county=division, pack=pack, origin=None, note="写入本县收入线（演示）", area=area_of(by, timezone.localdate(at)), by=by, at=at)


def help_some(*, division: Division, crew: Mapping[str, Account], homes: Sequence[Household], at: datetime) -> None:
    """Once, after the stories of the list: everything by the real actions, by whoever has that duty in the demo."""
    village, town, county = (crew[role.value] for role in (Role.VILLAGE_DESK, Role.TOWN_OFFICE, Role.COUNTY_DISPATCHER))
    today = timezone.localdate(at)
    for number, row in enumerate(Watched.objects.filter(path__startswith=division.path, left_on=None).select_related("household").order_by("pk")):
        _help(row, number, village, today, at)
    for number, home in enumerate(homes[: len(WAGES)]):
        _know(home, number, village, today, at)
    _insure(homes[0], village, town, today, at)
    change = {"key": "line.limit", "label": "收入线", "before": f"{LINE} 元/(人·a)", "after": str(HIGHER), "after_words": f"{HIGHER} 元/(人·a)", "document": DOCUMENT, "clause": "第四条"}
    edition = Edition.objects.get(division=division, pack_id=f"{BASE}-own-{division.pk}")
    ask(county=division, kind=ScenarioKind.WATCH, pack=judging_of(edition), changes=[change], name=f"收入线提高到 {HIGHER} 元（演示）", as_of=today,
        key=f"demo-what-if-{division.pk}", area=area_of(county, today), by=county, at=at)


def _help(row: Watched, number: int, by: Account, today: date, at: datetime) -> None:
    """The first is helped and judged, the second is visited, of the third nobody has thought yet."""
    begun = min(row.entered_on + timedelta(days=6), today)
    for kind, fen in (("medical", 400_000), ("dibao", 600_000))[: 2 - number]:
        measure = plan_measure(
            household=row.household, kind=kind, plan="按政策落实（演示）", planned_on=begun, due_on=begun + timedelta(days=20), planned_fen=fen, by=by, at=at,
            key=f"demo-measure-{row.pk}-{kind}")
        if number == 0:
            carry_out_measure(measure=measure, version=0, done_on=min(begun + timedelta(days=12), today), done_fen=fen, note="已打卡发放（演示）",
                              files=[photo(f"measure-{row.household.number}", kind, at)], by=by, at=at)
            if kind == "medical":
                judge_measure(measure=measure, version=1, effect=Effect.SOLVED, on=today, note="", by=by, at=at)
    if number < 2:
        record_visit(watched=row, on=today, way="home" if number == 0 else "phone", found="生产生活正常（演示）" if number == 0 else "家中老人新近摔伤（演示）",
                     worse=number == 1, by=by, at=at, key=f"demo-visit-{row.pk}")


def _know(home: Household, number: int, by: Account, today: date, at: datetime) -> None:
    """All that the rules ask about one household, as a visit found it."""
    rules = rules_at(home.path, day_for(home, today))
    facts = {secured_column(one.id): "yes" for one in rules.pack.guarantees} | {excluded_column(one.id): "no" for one in rules.pack.exclusions}
    facts |= {"was_poor": "no", "heavy": "no", "collapsed": "no", "cause": CAUSES[number]}
    facts.pop(WATER, None)
    wages = WAGES[number] * 100 * (home.people or 1)
    items = [ItemTold(kind.id, rules.window.first, rules.window.last, wages if kind.id == "wages" else 0) for kind in rules.pack.items.values()]
    tell(household=home, facts=facts, items=items, source="入户核实（演示）", observed_on=today, key=f"demo-told-{home.pk}", area=area_of(by, today), by=by, at=at)


def _insure(home: Household, village: Account, town: Account, today: date, at: datetime) -> None:
    """On a month's list, screened by village and town: the home check is next."""
    case = list_households(households=[home], risk="illness", department="医保局（演示）", month=f"{today:%Y%m}", by=village, at=at)[0]
    for version, (name, by) in enumerate((("screen_village", village), ("screen_town", town))):
        take_insurance_step(case=case, version=version, name=name, outcome="go_on", on=today, note="情况属实（演示）", files=[], by=by, at=at)
