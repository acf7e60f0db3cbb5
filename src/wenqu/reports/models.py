"""What was handed out: the instant and the figures of every export, so that the same can be handed out again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Placed


class Snapshot(Placed):
    """The figures of one export: of what, of where, as of which instant, and their digest. Never changed.

    `figures` are the sums that the sheets print, by ledger and place; `digest` is the SHA-256 of their canonical JSON,
    `rows_digest` that of every row. Issued again, the figures are computed anew as of `until` and compared with these.
    """

    number = models.CharField(_("快照编号"), max_length=20, unique=True)
    kind = models.CharField(_("台账"), max_length=12)
    # The part of the exporter's area that held the place: households elsewhere were not counted.
    seen_path = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField(_("数据截至"))
    # What else narrowed it: the period in which problems were found.
    since = models.DateField(null=True)
    found_until = models.DateField(null=True)
    runs = models.JSONField(default=list)
    packs = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("行数"))
    figures = models.JSONField()
    digest = models.CharField(_("数字摘要"), max_length=64)
    rows_digest = models.CharField(max_length=64)
    at = models.DateTimeField(_("导出时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("导出人"))
    by_name = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("快照")
        ordering = ("-id",)
        indexes = [models.Index(fields=["path", "id"], name="snapshot_path")]

    def __str__(self) -> str:
        return self.number
