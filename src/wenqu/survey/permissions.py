"""Who may do what in surveys. Buttons, pages and actions ask here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.places.duty_rules import area_on
from wenqu.places.models import Account
from wenqu.places.paths import common, is_within
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.survey.models import Device, Form, Round, State, Submission


def area_at(by: Actor, at: datetime) -> Area:
    """The area of whoever acts, at that moment; the system's is everywhere."""
    return area_on(by, timezone.localdate(at))


def check_can_publish(path: str, area: Area) -> None:
    """Forms are the county's."""
    check_may(Right.FORMS, path, area)


def check_can_withdraw_form(form: Form, area: Area) -> None:
    check_may(Right.FORMS, form.path, area)
    if form.withdrawn_at is not None:
        raise Refused("already_withdrawn", _("这个表单已经停用"))


def check_can_plan_round(path: str, area: Area) -> None:
    """A county plans for all of itself, a town for its own villages."""
    check_may(Right.ROUNDS, path, area)


def check_can_change_round(row: Round, area: Area) -> None:
    check_may(Right.ROUNDS, row.path, area)
    if row.closed_at is not None:
        raise Refused("round_closed", _("这个批次已经结束。需要继续调查时，请另建一个批次。"))


def check_can_export_round(row: Round, path: str, area: Area) -> None:
    """The part of a round that lies below `path`: whoever plans rounds there and may take registers out."""
    if not is_within(path, row.path):
        raise Refused("outside_round", _("这个地方不在批次的范围内"))
    check_may(Right.ROUNDS, path, area)
    check_may(Right.EXPORT, path, area)


def parts_exported(row: Round, area: Area) -> list[str]:
    """The paths of the parts of a round that somebody may export: all of it, or a town's own part of a county's."""
    may = common(area.whole.may(Right.ROUNDS).paths, area.whole.may(Right.EXPORT).paths)
    return common([row.path], may)


def check_can_pair(account: Account, by: Account, path: str, area: Area) -> None:
    """Everybody pairs their own phone; whoever plans rounds there, somebody else's."""
    if account.pk == by.pk:
        check_may(Right.FIELD, path, area)
    else:
        check_may(Right.ROUNDS, path, area)


def check_can_revoke(device: Device, by: Account, area: Area) -> None:
    """One's own phone at any time; those of others where one plans rounds."""
    if device.account_id != by.pk:
        check_may(Right.ROUNDS, device.path, area)
    if device.revoked_at is not None:
        raise Refused("already_revoked", _("这部手机已经停用"))


def check_can_decide(submission: Submission, by: Actor, area: Area) -> None:
    """What waits is decided where it lies, and never by whoever filled it."""
    check_may(Right.INTAKE, submission.path, area)
    if submission.account_id == by.pk:
        raise Refused("own_record", _("不能裁定自己填的记录。请由别人裁定。"))
    if submission.state != State.QUARANTINED:
        raise Refused("already_decided", _("这条记录已经裁定，请刷新页面"))


def check_can_rule(records: Sequence[Submission], by: Actor, area: Area) -> None:
    """Where the records of a subject differ, whoever decides of records there says what stands, and none of its surveyors."""
    if len(records) < 2:
        raise Refused("nothing_open", _("这个对象现在没有两份以上的记录，不用裁定"))
    for each in records:
        check_may(Right.INTAKE, each.path, area)
    if any(each.account_id == by.pk for each in records):
        raise Refused("own_record", _("其中有自己填的记录，不能裁定。请由别人裁定。"))


def check_can_import_rescue(device: Device | None, area: Area) -> None:
    """Whoever decides of records where a phone belongs brings in its file. Of a phone elsewhere nobody learns that there is one."""
    if device is None or not area.whole.may(Right.INTAKE).covers(device.path):
        raise Refused("no_such_phone", _("文件里的手机没有在您的管辖区域内配对过。请交给这部手机所属的乡镇或县导入。"))
