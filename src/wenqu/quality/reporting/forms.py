"""Forms of reports: what happened, and that a report was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.evidence.forms import FilesField
from wenqu.kit.languages import in_english, language
from wenqu.kit.plain_words import without_number
from wenqu.quality.models import PlanAdoption
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.reporting.actions import Made
from wenqu.quality.reporting.queries import Line, events_of
from wenqu.quality.samples.forms import MOMENT, Keyed
from wenqu.rulebook.quality.plans.words import MEANS_NAMES

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
CHECKS = forms.CheckboxSelectMultiple(attrs={"class": "inline"})


class HappeningForm(Keyed):
    """What happened, and at which moment."""

    what = forms.ChoiceField(label=gettext_lazy("情形"))
    on = forms.DateTimeField(label=gettext_lazy("发生（发现）时间"), widget=MOMENT, input_formats=FORMATS, help_text=gettext_lazy("时限从这一刻算起"))
    words = forms.CharField(label=gettext_lazy("经过"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, adoptions: Sequence[PlanAdoption], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "happening-%s", **kwargs})
        packs = [pack_of(row.edition) for row in adoptions]
        choices = [(f"{pack.id}.{event.id}", f"{event.name(language())}（{pack.zh if not in_english() else pack.en}）") for pack in packs for event in events_of(pack)]
        self.fields["what"].choices = [("", _("请选择")), *choices] if choices else []  # type: ignore[attr-defined]

    @property
    def offers(self) -> bool:
        """Whether any plan asks for reports after something."""
        return bool(self.fields["what"].choices)  # type: ignore[attr-defined]

    def clean_words(self) -> str:
        return without_number(self.cleaned_data["words"])


class ReportForm(Keyed):
    """When a report was made, by whom, to whom, by which means, and what proves it."""

    on = forms.DateTimeField(label=gettext_lazy("报告时间"), widget=MOMENT, input_formats=FORMATS)
    sender = forms.CharField(label=gettext_lazy("报告人（单位）"), max_length=80)
    receivers = forms.MultipleChoiceField(label=gettext_lazy("报给"), widget=CHECKS)
    means = forms.MultipleChoiceField(label=gettext_lazy("方式"), widget=CHECKS, required=False)
    reference = forms.CharField(label=gettext_lazy("文号或回执"), max_length=200, required=False, help_text=gettext_lazy("书面、邮件或系统报送的，写文号或回执，或者附上文件"))
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)
    evidence = FilesField(required=False)

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        pack, rule, lang = line.pack, line.rule, language()
        now = timezone.localtime().replace(second=0, microsecond=0, tzinfo=None)
        senders = "、".join(pack.parties[name].name(lang) for name in rule.senders.words)
        means = rule.means.words if rule.means is not None else ()
        open_ = [receiver for receiver, _means in line.lacks] or list(rule.receivers.words)
        told = {"on": now, "sender": senders[:80], "receivers": open_, "means": list(means)}
        super().__init__(*args, **{"auto_id": f"report-{pack.id}-{rule.id}-{line.happening.pk if line.happening else line.year}-%s", **kwargs, "initial": told})
        self.fields["receivers"].choices = [(name, pack.parties[name].name(lang)) for name in rule.receivers.words]  # type: ignore[attr-defined]
        if means:
            self.fields["means"].choices = [(name, MEANS_NAMES[name][in_english()]) for name in means]  # type: ignore[attr-defined]
        else:
            del self.fields["means"]

    def clean_sender(self) -> str:
        return without_number(self.cleaned_data["sender"])

    def clean_reference(self) -> str:
        return without_number(self.cleaned_data["reference"])

    def clean_note(self) -> str:
        return without_number(self.cleaned_data["note"])

    @property
    def told(self) -> Made:
        """What the action is told."""
        data = self.cleaned_data
        return Made(data["on"], data["sender"], data["receivers"], data.get("means", ()), data["reference"], data["note"])
