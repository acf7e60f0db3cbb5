"""Help for a household on the watch list: measures from plan to effect, visits, and who looks after it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household
from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Placed
from wenqu.watch.models.courses import Course
from wenqu.watch.models.listing import Watched


class MeasureState(models.TextChoices):
    """How far a measure is. Each state is reached once; nothing is taken back but by dropping it with a reason."""

    PLANNED = "planned", _("已制定")
    DONE = "done", _("已落实")
    JUDGED = "judged", _("已评成效")
    DROPPED = "dropped", _("不再落实")


class Effect(models.TextChoices):
    """What a measure brought about."""

    SOLVED = "solved", _("风险已解决")
    PARTLY = "partly", _("有好转，还需帮扶")
    NONE = "none", _("没有效果")


class Measure(Placed):
    """One measure 帮扶措施 for one household: planned, carried out with evidence and amount, its effect noted.

    Kind and department are ids of the pack of measures, kept with the words they had; amounts are fen.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="measures", verbose_name=_("农户"))
    # Empty while urgent help comes before the steps are through: the measure belongs to the course then.
    watched = models.ForeignKey(Watched, on_delete=models.PROTECT, null=True, related_name="measures", verbose_name=_("监测对象"))
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="measures", verbose_name=_("办理过程"))
    kind = models.CharField(_("措施种类"), max_length=40)
    kind_name = models.CharField(_("措施种类"), max_length=60)
    department = models.CharField(_("责任部门"), max_length=40)
    department_name = models.CharField(_("责任部门"), max_length=60)
    person = models.CharField(_("责任人"), max_length=80, blank=True)
    # What is done for whom, and what came of it, tell of illness and money. Sealed.
    plan = SealedField(_("措施内容"))
    planned_on = models.DateField(_("制定日期"))
    due_on = models.DateField(_("计划落实日期"), null=True)
    planned_fen = models.BigIntegerField(_("计划金额"), null=True)
    state = models.CharField(_("状态"), max_length=10, choices=MeasureState.choices, default=MeasureState.PLANNED)
    done_on = models.DateField(_("落实日期"), null=True)
    done_fen = models.BigIntegerField(_("落实金额"), null=True)
    done_note = SealedField(_("落实情况"))
    effect = models.CharField(_("成效"), max_length=10, choices=Effect.choices, blank=True)
    effect_on = models.DateField(_("评定日期"), null=True)
    effect_note = SealedField(_("成效说明"))
    dropped_on = models.DateField(_("停止日期"), null=True)
    dropped_why = models.CharField(_("不再落实的原因"), max_length=300, blank=True)
    source = models.CharField(_("来源"), max_length=120, blank=True)
    version = models.PositiveIntegerField(default=0)
    planned_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("制定人"))
    planned_at = models.DateTimeField(_("登记时间"))
    done_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("落实登记人"))
    effect_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("成效评定人"))
    dropped_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=40, null=True, unique=True)

    class Meta:
        verbose_name = _("帮扶措施")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(watched__isnull=False) | Q(course__isnull=False), name="measure_of_somebody_helped"),
            models.CheckConstraint(condition=Q(state__in=["planned", "dropped"]) | Q(done_on__isnull=False, done_fen__isnull=False), name="measure_done_with_day_and_amount"),
            models.CheckConstraint(condition=~Q(state="judged") | (~Q(effect="") & Q(effect_on__isnull=False)), name="measure_judged_with_effect"),
            models.CheckConstraint(condition=~Q(state="dropped") | (~Q(dropped_why="") & Q(dropped_on__isnull=False)), name="measure_dropped_with_reason"),
            models.CheckConstraint(condition=(Q(planned_fen=None) | Q(planned_fen__gte=0)) & (Q(done_fen=None) | Q(done_fen__gte=0)), name="measure_amounts_not_below_zero"),
        ]
        indexes = [models.Index(fields=["path", "state"], name="measure_path"), models.Index(fields=["watched", "state"], name="measure_watched")]

    def __str__(self) -> str:
        return self.kind_name


class StandingVisits(models.Manager["Visit"]):
    """The visits that stand: those of a record that was corrected or left out do not."""

    def get_queryset(self) -> models.QuerySet[Visit]:
        return super().get_queryset().filter(withdrawn_at=None)


class Visit(Placed):
    """That the contact person 联系人 came or called on a day, and what they learned. Told in the office, or by a record from the phone."""

    watched = models.ForeignKey(Watched, on_delete=models.PROTECT, related_name="visits", verbose_name=_("监测对象"))
    on = models.DateField(_("走访日期"))
    way = models.CharField(_("方式"), max_length=20)
    way_name = models.CharField(_("方式"), max_length=40)
    found = SealedField(_("走访情况"))
    # Something new that puts the household at risk: somebody has to look.
    worse = models.BooleanField(_("有新的风险"), default=False)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("走访人"))
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(_("登记时间"))
    # The record from the phone that it rests on; empty where it was told in the office.
    source = models.CharField(_("来源"), max_length=120, blank=True)
    # Since when that record stands no longer.
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    key = models.CharField(max_length=40, null=True, unique=True)

    objects = StandingVisits()
    ever = models.Manager["Visit"]()

    class Meta:
        verbose_name = _("走访记录")
        ordering = ("-on", "-id")
        indexes = [models.Index(fields=["watched", "on"], name="visit_watched"), models.Index(fields=["path", "on"], name="visit_path")]

    def __str__(self) -> str:
        return f"{self.on} {self.way_name}"


class HelperChange(Placed):
    """That somebody else looks after a household from a day on. Only ever added; the newest stands in `Watched`."""

    watched = models.ForeignKey(Watched, on_delete=models.PROTECT, related_name="helper_changes", verbose_name=_("监测对象"))
    before_name = models.CharField(_("原帮扶责任人"), max_length=80)
    before_unit = models.CharField(_("原帮扶单位"), max_length=120, blank=True)
    name = models.CharField(_("帮扶责任人"), max_length=80)
    unit = models.CharField(_("帮扶单位"), max_length=120, blank=True)
    contact = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("联系人"))
    why = models.CharField(_("变更原因"), max_length=300)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("帮扶责任人变更")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.before_name} → {self.name}"
