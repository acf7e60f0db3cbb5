"""Which number is wanted, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.households.models import Household, Member
from wenqu.households.showing import clear
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused

LEAST_TEXT = 5


class Hidden(models.TextChoices):
    """The numbers that are shown one by one. Names are not among them."""

    PHONE = "phone", gettext_lazy("联系电话")
    ID_NUMBER = "id_number", gettext_lazy("证件号码")
    ACCOUNT_NUMBER = "account_number", gettext_lazy("银行账号")


class Reason(models.TextChoices):
    VERIFY = "verify", gettext_lazy("核对身份")
    CONTACT = "contact", gettext_lazy("联系农户")
    PAY = "pay", gettext_lazy("发放补助、核对账户")
    CORRECT = "correct", gettext_lazy("更正台账")
    OTHER = "other", gettext_lazy("其他（请说明）")


@dataclass(frozen=True)
class Wanted:
    """One number: a household's telephone, or a number of one of its members."""

    household: Household
    field: str
    member: Member | None = None

    @property
    def text(self) -> str:
        return clear(getattr(self.member if self.member is not None else self.household, self.field))


def check_reason(reason: str, text: str) -> None:
    """A reason of the list; «other» says which, and no text repeats a number."""
    check_no_number(text)
    if reason == Reason.OTHER and len(text.strip()) < LEAST_TEXT:
        raise Refused("no_reason", _("选“其他”时请说明理由，至少 %(least)s 个字") % {"least": LEAST_TEXT})
