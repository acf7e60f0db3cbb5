"""The words of all screens on the phone but the form: key -> text, {name} stands for what the page knows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

PAGE: dict[str, Any] = {
    "app": _("问渠"),
    "back": _("返回"),
    "home": _("首页"),
}
