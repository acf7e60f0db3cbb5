"""What keeps a household in the register: it is watched, or on its way onto the list or off it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.watch.models import Course, Watched


def holds(household: int) -> list[str]:
    """Who could drop a watched household by merging it away would need no procedure to do so."""
    told = []
    if Watched.objects.filter(household=household, left_on=None).exists():
        told.append(_("在监测名单上，请先按程序办理风险消除"))
    if Course.objects.filter(household=household, ended="").exists():
        told.append(_("正在办理监测识别或退出程序，请先办结"))
    return told
