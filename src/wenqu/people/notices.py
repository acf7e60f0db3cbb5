"""Messages to people inside the product. A notice keeps which sentence and what fills it; it is read in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.people.models import Change, Notice
from wenqu.places.models import Account
from wenqu.places.rights import Role

PAGE = 30
# kind -> its sentence; `detail` fills the names in it. «about» is the name, role and place of `detail`, where given.
KINDS: dict[str, Any] = {
    "rights_asked": gettext_lazy("%(asker)s 申请%(change)s（%(about)s），等您审批"),
    "rights_decided": gettext_lazy("您申请的%(change)s（%(about)s）：%(decision)s"),
    "rights_changed": gettext_lazy("您的权限有变动：%(change)s（%(about)s）"),
    "sign_in_reset": gettext_lazy("您的登录方式已由管理员重置；如果不是您要求的，请立即联系上级管理员"),
    "work_received": gettext_lazy("%(giver)s 的工作已交接给您：%(work)s"),
}
# Values that are codes: shown by their label.
_LABELS: dict[str, dict[str, Any]] = {"change": dict(Change.choices), "role": dict(Role.choices)}


def offer_notice(kind: str, sentence: Any) -> None:
    """Offer a kind of notice once, from `AppConfig.ready`: the sentence (lazy) with %(names)s that `detail` fills."""
    KINDS[kind] = sentence


def notify(*, accounts: Iterable[Account], kind: str, detail: dict[str, Any], at: datetime, url: str = "") -> int:
    """Tell people something, inside the transaction of the act it tells of. Returns how many."""
    if kind not in KINDS:
        raise ValueError(f"no sentence for notices of kind {kind!r}")
    rows = [Notice(account=account, kind=kind, detail=detail, url=url, at=at) for account in accounts]
    return len(Notice.objects.bulk_create(rows))


def sentence_of(notice: Notice) -> str:
    """What a notice says, in the language of now."""
    shown = {name: str(_LABELS.get(name, {}).get(value, value)) for name, value in notice.detail.items()}
    shown["about"] = " · ".join(filter(None, (shown.get(name) for name in ("name", "role", "place"))))
    try:
        return str(KINDS[notice.kind] % shown)
    except KeyError:
        return _("有一条新通知")


def notices_of(account: Account, before: int | None) -> tuple[list[Notice], int | None]:
    """One page of somebody's notices, the newest first, and where the next page begins."""
    found = Notice.objects.filter(account=account).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def unread_count(account: Account) -> int:
    return Notice.objects.filter(account=account, read_at__isnull=True).count()


def mark_read(*, account: Account, upto: int, at: datetime) -> int:
    """Mark as read what somebody has seen: their notices up to a number."""
    return Notice.objects.filter(account=account, read_at__isnull=True, pk__lte=upto).update(read_at=at)
