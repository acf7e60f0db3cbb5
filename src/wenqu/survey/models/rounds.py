"""Rounds of a survey, and who goes where."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Placed
from wenqu.survey.models.forms import Form


class Round(Placed):
    """A round 调查批次: one form, from a day to a day (both inclusive). It lies where it was set up: a county or a town."""

    name = models.CharField(_("批次名称"), max_length=80)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="rounds")
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"))
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("调查批次")
        constraints = [models.CheckConstraint(condition=models.Q(to_on__gte=models.F("from_on")), name="round_ends_after_it_begins",
                                              violation_error_message=_("批次的结束日期早于开始日期"))]
        indexes = [models.Index(fields=["path", "id"], name="round_path")]

    def __str__(self) -> str:
        return self.name

    def is_open_on(self, day: date) -> bool:
        """Whether records of that day are taken without a question."""
        return self.closed_at is None and self.from_on <= day <= self.to_on


class Assignment(Placed):
    """Somebody surveys a village in a round; the row lies in the village."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="assignments")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("调查分工")
        constraints = [models.UniqueConstraint(fields=["round", "account", "division"], name="one_assignment")]
        indexes = [models.Index(fields=["account", "round"], name="assignment_account"), models.Index(fields=["path", "id"], name="assignment_path")]
