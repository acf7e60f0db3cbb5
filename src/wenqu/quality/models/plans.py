"""Which monitoring plans a county goes by: editions are kept whole and never changed, adoptions follow one another."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Placed


class PlanEdition(Placed):
    """A plan as a county keeps it, with its own months, quotas and limits in it.

    `text` is the whole of it in TOML, `digest` that of the pack read from it.
    """

    pack_id = models.CharField(_("方案编号"), max_length=80)
    title = models.CharField(_("名称"), max_length=160)
    text = models.TextField(_("方案全文"))
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("编制人"))
    made_at = models.DateTimeField(_("编制时间"))

    class Meta:
        verbose_name = _("监测方案版本")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["division", "digest"], name="one_plan_per_content", violation_error_message=_("本县已有内容相同的方案"))]

    def __str__(self) -> str:
        return self.title


class PlanAdoption(Placed):
    """That a county goes by an edition in a year, or (`stands` false) no more. Never changed: of one plan and year the newest holds."""

    edition = models.ForeignKey(PlanEdition, on_delete=models.PROTECT, related_name="adoptions", verbose_name=_("方案版本"))
    pack_id = models.CharField(_("方案编号"), max_length=80)
    year = models.PositiveSmallIntegerField(_("年度"))
    stands = models.BooleanField(_("采用"), default=True)
    document = models.CharField(_("依据文件"), max_length=300)
    set_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("设定人"))
    set_at = models.DateTimeField(_("设定时间"))

    class Meta:
        verbose_name = _("监测方案采用")
        ordering = ("id",)
        indexes = [models.Index(fields=["path", "year", "pack_id"], name="plan_adoption_path")]

    def __str__(self) -> str:
        return f"{self.edition} {self.year}"
