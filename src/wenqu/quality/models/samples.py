"""Samples 样品: where and when water was taken, what stood there then, and through whose hands it went."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Division, Placed
from wenqu.quality.models.plans import PlanEdition
from wenqu.quality.models.points import Point


class Role(models.TextChoices):
    """What a sample is for: water that is judged, or a measure of the work itself."""

    ROUTINE = "routine", _("例行")
    RETEST = "retest", _("复检")
    FIELD_BLANK = "field_blank", _("现场空白")
    TRANSPORT_BLANK = "transport_blank", _("运输空白")
    PARALLEL = "parallel", _("现场平行")
    SPIKE = "spike", _("加标")


# Those of water at a point; only these are judged, and only these count for a plan.
JUDGED = (Role.ROUTINE, Role.RETEST)


class SampleState(models.TextChoices):
    """Where a sample is on its way to the laboratory."""

    PLANNED = "planned", _("待采样")
    TAKEN = "taken", _("已采样")
    HANDED_OVER = "handed_over", _("已送出")
    RECEIVED = "received", _("实验室已接收")
    VOIDED = "voided", _("已作废")


class Sample(Placed):
    """One bottle, or one set of bottles, of one point at one moment.

    What a verdict rests on is frozen when it is taken: class, limits by source or treatment, disinfectant, people served.
    `task` is the key of the calendar's task that it answers, by `edition`; blank where nobody planned it.
    """

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("样品编号"), max_length=16)
    role = models.CharField(_("样品类型"), max_length=16, choices=Role.choices, default=Role.ROUTINE)
    point = models.ForeignKey(Point, on_delete=models.PROTECT, null=True, related_name="samples", verbose_name=_("监测点"))
    of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="companions", verbose_name=_("所属样品"))
    edition = models.ForeignKey(PlanEdition, on_delete=models.PROTECT, null=True, related_name="samples", verbose_name=_("监测方案版本"))
    task = models.CharField(_("监测任务"), max_length=200, blank=True)
    trip = models.CharField(_("采样批次"), max_length=40, blank=True)
    items = models.JSONField(_("检测指标"), default=list)
    planned_on = models.DateField(_("计划采样日期"), null=True)
    state = models.CharField(_("状态"), max_length=12, choices=SampleState.choices, default=SampleState.PLANNED)
    taken_at = models.DateTimeField(_("采样时间"), null=True)
    taken_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("采样人"))
    taken_by_name = models.CharField(_("采样人姓名"), max_length=80, blank=True)
    received_at = models.DateTimeField(_("接收时间"), null=True)
    scheme_class = models.CharField(_("工程类型"), max_length=20, blank=True)
    source_limited = models.BooleanField(_("受水源限制"), null=True)
    treatment_limited = models.BooleanField(_("受净水技术限制"), null=True)
    disinfectant = models.CharField(_("消毒方式"), max_length=80, blank=True)
    people = models.PositiveIntegerField(_("供水人口"), null=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    voided_why = models.CharField(_("作废原因"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("编制人"))
    made_at = models.DateTimeField(_("编制时间"))
    key = models.CharField(max_length=60, null=True, unique=True)

    class Meta:
        verbose_name = _("样品")
        ordering = ("path", "id")
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="one_sample_per_number"),
            models.CheckConstraint(condition=~Q(role__in=["routine", "retest", "parallel", "spike"]) | Q(point__isnull=False), name="sample_of_water_has_a_point"),
            models.CheckConstraint(condition=~Q(role__in=["retest", "parallel", "spike"]) | Q(of__isnull=False), name="companion_belongs_to_a_sample"),
            models.CheckConstraint(condition=Q(state__in=["planned", "voided"]) | Q(taken_at__isnull=False), name="sample_was_taken_at_a_moment"),
        ]
        indexes = [models.Index(fields=["path", "state", "id"], name="sample_path"), models.Index(fields=["point", "taken_at"], name="sample_point")]

    def __str__(self) -> str:
        return self.number


class Custody(models.Model):
    """One hand-over of a sample 交接: never changed."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="custody", verbose_name=_("样品"))
    step = models.CharField(_("环节"), max_length=12, choices=SampleState.choices)
    at = models.DateTimeField(_("时间"))
    giver = models.CharField(_("交出人"), max_length=80, blank=True)
    taker = models.CharField(_("接收人"), max_length=80, blank=True)
    intact = models.BooleanField(_("封条完好"), null=True)
    temperature = models.DecimalField(_("温度（℃）"), max_digits=5, decimal_places=1, null=True)
    words = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    told_at = models.DateTimeField(_("登记时间"))
    key = models.CharField(max_length=60, null=True, unique=True)

    class Meta:
        verbose_name = _("样品交接")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.sample} {self.get_step_display()}"
