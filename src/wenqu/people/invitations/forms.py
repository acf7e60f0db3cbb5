"""The form behind an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_NEW = {"autocomplete": "new-password"}


class JoinForm(forms.Form):
    """A new password, twice. The rules of passwords are asked by the action, which knows whose it is."""

    password = forms.CharField(label=_("新密码"), max_length=200, strip=False, widget=forms.PasswordInput(attrs=_NEW))
    again = forms.CharField(label=_("再输入一次"), max_length=200, strip=False, widget=forms.PasswordInput(attrs=_NEW))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data and "again" in data and data["password"] != data["again"]:
            self.add_error("again", _("两次输入的密码不一样"))
        return data
