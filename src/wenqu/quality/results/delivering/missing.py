"""Points that a workbook names and the county does not know: a person picks them and says at which scheme and as what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.languages import language
from wenqu.places.scope import Area, below, within
from wenqu.quality.models import Delivery, PlanAdoption
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.points.forms import DATE
from wenqu.rulebook.quality.plans.model import OF_SCHEME
from wenqu.schemes.models import Scheme


class PointsForm(forms.Form):
    """Which of the names, at which scheme, as which kind of which plan, from when on."""

    names = forms.MultipleChoiceField(label=gettext_lazy("监测点"), required=False, widget=forms.CheckboxSelectMultiple)
    what = forms.ChoiceField(label=gettext_lazy("方案和类别"))
    scheme = forms.CharField(label=gettext_lazy("供水工程编号"), max_length=64)
    from_on = forms.DateField(label=gettext_lazy("启用日期"), widget=DATE, help_text=gettext_lazy("不晚于最早的采样日期"))

    def __init__(self, *args: Any, delivery: Delivery, adoptions: list[PlanAdoption], area: Area, **kwargs: Any) -> None:
        points = delivery.told.get("points", [])
        first = min(filter(None, (one["first"] for one in points)), default=None)
        super().__init__(*args, **{"initial": {"from_on": first}, "auto_id": "points-%s", **kwargs})
        self.delivery, self.area, self.adoptions = delivery, area, {str(one.pk): one for one in adoptions}
        self.fields["names"].choices = [  # type: ignore[attr-defined]
            (one["name"], _("%(name)s（%(count)s 个样品）") % {"name": one["name"], "count": one["samples"]}) for one in points]
        kinds = [(f"{one.pk}.{kind.id}", f"{one.edition.title} · {kind.name(language())}")
                 for one in adoptions for kind in pack_of(one.edition).kinds.values() if kind.shape in OF_SCHEME]
        self.fields["what"].choices = [("", _("请选择")), *kinds]  # type: ignore[attr-defined]

    def clean_names(self) -> list[str]:
        every = [one["name"] for one in self.delivery.told.get("points", [])]
        picked = every if self.data.get("all") else self.cleaned_data["names"]
        if not picked:
            raise forms.ValidationError(_("请至少选择一个监测点"))
        return list(picked)

    def clean_scheme(self) -> Scheme:
        rows = within(Scheme.objects.filter(below(self.delivery.path), number=self.cleaned_data["scheme"].strip()), self.area)
        found = rows.select_related("division").first()
        if found is None:
            raise forms.ValidationError(_("本县没有这个编号的供水工程"))
        return found

    @property
    def said(self) -> dict[str, Any]:
        """What the action is told."""
        adoption, _dot, kind = self.cleaned_data["what"].partition(".")
        return {"adoption": self.adoptions[adoption], "kind": kind, **{name: self.cleaned_data[name] for name in ("names", "scheme", "from_on")}}
