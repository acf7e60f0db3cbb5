"""What would be if numbers of a pack were others: asked before a plan is issued, kept, held against each other."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household
from wenqu.jobs.models import Job
from wenqu.places.models import Account, Placed

WHAT_IF_JOB = "watch_what_if"


class ScenarioKind(models.TextChoices):
    """Which rules are changed; the values are the kinds of the rulebook."""

    WATCH = "watch-judging", _("监测对象研判")
    WATER = "four-indicators", _("饮水安全四项指标")


class Scenario(Placed):
    """A what-if of a county: a pack, the values changed in it, and who would cross, on the register as of an instant.

    `changes` is [{"key", "label", "unit", "before", "after", "document", "clause"}], `counts` is [{"town", "cause", "before", "after", "crossing",
    "households"}], `totals` households by conclusion on both sides. Empty until its job is done.
    """

    kind = models.CharField(_("规则种类"), max_length=16, choices=ScenarioKind.choices)
    name = models.CharField(_("名称"), max_length=80)
    pack_id = models.CharField(_("规则包编号"), max_length=80)
    pack_title = models.CharField(_("规则包"), max_length=200)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    changes = models.JSONField(default=list)
    as_of = models.DateField(_("基准日"))
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    # When it was worked out, on what was recorded by then; empty until then.
    done_at = models.DateTimeField(_("推演时间"), null=True)
    households = models.PositiveIntegerField(_("户数"), default=0)
    seconds = models.FloatField(default=0)
    totals = models.JSONField(default=dict)
    counts = models.JSONField(default=list)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("提出人"))
    made_at = models.DateTimeField(_("提出时间"))
    key = models.CharField(max_length=40, null=True, unique=True)

    class Meta:
        verbose_name = _("规则推演")
        ordering = ("-id",)
        indexes = [models.Index(fields=["path", "id"], name="watch_scenario_path")]

    def __str__(self) -> str:
        return self.name


class Crosser(models.Model):
    """A household that would cross in a scenario, and how."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="crossers")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=40)
    cause = models.CharField(max_length=40, blank=True)
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
    crossing = models.CharField(max_length=10)

    class Meta:
        verbose_name = _("推演中变动的农户")
        ordering = ("id",)
        indexes = [models.Index(fields=["scenario", "path", "id"], name="watch_crosser_path")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
