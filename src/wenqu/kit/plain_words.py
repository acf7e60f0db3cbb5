"""Reasons and evidence are kept as people wrote them: numbers of persons do not belong there."""

from __future__ import annotations

import re
import unicodedata

from django import forms
from django.utils.translation import gettext as _

from wenqu.kit.numbers import personal_spans, without_dates
from wenqu.kit.refusal import Refused, why_not

MOST_DOCUMENT = 300
# As short as a mobile number; household numbers and dates that stand apart are shorter or broken by letters.
_LONG = re.compile(r"\d{11,}")


def holds_number(text: str) -> bool:
    """Whether a text holds something as long as a phone, ID or account number, written with or without gaps; dates are none."""
    rest = without_dates(unicodedata.normalize("NFKC", text))
    return bool(_LONG.search(re.sub(r"[\s\-–—_.·]", "", rest)) or personal_spans(text))


def check_no_number(text: str) -> None:
    if holds_number(text):
        raise Refused("number_in_text", _("这里不要填写证件号码、电话或账号，请用文字说明"))


def check_document(document: str) -> None:
    """The name of the document that a rule, plan or number is adopted by."""
    if not document:
        raise Refused("document_missing", _("请写明依据的本县文件名称"))
    if len(document) > MOST_DOCUMENT:
        raise Refused("document_too_long", _("文件名称太长，最多 %(most)s 字") % {"most": MOST_DOCUMENT})
    check_no_number(document)


def without_number(text: str) -> str:
    """What was written into a field of a form, where no number stands in it."""
    refusal = why_not(check_no_number, text)
    if refusal is not None:
        raise forms.ValidationError(refusal.message)
    return text
