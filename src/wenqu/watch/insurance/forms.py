"""The forms of the insurance."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenqu.evidence.forms import FilesField
from wenqu.kit.refusal import Refused
from wenqu.watch.helping.forms import Yuan, without_number
from wenqu.watch.insurance.lifecycle import STEPS
from wenqu.watch.insurance.permissions import OUTCOMES
from wenqu.watch.insurance.reading import numbers_in
from wenqu.watch.models import InsuranceCase, Risk

MOST = 2_000


class ListForm(forms.Form):
    risk = forms.ChoiceField(label=_("风险"), choices=Risk.choices)
    department = forms.CharField(label=_("来源部门"), max_length=60, required=False, help_text=_("每月名单是哪个部门给的；农户自己申请的留空。"))
    month = forms.CharField(label=_("名单月份"), max_length=6, help_text=_("写成 202603。"))
    file = forms.FileField(label=_("部门名单"), required=False, help_text=_("Excel 或 CSV，有“户编号”一列；只取户编号，文件不保存。"))
    numbers = forms.CharField(label=_("户编号"), widget=forms.Textarea(attrs={"rows": 6}), required=False, help_text=_("没有文件时填：一行一户，可以从 Excel 里整列粘贴。"))

    def clean_month(self) -> str:
        month: str = self.cleaned_data["month"].strip()
        if not re.fullmatch(r"20\d{2}(0[1-9]|1[0-2])", month, re.ASCII):
            raise forms.ValidationError(gettext("月份不对，应写成 202603"))
        return month

    def clean_numbers(self) -> list[str]:
        return list(dict.fromkeys(filter(None, re.split(r"[\s,，;；、]+", self.cleaned_data["numbers"]))))

    def clean(self) -> dict[str, Any]:
        """The numbers of the file come before those that were typed."""
        told: dict[str, Any] = super().clean() or {}
        file = told.pop("file", None)
        try:
            found = list(dict.fromkeys([*(numbers_in(file) if file else []), *told.get("numbers", [])]))
        except Refused as refused:
            self.add_error("file", refused.message)
            return told
        if len(found) > MOST:
            self.add_error("numbers", gettext("一次最多 %(most)d 户，请分几次登记") % {"most": MOST})
        if not found and not self.errors:
            self.add_error("numbers", gettext("请上传名单，或填写户编号"))
        return told | {"numbers": found}


class TakeForm(forms.Form):
    """One step: its outcome, day and words, and what it takes besides."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, name: str, case: InsuranceCase, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"version": case.version, "on": on}, "auto_id": f"id_{name}_%s", **kwargs})
        step = STEPS[name]
        self.fields["outcome"] = forms.ChoiceField(label=_("结果"), choices=[(outcome, OUTCOMES[outcome]) for outcome in step.to])
        self.fields["on"] = forms.DateField(label=_("日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        if "who" in step.takes:
            self.fields["who"] = forms.CharField(label=_("核查人和单位"), max_length=80)
        if "fen" in step.takes:
            self.fields["fen"] = Yuan(label=_("兑付金额（元）"))
            self.fields["voucher"] = forms.CharField(label=_("凭证号"), max_length=60)
        self.fields["note"] = forms.CharField(
            label=_("情况说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("不要写证件号码、电话或账号。"), validators=[without_number])
        if step.proof:
            self.fields["evidence"] = FilesField(label=_("佐证材料"), required=False)

    def clean_evidence(self) -> list[Any]:
        return self.cleaned_data["evidence"] or []
