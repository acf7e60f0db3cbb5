"""Forms of points."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.households.models import Household
from wenqu.kit.languages import language
from wenqu.kit.plain_words import without_number
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.scope import Area, below, within
from wenqu.quality.models import PlanAdoption, Point, PointUse
from wenqu.quality.plans.queries import pack_of
from wenqu.rulebook.quality.plans import PlanPack
from wenqu.rulebook.quality.plans.model import OF_SCHEME
from wenqu.schemes.models import Scheme

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FLAGS = {"source_limited": gettext_lazy("受水源限制（判定时用放宽的限值）"), "treatment_limited": gettext_lazy("受净水技术限制（判定时用放宽的限值）")}


class _Told(forms.Form):
    name = forms.CharField(label=gettext_lazy("监测点名称"), max_length=120)
    place = forms.CharField(label=gettext_lazy("采样位置"), max_length=200, required=False)
    source_limited = forms.BooleanField(label=FLAGS["source_limited"], required=False)
    treatment_limited = forms.BooleanField(label=FLAGS["treatment_limited"], required=False)

    def clean_name(self) -> str:
        return without_number(self.cleaned_data["name"])

    def clean_place(self) -> str:
        return without_number(self.cleaned_data["place"])


class PointForm(_Told):
    """A point by hand: what it is in which plan, and where it stands."""

    what = forms.ChoiceField(label=gettext_lazy("方案和类别"))
    scheme = forms.CharField(label=gettext_lazy("供水工程编号"), max_length=64, required=False, help_text=gettext_lazy("出厂水、末梢水、水源水、二次供水的监测点填写"))
    household = forms.CharField(label=gettext_lazy("农户编号"), max_length=64, required=False, help_text=gettext_lazy("分散式供水的农户监测点填写"))
    town = forms.ChoiceField(label=gettext_lazy("所在区划"), required=False, help_text=gettext_lazy("学校、单位等监测点填写；工程和农户的按登记簿"))
    from_on = forms.DateField(label=gettext_lazy("启用日期"), widget=DATE)
    field_order = ("what", "name", "scheme", "household", "town", "place", "from_on", "source_limited", "treatment_limited")

    def __init__(self, *args: Any, county: Division, adoptions: list[PlanAdoption], area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county, self.area, self.adoptions = county, area, {str(one.pk): one for one in adoptions}
        choices = [(f"{one.pk}.{kind.id}", f"{one.edition.title} · {kind.name(language())}") for one in adoptions for kind in pack_of(one.edition).kinds.values()]
        self.fields["what"].choices = [("", _("请选择")), *choices]  # type: ignore[attr-defined]
        self.fields["town"].choices = [(str(county.pk), county.name), *_by_town(county)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        adoption, _dot, kind = data.get("what", "").partition(".")
        if adoption not in self.adoptions:
            return data
        data["adoption"], data["kind"] = self.adoptions[adoption], kind
        shape = pack_of(data["adoption"].edition).kinds[kind].shape
        scheme = self._found("scheme", Scheme, data, shape in OF_SCHEME, _("本县没有这个编号的供水工程"))
        household = self._found("household", Household, data, shape == "household", _("本县没有这个编号的农户"))
        place = next((one.division for one in (scheme, household) if one is not None), None)
        data["division"] = place or Division.objects.filter(pk=data.get("town") or self.county.pk, path__startswith=self.county.path).first() or self.county
        return data

    def _found(self, name: str, model: Any, data: dict[str, Any], wanted: bool, unknown: str) -> Any:
        """The row of the county by its number; only where the shape asks for one."""
        number = data.get(name, "").strip()
        data[name] = None
        if not wanted:
            return None
        found = within(model.objects.filter(below(self.county.path), number=number), self.area).select_related("division").first() if number else None
        if found is None:
            self.add_error(name, unknown)
        data[name] = found
        return found


def _by_town(county: Division) -> list[tuple[str, list[tuple[str, str]]]]:
    """Towns with their villages, so that what is found at a school reaches its village."""
    rows = list(Division.objects.filter(below(county.path), level__in=(Level.TOWN, Level.VILLAGE)).order_by("path"))
    return [(town.name, [(str(one.pk), one.name) for one in rows if one.path.startswith(town.path)]) for town in rows if town.level == Level.TOWN]


class EditPointForm(_Told):
    """What is told of a point, and its own quotas: empty is the plan's."""

    def __init__(self, *args: Any, point: Point, uses: list[tuple[PointUse, PlanPack]], **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {name: getattr(point, name) for name in ("name", "place", "source_limited", "treatment_limited")}, **kwargs})
        self.quota_fields: dict[str, tuple[str, str]] = {}
        for use, pack in uses:
            for rule in pack.tasks.values():
                if use.kind not in rule.kinds.words or rule.together:
                    continue
                name = f"q-{pack.id}-{rule.id}"
                self.fields[name] = forms.IntegerField(
                    label=_("%(task)s的任务量") % {"task": rule.name(language())}, min_value=0, required=False,
                    help_text=_("不填按方案：%(number)s") % {"number": rule.times.number})
                self.initial[name] = use.quotas.get(rule.id)
                self.quota_fields[name] = (pack.id, rule.id)

    @property
    def quotas(self) -> dict[str, dict[str, int]]:
        """plan -> task -> number, for every plan of the point."""
        found: dict[str, dict[str, int]] = {pack: {} for pack, _rule in self.quota_fields.values()}
        for name, (pack, rule) in self.quota_fields.items():
            if self.cleaned_data.get(name) is not None:
                found[pack][rule] = self.cleaned_data[name]
        return found


class EndForm(forms.Form):
    """From when on a point is watched no more."""

    to_on = forms.DateField(label=gettext_lazy("停用日期"), widget=DATE)


class TellForm(forms.Form):
    """So many done on a day for a task."""

    task = forms.ChoiceField(label=gettext_lazy("监测任务"))
    on = forms.DateField(label=gettext_lazy("完成日期"), widget=DATE)
    count = forms.IntegerField(label=gettext_lazy("完成数"), min_value=1, initial=1)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, uses: list[tuple[PointUse, PlanPack]], **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"key": uuid.uuid4().hex}, "auto_id": "tell-%s", **kwargs})
        self.uses = {pack.id: (use, pack) for use, pack in uses}
        self.fields["task"].choices = [  # type: ignore[attr-defined]
            (f"{pack.id}.{rule.id}", f"{rule.name(language())}（{pack.zh if language() == 'zh' else pack.en}）")
            for use, pack in uses for rule in pack.tasks.values() if use.kind in rule.kinds.words]

    def clean_note(self) -> str:
        return without_number(self.cleaned_data["note"])

    @property
    def told(self) -> tuple[PointUse, PlanPack, str]:
        """Which use, plan and task."""
        pack_id, _dot, rule = self.cleaned_data["task"].partition(".")
        return (*self.uses[pack_id], rule)


class WhyForm(forms.Form):
    """Why something is taken back."""

    why = forms.CharField(label=gettext_lazy("撤回原因"), max_length=200)
