"""The forms of the office pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Division
from wenqu.survey.models import Form

_DATE = {"type": "date"}


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class _ManyFilesField(forms.FileField):
    """`cleaned_data` is the list of uploads."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [each for each in data or [] if each is not None]
        if not given:
            super().clean(None, initial)
        return given


class UploadForm(forms.Form):
    county = forms.ModelChoiceField(label=_("县"), queryset=Division.objects.none(), empty_label=None)
    file = forms.FileField(label=_("XLSForm 工作簿（.xlsx）"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))
    tables = _ManyFilesField(
        label=_("表单用到的本县数据（.csv，可选多个）"), required=False, widget=_ManyFiles(attrs={"accept": ".csv,text/csv"}),
        help_text=_("农户和供水工程名单由系统生成，不用上传。没有选的文件沿用上一版的。"))

    def __init__(self, *args: Any, counties: list[Division], held: bool = False, **kwargs: Any) -> None:
        """`held`: the file was given before and comes with the page."""
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not held
        self.fields["county"].queryset = Division.objects.filter(pk__in=[each.pk for each in counties]).order_by("path")  # type: ignore[attr-defined]


class RescueForm(forms.Form):
    rescue = _ManyFilesField(label=_("救援文件（.wqr，可选多个）"), widget=_ManyFiles(attrs={"accept": ".wqr,application/octet-stream"}))


class RoundForm(forms.Form):
    name = forms.CharField(label=_("批次名称"), max_length=80, help_text=_("例如“2026 年第三季度入户排查”。"))
    form = forms.ModelChoiceField(label=_("表单"), queryset=Form.objects.none(), empty_label=None)
    division = forms.ModelChoiceField(label=_("范围"), queryset=Division.objects.none(), empty_label=None)
    from_on = forms.DateField(label=_("起"), widget=forms.DateInput(attrs=_DATE))
    to_on = forms.DateField(label=_("止"), widget=forms.DateInput(attrs=_DATE))

    def __init__(self, *args: Any, offered: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].queryset = offered  # type: ignore[attr-defined]
        self.fields["division"].queryset = places  # type: ignore[attr-defined]


class _Picks(forms.CheckboxSelectMultiple):
    """Boxes to tick in a list that scrolls: nobody has to know of Ctrl, and a thumb can do it."""

    template_name = "survey/_picks.html"


class _People(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.username}）"


class _Villages(forms.ModelMultipleChoiceField):
    """Villages of one name are common: each is told with its town."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent.name} {obj.name}" if obj.parent is not None else str(obj.name)


class AssignForm(forms.Form):
    accounts = _People(label=_("调查人员"), queryset=Account.objects.none(), widget=_Picks)
    villages = _Villages(
        label=_("村"), queryset=Division.objects.none(), widget=_Picks, help_text=_("没有该村入户填报职责的人不会被分派。"))

    def __init__(self, *args: Any, people: list[Account], villages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].queryset = Account.objects.filter(pk__in=[each.pk for each in people]).order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["villages"].queryset = villages.select_related("parent")  # type: ignore[attr-defined]


class EndForm(forms.Form):
    to_on = forms.DateField(label=_("改为结束于"), widget=forms.DateInput(attrs=_DATE))


class OfferForm(forms.Form):
    account = forms.ModelChoiceField(label=_("给谁"), queryset=Account.objects.none(), empty_label=None)

    def __init__(self, *args: Any, people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = Account.objects.filter(pk__in=[each.pk for each in people]).order_by("name", "pk")  # type: ignore[attr-defined]


class PairForm(forms.Form):
    name = forms.CharField(label=_("给这部手机起个名字"), max_length=60, initial=_("我的手机"))


class DecisionForm(forms.Form):
    why = forms.CharField(label=_("理由"), max_length=200)
    decision = forms.ChoiceField(choices=[("accept", _("采用")), ("leave_out", _("不采用"))])
