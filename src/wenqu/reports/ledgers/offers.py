"""Which exports there are, in words: for the form, the page and the command line. Read without any database."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    """How one export is called on the command line, how on the page, and what is in it."""

    short: str
    label: Promise
    told: Promise | str = ""


WORDS = {
    "households": Words("农户台账", _("农村饮水安全农户台账"), _("每户一行：户主、供水工程、实测情况、四项指标和综合结论。")),
    "schemes": Words("工程及管护责任台账", _("供水工程及管护责任台账"), _("每处工程一行：水源、工艺、消毒、供水范围、三个责任及缺口。")),
    "problems": Words("问题台账", _("农村饮水安全问题台账"), _("每个问题一行：来源、责任、期限、整改、复核、农户意见、销号、备案、是否逾期。")),
    "funds": Words("资金台账表样", _("农村饮水工程资金台账（表样）"), _("只有表样：系统还没有录入资金数据。")),
    "all": Words("四套台账", _("四套台账（一个工作簿）")),
    "six": Words("六见台账", _("销号问题“六见”台账"), _("每个已关闭的问题一行：人、事、时间、责任、结果、成效。")),
    "fixed": Words("发现与整改统计表", _("发现与整改统计表"), _("按类别、按地区：发现数、销号数、整改到位数和整改率。")),
    "water": Words("水质合格率统计表", _("水质合格率统计表（丰水期、枯水期）"), _("按地区、按丰水期和枯水期：样品合格率和人口合格率，各列分子和分母。")),
}
