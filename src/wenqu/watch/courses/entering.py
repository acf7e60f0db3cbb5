"""Onto the list and off it: what follows when the last step of a course is through. Inside the transaction of that act."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from wenqu.households.holding import hold
from wenqu.households.permissions import check_stands
from wenqu.kit import audit
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.rulebook.watch.judging.model import JudgingPack
from wenqu.watch.courses.given import Entering
from wenqu.watch.helping.actions import take_over_urgent
from wenqu.watch.models import Course, PackKind, Watched
from wenqu.watch.rules.queries import edition_at, judging_of


def judging_at(path: str, day: date) -> JudgingPack | None:
    """The rules that name kinds and causes at a place on a day; None where the county adopted none."""
    edition = edition_at(path, PackKind.JUDGING, day)
    return judging_of(edition) if edition is not None else None


def kinds_of(pack: JudgingPack) -> dict[str, str]:
    """Kinds of objects that a pack has."""
    return {each.id: each.zh for each in pack.objects}


def causes_of(pack: JudgingPack) -> dict[str, str]:
    """Causes that a pack has."""
    return {each.id: each.zh for each in pack.causes if each.on}


def enter(course: Course, given: Entering | None, on: date, by: Account | audit.Actor, at: datetime) -> Watched:
    """Put the household on the list. `Refused` where its kind, its main cause or its helper is not told."""
    if given is None or not given.helper_name.strip():
        raise Refused("helper_missing", _("纳入监测须落实帮扶责任人：请填写姓名，不能为空"))
    pack = judging_at(course.path, on)
    if pack is None:
        raise Refused("judging_not_adopted", _("本县还没有采用监测对象研判规则，不知道有哪些对象类型和风险类型。请县里先在“监测规则”中采用一个"))
    kinds, causes = kinds_of(pack), causes_of(pack)
    every = tuple(dict.fromkeys((given.main_cause, *given.causes)))
    if given.object_kind not in kinds:
        raise Refused("kind_missing", _("请选择监测对象类型：%(names)s") % {"names": _("、").join(kinds.values())})
    if any(each not in causes for each in every):
        raise Refused("cause_missing", _("请选择主要风险：%(names)s") % {"names": _("、").join(causes.values())})
    check_no_number(f"{given.helper_name} {given.helper_unit}")
    check_stands(hold(course.household_id))
    if Watched.objects.filter(household_id=course.household_id, left_on=None).exists():
        raise Refused("already_watched", _("这户已在监测名单上"))
    row = Watched.objects.create(
        division_id=course.division_id, path=course.path, household_id=course.household_id, object_kind=given.object_kind,
        object_name=kinds[given.object_kind][:60], main_cause=given.main_cause, causes=list(every), cause_names=[causes[each] for each in every],
        entered_on=on, entry=course, helper_name=given.helper_name.strip()[:80], helper_unit=given.helper_unit.strip()[:120],
        helper_phone=given.helper_phone.strip(), contact=given.contact, added_by_id=by.pk, added_at=at,
    )
    audit.record(by=by, verb="enter_watch_list", at=at, subject=f"household:{course.household_id}", path=course.path, detail={
        "course": course.pk, "kind": row.object_kind, "on": on.isoformat(),
    })
    take_over_urgent(watched=row, by=by, at=at)
    return row


def leave(course: Course, on: date, by: Account | audit.Actor, at: datetime) -> Watched:
    """Take the household off the list: it stays there as a row that has a last day."""
    row = Watched.objects.select_for_update(no_key=True).filter(household_id=course.household_id, left_on=None).first()
    if row is None:
        raise Refused("not_watched", _("这户已不在监测名单上"))
    row.left_on, row.removal, row.version = on, course, row.version + 1
    row.save(update_fields=["left_on", "removal", "version"])
    audit.record(by=by, verb="leave_watch_list", at=at, subject=f"household:{course.household_id}", path=course.path, detail={
        "course": course.pk, "on": on.isoformat(),
    })
    return row
