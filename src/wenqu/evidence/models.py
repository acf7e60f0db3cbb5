"""Photos and documents that prove something. The rows; the contents lie sealed outside the database (`stores`)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Placed


class Kind(models.TextChoices):
    PHOTO = "photo", _("照片")
    DOCUMENT = "document", _("文件")


class Evidence(Placed):
    """One content that proves one thing about one subject. Several rows may share a content; it is named by its hash."""

    # What it belongs to («problem:12»), and which part of its story («step:3»): words of the rooms above.
    subject = models.CharField(max_length=60)
    about = models.CharField(max_length=30)
    # SHA-256 of the content as it was received.
    sha256 = models.CharField(_("文件摘要"), max_length=64)
    kind = models.CharField(_("种类"), max_length=10, choices=Kind.choices)
    content_type = models.CharField(max_length=80)
    name = models.CharField(_("文件名"), max_length=120)
    size = models.PositiveBigIntegerField(_("大小"))
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    # When and where a photo was taken, as the camera or whoever took it says; the point in the system named by `crs`.
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    longitude = models.FloatField(_("经度"), null=True)
    latitude = models.FloatField(_("纬度"), null=True)
    crs = models.CharField(_("坐标系"), max_length=20, blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("提交时间"))

    class Meta:
        verbose_name = _("佐证材料")
        constraints = [models.UniqueConstraint(fields=["subject", "about", "sha256"], name="one_evidence_per_content",
                                               violation_error_message=_("这里已有相同的材料"))]
        indexes = [models.Index(fields=["sha256"], name="evidence_content"), models.Index(fields=["path", "id"], name="evidence_path")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_photo(self) -> bool:
        return self.kind == Kind.PHOTO
