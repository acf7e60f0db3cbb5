"""The form of a what-if: every number and word of the pack under its own name; only what was changed counts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.kit.languages import language
from wenqu.kit.plain_words import without_number
from wenqu.rulebook.model import Head
from wenqu.rulebook.names import plain
from wenqu.rulebook.naming import Named, value_words
from wenqu.rulebook.problems import PackError
from wenqu.watch.whatif.packs import value_of, with_changes

_MOST = 10**9


class ScenarioForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("例如：收入线提高到 7500 元"))
    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, pack: Head, clauses: Sequence[Named], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack, self.clauses = pack, clauses
        self.fields["key"].initial, self.fields["digest"].initial = uuid.uuid4().hex, pack.digest
        for number, one in enumerate(clauses):
            self.fields[f"n{number}"] = value_field(one)

    def sections(self) -> list[tuple[str, list[tuple[Named, Any]], bool]]:
        return sections_of(self, self.clauses)

    def clean_name(self) -> str:
        return without_number(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("digest") != self.pack.digest:
            raise forms.ValidationError(_("规则包已经变了，请重新打开这一页"))
        changes, made = [], {}
        for number, one in enumerate(self.clauses):
            try:
                value = value_in(one, str(values.get(f"n{number}") or ""))
            except ValueError:
                self.add_error(f"n{number}", _("请填写不小于 0 的数字"))
                continue
            if value is None or value == one.value:
                continue
            made[one.key] = value
            lang = language()
            changes.append({"key": one.key, "label": one.title, "before": value_words(one.value, one.unit, lang),
                            "after": plain(value), "after_words": value_words(value, one.unit, lang), "document": one.document, "clause": one.clause})
        if not changes and not self.errors:
            raise forms.ValidationError(_("没有改动任何一个数"))
        self._try(made)
        values["changes"] = changes
        return values

    def _try(self, made: dict[str, Any]) -> None:
        """What the pack will not have is said at its field."""
        try:
            with_changes(self.pack, made)
        except PackError as wrong:
            for problem in wrong.problems:
                place = next((f"n{number}" for number, one in enumerate(self.clauses) if problem.key.startswith(one.key)), None)
                self.add_error(place, problem.message)


def value_field(one: Named) -> forms.Field:
    """The field of one number or word of a pack."""
    initial = "" if one.value is None else plain(one.value)
    if one.is_number:
        return forms.CharField(label=one.label, required=False, max_length=20, initial=initial, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
    return forms.ChoiceField(label=one.label, required=False, initial=initial, choices=one.words)


def value_in(one: Named, text: str) -> Any:
    """What was written into such a field, as packs hold it; None where nothing was. `ValueError` for what is no number."""
    text = text.strip()
    if not text:
        return None
    return _number(text) if one.is_number else text


def sections_of(form: forms.Form, clauses: Sequence[Named]) -> list[tuple[str, list[tuple[Named, Any]], bool]]:
    """Name of the section, its rows, and whether any of them is a number; those with numbers first."""
    found: dict[str, list[tuple[Named, Any]]] = {}
    for number, one in enumerate(clauses):
        found.setdefault(one.section, []).append((one, form[f"n{number}"]))
    listed = [(name, rows, any(one.is_number for one, _field in rows)) for name, rows in found.items()]
    return sorted(listed, key=lambda each: not each[2])


def _number(text: str) -> Any:
    """A number as packs hold it. `ValueError` for what is none."""
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite() or not 0 <= number <= _MOST:
        raise ValueError(text)
    return value_of(str(number))
