"""The form that records a consent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.households.consent.checks import check_dates
from wenqu.households.models import Purpose
from wenqu.kit.plain_words import without_number
from wenqu.kit.refusal import why_not


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ConsentForm(forms.Form):
    given_by = forms.CharField(label=_("授权人"), max_length=80, help_text=_("谁同意的：户主或受委托的家庭成员。"))
    purpose = forms.ChoiceField(label=_("用途"), choices=Purpose.choices)
    given_on = _day(_("授权日期"))
    until = _day(_("有效期至"), _("含当天。从授权日期起最长三年。"))
    evidence = forms.CharField(
        label=_("凭据"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("如何证明：授权书存放在哪里、谁见证。不要写证件号码或电话。"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_given_by(self) -> str:
        return without_number(self.cleaned_data["given_by"])

    def clean_evidence(self) -> str:
        return without_number(self.cleaned_data["evidence"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "given_on" in given and "until" in given:
            refusal = why_not(check_dates, given["given_on"], given["until"], self.today)
            if refusal is not None:
                self.add_error("given_on" if refusal.code == "given_later" else "until", refusal.message)
        return given
