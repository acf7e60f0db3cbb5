"""Enrolling, passing, renewing, removing and resetting a second factor.

Guesses are counted and written down although they are refused (`signing.guard`): the actions that take one are
several short transactions and must not be wrapped in one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.client import address_of
from wenqu.kit.refusal import Refused
from wenqu.people.models import SecondFactor
from wenqu.people.second_factor import codes
from wenqu.people.second_factor.permissions import check_can_enrol, check_can_remove
from wenqu.people.signing import sessions
from wenqu.people.signing.actions import note_session, sign_out_everywhere
from wenqu.people.signing.guard import Guess, guarded
from wenqu.people.signing.throttle import Guarded
from wenqu.places.models import Account


def pass_second_factor(*, request: HttpRequest, account: Account, code: str, by: audit.Actor, at: datetime) -> None:
    """Open the session by a code of the authenticator or by a recovery code. `Refused` where it is wrong or was used."""
    way = _guess(request, account, code, "second_factor", by, at)
    with transaction.atomic():
        sessions.mark_passed(request.session, at)
        note_session(request=request, account=account, by=account, at=at)
        audit.record(by=by, verb="sign_in", at=at, subject=f"account:{account.pk}", detail={"second_factor": way})


def enrol(*, request: HttpRequest, account: Account, secret: str, code: str, by: audit.Actor, at: datetime) -> list[str]:
    """Keep the secret that the person's app now has, proved by a code of it. Returns the recovery codes, told this once."""
    check_can_enrol(account)
    guess = Guess(Guarded("factor", str(account.pk)), address_of(request), "enrol_second_factor", by, at, f"account:{account.pk}")
    step = guarded(guess, lambda: codes.step_of(secret, codes.typed(code), at), Refused("wrong_code", _("验证码不对，请输入验证器上现在显示的 6 位数字")))
    recovery = codes.new_recovery_codes()
    with transaction.atomic():
        factor, fresh = SecondFactor.objects.get_or_create(account=account, defaults={
            "secret": secret, "confirmed_at": at, "last_step": step,
            "recovery": [codes.recovery_digest(each, account.pk) for each in recovery],
        })
        if not fresh:
            check_can_enrol(account)
        sessions.mark_passed(request.session, at)
        note_session(request=request, account=account, by=account, at=at)
        audit.record(by=by, verb="enrol_second_factor", at=at, subject=f"account:{account.pk}")
    return recovery


def renew_recovery_codes(*, request: HttpRequest, account: Account, code: str, by: audit.Actor, at: datetime) -> list[str]:
    """Replace the recovery codes, used and unused, for one more code. Returns the new ones, told this once."""
    _guess(request, account, code, "renew_recovery_codes", by, at)
    recovery = codes.new_recovery_codes()
    with transaction.atomic():
        SecondFactor.objects.filter(account=account).update(recovery=[codes.recovery_digest(each, account.pk) for each in recovery])
        audit.record(by=by, verb="renew_recovery_codes", at=at, subject=f"account:{account.pk}")
    return recovery


def remove_second_factor(*, request: HttpRequest, account: Account, code: str, by: audit.Actor, at: datetime) -> None:
    """Give up one's own second factor, where no duty asks for one."""
    check_can_remove(account, timezone.localtime(at).date())
    _guess(request, account, code, "remove_second_factor", by, at)
    with transaction.atomic():
        SecondFactor.objects.filter(account=account).delete()
        audit.record(by=by, verb="remove_second_factor", at=at, subject=f"account:{account.pk}")


@transaction.atomic
def reset_second_factor(*, account: Account, by: audit.Actor, at: datetime) -> None:
    """For a lost phone: forget the second factor and end every session; who must have one enrols anew at the next sign-in.

    Whether `by` may do this to the person is the caller's check.
    """
    count, _by_model = SecondFactor.objects.filter(account=account).delete()
    if not count:
        raise Refused("no_second_factor", _("这个账号没有设置两步验证"))
    sign_out_everywhere(account=account, keep=None, by=by, at=at)
    audit.record(by=by, verb="reset_second_factor", at=at, subject=f"account:{account.pk}")


def _guess(request: HttpRequest, account: Account, code: str, verb: str, by: audit.Actor, at: datetime) -> str:
    """«totp» or «recovery», whichever the code was good for; it is used up by this."""
    guess = Guess(Guarded("factor", str(account.pk)), address_of(request), verb, by, at, f"account:{account.pk}")
    if codes.is_time_code(codes.typed(code)):
        wrong = Refused("wrong_code", _("验证码不对，或者已经用过。请等验证器显示下一个再输入。"))
    elif len(codes.typed(code)) < codes.LENGTH // 2:
        wrong = Refused("wrong_code", _("验证码应是 6 位数字，请输入验证器上现在显示的数字。"))
    else:
        wrong = Refused("wrong_recovery_code", _("恢复码不对，或者已经用过。每个恢复码只能用一次，请核对或换一个。"))
    return guarded(guess, lambda: _use(account, codes.typed(code), at), wrong)


@transaction.atomic
def _use(account: Account, code: str, at: datetime) -> str | None:
    factor = SecondFactor.objects.select_for_update().filter(account=account, confirmed_at__isnull=False).first()
    if factor is None:
        return None
    if codes.is_time_code(code):
        step = codes.step_of(_opened(factor), code, at)
        # One statement decides: of two requests with the same code only one finds the older step.
        used = step is not None and SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
        return "totp" if used else None
    mine = codes.recovery_digest(code, account.pk)
    if mine not in factor.recovery:
        return None
    factor.recovery = [each for each in factor.recovery if each != mine]
    factor.save(update_fields=["recovery"])
    return "recovery"


def _opened(factor: SecondFactor) -> str:
    secret: Any = factor.secret
    return str(secret.open())
