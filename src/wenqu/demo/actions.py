"""Load a demo county: divisions, accounts, register, facts. All of one county is one transaction: killed half-way, nothing stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from django.db import transaction

from wenqu.demo import carried, stories, survey, times
from wenqu.demo.accounts import ACCOUNTS
from wenqu.demo.carried import County, Town
from wenqu.demo.people import PeopleMaker
from wenqu.demo.plan import CountyPlan, make_plan
from wenqu.demo.queries import LOADED
from wenqu.demo.schemes import RESPONSIBILITY_COLUMNS, SCHEME_COLUMNS, responsibilities, scheme_row
from wenqu.facts.actions import record_facts
from wenqu.facts.models import Fact, Key, Record, SourceKind, SubjectKind
from wenqu.facts.values import FactRow
from wenqu.households.models import Household, Member
from wenqu.kit import audit
from wenqu.kit.bulk import insert_rows, refresh_statistics, reserve_ids
from wenqu.kit.refusal import Refused
from wenqu.places import paths
from wenqu.places.actions import add_account, add_division, give_duty, set_outline
from wenqu.places.models import Account, CodeSystem, Division, DivisionCode, Level
from wenqu.schemes.models import Responsibility, Scheme, Supply

Progress = Callable[[int], None]
NBS, MCA = (CodeSystem.NBS.value, carried.NBS_EDITION), (CodeSystem.MCA.value, carried.MCA_EDITION)
DEMO = "（演示数据）"
_KEYS = {str(key.label): key for key in Key}
_SOURCES = {
    **dict.fromkeys((times.OLD_REGISTER, times.SCHEME_REGISTER, *times.SUPPLY_DAYS), SourceKind.REGISTER),
    **dict.fromkeys(times.SURVEYS, SourceKind.SURVEY),
    **dict.fromkeys(times.LABORATORY, SourceKind.LABORATORY),
    times.CLIMATE: SourceKind.OFFICIAL,
}


@transaction.atomic
def load_county(
    *, county: County, households: int, schemes: int, seed: int, by: Account | audit.Actor, at: datetime, progress: Progress | None = None
) -> Division:
    """Load a carried county with made-up people and schemes, the same rows for the same seed.

    `Refused` when the county is in the database already, loaded by whomever. `progress` is told the households done.
    """
    if DivisionCode.objects.filter(system=NBS[0], code=county.code + "000000").exists():
        raise Refused("county_exists", f"{county.name}已在数据库中，不再装入")
    plan = make_plan(county, households=households, schemes=schemes, seed=seed)
    stories.tell(plan)
    top = _add_county(county, by, at)
    towns, villages = _add_places(top, county)
    maker = PeopleMaker(county.code, Random(f"{seed}:{county.code}:people"))
    keys = _add_schemes(plan, top, towns, villages, maker)
    _record_scheme_facts(plan, keys, by)
    for number, town in enumerate(county.towns):
        _add_households(plan, number, town, top, villages, keys, maker, by, progress)
    refresh_statistics(Division, Household, Member, Scheme, Supply, Record, Fact)
    detail = {"seed": seed, "households": households, "schemes": schemes}
    audit.record(by=by, verb=LOADED, at=at, subject=f"division:{top.pk}", path=top.path, detail=detail)
    return top


def _add_county(county: County, by: Account | audit.Actor, at: datetime) -> Division:
    parent: Division | None = None
    for level, name, code in ((Level.PROVINCE, county.province, county.code[:2]), (Level.PREFECTURE, county.prefecture, county.code[:4])):
        code = code.ljust(12, "0")
        found = Division.objects.filter(codes__system=NBS[0], codes__code=code).first()
        parent = found or add_division(parent=parent, level=level, name=name, codes={NBS: code}, by=by, at=at)
    top = add_division(parent=parent, level=Level.COUNTY, name=county.name, codes={NBS: county.code + "000000"}, by=by, at=at)
    set_outline(division=top, geometry=county.outline, crs="EPSG:4490", source=carried.OUTLINE_SOURCE, by=by, at=at)
    climate: list[FactRow] = [
        (SubjectKind.DIVISION, top.pk, key, str(value), times.CLIMATE.start, "演示值，非实测")
        for key, value in ((Key.RAIN, county.rain_mm), (Key.WATER_PER_HEAD, county.water_m3_per_head))
    ]
    _record(times.CLIMATE, county.name, climate, by)
    return top


def _add_places(top: Division, county: County) -> tuple[list[Division], list[tuple[int, str]]]:
    """Towns and villages in bulk. Returns the towns, and key and path of every village in the county's order."""
    codes = []
    towns = []
    for ordinal, town in enumerate(county.towns, 1):
        division = Division(parent=top, level=Level.TOWN, name=town.name, path=paths.child(top.path, ordinal))
        towns.append(division)
    for division, key in zip(towns, reserve_ids(Division, len(towns)), strict=True):
        division.pk = key
    columns = ("id", "parent_id", "level", "name", "path")
    insert_rows(Division, columns, [(each.pk, top.pk, int(each.level), each.name, each.path) for each in towns])
    for division, town in zip(towns, county.towns, strict=True):
        codes.append((division.pk, *NBS, town.code))
        if town.mca_code:
            codes.append((division.pk, *MCA, town.mca_code))
    rows = [
        (division.pk, int(Level.VILLAGE), village.name, paths.child(division.path, ordinal), village.code)
        for division, town in zip(towns, county.towns, strict=True)
        for ordinal, village in enumerate(town.villages, 1)
    ]
    keys = reserve_ids(Division, len(rows))
    insert_rows(Division, columns, [(key, *row[:4]) for key, row in zip(keys, rows, strict=True)])
    codes += [(key, *NBS, row[4]) for key, row in zip(keys, rows, strict=True)]
    insert_rows(DivisionCode, ("division_id", "system", "edition", "code"), codes)
    return towns, [(key, row[3]) for key, row in zip(keys, rows, strict=True)]


