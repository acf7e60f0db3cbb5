"""Keep points: from the register or by hand; end them; tell what was done at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.kit import audit
from wenqu.kit.counters import take_numbers
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.paths import county_of
from wenqu.places.scope import Area
from wenqu.quality.models import PlanAdoption, Point, PointUse, Shape, Tally
from wenqu.quality.plans.permissions import check_can_keep_points
from wenqu.quality.plans.queries import adopted, pack_of
from wenqu.quality.points.proposals import proposals
from wenqu.quality.points.queries import people_served
from wenqu.rulebook.quality.plans import PlanPack, PointKind
from wenqu.rulebook.quality.plans.model import OF_SCHEME
from wenqu.schemes.models import Scheme

MOST_QUOTA = 10_000_000


@transaction.atomic
def take_proposals(*, adoption: PlanAdoption, keys: Sequence[str], from_on: date, area: Area, by: Account | audit.Actor, at: datetime) -> list[PointUse]:
    """Keep the points that were picked from the register's proposals: new ones, and those that stand already for another plan."""
    check_can_keep_points(adoption.path, area)
    county = Division.objects.select_for_update().get(pk=adoption.division_id)
    _check_adopted(adoption.pack_id, county.path, adoption.year)
    pack = pack_of(adoption.edition)
    picked = [one for one in proposals(pack, county.path) if one.key in set(keys)]
    if not picked:
        raise Refused("nothing_picked", _("请至少选择一个监测点；已经登记过的不会再登记"))
    people = people_served({one.scheme.pk for one in picked}, county.path)
    numbers = iter(take_numbers(series=f"point:{county.path}", count=len(picked)))
    uses = []
    for one in picked:
        several = one.kind.each is not None and one.kind.each.number > 1
        point = one.point or Point.objects.create(
            division_id=one.scheme.division_id, path=one.scheme.path, county=county, number=f"JC{next(numbers):04d}",
            name=f"{one.scheme.name}{one.kind.zh}{one.ordinal if several else ''}"[:120], shape=one.kind.shape, scheme=one.scheme,
            place=one.kind.place.text[:200] if one.kind.place else "", people=people.get(one.scheme.pk, 0), people_on=day_of(at),
            from_on=from_on, added_by_id=by.pk, added_at=at)
        uses.append(PointUse.objects.create(point=point, pack_id=pack.id, kind=one.kind.id))
    audit.record(by=by, verb="add_points", at=at, subject=f"plan:{adoption.edition_id}", path=county.path, detail={"pack": pack.id, "count": len(uses)})
    return uses


@transaction.atomic
def add_point(
    *, adoption: PlanAdoption, kind: str, name: str, division: Division, from_on: date, area: Area, by: Account | audit.Actor, at: datetime,
    scheme: Scheme | None = None, household: Household | None = None, place: str = "", source_limited: bool = False, treatment_limited: bool = False,
) -> Point:
    """Keep one point by hand, as a kind of a plan that the county goes by."""
    check_can_keep_points(division.path, area)
    county = Division.objects.select_for_update().get(path=county_of(division.path))
    _check_adopted(adoption.pack_id, county.path, adoption.year)
    pack = pack_of(adoption.edition)
    if adoption.path != county.path or kind not in pack.kinds:
        raise Refused("kind_unknown", _("本县采用的方案没有这类监测点，请重新选择"))
    rule = pack.kinds[kind]
    _check_subject(rule, division, scheme, household)
    check_no_number(name)
    (number,) = take_numbers(series=f"point:{county.path}", count=1)
    point = Point.objects.create(
        division=division, path=division.path, county=county, number=f"JC{number:04d}", name=name.strip(), shape=rule.shape, scheme=scheme, household=household,
        place=place.strip() or (rule.place.text[:200] if rule.place else ""), source_limited=source_limited, treatment_limited=treatment_limited,
        people=_people(scheme, household, county.path), people_on=day_of(at), from_on=from_on, added_by_id=by.pk, added_at=at)
    PointUse.objects.create(point=point, pack_id=pack.id, kind=kind)
    audit.record(by=by, verb="add_points", at=at, subject=f"point:{point.pk}", path=point.path, detail={"pack": pack.id, "count": 1, "kind": kind})
    return point


def _people(scheme: Scheme | None, household: Household | None, county: str) -> int | None:
    if scheme is not None:
        return people_served([scheme.pk], county).get(scheme.pk, 0)
    return household.people if household is not None else None


def _check_subject(rule: PointKind, division: Division, scheme: Scheme | None, household: Household | None) -> None:
    if (rule.shape in OF_SCHEME) != (scheme is not None):
        raise Refused("scheme_wrong", _("出厂水、末梢水、水源水和二次供水的监测点要选一处供水工程，其他类别不选"))
    if (rule.shape == Shape.HOUSEHOLD) != (household is not None):
        raise Refused("household_wrong", _("分散式供水的监测点要写明农户编号，其他类别不写"))
    for subject in (scheme, household):
        if subject is not None and subject.path != division.path:
            raise Refused("elsewhere", _("监测点要登记在供水工程或农户所在的区划"))


