"""The form that makes a token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Duty

DAYS = ((30, _("30 天")), (90, _("90 天")), (180, _("180 天")), (365, _("一年")))


class DutyField(forms.ModelChoiceField):
    def label_from_instance(self, duty: Any) -> str:
        return f"{duty.division.name} · {duty.get_role_display()}"


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("用途"), max_length=80, help_text=_("写明哪个系统、做什么用，例如“县数据中台每晚取评价结果”。"))
    duty = DutyField(
        label=_("以哪项职责"), queryset=Duty.objects.none(), empty_label=None,
        help_text=_("令牌只能看到和办理这项职责在其区域内的事项；职责结束，令牌随之失效。"))
    days = forms.TypedChoiceField(label=_("有效期"), choices=DAYS, coerce=int, initial=90)
    may_write = forms.BooleanField(
        label=_("可写"), required=False, help_text=_("不勾选时令牌只能读取。需要用接口关闭问题、发起评价或导入台账时才勾选。"))

    def __init__(self, *args: Any, duties: list[Duty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duty"].queryset = (  # type: ignore[attr-defined]
            Duty.objects.filter(pk__in=[duty.pk for duty in duties]).select_related("division").order_by("division__path", "pk")
        )
