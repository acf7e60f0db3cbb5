"""Quality control 质量控制: the limits that a county goes by, and what was added to spiked samples."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Placed
from wenqu.quality.models.samples import Sample


class ControlLimits(Placed):
    """Limits as a county set or confirmed them: the whole pack in TOML. Never changed; of one county the newest holds.

    `changed`: [{"key", "was", "now", "unit"}] of the numbers that this document stands for; `was` = `now` where it confirms them.
    """

    text = models.TextField(_("质量控制要求全文"))
    digest = models.CharField(max_length=64)
    changed = models.JSONField(_("核实和修改的数值"), default=list)
    document = models.CharField(_("依据文件"), max_length=300)
    document_on = models.DateField(_("文件日期"))
    set_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("设定人"))
    set_at = models.DateTimeField(_("设定时间"))
    key = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name = _("质量控制允许范围")
        ordering = ("id",)
        indexes = [models.Index(fields=["path", "id"], name="control_limits_path")]

    def __str__(self) -> str:
        return f"{self.document} {self.set_at:%Y-%m-%d}"


class Dose(Placed):
    """What a standard solution added of one item to a spiked sample: `strength` × `volume` / `bottle`. Withdrawn, never changed."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="doses", verbose_name=_("样品"))
    item = models.CharField(_("指标"), max_length=60)
    strength = models.DecimalField(_("标准溶液浓度"), max_digits=14, decimal_places=6)
    unit = models.CharField(_("浓度单位"), max_length=10)
    volume = models.DecimalField(_("加入体积（mL）"), max_digits=10, decimal_places=4)
    bottle = models.DecimalField(_("水样体积（mL）"), max_digits=10, decimal_places=2)
    solution = models.CharField(_("标准溶液"), max_length=120, blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))
    key = models.CharField(max_length=120, unique=True)
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("撤回人"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawn_why = models.CharField(_("撤回原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("加标登记")
        ordering = ("sample", "id")
        constraints = [
            models.UniqueConstraint(fields=["sample", "item"], condition=Q(withdrawn_at__isnull=True), name="one_dose_per_item",
                                    violation_error_message=_("这项指标已登记加标，请先撤回")),
            models.CheckConstraint(condition=Q(strength__gt=0, volume__gt=0, bottle__gt=0), name="dose_adds_something"),
        ]
        indexes = [models.Index(fields=["path", "id"], name="dose_path")]

    def __str__(self) -> str:
        return f"{self.sample} {self.item}"
