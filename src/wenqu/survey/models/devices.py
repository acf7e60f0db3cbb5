"""Phones that fill forms."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Division, Placed


class Device(Placed):
    """A phone of somebody. It acts as its owner, wherever they hold a duty that surveys. Only the digest of its token is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="devices")
    # Whose forms it fills.
    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("手机"), max_length=60)
    token_digest = models.CharField(max_length=64, unique=True)
    paired_at = models.DateTimeField(_("配对时间"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True)
    revoked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("调查手机")
        indexes = [models.Index(fields=["account"], name="device_account"), models.Index(fields=["path", "id"], name="device_path")]

    def __str__(self) -> str:
        return self.name


class Pairing(Placed):
    """A one-time code by which somebody's phone gets its token. Kept by the digest of its secret."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    secret_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("发出时间"))
    until = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(null=True)
    device = models.OneToOneField(Device, on_delete=models.PROTECT, null=True, related_name="pairing")

    class Meta:
        verbose_name = _("手机配对码")
        indexes = [models.Index(fields=["account"], name="pairing_account")]
