"""Points 监测点: what plans watch, in which plan as what, and what was done there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household
from wenqu.places.models import Account, Division, Placed
from wenqu.schemes.models import Scheme


class Shape(models.TextChoices):
    """What a point is; the values are those of the rulebook."""

    SOURCE = "source", _("水源水")
    OUTLET = "outlet", _("出厂水")
    TAP = "tap", _("末梢水")
    TANK = "tank", _("二次供水")
    SCHOOL = "school", _("学校")
    HOUSEHOLD = "household", _("农户")
    UNIT = "unit", _("单位")
    ENTERPRISE = "enterprise", _("企业")
    OBSERVER = "observer", _("观测员")


class Point(Placed):
    """A place, unit or person that is watched. The first four shapes stand at a scheme, a household's at one household.

    `people` is how many the scheme served by its links on `people_on`: counted when the point is kept, so that what is
    due never depends on whose area a page is drawn for.
    """

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("监测点编号"), max_length=24)
    name = models.CharField(_("监测点名称"), max_length=120)
    shape = models.CharField(_("类别"), max_length=12, choices=Shape.choices)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, related_name="points", verbose_name=_("供水工程"))
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="points", verbose_name=_("农户"))
    place = models.CharField(_("采样位置"), max_length=200, blank=True)
    source_limited = models.BooleanField(_("受水源限制"), default=False)
    treatment_limited = models.BooleanField(_("受净水技术限制"), default=False)
    people = models.PositiveIntegerField(_("供水人口"), null=True)
    people_on = models.DateField(_("人口统计日期"), null=True)
    from_on = models.DateField(_("启用日期"))
    to_on = models.DateField(_("停用日期"), null=True)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    added_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("监测点")
        ordering = ("path", "id")
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="one_point_per_number"),
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="point_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["path", "id"], name="point_path")]

    def __str__(self) -> str:
        return self.name


class PointUse(models.Model):
    """That a plan watches a point as one of its kinds. `quotas`: numbers of its own by task, in place of the plan's."""

    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="uses", verbose_name=_("监测点"))
    pack_id = models.CharField(_("方案编号"), max_length=80)
    kind = models.CharField(_("监测点类别"), max_length=60)
    quotas = models.JSONField(_("任务量"), default=dict)

    class Meta:
        verbose_name = _("监测点用途")
        constraints = [models.UniqueConstraint(fields=["point", "pack_id"], name="one_use_per_plan", violation_error_message=_("这个监测点已在该方案中"))]

    def __str__(self) -> str:
        return f"{self.point} {self.pack_id}"


class Tally(Placed):
    """So many done at a point on a day for a task: for plans whose work is not a sample that is judged here. Withdrawn, never changed."""

    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="tallies", verbose_name=_("监测点"))
    pack_id = models.CharField(_("方案编号"), max_length=80)
    rule = models.CharField(_("监测任务"), max_length=60)
    on = models.DateField(_("完成日期"))
    count = models.PositiveIntegerField(_("完成数"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    key = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("撤回人"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawn_why = models.CharField(_("撤回原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("完成登记")
        ordering = ("on", "id")
        constraints = [models.CheckConstraint(condition=Q(count__gte=1), name="tally_counts_something")]
        indexes = [models.Index(fields=["path", "on"], name="tally_path")]

    def __str__(self) -> str:
        return f"{self.point} {self.on} {self.count}"
