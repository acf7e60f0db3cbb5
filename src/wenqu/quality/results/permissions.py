"""Who enters results of a sample, who reviews them, who delivers a laboratory's workbooks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.quality.models import Result, Sample, SampleState


def check_can_deliver(county: Division, area: Area) -> None:
    """Keep a county's laboratories, take in their workbooks."""
    check_may(Right.QUALITY_RESULTS, county.path, area)
    if county.level != Level.COUNTY:
        raise Refused("not_a_county", _("检测结果以县为单位登记，请选择一个县"))


def check_can_enter(sample: Sample, area: Area) -> None:
    """Enter or correct results of a sample that was taken and still counts."""
    check_may(Right.QUALITY_RESULTS, sample.path, area)
    if sample.state == SampleState.PLANNED:
        raise Refused("not_taken", _("样品 %(number)s 还没有采样，不能登记检测结果") % {"number": sample.number})
    _check_stands(sample)


def check_can_review(sample: Sample, area: Area) -> None:
    """Review results of a sample, whoever entered them."""
    check_may(Right.QUALITY_REVIEW, sample.path, area)
    _check_stands(sample)


def check_can_review_county(county: Division, area: Area) -> None:
    """Review a whole workbook of a county."""
    check_may(Right.QUALITY_REVIEW, county.path, area)


def check_is_second(result: Result, sample: Sample, by: Any) -> None:
    """A result is reviewed by a second person: neither who entered it, nor who delivered or took the workbook that it came with,
    nor who took the sample."""
    if by.pk is not None and by.pk == result.entered_by_id:
        raise Refused("own_entry", _("结果是您自己登记的，请由另一个人审核"))
    if by.pk is not None and result.delivery is not None and by.pk == result.delivery.by_id:
        raise Refused("own_delivery", _("检测报表是您自己上传的，请由另一个人审核"))
    if by.pk is not None and by.pk == sample.taken_by_id:
        raise Refused("own_sample", _("样品是您自己采的，请由另一个人审核"))


def _check_stands(sample: Sample) -> None:
    if sample.state == SampleState.VOIDED:
        raise Refused("sample_voided", _("样品 %(number)s 已作废，不能再登记或审核它的结果") % {"number": sample.number})
