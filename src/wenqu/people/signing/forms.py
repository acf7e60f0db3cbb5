"""The forms of sign-in and of one's own password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from wenqu.people.signing.passwords import help_text
from wenqu.places.models import Account

_LONGEST_PASSWORD = 200


def _password(kind: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": kind})


class SignInForm(forms.Form):
    username = UsernameField(label=_("用户名"), max_length=150)
    password = forms.CharField(label=_("密码"), strip=False, max_length=_LONGEST_PASSWORD)


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code."""

    code = forms.CharField(label=_("验证码"), max_length=40)


class PasswordForm(forms.Form):
    """One's own new password; the old one is asked by the action, which counts wrong ones."""

    old = forms.CharField(label=_("当前密码"), strip=False, max_length=_LONGEST_PASSWORD, widget=_password("current-password"))
    new = forms.CharField(label=_("新密码"), strip=False, max_length=_LONGEST_PASSWORD, widget=_password("new-password"))
    again = forms.CharField(label=_("再输一次新密码"), strip=False, max_length=_LONGEST_PASSWORD, widget=_password("new-password"))

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["new"].help_text = help_text()

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        if new == self.cleaned_data.get("old"):
            raise forms.ValidationError(_("新密码和当前密码相同，请另设一个"))
        validate_password(new, self.account)
        return new

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("new") and data.get("again") is not None and data["new"] != data["again"]:
            self.add_error("again", _("两次输入的新密码不一致"))
        return data
