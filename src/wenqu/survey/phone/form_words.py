"""The words of the form screen on the phone: key -> text, {name} stands for what the page knows."""

from __future__ import annotations

from typing import Any

FORM: dict[str, Any] = {}
