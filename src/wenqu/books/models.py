"""Comparisons of one of our ledgers with the other side's book, what was ruled on their rows, and what was sent and came back.

The rows themselves lie in sealed Parquet files beside the delivered workbook; only rulings are rows of the database.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wenqu.jobs.models import Job
from wenqu.places.models import Placed


class BookKind(models.TextChoices):
    HOUSEHOLDS = "households", _("农户用水台账")
    SCHEMES = "schemes", _("供水工程台账")
    PROBLEMS = "problems", _("问题台账")


class ComparisonState(models.TextChoices):
    UPLOADED = "uploaded", _("已上传")
    LOOKED = "looked", _("已试读")
    COMPARED = "compared", _("已比对")
    CLOSED = "closed", _("已双销号")
    FAILED = "failed", _("无法读取")


class RowClass(models.TextChoices):
    """In which class a row of either book comes: each in exactly one."""

    DIFFERS = "differs", _("不一致")
    ONLY_OURS = "only_ours", _("仅我方有")
    ONLY_THEIRS = "only_theirs", _("仅对方有")
    DUPLICATE = "duplicate", _("关键列重复")
    KEYLESS = "keyless", _("缺少关键列")
    MATCHED = "matched", _("一致")


class Verdict(models.TextChoices):
    """What is ruled on a row."""

    OURS = "ours", _("以我方为准")
    THEIRS = "theirs", _("以对方为准")
    BOTH = "both", _("双方均需更正")
    VERIFY = "verify", _("待核实")


class Opinion(models.TextChoices):
    """What the other side says of a ruling."""

    AGREE = "agree", pgettext_lazy("opinion", "同意")
    DISAGREE = "disagree", _("不同意")


class BookMapping(Placed):
    """A saved mapping of the other side's headers to the columns of one of our ledgers."""

    kind = models.CharField(_("台账种类"), max_length=12, choices=BookKind.choices)
    name = models.CharField(_("名称"), max_length=80)
    text = models.TextField(_("对应关系（TOML）"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("比对的列对应关系")
        constraints = [models.UniqueConstraint(fields=["division", "kind", "name"], name="one_book_mapping_per_name",
                                               violation_error_message=_("已有同名的列对应关系"))]

    def __str__(self) -> str:
        return self.name


class Comparison(Placed):
    """One comparison of two books. `look` is what the dry look found; `counts` and `parts` what the comparison made.

    `snapshot` names our side as it stood at `snapshot_at`: the beginning of the digest of the file that holds it.
    """

    kind = models.CharField(_("我方台账"), max_length=12, choices=BookKind.choices)
    other = models.CharField(_("对方单位"), max_length=80)
    file_name = models.CharField(_("对方文件"), max_length=200)
    stored = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    mapping = models.TextField(blank=True)
    key = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    blanks = models.BooleanField(default=True)
    state = models.CharField(_("状态"), max_length=10, choices=ComparisonState.choices, default=ComparisonState.UPLOADED)
    look = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    parts = models.JSONField(default=list)
    snapshot = models.CharField(_("快照编号"), max_length=40, blank=True)
    snapshot_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    compared_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("双台账比对")
        ordering = ("-id",)
        indexes = [models.Index(fields=["path", "id"], name="books_comparison_path")]

    def __str__(self) -> str:
        return self.file_name


class Ruling(models.Model):
    """What was ruled on row `n` of a comparison, what the other side says of it, and when both closed it."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="rulings")
    n = models.PositiveIntegerField()
    # Our own row, where there is one: the problem's page asks by it.
    own = models.BigIntegerField(null=True)
    verdict = models.CharField(_("裁定"), max_length=8, choices=Verdict.choices)
    reason = models.CharField(_("裁定理由"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    opinion = models.CharField(_("对方意见"), max_length=8, choices=Opinion.choices, blank=True)
    remark = models.CharField(_("对方说明"), max_length=500, blank=True)
    answered_by = models.CharField(_("对方经办人"), max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("裁定")
        constraints = [
            models.UniqueConstraint(fields=["comparison", "n"], name="one_ruling_per_row"),
            models.CheckConstraint(condition=models.Q(closed_at__isnull=True) | models.Q(opinion="agree"), name="closed_only_when_agreed"),
        ]
        indexes = [models.Index(fields=["comparison", "own"], name="books_ruling_own")]


class Issue(models.Model):
    """A signed result workbook that was sent to the other side. `told` is its cover, `stored` its files."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="issues")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    every_row = models.BooleanField(default=False)
    whole_phones = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    signature = models.CharField(max_length=100, blank=True)
    told = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("发出的结果")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["comparison", "number"], name="one_issue_per_number")]


class Return(models.Model):
    """A result workbook that came back. `findings` are the cells that were changed, where it was refused."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="returns")
    file_name = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    taken = models.BooleanField(default=False)
    message = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("回导的结果")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["comparison", "sha256"], name="one_return_per_file")]
