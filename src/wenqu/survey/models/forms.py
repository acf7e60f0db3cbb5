"""Forms of a county and their versions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Placed


class StepTaken(models.TextChoices):
    """What a record of a form does beyond stating facts, as the form itself says by a question named «step»."""

    REPORT = "report", _("上报问题")
    RECTIFY = "rectify", _("整改问题")
    CHECK = "check", _("复核问题")
    NEW_HOUSEHOLD = "new_household", _("登记台账外农户")
    VISIT = "visit", _("登记联系人走访")
    SAMPLE = "sample", _("登记水样采集")


class Form(Placed):
    """A form of a county. `form_id` is what phones call it by; what they are given is the newest version."""

    form_id = models.CharField(_("表单编号"), max_length=100)
    title = models.CharField(_("表单名称"), max_length=120)
    # No longer offered; what was filled is still taken.
    withdrawn_at = models.DateTimeField(_("停用时间"), null=True)

    class Meta:
        verbose_name = _("调查表单")
        constraints = [models.UniqueConstraint(fields=["division", "form_id"], name="one_form_per_id",
                                               violation_error_message=_("本县已有相同编号的表单"))]
        indexes = [models.Index(fields=["path", "id"], name="form_path")]

    def __str__(self) -> str:
        return self.title


class FormVersion(models.Model):
    """One published version, never changed: phones that are offline go on filling it."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(_("版本"), max_length=60)
    title = models.CharField(_("表单名称"), max_length=120)
    # As it was uploaded, to be downloaded and edited again.
    workbook = models.BinaryField()
    workbook_name = models.CharField(_("文件名"), max_length=120)
    xform = models.TextField()
    # MD5 of the XForm: by it phones tell whether theirs is the same.
    xform_hash = models.CharField(max_length=32)
    plan = models.TextField()
    # The names of the CSV files that it needs.
    files = models.JSONField(default=list)
    # Read from the plan when it is published (`designing.purpose`): the step that its records take, and what they are about:
    # household, scheme, problem, or nothing of the register (a report is of a household or of a scheme).
    step = models.CharField(_("办理"), max_length=16, choices=StepTaken.choices, blank=True)
    about = models.CharField(_("对象"), max_length=10, blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("发布时间"))

    class Meta:
        verbose_name = _("表单版本")
        constraints = [models.UniqueConstraint(fields=["form", "version"], name="one_version_per_form",
                                               violation_error_message=_("这个表单已有相同的版本号"))]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class FormTable(models.Model):
    """A CSV file that a county uploaded with a version of its form. What it lists may be people: sealed like all of them."""

    version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="tables")
    name = models.CharField(_("文件名"), max_length=120)
    content = SealedField(_("内容"))
    # MD5 of the content: by it phones tell whether theirs is the same.
    hash = models.CharField(max_length=32)
    rows = models.PositiveIntegerField(_("行数"))

    class Meta:
        verbose_name = _("表单附带的数据")
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="one_table_per_name")]

    def __str__(self) -> str:
        return self.name
