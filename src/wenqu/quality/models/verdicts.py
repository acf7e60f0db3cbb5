"""Verdicts 评价: what a sample's reviewed results say by the edition of its day; kept for every set of results, the newest counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Placed
from wenqu.quality.models.samples import Sample


class Verdict(Placed):
    """One judging of a sample. `rests_on` is the digest of the results it rests on: the same results are never judged twice.

    `items`: [{"item", "result", "verdict", "reason", "clause", "value", "limit"}]; `missing`: items that were due and are not there.
    """

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="verdicts", verbose_name=_("样品"))
    rests_on = models.CharField(max_length=64)
    pack_id = models.CharField(_("标准"), max_length=80)
    digest = models.CharField(max_length=64)
    verdict = models.CharField(_("结论"), max_length=16)
    follow_up = models.BooleanField(_("需跟进"), default=False)
    items = models.JSONField(_("逐项"))
    missing = models.JSONField(_("缺项"), default=list)
    newest = models.BooleanField(default=True)
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
