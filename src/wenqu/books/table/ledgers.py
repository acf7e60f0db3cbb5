"""The ledgers that can be compared with another office's: their columns, the key, and what of them is personal.

Our own side is written with these headers too, so that both books are read by the same reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wenqu.importing.columns import FACT_COLUMNS, PERSONAL, Column
from wenqu.importing.headers import normal

HOUSEHOLDS, SCHEMES, PROBLEMS = "households", "schemes", "problems"
# Carries our own primary key through the comparison; no delivered sheet has such a header.
OWN_ID = Column("own_id", "〔系统编号〕")


@dataclass(frozen=True)
class Ledger:
    """One ledger. `key` names the usual key columns; `shown` says of a column how its text is masked
    (name, kept_name, phone, identity, account)."""

    kind: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    shown: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


_TOWN = Column("town", "乡镇", high=80, aliases=(
    "乡", "镇", "乡(镇)", "乡(镇、街道)", "乡镇(街道)", "镇(街道)", "镇街", "乡镇名称", "所在乡镇"))
_VILLAGE = Column("village", "村", high=80, aliases=(
    "行政村", "行政村(社区)", "村(社区)", "村(居)", "村(居)委会", "村名", "村名称", "行政村名称", "所在村", "建制村"))
_FACTS = {column.name: column for column in FACT_COLUMNS}

_HOUSEHOLDS = Ledger(HOUSEHOLDS, "农户用水台账", (
    Column("number", "户编号", high=64, aliases=("农户编号", "户号", "户编码", "农户编码", "户ID")),
    _TOWN, _VILLAGE,
    Column("group_name", "自然村", high=80, aliases=("自然村(组)", "村民小组", "组", "屯", "自然村组", "小组", "寨")),
    Column("head_name", "户主姓名", high=80, aliases=("户主", "户主名称", "户主名", "姓名")),
    Column("id_number", "证件号码", kind="id_number", aliases=(
        "身份证号", "身份证号码", "公民身份号码", "证件号", "户主证件号码", "户主身份证号", "户主身份证号码", "身份证")),
    Column("phone", "户联系电话", kind="phone", aliases=("联系电话", "电话", "手机号", "手机号码", "户主电话", "联系方式")),
    Column("people", "人数", kind="days", unit="人", low=0, high=99, aliases=(
        "家庭人口", "家庭人口数", "人口数", "家庭人数", "户人数", "人口")),
    Column("household_kind", "户类型", high=40, aliases=("农户类型", "户类别")),
    Column("watch_kind", "监测对象类型", high=40, aliases=("易返贫致贫户(监测对象)类型", "监测对象类别", "监测类型")),
    Column("scheme_number", "所属工程编号", high=64, aliases=("供水工程编号", "工程编号", "水厂编号")),
    Column("scheme_name", "所属工程名称", high=120, aliases=(
        "供水工程名称", "工程名称", "所属工程", "所属供水工程", "供水工程", "供水单位")),
    *(_FACTS[name] for name in (
        "scheme_class", "piped", "litres_per_person_day", "round_trip_min", "horizontal_m", "vertical_m", "short_days",
        "longest_short_spell_days", "lab_result", "sensory_ok")),
), ("number",), shown={"head_name": "name", "id_number": "identity", "phone": "phone"})


def _duty(kind: str, zh: str, *others: str) -> tuple[Column, ...]:
    wholes = (zh, *others)
    return (
        Column(f"{kind}_name", f"{zh}人", high=80, aliases=tuple(
            f"{whole}{tail}" for whole in wholes for tail in ("", "人", "姓名", "责任人", "人姓名", "责任人姓名"))),
        Column(f"{kind}_post", f"{zh}人职务", high=80, aliases=tuple(
            f"{whole}{tail}" for whole in wholes for tail in ("职务", "人职务", "责任人职务"))),
        Column(f"{kind}_phone", f"{zh}人电话", kind="phone", aliases=tuple(
            f"{whole}{tail}" for whole in wholes for tail in ("电话", "人电话", "责任人电话", "联系电话", "人联系电话", "责任人联系电话"))),
    )


_SCHEMES = Ledger(SCHEMES, "供水工程台账", (
    Column("number", "工程编号", high=64, aliases=("供水工程编号", "工程编码", "工程代码", "编号")),
    _TOWN, _VILLAGE,
    Column("name", "工程名称", high=120, aliases=("供水工程名称", "水厂名称", "供水工程")),
    _FACTS["scheme_class"],
    Column("source_kind", "水源类型", high=40, aliases=("水源", "水源类别")),
    Column("process", "净水工艺", high=80, aliases=("净化工艺", "处理工艺", "水处理工艺")),
    Column("disinfection", "消毒方式", high=80, aliases=("消毒方法", "消毒工艺", "消毒设备")),
    Column("design_m3_per_day", "设计规模", kind="number", unit="吨/日", low=0, high=10_000_000, aliases=(
        "设计供水规模", "设计供水能力", "供水规模", "设计日供水量", "设计规模(吨/日)", "设计规模(m3/d)")),
    Column("built_year", "建成年份", kind="days", unit="年", low=1900, high=2100, aliases=("建成时间", "建设年份", "建成年度")),
    Column("owner", "产权单位", high=120, aliases=("产权人", "产权归属", "所有权人")),
    Column("operator", "运行管理单位", high=120, aliases=("管理单位", "运管单位", "运行管护单位", "供水单位", "管水单位")),
    # Who answers for a scheme is published with name and telephone: nothing of this ledger is masked.
    *_duty("government", "地方政府主体责任", "主体责任", "政府主体责任"),
    *_duty("department", "水行政主管部门监管责任", "监管责任", "行业监管责任", "部门监管责任"),
    *_duty("operating", "供水单位运行管理责任", "运行管理责任", "管理责任", "运营管理责任"),
), ("number",))

_PROBLEMS = Ledger(PROBLEMS, "问题台账", (
    Column("number", "问题编号", high=64, aliases=("编号", "问题序号", "问题单号", "台账编号")),
    _TOWN, _VILLAGE,
    Column("subject", "涉及对象", high=160, aliases=("对象", "问题对象", "涉及农户或工程", "农户或工程", "涉及户（工程）", "户主或工程名称")),
    Column("subject_number", "对象编号", high=64, aliases=("户编号或工程编号", "户（工程）编号", "农户编号", "户编号", "工程编号")),
    Column("problem_kind", "问题类型", high=80, aliases=("问题种类", "问题类别", "类型", "问题")),
    Column("severity", "严重程度", high=40, aliases=("程度", "问题等级", "等级")),
    Column("state", "状态", high=40, aliases=("问题状态", "办理状态", "当前状态", "整改状态", "办理情况")),
    Column("unit", "责任单位", high=120, aliases=("整改单位", "责任部门", "承办单位")),
    Column("opened_on", "发现日期", kind="date", aliases=("发现时间", "排查日期", "登记日期", "问题发现日期")),
), ("number",), shown={"subject": "kept_name"})

LEDGERS: dict[str, Ledger] = {ledger.kind: ledger for ledger in (_HOUSEHOLDS, _SCHEMES, _PROBLEMS)}


def _personal() -> dict[str, str]:
    return {
        normal(text): column.kind for ledger in LEDGERS.values() for column in ledger.columns if column.kind in PERSONAL
        for text in (column.zh, *column.aliases)
    }


PERSONAL_HEADERS: dict[str, str] = _personal()
