"""The form of a department's question."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Purpose
from wenqu.kit.crypto.seal import plain_number


class ListForm(forms.Form):
    purpose = forms.ChoiceField(label=_("用途"))
    file = forms.FileField(label=_("名单"), help_text=_("Excel 或 CSV，要有“证件号码”一列。号码只在读取时使用，不保存。"))

    def __init__(self, *args: Any, purposes: Iterable[Purpose], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [(each.value, each.label) for each in purposes]  # type: ignore[attr-defined]


class AskForm(forms.Form):
    id_number = forms.CharField(
        label=_("证件号码"), max_length=24, widget=forms.TextInput(attrs={"autocomplete": "off"}), help_text=_("要完整、准确的号码。"),
    )
    purpose = forms.ChoiceField(label=_("用途"))

    def __init__(self, *args: Any, purposes: Iterable[Purpose], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [(each.value, each.label) for each in purposes]  # type: ignore[attr-defined]

    def clean_id_number(self) -> str:
        """Told before anybody is looked for: what cannot be a number is a slip of the pen, not a household without consent."""
        number = str(self.cleaned_data["id_number"])
        if not re.fullmatch(r"\d{15}|\d{17}[\dX]", plain_number(number), re.ASCII):
            raise forms.ValidationError(_("证件号码应是 18 位（旧证 15 位），请核对"))
        return number
