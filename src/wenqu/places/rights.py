"""Who may do what: the one table of roles and rights. A view names the right it needs, an action checks one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.levels import Level


class Role(models.TextChoices):
    """The duties of MISSION §1."""

    VILLAGE_MANAGER = "village_manager", _("村级管水员")
    VILLAGE_DESK = "village_desk", _("村级服务窗口")
    TOWN_STATION = "town_station", _("乡镇水管站")
    TOWN_OFFICE = "town_office", _("乡镇政府")
    COUNTY_DISPATCHER = "county_dispatcher", _("县级调度员")
    COUNTY_REVIEWER = "county_reviewer", _("县级复核员")
    COUNTY_ADMIN = "county_admin", _("县级管理员")
    DEPARTMENT = "department", _("县级部门")
    LABORATORY = "laboratory", _("水质检测机构")
    READER = "reader", _("上级查阅")
    SUPERVISOR = "supervisor", _("上级督导")
    AUDITOR = "auditor", _("审计员")


class Right(models.TextChoices):
    """What a role lets somebody do inside the division where it is held. The label finishes «没有…的权限»."""

    FIGURES = "figures", _("查看统计和地图")
    HOUSEHOLDS = "households", _("查看农户")
    SCHEMES = "schemes", _("查看供水工程")
    PROBLEMS = "problems", _("查看问题")
    JOBS = "jobs", _("查看后台任务")
    WHOLE_NAMES = "whole_names", _("查看完整姓名")
    WHOLE_PHONES = "whole_phones", _("查看完整电话")
    REVEAL = "reveal", _("逐条查看证件号码和账号")
    REPORT = "report", _("登记问题反映")
    VERIFY = "verify", _("核实问题")
    ASSIGN = "assign", _("交办问题")
    RECTIFY = "rectify", _("整改问题")
    UNIT_WORK = "unit_work", _("办理交办给本单位的问题")
    CHECK = "check", _("复核问题")
    SIGN_OFF = "sign_off", _("销号")
    FILE = "file", _("备案")
    REOPEN = "reopen", _("重新打开问题")
    DUTIES = "duties", _("设定责任与期限")
    IMPORT = "import", _("导入台账")
    JUDGE = "judge", _("发起评价")
    DRAW = "draw", _("上传边界")
    EXPORT = "export", _("导出台账")
    EXPORT_PHONES = "export_phones", _("导出完整电话")
    COMPARE = "compare", _("比对两本台账")
    PEOPLE = "people", _("管理人员和职责")
    AUDIT = "audit", _("查看审计记录")
    CONSENT = "consent", _("登记授权")
    QUERY = "query", _("部门核查")
    GLASS = "glass", _("紧急查看区域外农户")
    FORMS = "forms", _("管理调查表单")
    ROUNDS = "rounds", _("安排入户调查")
    FIELD = "field", _("入户填报")
    INTAKE = "intake", _("裁定待定的调查记录")
    WATCH = "watch", _("查看监测对象")
    WATCH_CLUE = "watch_clue", _("登记返贫致贫风险线索")
    WATCH_ACT = "watch_act", _("办理监测对象的识别和退出")
    HELP = "help", _("安排和登记帮扶措施")
    WATCH_RULES = "watch_rules", _("设定监测规则")
    CHANGE = "change", _("申请农户和成员变更")
    CONFIRM_CHANGE = "confirm_change", _("核定农户和成员变更")
    QUALITY = "quality", _("查看水质监测")
    QUALITY_PLANS = "quality_plans", _("采用水质监测方案")
    QUALITY_POINTS = "quality_points", _("管理监测点")
    QUALITY_SAMPLE = "quality_sample", _("采样和送样")
    QUALITY_RECEIVE = "quality_receive", _("接收水样")
    QUALITY_RESULTS = "quality_results", _("登记水质检测结果")
    QUALITY_REVIEW = "quality_review", _("审核水质检测结果")


_SEE = frozenset({Right.FIGURES, Right.HOUSEHOLDS, Right.SCHEMES, Right.PROBLEMS, Right.JOBS, Right.WHOLE_NAMES})
_DESK = _SEE | {Right.WHOLE_PHONES, Right.EXPORT, Right.CONSENT, Right.GLASS}
_REGISTER = frozenset({Right.JUDGE, Right.DRAW})
_FIRST = frozenset({Right.REPORT, Right.VERIFY})
_SURVEY = frozenset({Right.ROUNDS, Right.FIELD, Right.INTAKE})
# Which role takes which step is the pack's to say; whoever may see the list and act at all stands here.
_WATCH = frozenset({Right.WATCH, Right.WATCH_CLUE, Right.WATCH_ACT, Right.HELP, Right.CHANGE})
# Points are kept by whoever sees the county whole: how many a scheme serves is counted over all of it.
_QUALITY = frozenset({Right.QUALITY, Right.QUALITY_POINTS, Right.QUALITY_SAMPLE, Right.QUALITY_RESULTS, Right.QUALITY_REVIEW})

RIGHTS: dict[str, frozenset[Right]] = {
    Role.VILLAGE_MANAGER: _SEE | {Right.WHOLE_PHONES, Right.EXPORT} | _FIRST | {Right.RECTIFY, Right.FIELD, Right.WATCH_CLUE},
    Role.VILLAGE_DESK: _SEE | {Right.WHOLE_PHONES, Right.EXPORT, Right.CONSENT, Right.FIELD} | _FIRST | _WATCH,
    Role.TOWN_STATION: _DESK | _FIRST | {Right.REVEAL, Right.ASSIGN, Right.RECTIFY, Right.CHECK, Right.COMPARE, Right.WATCH_CLUE, Right.QUALITY, Right.QUALITY_SAMPLE} | _SURVEY,
    Role.TOWN_OFFICE: _DESK | _FIRST | {Right.REVEAL, Right.CHECK, Right.CONFIRM_CHANGE, Right.QUALITY} | _SURVEY | _WATCH,
    Role.COUNTY_DISPATCHER: _DESK | _REGISTER | _FIRST | {
        Right.IMPORT, Right.REVEAL, Right.EXPORT_PHONES, Right.COMPARE, Right.ASSIGN, Right.RECTIFY, Right.FILE, Right.DUTIES, Right.FORMS, Right.WATCH_RULES,
        Right.CONFIRM_CHANGE, Right.QUALITY_PLANS,
    } | _SURVEY | _WATCH | _QUALITY,
    Role.COUNTY_REVIEWER: _DESK | {Right.REVEAL, Right.EXPORT_PHONES, Right.COMPARE, Right.REPORT, Right.CHECK, Right.SIGN_OFF, Right.REOPEN,
                           Right.WATCH_RULES, Right.CONFIRM_CHANGE, Right.QUALITY, Right.QUALITY_PLANS, Right.QUALITY_REVIEW} | _WATCH,
    # Who gives rights does not look people up: numbers and phones stay masked, and a register as delivered shows them whole.
    Role.COUNTY_ADMIN: _SEE | _REGISTER | {Right.PEOPLE, Right.EXPORT, Right.AUDIT},
    # Sees no problem but those that were assigned to its own body.
    Role.DEPARTMENT: frozenset({Right.QUERY, Right.UNIT_WORK}),
    Role.LABORATORY: frozenset({Right.SCHEMES, Right.QUALITY_RECEIVE}) | _QUALITY,
    Role.READER: frozenset({Right.FIGURES, Right.HOUSEHOLDS, Right.SCHEMES, Right.PROBLEMS}),
    Role.SUPERVISOR: _SEE | {Right.EXPORT, Right.WHOLE_PHONES, Right.REOPEN, Right.WATCH, Right.QUALITY},
    Role.AUDITOR: frozenset({Right.AUDIT}),
}

# The levels at which a role may be held (both inclusive, from the top of the tree down).
LEVELS: dict[str, tuple[int, int]] = {
    Role.VILLAGE_MANAGER: (Level.VILLAGE, Level.VILLAGE),
    Role.VILLAGE_DESK: (Level.VILLAGE, Level.VILLAGE),
    Role.TOWN_STATION: (Level.TOWN, Level.TOWN),
    Role.TOWN_OFFICE: (Level.TOWN, Level.TOWN),
    Role.COUNTY_DISPATCHER: (Level.COUNTY, Level.COUNTY),
    Role.COUNTY_REVIEWER: (Level.COUNTY, Level.COUNTY),
    Role.COUNTY_ADMIN: (Level.PROVINCE, Level.COUNTY),
    Role.DEPARTMENT: (Level.PROVINCE, Level.COUNTY),
    Role.LABORATORY: (Level.PROVINCE, Level.COUNTY),
    Role.READER: (Level.PROVINCE, Level.COUNTY),
    Role.SUPERVISOR: (Level.PROVINCE, Level.COUNTY),
    Role.AUDITOR: (Level.PROVINCE, Level.COUNTY),
}
# Roles held for a body outside the water service: which one decides what may be asked, so it must be named.
OF_A_UNIT = frozenset({Role.DEPARTMENT.value, Role.LABORATORY.value})
# Roles whose giving, ending or weakening takes a second administrator.
GUARDED = frozenset({Role.COUNTY_ADMIN.value, Role.AUDITOR.value})


def roles_with(right: Right) -> tuple[str, ...]:
    """The roles that carry a right, in their order."""
    return tuple(role for role in Role.values if right in RIGHTS[role])


def role_names(right: Right) -> str:
    return "、".join(str(Role(role).label) for role in roles_with(right))
