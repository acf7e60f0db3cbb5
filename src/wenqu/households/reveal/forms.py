"""The form that asks for one whole number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household
from wenqu.households.reveal.wanted import Hidden, Reason, Wanted, check_reason
from wenqu.kit.refusal import why_not


class RevealForm(forms.Form):
    field = forms.ChoiceField(choices=Hidden.choices, widget=forms.HiddenInput)
    member = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("理由"), choices=[("", _("请选择")), *Reason.choices])
    text = forms.CharField(label=_("说明"), required=False, max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household = household

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        refusal = why_not(check_reason, given.get("reason", ""), given.get("text", ""))
        if refusal is not None:
            self.add_error("text", refusal.message)
        if given.get("field") in {Hidden.ID_NUMBER, Hidden.ACCOUNT_NUMBER}:
            given["person"] = self.household.members.filter(pk=given.get("member") or 0).first()
            if given["person"] is None:
                self.add_error(None, _("该户没有这名成员，请刷新页面后重试"))
        return given

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.household, self.cleaned_data["field"], self.cleaned_data.get("person"))
