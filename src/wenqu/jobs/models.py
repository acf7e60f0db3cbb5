"""Background jobs: what was asked, how far it is, what came out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.rights import Right


class State(models.TextChoices):
    QUEUED = "queued", _("排队中")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")


class Job(models.Model):
    """One background job. `kind` names a function of the registry in `jobs.kinds`; `path` is the area it works in.

    A job may be run again after its process was killed: every kind is written to go on from what is committed.
    """

    kind = models.CharField(_("种类"), max_length=40)
    args = models.JSONField(default=dict)
    title = models.CharField(_("名称"), max_length=200)
    path = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.TextField(_("说明"), blank=True)
    result_name = models.CharField(max_length=200, blank=True)
    result_file = models.CharField(max_length=200, blank=True)
    # Without which right the result is not handed out. The strictest, unless whoever makes the file says another.
    result_right = models.CharField(max_length=20, default=Right.EXPORT_PHONES.value)
    created_at = models.DateTimeField(_("提交时间"))
    tries = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("后台任务")
        ordering = ("-id",)
        indexes = [models.Index(fields=["state", "id"], name="jobs_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
