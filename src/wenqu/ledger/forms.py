"""Forms of the ledger."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import why_not


class CloseForm(forms.Form):
    note = forms.CharField(
        label=_("关闭说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明谁在什么时候、怎样核实问题已经解决，农户是否认可。不要写证件号码或电话。"),
    )

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        refusal = why_not(check_no_number, note)
        if refusal is not None:
            raise forms.ValidationError(refusal.message)
        return note
