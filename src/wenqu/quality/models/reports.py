"""Reports of plans 报告: what happened that makes reports due, and that a report was made."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Placed
from wenqu.quality.models.plans import PlanEdition


class Happening(Placed):
    """Something that makes the reports of a plan due from its moment on, by the edition that the county went by then. Withdrawn, never changed."""

    edition = models.ForeignKey(PlanEdition, on_delete=models.PROTECT, related_name="+", verbose_name=_("监测方案版本"))
    pack_id = models.CharField(_("方案编号"), max_length=80)
    event = models.CharField(_("情形"), max_length=60)
    on = models.DateTimeField(_("发生时间"))
    words = models.CharField(_("经过"), max_length=300)
    key = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("撤回人"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawn_why = models.CharField(_("撤回原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("应报告的情形")
        ordering = ("on", "id")
        indexes = [models.Index(fields=["path", "on"], name="happening_path")]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.event} {self.on:%Y-%m-%d}"


class ReportMade(Placed):
    """That a report was made: by whom, to whom of those who are to be told, by which means, with the number of the paper that proves it.

    `happening` is what it tells of; a report of every year has a `year` instead. Withdrawn, never changed.
    """

    happening = models.ForeignKey(Happening, on_delete=models.PROTECT, null=True, related_name="made", verbose_name=_("情形"))
    pack_id = models.CharField(_("方案编号"), max_length=80)
    rule = models.CharField(_("报告"), max_length=60)
    year = models.PositiveSmallIntegerField(_("年度"), null=True)
    on = models.DateTimeField(_("报告时间"))
    sender = models.CharField(_("报告人"), max_length=80)
    receivers = models.JSONField(_("报给"), default=list)
    means = models.JSONField(_("方式"), default=list)
    reference = models.CharField(_("文号或凭据"), max_length=200, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    key = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("撤回人"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawn_why = models.CharField(_("撤回原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("报告登记")
        ordering = ("on", "id")
        constraints = [models.CheckConstraint(condition=Q(happening__isnull=True, year__isnull=False) | Q(happening__isnull=False, year__isnull=True), name="report_of_an_event_or_a_year")]
        indexes = [models.Index(fields=["path", "pack_id", "rule"], name="report_made_path")]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.rule} {self.on:%Y-%m-%d}"
