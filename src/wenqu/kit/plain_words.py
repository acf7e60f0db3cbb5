"""Reasons and evidence are kept as people wrote them: numbers of persons do not belong there."""

from __future__ import annotations

import re
import unicodedata

from django import forms
from django.utils.translation import gettext as _

from wenqu.kit.numbers import personal_spans, without_dates
from wenqu.kit.refusal import Refused, why_not

# As short as a mobile number; household numbers and dates that stand apart are shorter or broken by letters.
_LONG = re.compile(r"\d{11,}")


def holds_number(text: str) -> bool:
    """Whether a text holds something as long as a phone, ID or account number, written with or without gaps; dates are none."""
    rest = without_dates(unicodedata.normalize("NFKC", text))
    return bool(_LONG.search(re.sub(r"[\s\-–—_.·]", "", rest)) or personal_spans(text))


def check_no_number(text: str) -> None:
    if holds_number(text):
        raise Refused("number_in_text", _("这里不要填写证件号码、电话或账号，请用文字说明"))


def without_number(text: str) -> str:
    """What was written into a field of a form, where no number stands in it."""
    refusal = why_not(check_no_number, text)
    if refusal is not None:
        raise forms.ValidationError(refusal.message)
    return text
