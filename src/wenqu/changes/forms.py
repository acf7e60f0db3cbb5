"""The forms of the kinds of change: each asks for what its kind needs, of the members that the household has now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenqu.changes.duplicates import read_identity
from wenqu.changes.looking import Asked
from wenqu.changes.models import WHYS, Kind
from wenqu.changes.planning import Wanted
from wenqu.households.models import Household
from wenqu.households.showing import showing
from wenqu.kit.plain_words import without_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Division, Level
from wenqu.places.queries import divisions_by_level
from wenqu.places.scope import Area, within

# Kinds after which somebody is something else to the head.
_RELATED = frozenset({Kind.REMOVE, Kind.DIE, Kind.HEAD, Kind.SPLIT, Kind.MERGE})


class ChangeForm(forms.Form):
    """What is asked for. `key` makes a form that is sent twice the same request."""

    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)
    why = forms.ChoiceField(label=_("原因"))
    happened_on = forms.DateField(label=_("发生日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label=_("说明"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("如依据的材料。不要写证件号码或电话。"))

    def __init__(self, *args: Any, household: Household, kind: str, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household, self.kind, self.area = household, kind, area
        self.members = list(household.members.order_by("pk"))
        if kind in WHYS:
            self.fields["why"].choices = [*([("", _("请选择"))] if len(WHYS[kind]) > 1 else []), *((why.value, why.label) for why in WHYS[kind])]  # type: ignore[attr-defined]
        else:
            del self.fields["why"]
        build = {
            Kind.ADD: self._person, Kind.REMOVE: self._leaving, Kind.DIE: self._leaving, Kind.HEAD: self._head, Kind.SPLIT: self._split,
            Kind.MERGE: self._merge, Kind.MOVE: self._move,
        }.get(Kind(kind))
        if build is not None:
            build()
        if kind in _RELATED:
            self._relations()
        self.order_fields(["key", "why", "member", "members", "name", "id_card", "relation", "other_number", "to_village", "new_number", "head", "rest_head"])

    def _person(self) -> None:
        self.fields["name"] = forms.CharField(label=_("姓名"), max_length=80)
        self.fields["id_card"] = forms.CharField(
            label=_("证件号码"), max_length=30, required=False, help_text=_("18 位；新生儿可以暂不填。"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
        self.fields["relation"] = forms.CharField(label=_("与户主关系"), max_length=20)

    def _choices(self, blank: Any = None) -> list[tuple[str, Any]]:
        shown = showing(self.area)
        told = [(str(each.pk), f"{shown.name(each.name, self.household.path)}（{each.relation}）") for each in self.members]
        return [("", blank), *told] if blank else told

    def _leaving(self) -> None:
        self.fields["member"] = forms.ChoiceField(label=_("哪一位"), choices=self._choices())
        self.fields["head"] = forms.ChoiceField(label=_("新户主"), required=False, choices=self._choices(_("户主不变")), help_text=_("户主死亡或迁出时必选。"))

    def _head(self) -> None:
        self.fields["head"] = forms.ChoiceField(label=_("新户主"), choices=self._choices())

    def _split(self) -> None:
        self.fields["members"] = forms.MultipleChoiceField(label=_("分出的成员"), choices=self._choices(), widget=forms.CheckboxSelectMultiple)
        self.fields["head"] = forms.ChoiceField(label=_("新户的户主"), choices=self._choices())
        self.fields["new_number"] = forms.CharField(label=_("新户的户编号"), max_length=64, help_text=_("全国系统给出的编号；本县不能重复。"))
        self.fields["group_name"] = forms.CharField(label=_("新户所在自然村（组）"), max_length=80, required=False, initial=self.household.group_name)
        self.fields["rest_head"] = forms.ChoiceField(label=_("原户的新户主"), required=False, choices=self._choices(_("户主不变")), help_text=_("原户主分出时必选。"))

    def _merge(self) -> None:
        self.fields["other_number"] = forms.CharField(label=_("并入哪一户（户编号）"), max_length=64)

    def _move(self) -> None:
        villages = divisions_by_level(self.area, Level.VILLAGE, Level.VILLAGE).filter(path__startswith=self.household.county.path).exclude(pk=self.household.division_id)
        towns = dict(Division.objects.filter(path__in={each.path[:-4] for each in villages}).values_list("path", "name"))
        self.fields["to_village"] = forms.ChoiceField(
            label=_("迁往的村"), choices=[("", _("请选择")), *((str(each.pk), f"{towns.get(each.path[:-4], '')} {each.name}") for each in villages)],
            help_text=_("只列出您管辖区域内的村；跨乡镇搬迁由县级申请。"))
        self.fields["group_name"] = forms.CharField(label=_("迁往的自然村（组）"), max_length=80, required=False)
        self.fields["keep_supply"] = forms.BooleanField(label=_("仍由原来的供水工程供水"), required=False)

    def _relations(self) -> None:
        """What everybody is to the head afterwards."""
        shown, merging = showing(self.area), self.kind == Kind.MERGE
        label = gettext("%(name)s与那户户主的关系") if merging else gettext("%(name)s与新户主的关系")
        for each in self.members:
            # What they are to this head says nothing of what they are to another.
            self.fields[f"relation_{each.pk}"] = forms.CharField(
                label=label % {"name": shown.name(each.name, self.household.path)}, max_length=20, required=merging, initial="" if merging else each.relation)

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("relation_") and name not in {"key", "happened_on", "note"}]

    @property
    def relation_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("relation_")]

    def clean_note(self) -> str:
        return without_number(self.cleaned_data["note"])

    def clean_id_card(self) -> str:
        try:
            return read_identity(self.cleaned_data["id_card"])
        except Refused as refusal:
            refusal.asked = True
            raise ValidationError(refusal.message) from None

    def clean_other_number(self) -> Household:
        found = within(Household.objects.filter(county=self.household.county_id, number=self.cleaned_data["other_number"].strip()), self.area).first()
        if found is None:
            raise ValidationError(gettext("您的管辖区域内没有这个户编号；请核对，跨区域并户由上一级申请"))
        return found

    def clean_to_village(self) -> Division:
        found = Division.objects.filter(pk=int(self.cleaned_data["to_village"] or 0)).first()
        if found is None:
            raise ValidationError(gettext("请选择迁往的村"))
        return found

    def asked(self) -> Asked:
        """The request of a valid form."""
        told = self.cleaned_data
        wanted = Wanted(
            member=_key(told.get("member")), members=tuple(int(pk) for pk in told.get("members", ())), head=_key(told.get("head")), rest_head=_key(told.get("rest_head")),
            relations={each.pk: told.get(f"relation_{each.pk}", "").strip() for each in self.members if told.get(f"relation_{each.pk}")},
            name=told.get("name", ""), relation=told.get("relation", ""), new_number=told.get("new_number", ""), group_name=told.get("group_name", ""),
            keep_supply=told.get("keep_supply", False),
        )
        return Asked(
            self.household, self.kind, told["happened_on"], told.get("why", ""), wanted, told.get("other_number"), told.get("to_village"), told.get("id_card", ""))


def _key(text: str | None) -> int | None:
    return int(text) if text else None


class DecisionForm(forms.Form):
    """Confirm what the page showed, or turn it down and say why."""

    basis = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    note = forms.CharField(label=_("不予通过的理由"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_note(self) -> str:
        return without_number(self.cleaned_data["note"])


class UndoForm(forms.Form):
    """Ask to take a change back."""

    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)
    happened_on = forms.DateField(label=_("撤销日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label=_("撤销理由"), min_length=4, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_note(self) -> str:
        return without_number(self.cleaned_data["note"])


