"""Who may make a token, and whether one may be used now. The page, the action and every request of the API ask here."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.people.models import ApiToken
from wenqu.places.models import Account, Duty

LONGEST = timedelta(days=366)
MOST_LIVE = 20


def held_on(duty: Duty, at: datetime) -> bool:
    return duty.is_held_on(timezone.localdate(at))


def check_can_make_token(duty: Duty, account: Account, until: datetime, at: datetime) -> None:
    """A token is for one's own duty, while it is held, for a year at most."""
    if duty.account_id != account.pk or not held_on(duty, at):
        raise Refused("not_your_duty", _("只能为自己现任的职责创建令牌"))
    if not at < until <= at + LONGEST:
        raise Refused("bad_until", _("令牌的有效期须在一年以内，且晚于今天"))
    if ApiToken.objects.filter(account=account, revoked_at__isnull=True, until__gt=at).count() >= MOST_LIVE:
        raise Refused("too_many_tokens", _("有效的令牌已达 %(most)s 个，请先作废不用的令牌") % {"most": MOST_LIVE})


def check_token(token: ApiToken | None, at: datetime) -> None:
    """Refuse a token that is unknown, revoked or over, whose duty has ended or whose account was deactivated."""
    if token is None:
        raise Refused("token_unknown", _("令牌无效，请检查是否完整复制；令牌只在创建时显示一次"))
    if token.revoked_at is not None:
        raise Refused("token_revoked", _("令牌已作废，请在“接口令牌”页面重新创建"))
    if token.until <= at:
        raise Refused("token_expired", _("令牌已过期，请在“接口令牌”页面重新创建"))
    if not token.account.is_active or token.account.left_at is not None:
        raise Refused("account_left", _("账号已停用，令牌不能再使用，请联系县级管理员"))
    if not held_on(token.duty, at):
        raise Refused("duty_ended", _("令牌对应的职责现在不在任期内，请用现任职责重新创建令牌"))


# Refusals that say «sign in again», as against «you may not».
TOKEN_CODES = frozenset({"token_missing", "token_unknown", "token_revoked", "token_expired", "account_left", "duty_ended"})


def check_may_write(token: ApiToken) -> None:
    if not token.may_write:
        raise Refused("token_read_only", _("这个令牌只能读取；需要写入时，请创建一个勾选“可写”的令牌"))
