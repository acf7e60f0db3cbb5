"""The form that starts a judging."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wenqu.judging.permissions import check_as_of
from wenqu.kit.languages import in_english
from wenqu.kit.refusal import why_not
from wenqu.places.models import Division
from wenqu.rulebook.loader import load_pack, pack_ids

JUDGING_KIND = "four-indicators"


def pack_choices() -> list[tuple[str, str]]:
    """The packs that can judge households, by their titles in the chosen language."""
    english = in_english()
    packs = [load_pack(each) for each in pack_ids(JUDGING_KIND)]
    return [(pack.id, f"{pack.en if english else pack.zh} ({pack.id})") for pack in packs]


class RunForm(forms.Form):
    division = forms.ModelChoiceField(Division.objects.none(), label=_("评价区域"), empty_label=None)
    pack = forms.ChoiceField(label=_("规则包"))
    as_of = forms.DateField(
        label=_("评价基准日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("只使用这一天（含）以前观测到的情况。补评过去的日期不会改动现在的结论和问题。"),
    )

    def __init__(self, *args: Any, divisions: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["division"].queryset = divisions  # type: ignore[attr-defined]
        self.fields["pack"].choices = pack_choices()  # type: ignore[attr-defined]
        self.fields["pack"].initial = settings.DEFAULT_PACK
        self.fields["as_of"].initial = today

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        refusal = why_not(check_as_of, day, self.today)
        if refusal is not None:
            raise forms.ValidationError(refusal.message)
        return day
