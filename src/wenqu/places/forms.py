"""Forms of the register of places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import CodeSystem, Division, Level

SYSTEMS = [("EPSG:4490", _("CGCS2000（EPSG:4490）")), ("EPSG:4326", _("WGS 84（EPSG:4326）")), ("GCJ-02", _("GCJ-02（手机地图常用，有偏移）"))]


class DivisionChoice(forms.ModelChoiceField):
    """Divisions in the order of the tree, set in by level."""

    def label_from_instance(self, obj: Any) -> str:
        return "　" * max(0, obj.level - Level.COUNTY) + obj.name


class OutlineForm(forms.Form):
    division = forms.ModelChoiceField(Division.objects.none(), label=_("上级区划"), empty_label=None, help_text=_("文件里的边界属于它或它的下级。"))
    file = forms.FileField(label=_("GeoJSON 文件"), help_text=_("UTF-8 编码，不超过 10 MB。要素属性里应有 code（12 位代码）或 name（名称）。"))
    code_system = forms.ChoiceField(label=_("文件中代码的系统"), choices=CodeSystem.choices)
    crs = forms.ChoiceField(label=_("坐标系"), choices=SYSTEMS)
    source = forms.CharField(label=_("来源"), max_length=300, help_text=_("例如：县自然资源局 2025 年乡镇界线。"))

    def __init__(self, *args: Any, divisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = divisions  # type: ignore[attr-defined]
