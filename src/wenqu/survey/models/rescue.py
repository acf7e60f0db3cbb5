"""The keys to the files by which records are rescued from phones that cannot send."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.kit.crypto.fields import SealedField


class RescueKey(models.Model):
    """A key pair on P-256. Phones get the public half of the newest; files made for an older one go on opening.

    The private half is sealed by the keyring as every personal text is, and sealed anew when that is rotated.
    """

    private = SealedField(_("私钥"))
    # The point, uncompressed, in base64: as phones import it.
    public = models.CharField(_("公钥"), max_length=100, unique=True)
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = _("救援文件密钥")
