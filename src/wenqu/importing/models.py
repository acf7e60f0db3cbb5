"""Saved mappings and import batches."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.jobs.models import Job
from wenqu.places.models import Placed


class Mapping(Placed):
    """A saved mapping of somebody's headers to our columns, reusable for the next delivery of the same sheet."""

    kind = models.CharField(_("台账种类"), max_length=20)
    name = models.CharField(_("名称"), max_length=80)
    text = models.TextField(_("对应关系（TOML）"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("列对应关系")
        constraints = [models.UniqueConstraint(fields=["division", "kind", "name"], name="one_mapping_per_name",
                                               violation_error_message=_("已有同名的列对应关系"))]

    def __str__(self) -> str:
        return self.name


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("已上传")
    CHECKED = "checked", _("已试导入")
    IMPORTING = "importing", _("导入中")
    IMPORTED = "imported", _("已导入")
    UNDOING = "undoing", _("撤销中")
    UNDONE = "undone", _("已撤销")
    FAILED = "failed", _("无法读取")


class Batch(Placed):
    """One delivered workbook on its way into a register. `counts` are true counts:
    {"created", "changed", "unchanged", "refused", "skipped"} rows and {"cells"} wrong cells.
    """

    kind = models.CharField(_("台账种类"), max_length=20)
    file_name = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    code_system = models.CharField(_("区划代码系统"), max_length=8, default="nbs")
    observed_on = models.DateField(_("数据日期"))
    mapping = models.TextField(blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=BatchState.choices, default=BatchState.UPLOADED)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    chunks_done = models.PositiveIntegerField(default=0)
    # How often it changed its register, forwards and backwards. Only ever counted up, in the very transaction of each change:
    # whoever holds a copy of the register elsewhere tells by the sum over a county that rows may be others now.
    writes = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("导入批次")
        ordering = ("-id",)
        indexes = [models.Index(fields=["path", "id"], name="importing_batch_path")]

    def __str__(self) -> str:
        return self.file_name


class BatchChunk(models.Model):
    """What one committed chunk of a batch did, so that the whole batch can be undone and a killed import goes on.

    `changes` is a list of [model label, primary key, {field: [before, after]}] for a changed row and
    [model label, [[first, last], …], null] for created rows, whose keys are kept as ranges.
    `counts` are the rows of the sheet that this chunk dealt with, by what became of them.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    changes = models.JSONField()
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_chunk_once")]
