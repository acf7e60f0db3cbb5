"""The problem ledger: knows a subject and a source, never who reports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.places.models import Placed


class ProblemKind(models.TextChoices):
    TOO_LITTLE_WATER = "too_little_water", _("水量不足")
    BAD_WATER = "bad_water", _("水质不达标")
    TOO_FAR = "too_far", _("取水不便")
    INTERRUPTED = "interrupted", _("供水保证率不足")


class ProblemState(models.TextChoices):
    CLUE = "clue", _("待核实线索")
    OPEN = "open", _("未整改")
    CLOSED = "closed", _("已关闭")


class Problem(Placed):
    """One real-world problem with one number. At most one that is not closed per subject and kind."""

    number = models.CharField(_("问题编号"), max_length=30, unique=True)
    kind = models.CharField(_("问题类别"), max_length=20, choices=ProblemKind.choices)
    state = models.CharField(_("状态"), max_length=8, choices=ProblemState.choices)
    subject_kind = models.PositiveSmallIntegerField(_("对象类别"), choices=SubjectKind.choices)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(_("对象"), max_length=160)
    source = models.CharField(_("来源"), max_length=80)
    reason = models.CharField(_("原因代码"), max_length=60)
    explanation = models.TextField(_("情况说明"))
    households_named = models.PositiveIntegerField(_("涉及户数"), default=0)
    opened_on = models.DateField(_("发现日期"))
    opened_at = models.DateTimeField()
    seen_on = models.DateField(_("最近一次评价仍存在"))
    closed_on = models.DateField(_("关闭日期"), null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closing_note = models.TextField(_("关闭说明"), blank=True)

    class Meta:
        verbose_name = _("问题")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "kind"], condition=~Q(state="closed"), name="one_live_problem",
                                    violation_error_message=_("该对象已有一个同类未关闭问题")),
            models.CheckConstraint(condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")), name="closed_after_opened"),
        ]
        indexes = [
            models.Index(fields=["path", "state", "id"], name="problem_path_state"),
            models.Index(fields=["subject_kind", "subject_id"], name="problem_subject"),
        ]

    def __str__(self) -> str:
        return self.number


class ProblemHousehold(models.Model):
    """A household named by a problem of its scheme."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="named")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="named_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "household"], name="named_once")]
