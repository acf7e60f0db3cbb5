"""The steps of a problem in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STEP_LABELS = {
    "find": _("发现"), "verify": _("核实"), "dismiss": _("认定不属实"), "assign": _("交办"), "transfer": _("转办"),
    "escalate": _("上提"), "suspend": _("挂起"), "resume": _("恢复办理"), "rectify": _("整改"), "return": _("退回整改"),
    "check": _("复核"), "sign_off": _("销号"), "file": _("备案"), "merge": _("并入其他问题"), "absorb": _("并入了其他问题"),
    "split": _("拆分"), "reopen": _("重新打开"), "report": _("又有反映"), "confirm": _("线索查实"), "hand_over": _("离岗交接"), "inform": _("新的情况"),
}
