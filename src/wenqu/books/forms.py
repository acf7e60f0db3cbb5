"""The forms of comparisons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.books import queries
from wenqu.books.models import BookKind, BookMapping, Verdict
from wenqu.places.forms import DivisionChoice
from wenqu.places.models import Division
from wenqu.places.scope import Area


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("我方台账"), choices=BookKind.choices, initial=BookKind.HOUSEHOLDS)
    division = DivisionChoice(label=_("区域"), queryset=Division.objects.none(), empty_label=None)
    other = forms.CharField(label=_("对方单位"), max_length=80, help_text=_("对方台账是哪个单位的，例如：灞源镇人民政府"))
    file = forms.FileField(label=_("对方台账"), help_text=_("Excel 工作簿（.xlsx、.xls）或 CSV，按原样上传即可：标题行、两行表头、合计行都能识别"))
    mapping = forms.ModelChoiceField(
        label=_("列对应关系"), queryset=BookMapping.objects.none(), required=False, empty_label=_("自动识别表头"),
        help_text=_("以前保存过的对应关系；自动识别不了的表头，试读后可以指定"))

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        divisions = queries.divisions(area)
        self.fields["division"].queryset = Division.objects.filter(pk__in=[each.pk for each in divisions]).order_by("path")  # type: ignore[attr-defined]
        self.fields["division"].initial = divisions[0].pk if divisions else None
        self.fields["mapping"].queryset = queries.mappings(area)  # type: ignore[attr-defined]


class RulingForm(forms.Form):
    verdict = forms.ChoiceField(label=_("裁定"), choices=Verdict.choices)
    reason = forms.CharField(label=_("理由"), max_length=200)


class ReturnForm(forms.Form):
    file = forms.FileField(label=_("对方填好的结果工作簿"), help_text=_("就是发出的那份 .xlsx，对方填了意见和经办人之后交回的"))
