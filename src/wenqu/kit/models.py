"""The audit log (who did what, who looked at personal data) and counters for numbers without gaps."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One act or look, append-only: the database refuses changes (see `kit.append_only`).

    The actor is stored by number and name, not by a foreign key: the log outlives the account and
    this room lies below the one that holds accounts.

    No index but its key: every act pays for each (five of them cost a third of a small write). What the log is looked
    for by stands indexed on the seal, which is written for many entries at once.
    """

    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(_("人员编号"), null=True)
    actor_name = models.CharField(_("人员"), max_length=80)
    verb = models.CharField(_("操作"), max_length=60)
    subject = models.CharField(_("对象"), max_length=120, blank=True)
    path = models.CharField(_("区域"), max_length=40, blank=True)
    detail = models.JSONField(_("详情"), default=dict)
    # How it came: page, api, job, command; and from which address.
    via = models.CharField(_("途径"), max_length=8, blank=True)
    address = models.CharField(_("来源地址"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("审计记录")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.verb} {self.subject}"


class AuditSeal(models.Model):
    """The place of an entry in the chain: `digest` is SM3 over the digest before it and the entry (see `kit.audit_chain`).

    Entries are chained right after they are committed, by one sealer at a time, in the order in which they are found:
    chaining inside the act would make every write of the county wait for every other.
    """

    seq = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)
    # The entry's own, once more, to be found by.
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    path = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("审计链")
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["actor_id", "seq"], name="audit_actor"),
            models.Index(fields=["verb", "seq"], name="audit_verb"),
            models.Index(fields=["subject", "seq"], name="audit_subject"),
            models.Index(fields=["path", "seq"], name="audit_path"),
        ]


class KeyProof(models.Model):
    """A known text sealed with the key file that belongs to this database."""

    token = models.TextField()
    at = models.DateTimeField()


class Counter(models.Model):
    """The last number given out of a named series, taken under a row lock."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)
