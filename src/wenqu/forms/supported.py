"""The one table of what a form may use. The checks read it, and the published list is printed from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions with how many arguments it takes; ``most`` None means any number."""

    name: str
    least: int
    most: int | None
    zh: str
    odd: bool = False

    def takes(self, count: int) -> bool:
        """Whether it may be called with so many arguments."""
        return count >= self.least and (self.most is None or count <= self.most) and not (self.odd and count % 2 == 0)


# Left out though JavaRosa has them: random and randomize (no two engines agree), sin … pow, exp, log, area, distance
# (the last digits differ between Java and browsers), digest, property, version, checklist, base64-decode.
_FUNCTIONS = (
    Function("if", 3, 3, "条件成立取第二项，否则取第三项"), Function("coalesce", 2, 2, "第一个非空的值"),
    Function("once", 1, 1, "只算一次"), Function("selected", 2, 2, "多选中是否含某项"),
    Function("count-selected", 1, 1, "多选选了几项"), Function("selected-at", 2, 2, "多选的第几项"),
    Function("jr:choice-name", 2, 2, "选项的文字"), Function("count", 1, 1, "几条"),
    Function("count-non-empty", 1, 1, "几条非空"), Function("sum", 1, 1, "合计"), Function("min", 1, None, "最小"),
    Function("max", 1, None, "最大"), Function("round", 1, 2, "四舍五入"), Function("int", 1, 1, "取整"),
    Function("number", 1, 1, "转为数"), Function("abs", 1, 1, "绝对值"), Function("sqrt", 1, 1, "平方根"),
    Function("pi", 0, 0, "圆周率"), Function("string", 1, 1, "转为文字"), Function("string-length", 1, 1, "字数"),
    Function("substr", 2, 3, "取一段文字"), Function("concat", 1, None, "连接文字"), Function("join", 2, None, "用分隔符连接"),
    Function("contains", 2, 2, "含有"), Function("starts-with", 2, 2, "以…开头"), Function("ends-with", 2, 2, "以…结尾"),
    Function("substring-before", 2, 2, "某字之前"), Function("substring-after", 2, 2, "某字之后"),
    Function("translate", 3, 3, "逐字替换"), Function("normalize-space", 1, 1, "去多余空格"), Function("regex", 2, 2, "符合样式"),
    Function("true", 0, 0, "是"), Function("false", 0, 0, "否"), Function("not", 1, 1, "取反"),
    Function("boolean", 1, 1, "转为是否"), Function("boolean-from-string", 1, 1, "文字转为是否"),
    Function("today", 0, 0, "今天"), Function("now", 0, 0, "现在"), Function("date", 1, 1, "转为日期"),
    Function("date-time", 1, 1, "转为日期时间"), Function("decimal-date-time", 1, 1, "日期时间转为天数"),
    Function("decimal-time", 1, 1, "时间转为一天的几分之几"), Function("format-date", 2, 2, "日期的写法"),
    Function("format-date-time", 2, 2, "日期时间的写法"), Function("position", 0, 1, "第几条"),
    Function("indexed-repeat", 3, 7, "第几条的值", odd=True), Function("pulldata", 4, 4, "查附带的 CSV"),
    Function("uuid", 0, 0, "新编号"),
)
FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _FUNCTIONS}


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of the survey sheet: its name in the plan, how people write it, what it may carry."""

    name: str
    plan: str
    zh: str
    words: tuple[str, ...] = ()
    appearances: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


_SELECT = ("minimal", "autocomplete", "columns")
_KINDS = (
    Kind("text", "text", "文字", ("string",), ("multiline", "numbers")),
    Kind("integer", "integer", "整数", ("int",), ("numbers", "thousands-sep")),
    Kind("decimal", "decimal", "小数", (), ("numbers", "thousands-sep")),
    Kind("date", "date", "日期"), Kind("time", "time", "时间"), Kind("datetime", "datetime", "日期时间", ("dateTime",)),
    Kind("select_one", "select_one", "单选", ("select one",), _SELECT),
    Kind("select_multiple", "select_multiple", "多选", ("select multiple",), _SELECT),
    Kind("select_one_from_file", "select_one", "从 CSV 单选", (), _SELECT, ("value", "label")),
    Kind("select_multiple_from_file", "select_multiple", "从 CSV 多选", (), _SELECT, ("value", "label")),
    Kind("image", "photo", "照片或签名", ("photo",), ("signature", "new"), ("max-pixels",)),
    Kind("geopoint", "geopoint", "定位", (), (), ("capture-accuracy", "warning-accuracy")),
    Kind("barcode", "barcode", "扫码"), Kind("note", "note", "说明"), Kind("acknowledge", "acknowledge", "确认", ("trigger",)),
    Kind("calculate", "value", "计算"), Kind("hidden", "value", "由程序给出的值"),
    Kind("begin_group", "group", "组开始", ("begin group",), ("field-list",)), Kind("end_group", "group", "组结束", ("end group",)),
    Kind("begin_repeat", "repeat", "重复组开始", ("begin repeat",), ("field-list",)),
    Kind("end_repeat", "repeat", "重复组结束", ("end repeat",)),
    Kind("csv-external", "", "附带的 CSV"), Kind("start", "value", "开始时刻"), Kind("end", "value", "结束时刻"),
    Kind("today", "value", "填表日期"), Kind("deviceid", "value", "手机编号"), Kind("username", "value", "填表人"),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
KIND_WORDS: Mapping[str, str] = {word.lower(): kind.name for kind in _KINDS for word in (kind.name, *kind.words)}
NAMES_LIST = frozenset({"select_one", "select_multiple", "select_one_from_file", "select_multiple_from_file"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: other ways of writing its header; whether it holds an expression, or a text per language."""

    name: str
    zh: str
    words: tuple[str, ...] = ()
    expression: bool = False
    translated: bool = False


