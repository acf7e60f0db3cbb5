"""The forms of the editor: every number and word under its own name, or the whole text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.kit.plain_words import without_number
from wenqu.rulebook.model import Head
from wenqu.rulebook.names import plain
from wenqu.rulebook.naming import Named
from wenqu.rulebook.problems import PackError
from wenqu.watch.editor.editing import HEAD, Own, edited, problems_of, read_text
from wenqu.watch.whatif.forms import sections_of, value_field, value_in

_DAY = re.compile(r"\d{4}(-\d{2}){0,2}")


class NoteForm(forms.Form):
    """Why there is another edition. `pack` holds what was written once it is valid, `problems` what is wrong with it."""

    note = forms.CharField(label=_("修改说明"), max_length=300, help_text=_("改了什么、为什么。"))

    def __init__(self, *args: Any, base: Head, pack_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base, self.pack_id = base, pack_id
        self.pack: Head | None = None
        self.problems: list[tuple[str, str]] = []

    def clean_note(self) -> str:
        return without_number(self.cleaned_data["note"])

    def _written(self, values: dict[str, Any]) -> Head:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        # A note that is not written yet hinders nobody from seeing what the numbers say.
        if set(self.errors) <= {"note"}:
            try:
                self.pack = self._written(values)
            except PackError as wrong:
                self.problems = problems_of(wrong, self.base)
                self.add_error(None, _("规则包还不能用，见下面的逐条说明"))
        return values


class ClausesForm(NoteForm):
    """The head, the document, and a field for each number and each word out of a closed list."""

    zh = forms.CharField(label=_("名称"), max_length=80)
    edition = forms.CharField(label=_("版本"), max_length=40)
    region = forms.CharField(label=_("适用地区"), max_length=40)
    in_force = forms.RegexField(_DAY, label=_("施行日期"), max_length=10, help_text=_("如 2026 或 2026-05-01"))
    until = forms.RegexField(_DAY, label=_("有效期至"), max_length=10, required=False)
    document = forms.CharField(label=_("依据文件"), max_length=120, required=False, help_text=_("改动的数和规定写在哪个文件里；不填就标为未核实。"))
    clause = forms.CharField(label=_("条款"), max_length=120, required=False)

    def __init__(self, *args: Any, clauses: Sequence[Named], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clauses = clauses
        for name in HEAD:
            self.fields[name].initial = str(self.base.content.get(name, ""))
        line: Any = self.base.content.get("line")
        self.line_fields: list[str] = []
        if line:
            self.fields["line_region"] = forms.CharField(label=_("收入线适用地区"), max_length=40, initial=str(line.get("region", "")), help_text=_("写县、市或省的名称，与行政区划的名称一致。"))
            self.fields["line_year"] = forms.IntegerField(label=_("收入线年份"), min_value=2000, max_value=2999, initial=line.get("year"))
            self.line_fields = ["line_region", "line_year"]
        for number, one in enumerate(clauses):
            self.fields[f"n{number}"] = value_field(one)

    def head(self) -> list[Any]:
        return [self[name] for name in (*HEAD, *self.line_fields)]

    def sections(self) -> list[tuple[str, list[tuple[Named, Any]], bool]]:
        return sections_of(self, self.clauses)

    def clean_document(self) -> str:
        return without_number(self.cleaned_data["document"])

    def _written(self, values: dict[str, Any]) -> Head:
        made = {}
        for number, one in enumerate(self.clauses):
            try:
                found = value_in(one, str(values.get(f"n{number}") or ""))
            except ValueError:
                self.add_error(f"n{number}", _("请填写不小于 0 的数字"))
                continue
            if found is not None and plain(found) != plain(one.value):
                made[one.key] = found
        head = {name: str(values.get(name) or "") for name in (*HEAD, *self.line_fields)}
        return edited(self.base, Own(head, made, values.get("document") or "", values.get("clause") or ""), self.pack_id)


class TextForm(NoteForm):
    """The whole text in TOML: ways, new kinds and sentences as well."""

    text = forms.CharField(label=_("规则包全文（TOML）"), max_length=400_000, strip=False, widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "code-text"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].initial = self.base.text.replace(f'id = "{self.base.id}"', f'id = "{self.pack_id}"', 1)

    def _written(self, values: dict[str, Any]) -> Head:
        return read_text(values.get("text") or "", self.base.kind, self.pack_id)
