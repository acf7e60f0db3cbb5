"""Forms of plans: adopting one with the county's own numbers, giving one up, picking proposals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.languages import in_english, language
from wenqu.rulebook.quality.plans import PlanPack
from wenqu.rulebook.quality.plans.loader import Given
from wenqu.rulebook.quality.plans.words import PERIOD_NAMES, UNITS

MONTHS = [(str(month), str(month)) for month in range(1, 13)]
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DocumentForm(forms.Form):
    """By which document."""

    document = forms.CharField(label=gettext_lazy("依据的本县文件"), max_length=300, help_text=gettext_lazy("写文件名称和文号"))


class AdoptPlanForm(DocumentForm):
    """The document, and every number of a plan that a county sets itself: months of seasons, quotas, limits of reports.

    What is left as it stands keeps the plan's own source.
    """

    document_on = forms.DateField(label=gettext_lazy("文件日期"), widget=DATE)

    def __init__(self, *args: Any, pack: PlanPack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack, lang, en = pack, language(), in_english()
        self.keys: dict[str, str] = {}
        for season in pack.seasons.values():
            field = forms.TypedMultipleChoiceField(
                label=_("%(season)s的月份") % {"season": season.name(lang)}, choices=MONTHS, coerce=int, widget=forms.CheckboxSelectMultiple(attrs={"class": "inline"}))
            self._add(season.months.key, field, [str(month) for month in season.months.numbers])
        for rule in pack.tasks.values():
            label = f"{rule.name(lang)} · {PERIOD_NAMES[rule.per.text][en]}（{UNITS[rule.times.unit][en]}）"
            self._add(rule.times.key, forms.IntegerField(label=label, min_value=1), rule.times.number)
        for total in pack.totals.values():
            self._add(total.amount.key, forms.IntegerField(label=f"{total.name(lang)}（{UNITS[total.amount.unit][en]}）", min_value=1), total.amount.number)
        for report in pack.reports.values():
            if report.within is not None:
                label = _("%(report)s的时限（%(unit)s）") % {"report": report.name(lang), "unit": UNITS[report.within.unit][en]}
                self._add(report.within.key, forms.IntegerField(label=label, min_value=0), report.within.number)
        self._add(pack.soon.key, forms.IntegerField(label=_("到期前几天算临期"), min_value=1), pack.soon.number)

    def _add(self, key: str, field: forms.Field, initial: Any) -> None:
        name = key.replace(".", "-")
        self.fields[name], self.initial[name], self.keys[name] = field, initial, key
        clause = self.pack.clauses[key]
        field.help_text = (clause.note or clause.clause) + ("" if clause.verified else _("（未核实）"))

    def own_fields(self) -> Iterator[forms.BoundField]:
        """The plan's own numbers, after the document."""
        return (self[name] for name in self.keys)

    @property
    def values(self) -> dict[str, Given]:
        """What is not as the plan has it."""
        found: dict[str, Given] = {}
        for name, key in self.keys.items():
            given, clause = self.cleaned_data.get(name), self.pack.clauses[key]
            if given is None:
                continue
            if isinstance(given, list):
                if tuple(sorted(given)) != tuple(sorted(clause.numbers)):
                    found[key] = sorted(given)
            elif given != clause.value:
                found[key] = given
        return found


class PickForm(forms.Form):
    """Which proposals, from which day."""

    from_on = forms.DateField(label=gettext_lazy("启用日期"), widget=DATE)
