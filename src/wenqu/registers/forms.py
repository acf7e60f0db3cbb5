"""The upload form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.importing.models import Mapping
from wenqu.places.models import CodeSystem, Division
from wenqu.places.scope import Area
from wenqu.registers import queries
from wenqu.registers.catalogues import CATALOGUES


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("台账种类"), choices=lambda: [(name, catalogue.title) for name, catalogue in CATALOGUES.items()], initial="households")
    county = forms.ModelChoiceField(label=_("导入到"), queryset=Division.objects.none(), empty_label=None)
    file = forms.FileField(label=_("文件"), help_text=_("Excel 工作簿（.xlsx、.xls）或 CSV，按原样上传即可：标题行、两行表头、合计行都能识别"))
    code_system = forms.ChoiceField(
        label=_("表中区划代码属于"), choices=CodeSystem.choices, initial=CodeSystem.NBS,
        help_text=_("民政和统计部门给同一乡镇的代码可能不同；表中没有代码时不影响"))
    observed_on = forms.DateField(
        label=_("数据日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), help_text=_("表中的情况是哪一天的；空白格表示“没有填报”，不会清除已有的数据"))
    mapping = forms.ModelChoiceField(
        label=_("列对应关系"), queryset=Mapping.objects.none(), required=False, empty_label=_("自动识别表头"),
        help_text=_("以前保存过的对应关系；自动识别不了的表头，试导入后可以指定"))

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = queries.counties(area)
        self.fields["county"].queryset = Division.objects.filter(pk__in=[county.pk for county in counties])  # type: ignore[attr-defined]
        self.fields["county"].initial = counties[0].pk if counties else None
        self.fields["mapping"].queryset = queries.mappings(area)  # type: ignore[attr-defined]