def _add_schemes(plan: CountyPlan, top: Division, towns: list[Division], villages: list[tuple[int, str]], maker: PeopleMaker) -> dict[int, int]:
    random = Random(f"{plan.seed}:{plan.county.code}:schemes")
    keys = dict(zip((scheme.ordinal for scheme in plan.schemes), reserve_ids(Scheme, len(plan.schemes)), strict=True))
    rows: list[tuple[Any, ...]] = []
    people: list[tuple[int, str, str, str, str]] = []
    for scheme in plan.schemes:
        if scheme.village is not None:
            place = villages[scheme.village]
        else:
            division = top if scheme.town is None else towns[scheme.town]
            place = (division.pk, division.path)
        rows.append(scheme_row(plan, scheme, keys[scheme.ordinal], top.pk, place, random))
        people += responsibilities(scheme, keys[scheme.ordinal], maker, random)
    insert_rows(Scheme, SCHEME_COLUMNS, rows)
    insert_rows(Responsibility, RESPONSIBILITY_COLUMNS, people)
    return keys


def _record_scheme_facts(plan: CountyPlan, keys: dict[int, int], by: Account | audit.Actor) -> None:
    found: dict[times.Round, list[FactRow]] = defaultdict(list)
    for event, scheme, name, value, day in stories.scheme_facts(plan):
        reference = f"报告 {event.start.year}-{scheme.ordinal:04d}" if event in times.LABORATORY else ""
        found[event].append((SubjectKind.SCHEME, keys[scheme.ordinal], _KEYS[name], value, event.day(day), reference))
    for event, rows in sorted(found.items(), key=lambda item: item[0].recorded_on):
        _record(event, plan.county.name, rows, by)


def _record(event: times.Round, place: str, rows: list[FactRow], by: Account | audit.Actor) -> None:
    record_facts(source=_SOURCES[event], title=f"{place}{event.name}{DEMO}", facts=rows, batch=None, by=by, at=event.at)


def _add_households(
    plan: CountyPlan, number: int, town: Town, top: Division, villages: list[tuple[int, str]], schemes: dict[int, int],
    maker: PeopleMaker, by: Account | audit.Actor, progress: Progress | None,
) -> None:
    """One town: walk its villages, then insert in bulk. Memory holds one town at a time."""
    mine = [village for village in plan.villages if village.town == number]
    ids = iter(reserve_ids(Household, sum(village.households for village in mine)))
    rows = survey.Rows()
    for village in mine:
        key, path = villages[village.ordinal]
        survey.Surveyor(plan, village, survey.Home(top.pk, key, path, schemes), rows).walk(ids, maker)
    insert_rows(Household, survey.HOUSEHOLD_COLUMNS, rows.households)
    insert_rows(Member, survey.MEMBER_COLUMNS, rows.members)
    insert_rows(Supply, survey.SUPPLY_COLUMNS, rows.supplies)
    for event, facts in sorted(rows.facts.items(), key=lambda item: item[0].recorded_on):
        _record(event, town.name, facts, by)
    if progress:
        progress(len(rows.households))


@transaction.atomic
def add_demo_accounts(*, division: Division, passwords: dict[str, str], by: Account | audit.Actor, at: datetime) -> None:
    """The public accounts of a demo county (`demo.accounts`), marked as such; those that exist already keep what they have."""
    places = _demo_places(division)
    for each in ACCOUNTS:
        place, password = places.get(each.place), passwords[each.username]
        if place is None:
            continue
        account = Account.objects.filter(username=each.username).first()
        if account is None:
            account = add_account(username=each.username, password=password, name=each.name.format(place=place.name), demo=True, by=by, at=at)
            give_duty(account=account, role=each.role, division=place, unit=each.unit, from_on=times.SUPPLIED_SINCE, by=by, at=at)
        # One that has the printed password is public, whoever made it.
        elif not account.demo and account.check_password(password):
            account.demo = True
            account.save(update_fields=["demo"])


def _demo_places(county: Division) -> dict[str, Division | None]:
    """Where the demo's people work: above the county, in it, in its second town (or only one) and that town's first village."""
    prefecture = county.parent
    towns = list(Division.objects.filter(parent=county).order_by("path")[:2])
    town = towns[-1] if towns else None
    village = Division.objects.filter(parent=town).order_by("path").first() if town else None
    return {"province": prefecture.parent if prefecture else None, "prefecture": prefecture, "county": county, "town": town, "village": village}
