"""Households and their members."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Division, Placed


def titled(head_name: str, number: str) -> str:
    """How a household is called where it stands by itself."""
    return f"{head_name}（{number}）"


class Standing(models.Manager[Any]):
    """The rows that stand in the register now: whatever was not told otherwise reads only these. The members of a household that
    left with all its people bear no mark of their own: whoever looks for people asks for `household__left_on=None` too.

    A household that left the register or was merged into another, and a member who left their household, stay as rows for
    ever, for what was once recorded of them; whoever tells of the past asks `ever`. SQL of its own says `STANDS`.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(left_on=None)


# The same for plain SQL, where the table of households or members is called {0}.
STANDS = "{0}.left_on IS NULL"


class Household(Placed):
    """A farm household 农户. `number` is opaque text given by the national system, unique within a county.

    `left_on`: since that day it stands in the register no more, `merged_into` where its people are now, if they are one
    household's (`wenqu.changes`).
    """

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("户编号"), max_length=64)
    head_name = models.CharField(_("户主姓名"), max_length=80, blank=True)
    phone = SealedField(_("联系电话"), digest="phone_digest")
    phone_digest = models.CharField(max_length=32, blank=True, default="", editable=False)
    group_name = models.CharField(_("自然村（组）"), max_length=80, blank=True)
    kind = models.CharField(_("户类型"), max_length=40, blank=True)
    watch_kind = models.CharField(_("监测对象类型"), max_length=40, blank=True)
    people = models.PositiveSmallIntegerField(_("人数"), null=True)
    left_on = models.DateField(_("退出台账日期"), null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("并入的户"))

    objects = Standing()
    ever: models.Manager[Household] = models.Manager()

    class Meta:
        verbose_name = _("农户")
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="one_household_per_number",
                                    violation_error_message=_("本县已有相同户编号的农户")),
            models.CheckConstraint(condition=models.Q(merged_into=None) | models.Q(left_on__isnull=False), name="household_merged_has_left"),
        ]
        indexes = [
            models.Index(fields=["path", "id"], name="household_path"),
            # Searched by their beginning: PostgreSQL needs the pattern class for that, SQLite ignores it.
            models.Index(fields=["number"], name="household_number", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["head_name"], name="household_head", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["phone_digest"], name="household_phone_digest"),
        ]

    def __str__(self) -> str:
        return titled(self.head_name, self.number)


class Member(models.Model):
    """A member of a household.

    `details` keeps the delivered columns that no rule reads, as the JSON of an object by their Chinese header: health,
    income, allowances. It is sealed whole; "" for none. `left_on`: dead, moved away or married off since that day.
    """

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    number = models.CharField(_("人编号"), max_length=64, blank=True)
    name = models.CharField(_("姓名"), max_length=80)
    id_number = SealedField(_("证件号码"), digest="id_digest")
    id_digest = models.CharField(max_length=32, blank=True, default="", editable=False)
    account_number = SealedField(_("银行账号"), digest="account_digest")
    account_digest = models.CharField(max_length=32, blank=True, default="", editable=False)
    relation = models.CharField(_("与户主关系"), max_length=20, blank=True)
    details = SealedField(_("其他登记项"))
    left_on = models.DateField(_("减少日期"), null=True)

    objects = Standing()
    ever: models.Manager[Member] = models.Manager()

    class Meta:
        verbose_name = _("家庭成员")
        indexes = [
            models.Index(fields=["household", "number"], name="member_number"),
            models.Index(fields=["name"], name="member_name"),
            models.Index(fields=["id_digest"], name="member_id_digest"),
            models.Index(fields=["account_digest"], name="member_account_digest"),
        ]

    def __str__(self) -> str:
        return self.name


class Purpose(models.TextChoices):
    """For what a household let its data be used."""

    CIVIL = "civil", _("民政救助核查")
    MEDICAL = "medical", _("医疗保障核查")
    EDUCATION = "education", _("教育资助核查")
    HOUSING = "housing", _("住房安全核查")
    DISABILITY = "disability", _("残疾人帮扶核查")
    EMPLOYMENT = "employment", _("就业帮扶核查")
    EMERGENCY = "emergency", _("应急救助核查")


class Consent(Placed):
    """A household's authority to query 授权: who gave it, for what, until when (PIPL Art. 13, 14). Withdrawn, never deleted."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="consents")
    given_by = models.CharField(_("授权人"), max_length=80)
    purpose = models.CharField(_("用途"), max_length=12, choices=Purpose.choices)
    given_on = models.DateField(_("授权日期"))
    until = models.DateField(_("有效期至"))
    evidence = models.CharField(_("凭据"), max_length=200)
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))
    withdrawn_on = models.DateField(_("撤回日期"), null=True)

    class Meta:
        verbose_name = _("授权")
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gte=models.F("given_on")), name="consent_ends_after_it_begins",
                                   violation_error_message=_("授权的有效期早于授权日期")),
        ]
        indexes = [models.Index(fields=["household", "purpose", "until"], name="consent_open")]
