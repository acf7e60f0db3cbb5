"""What is told of a household: facts that the pack asks for, and items of income and spending."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Member
from wenqu.kit.plain_words import without_number
from wenqu.places.models import Division
from wenqu.rulebook.watch.judging import JudgingPack, Window
from wenqu.rulebook.watch.judging.model import ItemKind
from wenqu.watch.judging.actions import ItemTold
from wenqu.watch.judging.asked import CHOICE, MONEY, TEXT, YES_NO, Asked, canonical, fen_of

# Written where somebody was asked and did not know.
# Asked, and not known: in whichever language somebody writes it.
NOT_KNOWN = frozenset({"不详", "unknown"})
TOGETHER = (("yes", _("共同生活")), ("no", _("不共同生活")), ("", _("不清楚")))


class SourceForm(forms.Form):
    """Where it was told, and when; and the key of the request."""

    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)
    source = forms.CharField(label=_("资料来源"), max_length=120, help_text=_("例如：入户核实、工资流水、医保结算单。不要写证件号码、电话或账号。"))
    observed_on = forms.DateField(label=_("了解日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["key"].initial = uuid.uuid4().hex
        self.fields["observed_on"].initial = today

    def clean_source(self) -> str:
        return without_number(self.cleaned_data["source"])

    def clean_observed_on(self) -> date:
        day: date = self.cleaned_data["observed_on"]
        if day > self.today:
            raise forms.ValidationError(_("了解日期不能晚于今天"))
        return day


class FactsForm(SourceForm):
    """Every fact that the pack asks for; only what differs from what stands is told anew."""

    def __init__(self, *args: Any, asked: Sequence[Asked], standing: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.standing = {each.name: each for each in asked}, standing
        for each in asked:
            self.fields[each.name] = _field(each, standing.get(each.name, ""))

    def groups(self) -> list[tuple[str, list[tuple[Asked, Any]]]]:
        """The fields as the page shows them."""
        found: dict[str, list[tuple[Asked, Any]]] = {}
        for each in self.asked.values():
            found.setdefault(each.group, []).append((each, self[each.name]))
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        told = {}
        for name, each in self.asked.items():
            try:
                text = canonical(each, values.get(name) or "")
                if each.kind == TEXT:
                    without_number(text)
            except ValueError as wrong:
                self.add_error(name, str(wrong))
                continue
            except forms.ValidationError as wrong:
                self.add_error(name, wrong)
                continue
            if text != self.standing.get(name, ""):
                told[name] = text
        if not told and not self.errors:
            raise forms.ValidationError(_("没有改动任何一项"))
        values["facts"] = told
        return values


def _field(asked: Asked, standing: str) -> forms.Field:
    common: dict[str, Any] = {"label": asked.label, "required": False, "help_text": asked.help}
    if asked.kind in (YES_NO, CHOICE):
        choices = (("yes", _("是")), ("no", _("否"))) if asked.kind == YES_NO else asked.choices
        return forms.ChoiceField(choices=[("", _("未知")), *choices], initial=standing, **common)
    shown = f"{int(standing) / 100:.2f}" if asked.kind == MONEY and standing else standing
    return forms.CharField(max_length=300 if asked.kind == TEXT else 16, initial=shown, **common)


class ItemsForm(SourceForm):
    """A row for each kind of the pack; rows without an amount tell nothing."""

    def __init__(self, *args: Any, pack: JudgingPack, window: Window, members: Sequence[tuple[Member, str]], english: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack = pack
        self.members = {str(member.pk): member for member, _name in members}
        whose = [("", _("全家")), *((str(member.pk), name) for member, name in members)]
        for kind in pack.items.values():
            label = kind.en if english else kind.zh
            self.fields[f"amount_{kind.id}"] = forms.CharField(
                label=_("%(kind)s（元）") % {"kind": label}, required=False, max_length=16, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
            for name, title, month in (("first", _("起"), window.first), ("last", _("止"), window.last)):
                self.fields[f"{name}_{kind.id}"] = forms.CharField(
                    label=title, required=False, initial=f"{month // 100:04d}-{month % 100:02d}", widget=forms.TextInput(attrs={"type": "month", "aria-label": title}))
            self.fields[f"who_{kind.id}"] = forms.ChoiceField(label=_("谁的"), required=False, choices=whose)
            self.fields[f"together_{kind.id}"] = forms.ChoiceField(label=_("是否共同生活"), required=False, choices=TOGETHER, initial="yes")

    def rows(self) -> list[dict[str, Any]]:
        """The rows as the page shows them."""
        names = ("amount", "first", "last", "who", "together")
        return [{"kind": kind, **{name: self[f"{name}_{kind.id}"] for name in names}} for kind in self.pack.items.values()]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        told = [item for kind in self.pack.items.values() if (item := self._item(kind, values)) is not None]
        if not told and not self.errors:
            raise forms.ValidationError(_("请至少填写一类的金额；问过没有的填 0，问过说不清的填“不详”"))
        values["items"] = told
        return values

    def _item(self, kind: ItemKind, values: dict[str, Any]) -> ItemTold | None:
        text = (values.get(f"amount_{kind.id}") or "").strip()
        if not text:
            return None
        try:
            amount = None if text.lower() in NOT_KNOWN else fen_of(text)
            first, last = (_month(values.get(f"{name}_{kind.id}") or "") for name in ("first", "last"))
            if last < first:
                raise ValueError(_("截止月份早于起始月份"))
        except ValueError as wrong:
            self.add_error(f"amount_{kind.id}", str(wrong))
            return None
        together = {"yes": True, "no": False}.get(values.get(f"together_{kind.id}") or "")
        return ItemTold(kind.id, first, last, amount, together, self.members.get(values.get(f"who_{kind.id}") or ""))


def _month(text: str) -> int:
    """«2026-03» as 202603."""
    year, _dash, month = text.strip().partition("-")
    if not (year.isascii() and year.isdecimal() and len(year) == 4 and month.isascii() and month.isdecimal() and 1 <= int(month) <= 12 and 1900 < int(year) <= 2999):
        raise ValueError(_("月份应写成 2026-03 的样子"))
    return int(year) * 100 + int(month)


class RunForm(forms.Form):
    """Which county is judged, as of which day."""

    division = forms.ModelChoiceField(Division.objects.none(), label=_("县"), empty_label=None)
    as_of = forms.DateField(label=_("研判基准日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, divisions: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = divisions  # type: ignore[attr-defined]
        self.fields["as_of"].initial = today
