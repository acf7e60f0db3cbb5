"""What became of the results of a workbook, in words and numbers."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from wenqu.quality.models import Delivery, ResultState

WORDS = {
    "new": _("新结果"), "with_sample": _("新结果，连样品一起登记"), "corrects": _("更正已退回的结果"), "same": _("已有相同的结果"), "sample_unknown": _("样品编号不在本县"), "sample_not_taken": _("样品还没有登记采样"),
    "sample_voided": _("样品已作废"), "day_differs": _("采样日期与登记不同"), "verdict_only": _("只写了合格或不合格"), "has_result": _("已有另一个结果"),
    "point_unknown": _("监测点没有登记"), "point_several": _("监测点名称有重复"), "point_not_in_use": _("监测点那天没有启用"), "several_samples": _("这天另有登记的样品"),
    "day_missing": _("没有采样日期"), "day_to_come": _("采样日期在今天以后"),
}
GOOD = ("new", "with_sample", "corrects", "same")


def outcomes(counts: dict[str, int]) -> list[tuple[Any, int, bool]]:
    """(in words, how many, whether it is taken) in a fixed order."""
    return [(words, counts[name], name in GOOD) for name, words in WORDS.items() if counts.get(name)]


def results_by_state(delivery: Delivery) -> list[tuple[str, int]]:
    """How many results of a delivery stand in which state."""
    found = dict(delivery.results.order_by().values_list("state").annotate(count=Count("pk")))
    return [(str(state.label), found[state.value]) for state in ResultState if found.get(state.value)]
