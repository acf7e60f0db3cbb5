"""The words of grades and indicators on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OVERALL_LABELS = {"safe": _("安全"), "basic": _("基本安全"), "unsafe": _("不安全"), "unknown": _("未知")}
GRADE_LABELS = {"met": _("达标"), "basic": _("基本达标"), "failed": _("不达标"), "unknown": _("未知")}
INDICATOR_LABELS = {"quantity": _("水量"), "quality": _("水质"), "convenience": _("用水方便程度"), "reliability": _("供水保证率")}
SHORT_INDICATOR_LABELS = {
    "quantity": _("水量"), "quality": _("水质"), "convenience": pgettext_lazy("short", "方便程度"), "reliability": pgettext_lazy("short", "保证率"),
}
