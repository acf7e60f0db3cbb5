"""Forms of quality control: the limits of a county, and what was added to a spiked sample."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.plain_words import without_number
from wenqu.quality.control.actions import Addition
from wenqu.quality.control.solutions import STRENGTHS, may_be_added
from wenqu.quality.control.words import number_text, place_text
from wenqu.quality.models import Sample
from wenqu.quality.naming import name_of
from wenqu.quality.results.queries import items_asked
from wenqu.quality.samples.forms import DATE, Keyed
from wenqu.rulebook.model import Pack
from wenqu.rulebook.names import plain
from wenqu.rulebook.quality.control_values import Cited, cited_numbers
from wenqu.rulebook.schema import MOST_DECIMALS


class LimitsForm(Keyed):
    """The document, and every number with a tick that the document holds it as it stands."""

    document = forms.CharField(label=gettext_lazy("依据文件"), max_length=300, help_text=gettext_lazy("写文件名称、文号和条款"))
    document_on = forms.DateField(label=gettext_lazy("文件日期"), widget=DATE)

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = cited_numbers(pack)
        every = {one.key: one for one in self.numbers}
        self.rows: list[tuple[Cited, str, str]] = []
        for one in self.numbers:
            name, label = one.key.replace(".", "-"), place_text(one.key, every)
            if not one.is_rule:
                self.fields[f"v-{name}"] = forms.DecimalField(label=label, min_value=Decimal(0), decimal_places=MOST_DECIMALS, max_digits=20, required=False, localize=False)
                self.initial[f"v-{name}"] = plain(one.value)
            self.fields[f"c-{name}"] = forms.BooleanField(label=_("按这份文件核实：%(name)s") % {"name": label}, required=False)
            self.rows.append((one, name, label))

    def told_rows(self) -> Iterator[dict[str, Any]]:
        """A line for each number: what it is, its field where it can be edited, and its tick."""
        for one, name, label in self.rows:
            yield {"one": one, "label": label, "shown": number_text(one), "field": self[f"v-{name}"] if not one.is_rule else None, "tick": self[f"c-{name}"]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for one, name, label in self.rows:
            if not one.is_rule and f"v-{name}" not in self.errors and data.get(f"v-{name}") is None:
                self.add_error(f"v-{name}", _("%(name)s不能空着") % {"name": label})
        return data

    @property
    def values(self) -> dict[str, Decimal | int | str]:
        """What is edited or confirmed."""
        found: dict[str, Decimal | int | str] = {}
        for one, name, _label in self.rows:
            given = self.cleaned_data.get(f"v-{name}")
            edited = given is not None and given != Decimal(str(one.value)) if not one.is_rule else False
            if edited or self.cleaned_data.get(f"c-{name}"):
                value = given if edited and given is not None else one.value
                found[one.key] = int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
        return found


class DoseForm(Keyed):
    """One standard solution that was added to a bottle."""

    items = forms.MultipleChoiceField(label=gettext_lazy("加标的指标"), widget=forms.CheckboxSelectMultiple(attrs={"class": "inline"}))
    solution = forms.CharField(label=gettext_lazy("标准溶液（名称、批号）"), max_length=120, required=False)
    strength = forms.DecimalField(label=gettext_lazy("标准溶液浓度"), min_value=Decimal(0), max_digits=14, decimal_places=6)
    unit = forms.ChoiceField(label=gettext_lazy("浓度单位"), choices=[(one, one) for one in STRENGTHS])
    volume = forms.DecimalField(label=gettext_lazy("加入体积（mL）"), min_value=Decimal(0), max_digits=10, decimal_places=4)
    bottle = forms.DecimalField(label=gettext_lazy("水样体积（mL）"), min_value=Decimal(0), max_digits=10, decimal_places=2)

    def __init__(self, *args: Any, sample: Sample, taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "dose-%s", **kwargs})
        self.fields["items"].choices = [(item, name_of(item)) for item in items_asked(sample) if item not in taken and may_be_added(item)]  # type: ignore[attr-defined]

    def clean_solution(self) -> str:
        return without_number(self.cleaned_data["solution"])

    @property
    def told(self) -> Addition:
        """What the action is told."""
        data = self.cleaned_data
        return Addition(data["items"], data["strength"], data["unit"], data["volume"], data["bottle"], data["solution"])
