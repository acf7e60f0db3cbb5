"""One real-world problem with one number."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.ledger import lifecycle
from wenqu.ledger.kinds import kind_name, level_name, severity_name
from wenqu.places.models import Placed

_severity, _level = lazy(severity_name, str), lazy(level_name, str)


class ProblemState(models.TextChoices):
    """Where a problem stands in its loop (`ledger.lifecycle`)."""

    FOUND = lifecycle.FOUND, _("已发现，待核实")
    VERIFIED = lifecycle.VERIFIED, _("已核实，待交办")
    ASSIGNED = lifecycle.ASSIGNED, _("已交办，整改中")
    SUSPENDED = lifecycle.SUSPENDED, _("挂起")
    RECTIFIED = lifecycle.RECTIFIED, _("已整改，待复核")
    CHECKED = lifecycle.CHECKED, _("已复核，待销号")
    SIGNED_OFF = lifecycle.SIGNED_OFF, _("已销号，待备案")
    FILED = lifecycle.FILED, _("已备案")
    DISMISSED = lifecycle.DISMISSED, _("不属实")
    MERGED = lifecycle.MERGED, _("已并入")


class Severity(models.TextChoices):
    """How bad, which the deadlines go by; the duty packs name them."""

    SMALL = "small", _severity("small")
    ORDINARY = "ordinary", _severity("ordinary")
    MAJOR = "major", _severity("major")


class Level(models.TextChoices):
    """Whose desk a problem lies on; the duty packs name them."""

    VILLAGE = "village", _level("village")
    TOWN = "town", _level("town")
    COUNTY = "county", _level("county")


class Outcome(models.TextChoices):
    """How a signed problem ended: closed is not the same as fixed."""

    FIXED = "fixed", _("已解决")
    NOT_FIXED = "not_fixed", _("未解决，按说明关闭")


LIVE_STATES = tuple(state for state in lifecycle.STATES if state in lifecycle.LIVE)


class ProblemQuerySet(models.QuerySet["Problem"]):
    def live(self) -> ProblemQuerySet:
        return self.filter(state__in=LIVE_STATES)

    def sure(self) -> ProblemQuerySet:
        """Live and no mere clue."""
        return self.live().filter(clue=False)


class Problem(Placed):
    """At most one that is not closed per subject and kind. `kind`, `severity` and `level` are words of the duty packs.

    What it was at an earlier instant is told by its steps; `version` counts them, so that of two people who act on
    what the same page showed, one wins and the other is told.
    """

    number = models.CharField(_("问题编号"), max_length=30, unique=True)
    kind = models.CharField(_("问题类别"), max_length=40)
    state = models.CharField(_("状态"), max_length=10, choices=ProblemState.choices, default=ProblemState.FOUND)
    # Found by signs that are no proof: it has to be looked at before it counts as a problem.
    clue = models.BooleanField(_("线索"), default=False)
    severity = models.CharField(_("程度"), max_length=8, default=Severity.ORDINARY)
    subject_kind = models.PositiveSmallIntegerField(_("对象类别"), choices=SubjectKind.choices)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(_("对象"), max_length=160)
    source = models.CharField(_("来源"), max_length=80)
    reason = models.CharField(_("原因代码"), max_length=60)
    explanation = models.TextField(_("情况说明"))
    households_named = models.PositiveIntegerField(_("涉及户数"), default=0)
    reports_count = models.PositiveIntegerField(_("反映次数"), default=0)
    opened_on = models.DateField(_("发现日期"))
    opened_at = models.DateTimeField()
    seen_on = models.DateField(_("最近一次评价仍存在"))
    # A round begins when the problem is found or found again; the people of its steps are different in each round.
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=0)
    level = models.CharField(_("责任层级"), max_length=8, blank=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("责任人"))
    unit = models.CharField(_("责任单位"), max_length=60, blank=True)
    # Until when the next step has to be taken; empty where the profile gives no time, or the clock stands still.
    due_at = models.DateTimeField(_("办理期限"), null=True)
    suspended_until = models.DateTimeField(_("挂起至"), null=True)
    # In what the deadline is counted (hours, working days), and what was left of it when the clock was stopped.
    due_unit = models.CharField(max_length=12, blank=True)
    rest = models.JSONField(null=True)
    escalations = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(_("办理结果"), max_length=10, choices=Outcome.choices, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="absorbed", verbose_name=_("并入"))
    split_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts", verbose_name=_("拆分自"))
    closed_on = models.DateField(_("关闭日期"), null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closing_note = models.TextField(_("关闭说明"), blank=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("问题")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "kind"], condition=Q(state__in=LIVE_STATES), name="one_live_problem",
                                    violation_error_message=_("该对象已有一个同类未关闭问题")),
            models.CheckConstraint(condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")), name="closed_after_opened"),
            models.CheckConstraint(condition=Q(state__in=LIVE_STATES, closed_at__isnull=True) | ~Q(state__in=LIVE_STATES) & Q(closed_at__isnull=False), name="closed_has_its_time"),
            models.CheckConstraint(condition=~Q(state=lifecycle.SUSPENDED) | Q(suspended_until__isnull=False, due_at__isnull=True), name="suspension_has_an_end"),
            models.CheckConstraint(condition=~Q(state=lifecycle.MERGED) | Q(merged_into__isnull=False), name="merged_has_its_survivor"),
        ]
        indexes = [
            models.Index(fields=["path", "state", "id"], name="problem_path_state"),
            models.Index(fields=["state", "path", "due_at"], name="problem_state_due"),
            models.Index(fields=["subject_kind", "subject_id"], name="problem_subject"),
            # Whose hands it lies in: a person's, or a body's (no person).
            models.Index(fields=["holder", "state", "unit", "due_at", "severity"], name="problem_hands"),
            models.Index(fields=["unit", "due_at"], name="problem_unit", condition=~Q(unit="")),
            # A desk of a wide area reads what burns most in this order and stops after a page; narrow ones take `problem_state_due`.
            models.Index(fields=["state", "due_at", "severity", "path"], name="problem_burns"),
            # What the minute's round looks for: deadlines that have passed below the top level, suspensions that end.
            models.Index(fields=["level", "state", "due_at", "severity"], name="problem_level_due"),
            # What came up to a desk because nobody kept its time, the country's few of one level.
            models.Index(fields=["level", "state", "escalations", "path"], name="problem_came_up"),
            # All that found and fixed are counted by, of a place and an instant: read without the rows, which are wide.
            models.Index(
                fields=["path", "opened_at", "kind", "state", "clue", "outcome", "subject_kind", "subject_id", "version", "closed_at"], name="problem_counted",
            ),
            models.Index(fields=["suspended_until"], name="problem_suspended", condition=Q(suspended_until__isnull=False)),
        ]

    def get_kind_display(self) -> str:
        return kind_name(self.kind)

    def get_severity_display(self) -> str:
        return severity_name(self.severity)

    def get_level_display(self) -> str:
        return level_name(self.level)

    @property
    def is_live(self) -> bool:
        return self.state in lifecycle.LIVE

    @property
    def is_closed(self) -> bool:
        return self.state in lifecycle.CLOSED

    def __str__(self) -> str:
        return self.number


class ProblemHousehold(models.Model):
    """A household named by a problem of its scheme, and since when."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="named")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="named_in")
    named_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "household"], name="named_once")]
