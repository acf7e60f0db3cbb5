"""The forms of help. Amounts are written in yuan and kept in fen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.evidence.forms import FilesField
from wenqu.kit.plain_words import without_number as plain
from wenqu.places.models import Account
from wenqu.rulebook.watch.measures import MeasurePack
from wenqu.watch.models import Effect, Measure, Watched

_NO_NUMBERS = _("不要写证件号码、电话或账号。")


def without_number(text: str) -> None:
    plain(text)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


def _words(label: Any, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, required=required, widget=forms.Textarea(attrs={"rows": rows}), help_text=_NO_NUMBERS, validators=[without_number])


class Yuan(forms.DecimalField):
    """An amount in yuan; `cleaned_data` is fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=12, decimal_places=2, **kwargs)

    def clean(self, value: Any) -> int | None:
        found: Decimal | None = super().clean(value)
        return None if found is None else int(found * 100)


class PlanForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)
    kind = forms.ChoiceField(label=_("措施种类"))
    department = forms.ChoiceField(label=_("责任部门"), required=False, help_text=_("不选的，按措施种类定。"))
    person = forms.CharField(label=_("责任人"), max_length=80, required=False)
    plan = _words(_("措施内容"))
    planned_on = _day(_("制定日期"))
    due_on = _day(_("计划落实日期"), required=False)
    planned_fen = Yuan(label=_("计划金额（元）"), required=False, help_text=_("没有资金的填 0；还不知道的留空。"))

    def __init__(self, *args: Any, pack: MeasurePack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = pack.departments
        self.fields["kind"].choices = [("", _("请选择")), *((kind.id, f"{kind.zh}（{units[kind.department].zh}）") for kind in pack.offered)]  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", "—"), *((unit.id, unit.zh) for unit in units.values())]  # type: ignore[attr-defined]


class GoOnForm(forms.Form):
    """What every step of a measure takes: the version that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class CarryOutForm(GoOnForm):
    done_on = _day(_("落实日期"))
    done_fen = Yuan(label=_("落实金额（元）"), help_text=_("没有资金的填 0。"))
    note = _words(_("落实情况"), required=False, rows=2)
    evidence = FilesField(label=_("佐证材料"))


class JudgeForm(GoOnForm):
    effect = forms.ChoiceField(label=_("成效"), choices=Effect.choices)
    on = _day(_("评定日期"))
    note = _words(_("成效说明"), required=False, rows=2)


class DropForm(GoOnForm):
    why = forms.CharField(label=_("不再落实的原因"), max_length=300, help_text=_NO_NUMBERS, validators=[without_number])


class VisitForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)
    on = _day(_("走访日期"))
    way = forms.ChoiceField(label=_("方式"))
    found = _words(_("走访情况"))
    worse = forms.BooleanField(label=_("发现新的风险或困难"), required=False)

    def __init__(self, *args: Any, pack: MeasurePack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = pack.visits.ways if pack.visits else {}
        self.fields["way"].choices = [(name, words[0]) for name, words in ways.items()]  # type: ignore[attr-defined]


class HelperForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    name = forms.CharField(label=_("帮扶责任人"), max_length=80)
    unit = forms.CharField(label=_("帮扶单位"), max_length=120, required=False)
    phone = forms.CharField(label=_("帮扶责任人电话"), max_length=20, required=False, help_text=_("留空则不改。"))
    contact = forms.ModelChoiceField(label=_("联系人"), queryset=Account.objects.none(), required=False, empty_label="—", help_text=_("每月走访这户的人。"))
    why = forms.CharField(label=_("变更原因"), max_length=300, help_text=_NO_NUMBERS, validators=[without_number])

    def __init__(self, *args: Any, watched: Watched, contacts: Any, **kwargs: Any) -> None:
        given = {"version": watched.version, "name": watched.helper_name, "unit": watched.helper_unit, "contact": watched.contact_id}
        super().__init__(*args, **{"initial": given, **kwargs})
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]

    def clean_phone(self) -> str | None:
        return self.cleaned_data["phone"].strip() or None


STEPS: dict[str, type[GoOnForm]] = {"carry_out": CarryOutForm, "judge": JudgeForm, "drop": DropForm}


def step_form(name: str, measure: Measure, on: date, data: Any = None, files: Any = None) -> GoOnForm:
    """The form of a step of a measure, with the day of today."""
    day = {"carry_out": "done_on", "judge": "on"}.get(name)
    initial = {"version": measure.version, **({day: on} if day else {})}
    return STEPS[name](data, files, initial=initial, auto_id=f"id_{name}_{measure.pk}_%s")
