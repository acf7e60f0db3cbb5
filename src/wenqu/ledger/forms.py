"""Forms of the ledger: one for each step that a person takes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.evidence.forms import FilesField
from wenqu.kit.plain_words import without_number
from wenqu.ledger.kinds import kinds
from wenqu.ledger.loop.hands import people_for, units_for
from wenqu.ledger.models import Problem, Report
from wenqu.ledger.models.problem import Level, Outcome, Severity
from wenqu.ledger.words import STEP_LABELS
from wenqu.places.models import Account
from wenqu.places.scope import Area

_NO_NUMBERS = _("不要写证件号码、电话或账号。")
_CHOOSE = ("", _("请选择"))


class StepForm(forms.Form):
    """What every step takes: a note, the version that the page showed and the key of the request."""

    note_label: Any = _("说明")
    note_required = True

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)

    def __init__(self, *args: Any, problem: Problem, area: Area, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem, self.area, self.on = problem, area, on
        self.fields["note"] = forms.CharField(
            label=self.note_label, max_length=2000, required=self.note_required, widget=forms.Textarea(attrs={"rows": 3}), help_text=_NO_NUMBERS,
        )

    def clean_note(self) -> str:
        return without_number(self.cleaned_data["note"])


class VerifyForm(StepForm):
    note_label = _("核实情况（谁、什么时候、看到什么）")
    severity = forms.ChoiceField(label=_("严重程度"), choices=Severity.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["severity"].initial = self.problem.severity


class DismissForm(StepForm):
    note_label = _("为什么不属实")


class HandForm(StepForm):
    note_required = False
    level = forms.ChoiceField(label=_("责任层级"), choices=Level.choices)
    holder = forms.ChoiceField(label=_("责任人"), required=False)
    unit = forms.ChoiceField(label=_("责任单位"), required=False, help_text=_("责任人和责任单位只选其一。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.pk): each for each in people_for(self.problem, self.area, self.on)}
        self.fields["level"].initial = self.problem.level
        self.fields["holder"].choices = [("", "—"), *((pk, f"{each.name}（{each.held_as}）") for pk, each in self.people.items())]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", "—"), *((unit, unit) for unit in units_for(self.problem.path, self.area, self.on))]  # type: ignore[attr-defined]

    def clean_holder(self) -> Account | None:
        return self.people.get(self.cleaned_data["holder"])


class TransferForm(HandForm):
    note_label = _("转办原因")
    note_required = True


class SuspendForm(StepForm):
    note_label = _("挂起原因")
    until = forms.DateTimeField(label=_("挂起至"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))


class ReasonForm(StepForm):
    note_label = _("原因")


class RemarkForm(StepForm):
    note_required = False


class RectifyForm(StepForm):
    note_label = _("整改措施")
    evidence = FilesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["note", "evidence"])


class ReturnForm(StepForm):
    note_label = _("退回原因和要求")


class CheckForm(StepForm):
    note_label = _("复核情况（现场看到什么、水是否正常）")
    visited_on = forms.DateField(label=_("到现场的日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    # Nothing is chosen beforehand: whoever checks says it, not the form.
    answer = forms.ChoiceField(
        label=_("农户意见"), choices=[_CHOOSE, ("satisfied", _("认可，已解决")), ("unsatisfied", _("不认可，没有解决")), ("none", _("没有取得（写明原因）"))],
    )
    answer_note = forms.CharField(label=_("农户怎么说，或没有取得的原因"), max_length=500, required=False)
    evidence = FilesField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visited_on"].widget.attrs["max"] = self.on.isoformat()
        # What was seen comes before what was said, and the photos last.
        self.order_fields(["visited_on", "note", "answer", "answer_note", "evidence"])

    def clean_answer_note(self) -> str:
        return without_number(self.cleaned_data["answer_note"])


class SignOffForm(StepForm):
    note_label = _("销号意见")
    outcome = forms.ChoiceField(label=_("办理结果"), choices=[_CHOOSE, *Outcome.choices])


class MergeForm(StepForm):
    note_label = _("并入原因")
    into = forms.CharField(label=_("并入的问题编号"), max_length=30)


class SplitForm(StepForm):
    note_label = _("拆分原因")
    kind = forms.ChoiceField(label=_("新问题的类别"))
    reports = forms.ModelMultipleChoiceField(label=_("拆分出去的反映"), queryset=Report.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds().items())  # type: ignore[attr-defined]
        self.fields["reports"].queryset = Report.objects.filter(problem=self.problem)  # type: ignore[attr-defined]


FORMS: dict[str, type[StepForm]] = {
    "verify": VerifyForm, "dismiss": DismissForm, "assign": HandForm, "transfer": TransferForm, "escalate": ReasonForm, "suspend": SuspendForm,
    "resume": RemarkForm, "rectify": RectifyForm, "return": ReturnForm, "check": CheckForm, "sign_off": SignOffForm, "file": RemarkForm,
    "merge": MergeForm, "split": SplitForm, "reopen": ReasonForm,
}
LABELS = {name: STEP_LABELS[name] for name in FORMS}
