"""Verdicts 评价: what a sample's reviewed results say by the edition of its day; kept for every set of results, the newest counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.facts.models import Record
from wenqu.ledger.models import Problem
from wenqu.places.models import Placed
from wenqu.quality.models.points import Point
from wenqu.quality.models.samples import Sample


class Verdict(Placed):
    """One judging of a sample. `rests_on` is the digest of the results it rests on: the same results are never judged twice.

    `items`: [{"item", "result", "verdict", "reason", "clause", "name", "written", "limit", "zh", "en"}]; `missing`: items that were due and are not
    there; `words`: the sentence of the whole in both languages. `told` is the value of the quality fact in `record`, as it stands
    for the subject of the point on the day of sampling; a verdict that does not count any more has none.
    """

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="verdicts", verbose_name=_("样品"))
    rests_on = models.CharField(max_length=64)
    pack_id = models.CharField(_("标准"), max_length=80)
    digest = models.CharField(max_length=64)
    verdict = models.CharField(_("结论"), max_length=16)
    follow_up = models.BooleanField(_("需跟进"), default=False)
    items = models.JSONField(_("逐项"))
    missing = models.JSONField(_("缺项"), default=list)
    words = models.JSONField(_("结论说明"), default=dict)
    newest = models.BooleanField(default=True)
    # Since when it counts no more.
    retired_at = models.DateTimeField(_("失效时间"), null=True)
    told = models.CharField(_("水质事实"), max_length=16, blank=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, related_name="+")
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("问题"))
    at = models.DateTimeField(_("评价时间"))

    class Meta:
        verbose_name = _("水质评价")
        ordering = ("sample", "id")
        constraints = [
            models.UniqueConstraint(fields=["sample", "rests_on"], name="one_verdict_per_results"),
            models.UniqueConstraint(fields=["sample"], condition=Q(newest=True), name="one_newest_verdict"),
        ]
        indexes = [models.Index(fields=["path", "newest", "verdict"], name="verdict_path")]

    def __str__(self) -> str:
        return f"{self.sample} {self.verdict}"


class Overdue(Placed):
    """What was not done in time: the results of a sample, or a task of the calendar. Each is told once, in a problem of its subject."""

    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="overdue", verbose_name=_("监测点"))
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("样品"))
    key = models.CharField(max_length=240, unique=True)
    what = models.CharField(_("逾期事项"), max_length=200)
    due_on = models.DateField(_("期限"))
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("问题"))
    at = models.DateTimeField(_("发现时间"))
    done_at = models.DateTimeField(_("补做时间"), null=True)

    class Meta:
        verbose_name = _("水质监测逾期")
        ordering = ("id",)
        indexes = [models.Index(fields=["path", "done_at"], name="overdue_path")]

    def __str__(self) -> str:
        return self.what
