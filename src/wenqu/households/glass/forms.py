"""The form that breaks the glass. Whether it is enough is the action's to say: it answers all failures alike."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.households.glass.actions import Asked


class GlassForm(forms.Form):
    county = forms.CharField(label=_("县"), required=False, max_length=80, help_text=_("县名或区划代码，要与登记的完全一致。同名的县请填代码。"))
    number = forms.CharField(label=_("户编号"), required=False, max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    id_number = forms.CharField(
        label=_("或者证件号码"), required=False, max_length=24, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("填了证件号码就不看户编号。同一证件号码登记在多户时，请用户编号。"),
    )
    reason = forms.CharField(
        label=_("理由"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("至少 10 个字。该户所在区域的管理员会立即收到您的姓名和这条理由。"),
    )

    @property
    def asked(self) -> Asked:
        data = self.cleaned_data
        return Asked(data["county"], data["number"], data["id_number"])
