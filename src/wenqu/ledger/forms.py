"""Forms of the ledger."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CloseForm(forms.Form):
    note = forms.CharField(
        label=_("关闭说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明谁在什么时候、怎样核实问题已经解决，农户是否认可。"),
    )
