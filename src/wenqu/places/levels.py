"""The levels of the administrative tree."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    PROVINCE = 1, _("省")
    PREFECTURE = 2, _("市（州）")
    COUNTY = 3, _("县（区）")
    TOWN = 4, _("乡镇（街道）")
    VILLAGE = 5, _("村（社区）")
