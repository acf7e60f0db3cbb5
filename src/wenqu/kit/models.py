"""The audit log (who did what, who looked at personal data) and counters for numbers without gaps."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One act or look, append-only.

    The actor is stored by number and name, not by a foreign key: the log outlives the account and
    this room lies below the one that holds accounts.
    """

    at = models.DateTimeField(_("时间"), db_index=True)
    actor_id = models.BigIntegerField(_("人员编号"), null=True)
    actor_name = models.CharField(_("人员"), max_length=80)
    verb = models.CharField(_("操作"), max_length=60, db_index=True)
    subject = models.CharField(_("对象"), max_length=120, blank=True)
    path = models.CharField(_("区域"), max_length=40, blank=True, db_index=True)
    detail = models.JSONField(_("详情"), default=dict)

    class Meta:
        verbose_name = _("审计记录")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.verb} {self.subject}"


class Counter(models.Model):
    """The last number given out of a named series, taken under a row lock."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)
