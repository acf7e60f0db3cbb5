"""The columns of the three registers: what a delivered sheet of divisions, schemes or households may carry.

A column is found by its Chinese header or one of the aliases. Facts of the rulebook keep the names they have there.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenqu.facts.models import Key, SubjectKind
from wenqu.importing.columns import FACT_COLUMNS, PERSONAL, Column

DIVISIONS, SCHEMES, HOUSEHOLDS = "divisions", "schemes", "households"

KEY_BY_NAME: dict[str, int] = {str(key.label): key.value for key in Key}
# What a division is known by; everything else belongs to a household or a scheme.
_DIVISION_FACTS = ("rain_mm", "water_m3_per_head")

# Read as text: registers hold 6- and 9-digit codes of counties and towns too; `resolving` looks at the form.
_CODE = Column("division_code", "区划代码", "division code", high=30, aliases=(
    "行政区划代码", "行政区划编码", "区划编码", "统计用区划代码", "村代码", "村级代码", "行政村代码", "村编码", "民政区划代码"))
_COUNTY = Column("county", "县", "county", high=80, aliases=("县(市、区、旗)", "县(市、区)", "县区", "县(区)", "县名", "县级", "所在县"))
_TOWN = Column("town", "乡镇", "town", high=80, aliases=("乡", "镇", "乡(镇)", "乡(镇、街道)", "乡镇(街道)", "镇(街道)", "镇街", "乡镇名称", "所在乡镇"))
_VILLAGE = Column("village", "村", "village", high=80, aliases=(
    "行政村", "行政村(社区)", "村(社区)", "村(居)", "村(居)委会", "村名", "村名称", "行政村名称", "所在村", "建制村"))
PLACE_COLUMNS = (_CODE, _COUNTY, _TOWN, _VILLAGE)


def _fact_columns(*, division: bool) -> tuple[Column, ...]:
    return tuple(c for c in FACT_COLUMNS if c.name in KEY_BY_NAME and (c.name in _DIVISION_FACTS or not division))


@dataclass(frozen=True)
class Catalogue:
    """One kind of register: its columns, which of them are facts, and which are kept as they came."""

    kind: str
    title: str | Promise
    subject: int
    columns: tuple[Column, ...]
    facts: tuple[Column, ...]
    details: tuple[Column, ...] = ()

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return self.columns + self.details + self.facts

    def column(self, name: str) -> Column:
        return next(column for column in self.all_columns if column.name == name)


_HOUSEHOLD_COLUMNS = (
    *PLACE_COLUMNS,
    Column("group_name", "自然村", "hamlet", high=80, aliases=("自然村(组)", "村民小组", "组", "屯", "自然村组", "小组", "寨")),
    Column("household_number", "户编号", "household number", high=64, required=True,
           aliases=("农户编号", "户号", "户编码", "农户编码", "户ID")),
    Column("member_number", "人编号", "person number", high=64, aliases=("人员编号", "人编码", "人口编号", "个人编号")),
    Column("head_name", "户主姓名", "head of household", high=80, aliases=("户主", "户主名称", "户主名")),
    Column("name", "姓名", "name", high=80, aliases=("家庭成员姓名", "成员姓名", "人员姓名")),
    Column("id_number", "证件号码", "identity number", "id_number", aliases=(
        "身份证号", "身份证号码", "公民身份号码", "证件号", "户主证件号码", "户主身份证号", "户主身份证号码", "身份证")),
    Column("account_number", "银行账号", "account number", "account", aliases=tuple(
        f"{owner}{name}" for owner in ("", "户主") for name in (
            "银行卡号", "银行账号", "银行帐号", "银行账户", "银行卡账号", "一卡通账号", "一卡通帐号", "一卡通卡号", "一卡通号", "一卡通",
            "惠农一卡通账号", "惠农补贴一卡通账号", "惠民惠农一卡通账号", "社保卡账号", "社保卡帐号", "社保卡号", "社会保障卡号", "社会保障卡账号",
            "社保卡银行账号", "开户账号", "收款账号", "补贴账号", "账号", "帐号", "卡号"))),
    Column("people", "人数", "people", "days", "人", 0, 99, aliases=("家庭人口", "家庭人口数", "人口数", "家庭人数", "户人数", "人口")),
    Column("relation", "与户主关系", "relation to the head", high=20, aliases=("户主关系", "与户主的关系")),
    Column("phone", "户联系电话", "telephone", "phone", aliases=("联系电话", "电话", "手机号", "手机号码", "户主电话", "联系方式")),
    Column("household_kind", "户类型", "kind of household", high=40, aliases=("农户类型", "户类别")),
    Column("watch_kind", "监测对象类型", "kind of watching", high=40,
           aliases=("易返贫致贫户(监测对象)类型", "监测对象类别", "监测类型")),
    Column("scheme_number", "所属工程编号", "scheme number", high=64, aliases=("供水工程编号", "工程编号", "水厂编号")),
    Column("scheme_name", "所属工程名称", "scheme", high=120, aliases=("供水工程名称", "工程名称", "所属工程", "所属供水工程", "供水工程", "供水单位")),
)
# Kept with the person by their header; no rule reads them.
_DETAILS = (
    Column("d_nation", "民族", high=40), Column("d_education", "文化程度", high=40, aliases=("学历",)),
    Column("d_student", "在校生状况", high=40), Column("d_health", "健康状况", high=80),
    Column("d_skill", "劳动技能", high=40, aliases=("劳动能力",)),
    Column("d_work_months", "务工时间（月）", kind="number", unit="月", low=0, high=12, aliases=("务工时间", "务工月数")),
    Column("d_work_place", "务工区域", high=80, aliases=("务工地点",)),
    Column("d_serious_illness", "是否参加大病保险", high=20), Column("d_medical", "是否参加城乡居民基本医疗保险", high=20),
    Column("d_pension", "是否参加城乡居民基本养老保险", high=20), Column("d_allowance", "是否享受低保", high=20, aliases=("低保",)),
    Column("d_cause", "致贫原因1", high=80, aliases=("致贫原因", "主要致贫原因", "返贫致贫风险")),
    Column("d_unsafe_house", "危房户", high=20, aliases=("是否危房户", "是否危房")),
    Column("d_safe_water", "是否解决安全饮用水", high=20, aliases=("是否解决安全饮水", "安全饮水")),
    Column("d_income", "人均纯收入", kind="number", unit="元", low=-10_000_000, high=10_000_000, aliases=("家庭人均纯收入", "年人均纯收入")),
    Column("d_risk_gone", "风险是否消除", high=20), Column("d_found_month", "识别时间", kind="month", aliases=("风险识别时间", "识别(监测)时间", "监测对象识别时间")),
    Column("d_gone_month", "消除时间", kind="month", aliases=("风险消除时间",)), Column("d_remark", "备注", high=500),
)


def _duty(kind: str, zh: str, *others: str) -> tuple[Column, ...]:
    """Name, post and telephone of one of the three responsibilities, as merged two-row headers give them."""
    wholes = (zh, *others)
    return (
        Column(f"{kind}_name", f"{zh}人", high=80, aliases=tuple(
            f"{whole}{tail}" for whole in wholes for tail in ("", "人", "姓名", "责任人", "人姓名", "责任人姓名"))),
        Column(f"{kind}_post", f"{zh}人职务", high=80, aliases=tuple(f"{whole}{tail}" for whole in wholes for tail in ("职务", "人职务", "责任人职务"))),
        Column(f"{kind}_phone", f"{zh}人电话", kind="phone", aliases=tuple(
            f"{whole}{tail}" for whole in wholes for tail in ("电话", "人电话", "责任人电话", "联系电话", "人联系电话", "责任人联系电话"))),
    )


_SCHEME_COLUMNS = (
    *PLACE_COLUMNS,
    Column("number", "工程编号", "scheme number", high=64, required=True, aliases=("供水工程编号", "工程编码", "工程代码", "编号")),
    Column("name", "工程名称", "scheme", high=120, aliases=("供水工程名称", "水厂名称", "供水工程")),
    Column("source_kind", "水源类型", high=40, aliases=("水源", "水源类别")),
    Column("process", "净水工艺", high=80, aliases=("净化工艺", "处理工艺", "水处理工艺")),
    Column("disinfection", "消毒方式", high=80, aliases=("消毒方法", "消毒工艺", "消毒设备")),
    Column("design_m3_per_day", "设计规模", kind="number", unit="吨/日", low=0, high=10_000_000,
           aliases=("设计供水规模", "设计供水能力", "供水规模", "设计日供水量", "设计规模(吨/日)", "设计规模(m3/d)")),
    Column("built_year", "建成年份", kind="days", unit="年", low=1900, high=2100, aliases=("建成时间", "建设年份", "建成年度")),
    Column("owner", "产权单位", high=120, aliases=("产权人", "产权归属", "所有权人")),
    Column("operator", "运行管理单位", high=120, aliases=("管理单位", "运管单位", "运行管护单位", "供水单位", "管水单位")),
    Column("longitude", "经度", kind="number", unit="°", low=73, high=136, aliases=("东经",)),
    Column("latitude", "纬度", kind="number", unit="°", low=3, high=54, aliases=("北纬",)),
    Column("crs", "坐标系", high=20, aliases=("坐标系统",)),
    *_duty("government", "地方政府主体责任", "主体责任", "政府主体责任"),
    *_duty("department", "水行政主管部门监管责任", "监管责任", "行业监管责任", "部门监管责任"),
    *_duty("operator", "供水单位运行管理责任", "运行管理责任", "管理责任", "运营管理责任"),
)
_DIVISION_COLUMNS = (
    *PLACE_COLUMNS,
    Column("name", "名称", "name", high=80, aliases=("区划名称", "单位名称", "行政区划名称")),
)

CATALOGUES: dict[str, Catalogue] = {
    DIVISIONS: Catalogue(DIVISIONS, _("行政区划"), SubjectKind.DIVISION, _DIVISION_COLUMNS, _fact_columns(division=True)),
    SCHEMES: Catalogue(SCHEMES, _("供水工程"), SubjectKind.SCHEME, _SCHEME_COLUMNS,
                       tuple(c for c in _fact_columns(division=False) if c.name not in _DIVISION_FACTS)),
    HOUSEHOLDS: Catalogue(HOUSEHOLDS, _("农户及家庭成员"), SubjectKind.HOUSEHOLD, _HOUSEHOLD_COLUMNS,
                          _fact_columns(division=False), _DETAILS),
}


def personal_columns() -> frozenset[str]:
    """The columns that hold numbers of persons, in whatever register."""
    return frozenset(column.name for catalogue in CATALOGUES.values() for column in catalogue.all_columns if column.kind in PERSONAL)
