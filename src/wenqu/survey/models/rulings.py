"""Several records of one subject in one round: what differs between them, and what somebody ruled."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Placed
from wenqu.survey.models.rounds import Round
from wenqu.survey.models.submissions import Submission


class Ruling(Placed):
    """Which record's answer stands in one field. Rows are only added: of several on one field the last one counts."""

    subject = models.CharField(_("对象"), max_length=40)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="rulings")
    # A path of the form, or of a repeat with «[]» at its end (`merging.unit_of`).
    unit = models.CharField(_("题目"), max_length=400)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    # The records whose answers were shown. What a record says that came later was not ruled on.
    seen = models.JSONField(default=list)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("裁定时间"))
    why = models.CharField(_("裁定理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("逐项裁定")
        indexes = [models.Index(fields=["subject", "round"], name="ruling_subject"), models.Index(fields=["path", "id"], name="ruling_path")]


class Doubled(Placed):
    """A subject with several standing records in one round, and how many fields of them somebody is asked to rule on.

    Counted from the records and the rulings (`rulings.looking`): it may be thrown away and counted again.
    """

    subject = models.CharField(_("对象"), max_length=40)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="doubled")
    records = models.PositiveIntegerField(_("记录份数"))
    # The newest of them.
    newest = models.BigIntegerField()
    differing = models.PositiveIntegerField(_("不同的项数"))
    open = models.PositiveIntegerField(_("待裁定的项数"))

    class Meta:
        verbose_name = _("同一对象的多份记录")
        constraints = [models.UniqueConstraint(fields=["subject", "round"], name="one_doubled_per_round")]
        indexes = [models.Index(fields=["path", "open", "id"], name="doubled_path")]
