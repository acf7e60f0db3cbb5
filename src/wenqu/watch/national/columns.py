"""The sheets of the national system: the columns of its list of households at risk and of its measures, for export and import alike.

The layout is that of its export (MISSION §9): one row a person, times as YYYYMM. What our list needs besides follows behind.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wenqu.facts.models import SubjectKind
from wenqu.importing.columns import Column
from wenqu.registers.catalogues import PLACE_COLUMNS, Catalogue
from wenqu.rulebook.facts import Choice, fold

WATCHED, MEASURES = "watched", "watch_measures"
# Ids of the judging packs, with the words by which sheets call them.
KINDS = {
    "unstable": ("脱贫不稳定户", "脱贫监测户", "不稳定脱贫户"), "edge": ("边缘易致贫户", "边缘户"), "sudden": ("突发严重困难户", "严重困难户"),
    "object": ("防止返贫致贫对象", "防返贫对象", "易返贫致贫户", "监测对象"),
}
CAUSES = {
    "illness": ("因病", "因大病", "因病致贫"), "schooling": ("因学",), "disability": ("因残",), "disaster": ("因自然灾害", "因灾", "自然灾害"),
    "accident": ("因意外事故", "因意外", "意外事故"), "business_failed": ("因产业项目失败", "因产业失败", "因产业经营失败"),
    "job_unstable": ("因务工就业不稳", "因就业不稳", "务工就业不稳", "就业不稳"), "no_labour": ("缺劳动力", "缺劳力", "因缺劳动力"), "epidemic": ("因疫情",),
    "sudden": ("因突发事件", "突发事件"), "other": ("其他", "因其他"),
}
_GONE = {"yes": ("是", "已消除", "风险已消除", "消除", "1"), "no": ("否", "未消除", "风险未消除", "0")}


def _choices(words: dict[str, tuple[str, ...]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, names[0], value, tuple(fold(name) for name in names)) for value, names in words.items())


HOUSEHOLD_NUMBER = Column("household_number", "户编号", "household number", high=64, required=True, aliases=("农户编号", "户号", "户编码", "农户编码", "户ID"))
_WATCHED = (
    *PLACE_COLUMNS, HOUSEHOLD_NUMBER,
    Column("name", "姓名", "name", high=80, aliases=("户主姓名", "户主")),
    Column("watch_kind", "监测对象类型", "kind of object", "choice", choices=_choices(KINDS), aliases=("易返贫致贫户(监测对象)类型", "监测对象类别", "监测类型")),
    Column("gone", "风险是否消除", "risk removed", "choice", choices=_choices(_GONE), aliases=("风险是否已消除", "是否消除风险")),
    Column("found_month", "风险识别时间", "entered", "month", aliases=("识别时间", "识别(监测)时间", "监测对象识别时间", "纳入时间")),
    Column("gone_month", "风险消除时间", "left", "month", aliases=("消除时间",)),
    Column("cause", "返贫致贫风险", "causes", high=200, aliases=("致贫风险", "主要风险", "风险类型", "致贫返贫风险", "致贫原因1", "主要致贫原因")),
    Column("helper_name", "帮扶责任人", "helper", high=80, aliases=("帮扶责任人姓名", "帮扶干部", "帮扶联系人", "帮扶人")),
    Column("helper_unit", "帮扶单位", "helper's body", high=120, aliases=("帮扶责任人单位", "帮扶责任单位")),
    Column("helper_phone", "帮扶责任人电话", "helper's telephone", "phone", aliases=("帮扶责任人联系电话", "帮扶干部电话")),
)
_MEASURES = (
    *PLACE_COLUMNS, HOUSEHOLD_NUMBER,
    Column("name", "姓名", "name", high=80, aliases=("户主姓名", "户主")),
    Column("measure_kind", "措施类型", "kind of measure", high=60, aliases=("帮扶措施类型", "措施种类", "帮扶措施种类", "帮扶类型")),
    Column("department", "责任部门", "department", high=60, aliases=("帮扶部门", "责任单位", "落实部门")),
    Column("person", "责任人", "person", high=80, aliases=("措施责任人", "落实责任人")),
    Column("plan", "措施内容", "what is done", high=500, aliases=("帮扶措施", "具体措施", "帮扶内容")),
    Column("planned_on", "制定时间", "planned", high=30, aliases=("制定日期", "措施制定时间", "计划时间")),
    Column("due_on", "计划落实时间", "due", high=30, aliases=("计划完成时间", "计划落实日期")),
    Column("done_on", "落实时间", "carried out", high=30, aliases=("落实日期", "完成时间", "措施落实时间")),
    Column("amount", "落实金额", "amount", "number", "元", 0, 1_000_000_000, aliases=("金额", "帮扶金额", "资金", "落实资金")),
)
LISTED = Catalogue(WATCHED, _("监测对象（系统导出表）"), SubjectKind.HOUSEHOLD, _WATCHED, ())
HELP = Catalogue(MEASURES, _("监测对象帮扶措施"), SubjectKind.HOUSEHOLD, _MEASURES, ())

# The headers of the export, in the order of the national system; ours are behind.
SHEET = (
    "县(市、区、旗)", "乡(镇)", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码", "人数", "与户主关系", "民族", "文化程度", "在校生状况", "健康状况", "劳动技能",
    "务工时间（月）", "是否参加大病保险", "致贫原因1", "危房户", "是否解决安全饮用水", "人均纯收入", "户联系电话", "户类型", "监测对象类型", "风险是否消除", "风险识别时间", "风险消除时间",
    "返贫致贫风险", "帮扶责任人", "帮扶单位", "帮扶责任人电话",
)
MEASURE_SHEET = (
    "县(市、区、旗)", "乡(镇)", "行政村", "户编号", "户主姓名", "措施类型", "责任部门", "责任人", "措施内容", "制定时间", "计划落实时间", "落实时间", "落实金额（元）", "成效", "状态",
)
