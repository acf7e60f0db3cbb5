"""The form that starts an export."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenqu.kit.moments import read_moment
from wenqu.places.forms import DivisionChoice
from wenqu.places.models import Division, Level
from wenqu.places.queries import divisions_by_level
from wenqu.places.scope import Area
from wenqu.reports.ledgers.offers import WORDS
from wenqu.reports.ledgers.wanted import Wanted

# Villages are offered one by one only where the list stays one that a person can read through.
MOST_CHOICES = 600
LEDGER_CHOICES = [(kind, words.label) for kind, words in WORDS.items()]


class ExportForm(forms.Form):
    kind = forms.ChoiceField(label=_("台账"), choices=LEDGER_CHOICES)
    division = DivisionChoice(Division.objects.none(), label=_("区域"), empty_label=None)
    at = forms.CharField(
        label=_("数据截至"), required=False, max_length=40, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("不填为现在；填过去的日期，按那天结束时的情况导出。"),
    )
    since = forms.DateField(required=False, widget=forms.HiddenInput)
    until = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = choices(area)  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """The instant and the period that were asked for. `Refused` where the instant is none, or lies ahead."""
        given = self.cleaned_data
        moment = read_moment(given["at"], timezone.now())
        return Wanted(moment.at if moment else None, given["since"], given["until"])


def choices(area: Area) -> QuerySet[Division]:
    """What may be exported: everything of the area down to the villages, or only to the towns where that is too much."""
    every = divisions_by_level(area, Level.PROVINCE, Level.VILLAGE)
    if every[MOST_CHOICES : MOST_CHOICES + 1].exists():
        return divisions_by_level(area, Level.PROVINCE, Level.TOWN)
    return every