SHEETS: Mapping[str, tuple[Column, ...]] = {
    "survey": (
        Column("type", "题型"), Column("name", "变量名"), Column("label", "题目", translated=True),
        Column("hint", "提示", translated=True), Column("guidance_hint", "填写说明", translated=True),
        Column("relevant", "何时出现", ("relevance",), expression=True), Column("constraint", "限制", expression=True),
        Column("constraint_message", "不符合时的提示", translated=True),
        Column("required", "是否必填", expression=True), Column("required_message", "未填时的提示", translated=True),
        Column("read_only", "只读", ("readonly",), expression=True), Column("calculation", "计算", ("calculate",), expression=True),
        Column("default", "默认值", expression=True), Column("appearance", "样式"), Column("parameters", "参数"),
        Column("choice_filter", "选项筛选", expression=True), Column("repeat_count", "重复次数", ("count",), expression=True),
        Column("trigger", "由谁触发", expression=True), Column("save_to", "存入实体"),
    ),
    "choices": (Column("list_name", "选项表"), Column("name", "选项值"), Column("label", "选项文字", translated=True)),
    "settings": (
        Column("form_id", "表单编号", ("id_string",)), Column("form_title", "表单名称", ("title",)), Column("version", "版本"),
        Column("default_language", "默认语言"), Column("instance_name", "记录名称", expression=True),
        Column("allow_choice_duplicates", "允许选项值重复"),
    ),
    "entities": (
        Column("list_name", "实体表", ("dataset",)), Column("entity_id", "实体编号", expression=True),
        Column("create_if", "何时新建", expression=True), Column("update_if", "何时更新", expression=True),
        Column("label", "实体名称", expression=True),
    ),
}
# Columns for the eyes of whoever edits the form: nobody else reads them.
REMARKS = ("备注", "remark", "remarks", "comment", "comments")
# What two engines cannot do alike where entries of a repeat come in.
_REPEATS = (
    "在重复组内引用同一重复组其他各条的值。合计、计数放到重复组外面。",
    "在重复组内引用由这个重复组各条算出的值，用在 calculation、relevant、required、read_only 中都一样。"
    "例如组外 `${total}` 是 `sum(${d})`，组内又写 `${d} div ${total}`。",
    "`trigger` 写重复组外面的题目，而这一行在重复组里面。",
)
REFUSED_SHEETS = ("external_choices", "osm", "cascades")


def markdown() -> str:
    """The published list."""
    lines = ["# 表单支持的功能", "", "表单按 XLSForm 编写。下面没有列出的题型、样式、列和函数，上传时会指明工作表和行并拒收。", "", "## 题型", "",
             "| type | 含义 | 可用样式 appearance | 可用参数 parameters |", "|---|---|---|---|"]
    lines += [f"| `{k.name}` | {k.zh} | {_code(k.appearances)} | {_code(k.parameters)} |" for k in _KINDS]
    lines += ["", "`geopoint` 的值是 `纬度 经度 海拔 误差（米）`，坐标系 WGS-84（EPSG:4326），手机地图软件的坐标不是。"
              "要在记录中写明坐标系，就在它后面加一行 calculate（现成的表单叫 `place_crs`）。"]
    for sheet, columns in SHEETS.items():
        lines += ["", f"## 工作表 {sheet}", "", "| 列 | 含义 | 也可写作 | |", "|---|---|---|---|"]
        lines += [f"| `{c.name}` | {c.zh} | {_code(c.words)} | {'表达式' if c.expression else '可分语言' if c.translated else ''} |" for c in columns]
        if sheet == "choices":
            lines += ["", "其他列可在 `choice_filter` 中使用。"]
    lines += ["", f"表头为 {'、'.join(REMARKS)} 的列只供编辑者看。其他名称的工作表不读取。", "", "## 函数", "", "| 函数 | 参数个数 | 含义 |", "|---|---|---|"]
    lines += [f"| `{f.name}` | {_count(f)} | {f.zh} |" for f in _FUNCTIONS]
    lines += ["", "运算符：`or and = != < <= > >= + - * div mod`；路径：`${名称}`、`.`、`..`、`current()/../名称`、"
              "`instance('表')` 的 `root/item[条件]/列`；`position(..)` 得到在重复组中的序号。", "", "## 重复组的限制", "",
              "两种手机程序（本系统的填报页和 ODK Collect）要算得一样，下面几种写法会被拒收：", "", *(f"* {each}" for each in _REPEATS), ""]
    return "\n".join(lines)


def _code(words: tuple[str, ...]) -> str:
    return "、".join(f"`{word}`" for word in words)


def _count(function: Function) -> str:
    if function.odd:
        return "、".join(str(n) for n in range(function.least, (function.most or 0) + 1, 2))
    if function.most is None:
        return f"≥ {function.least}"
    return str(function.least) if function.least == function.most else f"{function.least}～{function.most}"
