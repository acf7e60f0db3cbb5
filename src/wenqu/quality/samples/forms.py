"""Forms of samples: planning a trip, taking, handing over, receiving, voiding, finding."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.plain_words import without_number
from wenqu.kit.refusal import Refused
from wenqu.quality.models import Sample
from wenqu.quality.samples.actions import COLDEST, HOTTEST, Handed, Taking
from wenqu.quality.samples.measuring import MEASURES, read_measure
from wenqu.quality.samples.planning import MOST_EXTRAS
from wenqu.quality.samples.trips import Extras

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
SEALS = (("", gettext_lazy("请选择")), ("yes", gettext_lazy("完好")), ("no", gettext_lazy("破损")))


class Keyed(forms.Form):
    """Sent twice it is done once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"key": uuid.uuid4().hex, **kwargs.get("initial", {})}})


class PlanForm(Keyed):
    """When a trip goes, and what it takes along beside its samples."""

    planned_on = forms.DateField(label=gettext_lazy("计划采样日期"), widget=DATE)
    field_blanks = forms.IntegerField(label=gettext_lazy("现场空白（个）"), min_value=0, max_value=MOST_EXTRAS)
    transport_blanks = forms.IntegerField(label=gettext_lazy("运输空白（个）"), min_value=0, max_value=MOST_EXTRAS)
    share = forms.IntegerField(label=gettext_lazy("现场平行样（占样品的 %）"), min_value=0, max_value=100)
    spikes = forms.IntegerField(label=gettext_lazy("加标样（个）"), min_value=0, max_value=MOST_EXTRAS)

    def extras(self, samples: int) -> Extras:
        """For so many samples; a part of a parallel is a whole one."""
        told = self.cleaned_data
        return Extras(told["field_blanks"], told["transport_blanks"], -(-samples * int(told["share"]) // 100), told["spikes"])


class TakeForm(Keyed):
    """When it was taken, what the water was disinfected with, and what was measured beside it."""

    on = forms.DateTimeField(label=gettext_lazy("采样时间"), widget=MOMENT, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])
    disinfectant = forms.CharField(label=gettext_lazy("当天使用的消毒剂"), max_length=80, required=False, help_text=gettext_lazy("不填按供水工程登记的"))
    words = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, sample: Sample, **kwargs: Any) -> None:
        now = timezone.localtime().replace(second=0, microsecond=0, tzinfo=None)
        super().__init__(*args, **{"auto_id": "take-%s", **kwargs, "initial": {"on": now, **kwargs.get("initial", {})}})
        if sample.point is None:
            del self.fields["disinfectant"]
            return
        self.initial["disinfectant"] = sample.point.scheme.disinfection if sample.point.scheme is not None else ""
        for item, measure in MEASURES.items():
            label = f"{measure.label}（{measure.unit}）" if measure.unit else str(measure.label)
            self.fields[item] = forms.CharField(label=label, max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}))

    @property
    def measured(self) -> list[forms.BoundField]:
        """The fields of what was measured."""
        return [self[item] for item in MEASURES if item in self.fields]

    @property
    def told_fields(self) -> list[forms.BoundField]:
        """The others that are shown."""
        return [self[name] for name in ("on", "disinfectant", "words") if name in self.fields]

    def clean_words(self) -> str:
        return without_number(self.cleaned_data["words"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for item, measure in MEASURES.items():
            if data.get(item):
                try:
                    read_measure(measure, data[item])
                except Refused as refusal:
                    self.add_error(item, refusal.message)
        return data

    @property
    def told(self) -> Taking:
        """What the action is told."""
        data = self.cleaned_data
        return Taking(data["on"], data.get("disinfectant", ""), data["words"], {item: data[item] for item in MEASURES if data.get(item)})


class HandForm(Keyed):
    """Between whom samples passed, and when."""

    on = forms.DateTimeField(label=gettext_lazy("交接时间"), widget=MOMENT, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])
    giver = forms.CharField(label=gettext_lazy("交出人"), max_length=80)
    taker = forms.CharField(label=gettext_lazy("接收人"), max_length=80)
    temperature = forms.DecimalField(label=gettext_lazy("箱内温度（℃）"), min_value=COLDEST, max_value=HOTTEST, max_digits=5, decimal_places=1, required=False)
    words = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        now = timezone.localtime().replace(second=0, microsecond=0, tzinfo=None)
        super().__init__(*args, **{"auto_id": "hand-%s", **kwargs, "initial": {"on": now, **kwargs.get("initial", {})}})

    def clean_words(self) -> str:
        return without_number(self.cleaned_data["words"])

    @property
    def told(self) -> Handed:
        """What the action is told."""
        data = self.cleaned_data
        seal = {"yes": True, "no": False}.get(data.get("intact", ""))
        return Handed(data["on"], data.get("giver", ""), data["taker"], seal, data["temperature"], data["words"])


class ReceiveForm(HandForm):
    """The laboratory has them."""

    intact = forms.ChoiceField(label=gettext_lazy("封条"), choices=SEALS)
    field_order = ("key", "on", "giver", "taker", "intact", "temperature", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "receive-%s", **kwargs})
        self.fields["giver"].required = False
        self.fields["on"].label = _("接收时间")


class VoidForm(Keyed):
    """Why a sample is tested no more."""

    why = forms.CharField(label=gettext_lazy("作废原因"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "void-%s", **kwargs})

    def clean_why(self) -> str:
        return without_number(self.cleaned_data["why"])


class RetestForm(Keyed):
    """When water is taken there once more."""

    planned_on = forms.DateField(label=gettext_lazy("计划采样日期"), widget=DATE)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "retest-%s", **kwargs, "initial": {"planned_on": on}})
