"""Insurance against poverty 防贫保险: a household from a list or an application to the payout. No list is fixed in advance."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household
from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Placed


class Risk(models.TextChoices):
    """For what the insurance stands in."""

    ILLNESS = "illness", _("因病")
    DISASTER = "disaster", _("因灾")
    SCHOOLING = "schooling", _("因学")


class CaseState(models.TextChoices):
    """How far a case is (`insurance.lifecycle`)."""

    LISTED = "listed", _("待村级初筛")
    VILLAGE = "village", _("待乡镇初筛")
    TOWN = "town", _("待入户核查")
    CHECKED = "checked", _("已核查，待公示")
    POSTED = "posted", _("公示中")
    CLEARED = "cleared", _("公示无异议，待兑付")
    PAID = "paid", _("已兑付")
    REFUSED = "refused", _("不符合条件")


class InsuranceCase(Placed):
    """One household for one risk. Its state follows from its steps; amounts are fen."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="insurance_cases", verbose_name=_("农户"))
    risk = models.CharField(_("风险"), max_length=10, choices=Risk.choices)
    # The department whose list it stood on; empty for an application of the household's own.
    department = models.CharField(_("来源部门"), max_length=60, blank=True)
    month = models.CharField(_("名单月份"), max_length=6)
    listed_on = models.DateField(_("登记日期"))
    state = models.CharField(_("进度"), max_length=10, choices=CaseState.choices, default=CaseState.LISTED)
    checks = models.PositiveSmallIntegerField(_("入户核查次数"), default=0)
    posted_on = models.DateField(_("公示日期"), null=True)
    paid_on = models.DateField(_("兑付日期"), null=True)
    paid_fen = models.BigIntegerField(_("兑付金额"), null=True)
    voucher = models.CharField(_("凭证号"), max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    added_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("防贫保险个案")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["household", "risk"], condition=~Q(state__in=["paid", "refused"]), name="one_open_case_per_risk",
                                    violation_error_message=_("这户同一风险已有在办的个案")),
            models.CheckConstraint(condition=~Q(state="paid") | (Q(paid_on__isnull=False, paid_fen__gt=0) & ~Q(voucher="")), name="paid_with_voucher"),
        ]
        indexes = [models.Index(fields=["path", "state"], name="insurance_path")]

    def __str__(self) -> str:
        return f"{self.get_risk_display()} {self.month}"


class InsuranceStep(models.Model):
    """One step of a case, only ever added. `note` tells of illness and income: sealed."""

    case = models.ForeignKey(InsuranceCase, on_delete=models.PROTECT, related_name="steps")
    name = models.CharField(_("环节"), max_length=20)
    outcome = models.CharField(_("结果"), max_length=10)
    state = models.CharField(max_length=10, choices=CaseState.choices)
    on = models.DateField(_("日期"))
    who = models.CharField(_("第三方或经办人"), max_length=80, blank=True)
    note = SealedField(_("说明"))
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("防贫保险环节")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name
