"""Forms of people and duties."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from wenqu.kit.refusal import Refused
from wenqu.people.finding import Finder
from wenqu.people.persons.actions import NewDuty
from wenqu.places.models import Account
from wenqu.places.rights import OF_A_UNIT, Role

USERNAME = RegexValidator(r"^[a-zA-Z0-9_.-]{3,40}\Z", _("用户名用 3 到 40 个字母、数字、点、横线或下划线"))

NO_UNIT = _("请填写单位，如 民政局、疾控中心")


class _Day(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})


class DutyForm(forms.Form):
    """A duty to be given. `clean` finds the division; `duty()` is what was asked for."""

    role = forms.ChoiceField(label=_("角色"), choices=[("", _("请选择")), *Role.choices])
    division = forms.CharField(
        label=_("区划"), max_length=60, widget=forms.TextInput(attrs={"list": "divisions", "autocomplete": "off"}),
        help_text=_("填名称或 12 位代码；同名的村前面写上乡镇。"))
    unit = forms.CharField(label=_("单位"), max_length=60, required=False, help_text=_("部门和检测机构填写，如 民政局、疾控中心。"))
    from_on = forms.DateField(label=_("从哪天起"), widget=_Day())
    to_on = forms.DateField(label=_("到哪天止"), required=False, widget=_Day(), help_text=_("不填表示一直担任，直到结束。"))
    reason = forms.CharField(
        label=_("理由"), max_length=200, required=False, help_text=_("管理员、审计员的职责和您自己的职责须写明理由，由另一名管理员审批。"))

    def __init__(self, *args: Any, finder: Finder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finder = finder

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("division"):
            try:
                data["place"] = self.finder.find(data["division"], data.get("role", ""))
            except Refused as refused:
                self.add_error("division", refused.message)
        if data.get("role") in OF_A_UNIT and not data.get("unit"):
            self.add_error("unit", NO_UNIT)
        return data

    def duty(self) -> NewDuty:
        data = self.cleaned_data
        return NewDuty(role=data["role"], division=data["place"], from_on=data["from_on"], to_on=data["to_on"], unit=data["unit"])


class PersonForm(DutyForm):
    """Somebody new with their first duty."""

    name = forms.CharField(label=_("姓名"), max_length=80)
    username = forms.CharField(
        label=_("用户名"), max_length=40, required=False, validators=[USERNAME], widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
        help_text=_("登录用。不填则自动编一个；以后不能改。"))
    field_order = ("name", "username", "role", "division", "unit", "from_on", "to_on", "reason")


class EndForm(forms.Form):
    """How a duty ends."""

    when = forms.ChoiceField(label=_("什么时候结束"), choices=[("now", _("立即结束")), ("day", _("到下面这一天为止"))])
    last_day = forms.DateField(label=_("最后一天"), required=False, widget=_Day())
    reason = forms.CharField(label=_("理由"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "day" and not data.get("last_day"):
            self.add_error("last_day", _("请填写最后一天"))
        if data.get("when") == "now":
            data["last_day"] = None
        return data


class TakerField(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return f"{person.name}（{person.username}）"


class LeaveForm(forms.Form):
    """Who takes the open work over, and why."""

    taker = TakerField(label=_("由谁接手"), queryset=Account.objects.none(), required=False, empty_label=_("请选择"))
    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("例如：调离、换岗、退休。"))

    def __init__(self, *args: Any, takers: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taker"].queryset = Account.objects.filter(pk__in=[each.pk for each in takers]).order_by("name", "pk")  # type: ignore[attr-defined]