@transaction.atomic
def add_points(
    *, adoption: PlanAdoption, kind: str, names: Sequence[str], scheme: Scheme, from_on: date, area: Area, by: Account | audit.Actor, at: datetime,
) -> list[Point]:
    """Keep points of one scheme by their names, such as a laboratory's workbook has them. A name that a point of the county has already is left out."""
    names = list(dict.fromkeys(name for text in names if (name := " ".join(text.split())[:120])))
    check_can_keep_points(scheme.path, area)
    Division.objects.select_for_update().get(path=county_of(scheme.path))
    there = set(Point.objects.filter(county__path=county_of(scheme.path), name__in=names).values_list("name", flat=True))
    wanted = [name for name in names if name not in there]
    if not wanted:
        raise Refused("nothing_picked", _("请至少选择一个监测点；已经登记过的不会再登记"))
    return [add_point(adoption=adoption, kind=kind, name=name, division=scheme.division, scheme=scheme, from_on=from_on, area=area, by=by, at=at) for name in wanted]


@transaction.atomic
def edit_point(
    *, point: Point, name: str, place: str, source_limited: bool, treatment_limited: bool, quotas: Mapping[str, Mapping[str, int]], area: Area,
    by: Account | audit.Actor, at: datetime,
) -> Point:
    """Change what is told of a point, its own quotas by plan and task, and count anew whom it serves."""
    check_can_keep_points(point.path, area)
    point = Point.objects.select_for_update().get(pk=point.pk)
    check_no_number(name)
    point.name, point.place, point.source_limited, point.treatment_limited = name.strip(), place.strip(), source_limited, treatment_limited
    point.people, point.people_on = _people(point.scheme, point.household, county_of(point.path)), day_of(at)
    point.save()
    for use in point.uses.select_for_update():
        own = {rule: number for rule, number in quotas.get(use.pack_id, {}).items() if 0 <= number <= MOST_QUOTA}
        if use.pack_id in quotas and own != use.quotas:
            use.quotas = own
            use.save(update_fields=["quotas"])
    audit.record(by=by, verb="edit_point", at=at, subject=f"point:{point.pk}", path=point.path, detail={"quotas": {key: dict(value) for key, value in quotas.items()}})
    return point


@transaction.atomic
def end_point(*, point: Point, to_on: date, area: Area, by: Account | audit.Actor, at: datetime) -> Point:
    """Watch a point no more after a day. What was done there stays."""
    check_can_keep_points(point.path, area)
    point = Point.objects.select_for_update().get(pk=point.pk)
    if point.to_on is not None:
        raise Refused("ended", _("这个监测点已于 %(day)s 停用") % {"day": point.to_on.isoformat()})
    if to_on < point.from_on:
        raise Refused("ends_before", _("停用日期不能早于启用日期 %(day)s") % {"day": point.from_on.isoformat()})
    point.to_on = to_on
    point.save(update_fields=["to_on"])
    audit.record(by=by, verb="end_point", at=at, subject=f"point:{point.pk}", path=point.path, detail={"to": to_on.isoformat()})
    return point


@transaction.atomic
def tell_done(
    *, use: PointUse, pack: PlanPack, rule: str, on: date, count: int, note: str, key: str, area: Area, by: Account | audit.Actor, at: datetime,
) -> Tally:
    """Tell that so many were done at a point on a day for a task. The same key once more gives the first."""
    point = use.point
    check_can_keep_points(point.path, area)
    earlier = Tally.objects.filter(key=key).first()
    if earlier is not None:
        return earlier
    if rule not in pack.tasks or use.kind not in pack.tasks[rule].kinds.words:
        raise Refused("task_unknown", _("这个监测点没有这项任务，请重新选择"))
    if on > day_of(at):
        raise Refused("day_to_come", _("完成日期不能晚于今天"))
    if on < point.from_on or (point.to_on is not None and on > point.to_on):
        raise Refused("not_in_use", _("这一天监测点没有启用"))
    if not 1 <= count <= MOST_QUOTA:
        raise Refused("count_wrong", _("完成数应是 1 以上的整数"))
    check_no_number(note)
    row = Tally.objects.create(
        division_id=point.division_id, path=point.path, point=point, pack_id=use.pack_id, rule=rule, on=on, count=count, note=note.strip(), key=key, by_id=by.pk, at=at)
    audit.record(by=by, verb="tell_done", at=at, subject=f"point:{point.pk}", path=point.path, detail={"pack": use.pack_id, "task": rule, "on": on.isoformat(), "count": count})
    return row


@transaction.atomic
def withdraw_tally(*, tally: Tally, why: str, area: Area, by: Account | audit.Actor, at: datetime) -> Tally:
    """Take back what was told; it stays readable and is counted no more."""
    check_can_keep_points(tally.path, area)
    tally = Tally.objects.select_for_update().get(pk=tally.pk)
    if tally.withdrawn_at is not None:
        raise Refused("withdrawn", _("这条登记已经撤回"))
    if not why.strip():
        raise Refused("why_missing", _("请写明撤回的原因"))
    check_no_number(why)
    tally.withdrawn_by_id, tally.withdrawn_at, tally.withdrawn_why = by.pk, at, why.strip()
    tally.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    audit.record(by=by, verb="withdraw_tally", at=at, subject=f"point:{tally.point_id}", path=tally.path, detail={"count": tally.count})
    return tally


def _check_adopted(pack_id: str, county: str, year: int) -> None:
    if pack_id not in {one.pack_id for one in adopted(county, year)}:
        raise Refused("not_adopted", _("本县这一年度没有采用这个方案"))
