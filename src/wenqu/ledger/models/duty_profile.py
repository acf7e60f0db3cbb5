"""Which duty pack a county works by."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Placed


class DutyProfile(Placed):
    """The duty pack of a county from a day on, with the numbers that the county filled in. Never changed: a new one follows.

    `text` is the whole pack as it was set: a new edition counts for a county only when it is set again.
    """

    pack_id = models.CharField(_("期限方案"), max_length=60)
    # What the county fills in, by the names that the pack leaves open.
    numbers = models.JSONField(_("自填数值"), default=dict)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    document = models.CharField(_("依据文件"), max_length=300, blank=True)
    from_on = models.DateField(_("起用日期"))
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("责任与期限方案")
        ordering = ("id",)
        indexes = [models.Index(fields=["path", "from_on"], name="duty_profile_path")]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.from_on}"
