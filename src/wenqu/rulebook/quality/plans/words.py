"""The words of monitoring plans as (Chinese, English), for manuals and pages."""

from __future__ import annotations

from collections.abc import Mapping

from wenqu.rulebook.quality.plans.calendar import State

Pair = tuple[str, str]

SHAPE_NAMES: Mapping[str, Pair] = {
    "source": ("水源水", "source"), "outlet": ("出厂水", "plant outlet"), "tap": ("末梢水", "tap"), "tank": ("二次供水", "secondary tank"), "school": ("学校", "school"),
    "household": ("农户", "household"), "unit": ("单位", "unit"), "enterprise": ("企业", "enterprise"), "observer": ("观测员", "observer"),
}
PERIOD_NAMES: Mapping[str, Pair] = {"day": ("每天", "each day"), "month": ("每月", "each month"), "season": ("每期", "each season"), "year": ("每年", "each year")}
MEANS_NAMES: Mapping[str, Pair] = {
    "phone": ("电话", "phone"), "writing": ("书面", "writing"), "system": ("信息系统直报", "information system"), "mail": ("电子邮件", "electronic mail"), "meeting": ("会议", "meeting"),
}
UNITS: Mapping[str, Pair] = {
    "samples": ("个样品", "samples"), "persons": ("人", "persons"), "shifts": ("班", "shifts"), "points": ("个点", "points"), "subjects": ("处", "in all"), "people": ("人", "people"),
    "d": ("天", "days"), "hours": ("小时", "hours"), "working_days": ("个工作日", "working days"), "days": ("天（0天为当日24时前）", "days (0: by midnight)"), "month": ("月", "months"),
}
STATE_NAMES: Mapping[State, Pair] = {
    State.AHEAD: ("未到", "not yet"), State.DUE: ("应做", "due"), State.SOON: ("临期", "due soon"), State.LATE: ("逾期", "late"), State.DONE: ("已完成", "done"),
}
