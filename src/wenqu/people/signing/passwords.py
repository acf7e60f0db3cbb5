"""The rules of passwords: Django's, in sentences of our own (its Chinese catalogue lacks some of them)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import password_validation as rules
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class LongEnough(rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("密码太短，至少 %(count)d 个字符") % {"count": self.min_length}

    def get_help_text(self) -> str:
        return _("至少 %(count)d 个字符；不能全是数字，不能是常见的密码，不能和用户名、姓名相近") % {"count": self.min_length}


class Unlike(rules.UserAttributeSimilarityValidator):
    """Near to the name or username (Django's rule), or mostly made of them: wangwang2026 of wang, 王主任王主任2026 of 王主任."""

    REST = 8  # characters that must be left without them

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        rest = plain = password.casefold()
        for name in (getattr(user, "username", ""), getattr(user, "name", "")):
            rest = rest.replace(name.casefold(), "") if name else rest
        if rest != plain and len(rest) < self.REST:
            raise ValidationError(self.get_error_message(), code="password_too_similar")

    def get_error_message(self) -> str:
        return _("密码和用户名或姓名太相近，别人容易猜到")

    def get_help_text(self) -> str:
        return ""


class NotCommon(rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("这个密码太常见，别人容易猜到")

    def get_help_text(self) -> str:
        return ""


class NotNumeric(rules.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("密码不能全是数字")

    def get_help_text(self) -> str:
        return ""


def help_text() -> str:
    """The rules in one sentence, for forms."""
    return "".join(rules.password_validators_help_texts())
