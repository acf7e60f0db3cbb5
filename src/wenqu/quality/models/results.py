"""Results 检测结果: as the laboratory wrote them, each with who entered, reviewed, returned, replaced or invalidated it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.jobs.models import Job
from wenqu.places.models import Account, Division, Placed
from wenqu.quality.models.samples import Sample


class ResultState(models.TextChoices):
    """Only reviewed results count. Nothing is overwritten: what is replaced or invalidated stays readable."""

    ENTERED = "entered", _("待审核")
    REVIEWED = "reviewed", _("已审核")
    RETURNED = "returned", _("已退回")
    REPLACED = "replaced", _("已更正")
    INVALID = "invalid", _("已作废")


# One of these an item may have; only the reviewed ones count.
STANDING = (ResultState.ENTERED, ResultState.REVIEWED, ResultState.RETURNED)


class Origin(models.TextChoices):
    """How a result came in."""

    FIELD = "field", _("现场测定")
    FILE = "file", _("实验室文件")
    HAND = "hand", _("手工录入")


class Laboratory(Placed):
    """Who tests for a county, with the certificate that entitles them."""

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("实验室名称"), max_length=120)
    certificate = models.CharField(_("资质证书编号"), max_length=60, blank=True)
    certified_until = models.DateField(_("证书有效期至"), null=True)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    added_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("检测机构")
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["county", "name"], name="one_laboratory_per_name")]

    def __str__(self) -> str:
        return self.name


class LabFormat(models.Model):
    """How one laboratory writes its workbooks: what a person corrected of what was recognised. Of one header the newest counts."""

    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, related_name="formats", verbose_name=_("检测机构"))
    name = models.CharField(_("格式名称"), max_length=120)
    headers = models.JSONField(default=list)  # the header texts by which it is found again
    heads = models.CharField(max_length=64)  # their digest
    text = models.TextField(_("列对应（TOML）"))
    saved_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("保存人"))
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("检测报表格式")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    """Where a workbook is on its way to results."""

    UPLOADED = "uploaded", _("待试读")
    READ = "read", _("已试读")
    FAILED = "failed", _("读不出来")
    TAKING = "taking", _("采用中")
    TAKEN = "taken", _("已采用")


class Delivery(Placed):
    """One workbook of a laboratory: its sealed file, how it is read, what the dry run told, and what was taken. The same file is
    taken once: `taken_at` is when somebody began to. `counts` is what became of its results."""

    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("检测机构"))
    file_name = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.UPLOADED)
    # Null until somebody or a saved format said how it is read.
    mapping = models.TextField(_("列对应（TOML）"), null=True)
    format = models.ForeignKey(LabFormat, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("报表格式"))
    told = models.JSONField(_("试读结果"), default=dict)
    counts = models.JSONField(default=dict)
    chunks_done = models.PositiveIntegerField(default=0)
    message = models.TextField(_("说明"), blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    taken_at = models.DateTimeField(_("采用时间"), null=True)
    taken_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("采用人"))
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("上传人"))
    at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("检测报表")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["division", "digest"], condition=Q(taken_at__isnull=False), name="one_delivery_per_file")]
        indexes = [models.Index(fields=["path", "id"], name="delivery_path")]

    def __str__(self) -> str:
        return self.file_name


class Result(Placed):
    """One item of one sample. `value` is canonical decimal text in `unit`, "" where there is none; `sign` is that of the
    rulebook (`judging.Sign`); `written` is what stood in the cell."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="results", verbose_name=_("样品"))
    item = models.CharField(_("指标"), max_length=60)
    written = models.CharField(_("原文"), max_length=120)
    sign = models.CharField(_("符号"), max_length=16, blank=True)
    value = models.CharField(_("数值"), max_length=40, blank=True)
    unit = models.CharField(_("单位"), max_length=30, blank=True)
    unit_written = models.CharField(_("原单位"), max_length=30, blank=True)
    detection = models.CharField(_("检出限"), max_length=40, blank=True)
    method = models.CharField(_("检测方法"), max_length=120, blank=True)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin.choices)
    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("检测机构"))
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="results", verbose_name=_("检测报表"))
    place = models.CharField(_("文件中的位置"), max_length=120, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ResultState.choices, default=ResultState.ENTERED)
    instead_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("更正自"))
    why = models.CharField(_("原因"), max_length=200, blank=True)
    entered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("录入人"))
    entered_at = models.DateTimeField(_("录入时间"))
    settled_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("审核人"))
    settled_at = models.DateTimeField(_("审核时间"), null=True)
    # A returned result is corrected by then.
    due_on = models.DateField(_("更正期限"), null=True)
    version = models.PositiveIntegerField(default=1)
    key = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        verbose_name = _("检测结果")
        ordering = ("sample", "id")
        constraints = [
            # One value of an item counts or may come to count.
            models.UniqueConstraint(fields=["sample", "item"], condition=Q(state__in=["entered", "reviewed", "returned"]), name="one_standing_result_per_item",
                                    violation_error_message=_("这份样品的这项指标已有结果")),
        ]
        indexes = [models.Index(fields=["path", "state", "id"], name="result_path"), models.Index(fields=["sample", "state"], name="result_sample")]

    def __str__(self) -> str:
        return f"{self.sample} {self.item} {self.written}"


class Opinion(models.TextChoices):
    """What a second person said of a result."""

    ACCEPT = "accept", _("审核通过")
    RETURN = "return", _("退回更正")
    INVALIDATE = "invalidate", _("作废")


class Review(models.Model):
    """What a second person said of a result and why: never changed."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("检测结果"))
    opinion = models.CharField(_("意见"), max_length=12, choices=Opinion.choices)
    why = models.CharField(_("原因"), max_length=200, blank=True)
    due_on = models.DateField(_("更正期限"), null=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("审核人"))
    at = models.DateTimeField(_("审核时间"))
    key = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        verbose_name = _("结果审核")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.result} {self.get_opinion_display()}"
