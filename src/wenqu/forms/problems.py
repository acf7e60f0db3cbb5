"""Everything for which a form is refused: a stable code, and a Chinese sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One reason. Row 0 is the sheet as a whole; ``column`` is the header as it stands in the sheet."""

    sheet: str
    row: int
    column: str
    code: str
    message: str


class FormRefused(Exception):
    """A form that cannot be taken, with all reasons that were found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{p.sheet}:{p.row}:{p.column} {p.code}" for p in problems))
        self.problems = problems


def problem(code: str, sheet: str = "", row: int = 0, column: str = "", what: str = "") -> Problem:
    """A problem with its sentence in the language of the reader."""
    return Problem(sheet, row, column, code, str(SENTENCES[code]) % {"what": what})


_EXPRESSIONS = {
    "expression_too_long": _("表达式超过 %(what)s 个字符。请拆成几个 calculate。"),
    "expression_too_deep": _("表达式嵌套过多。请拆成几个 calculate。"),
    "text_not_closed": _("引号没有成对。请补上另一个引号。"),
    "last_saved": _("不支持引用上一份记录 %(what)s。请去掉。"),
    "full_width_character": _("表达式中有中文标点“%(what)s”。请改用英文半角标点。"),
    "unknown_character": _("表达式中有不认识的字符“%(what)s”。请改正；引用题目写成 ${name}。"),
    "unexpected": _("表达式在“%(what)s”处不通。请检查是否缺少运算符、逗号或括号。"),
    "ends_early": _("表达式没有写完。请检查括号和运算符是否齐全。"),
    "unknown_function": _("不支持函数 %(what)s()。请改用公布的函数表中的函数。"),
    "wrong_argument_count": _("函数 %(what)s() 的参数个数不对。请对照公布的函数表。"),
    "literal_needed": _("函数 %(what)s() 的样式、格式或文件名必须直接写成引号中的文字，不能由题目算出。"),
    "instance_form": _("查表“%(what)s”只能写成 instance('表')/root/item[条件]/列。"),
    "bad_step": _("路径中“%(what)s”处不支持。只能逐级写名称；.. 只能写在最前面。"),
    "date_format": _("日期格式不支持“%(what)s”。可用 %%Y %%y %%m %%n %%d %%e %%H %%h %%M %%S %%3。"),
    "pattern_not_portable": _("正则表达式“%(what)s”用了不通用的写法。请只用字符、[]、()、|、*、+、?、{}、\\d、\\w、\\s。"),
    "pattern_broken": _("正则表达式“%(what)s”写错了。请检查括号是否成对。"),
}
_PLANS = {
    "unknown_reference": _("找不到“%(what)s”。请核对变量名，并写成 ${name}。"),
    "many_values": _("“%(what)s”在重复组里，可能有多个值。请用 sum()、count()、max() 等函数，或 indexed-repeat()。"),
    "not_many_values": _("函数 %(what)s() 要用在题目或重复组上，不能用在算出的值上。"),
    "own_repeat": _("在重复组内不能引用同一重复组其他各条的“%(what)s”。请把这个计算放到重复组外面。"),
    "rests_on_entries": _("“%(what)s”是由这个重复组的各条算出的，组内不能再引用它。请把这个计算放到重复组外面。"),
    "trigger_outside": _("“%(what)s”不在这个重复组里，不能触发组里的题目。请把它放进同一个重复组，或去掉 trigger。"),
    "predicate_not_condition": _("方括号中应是条件，例如 [${x} = 1]。"),
    "predicate_place": _("“%(what)s”不是重复组，后面不能写方括号条件。"),
    "position_place": _("position() 只能写成 position(..)，或用在方括号条件里。"),
    "group_has_no_value": _("“%(what)s”是组，没有值。请引用组内的题目。"),
    "unknown_instance": _("没有名为“%(what)s”的选项表或 CSV。请核对名称，或加一行 csv-external。"),
    "unknown_list_column": _("选项表“%(what)s”没有这一列。请核对列名。"),
    "cycle": _("计算互相依赖，成了一个圈：%(what)s。请去掉其中一个引用。"),
    "choice_name": _("jr:choice-name 的第二项应写成引号中的选择题，例如 '${x}'。"),
    "indexed_repeat": _("indexed-repeat 应写成 indexed-repeat(${question}, ${repeat}, 第几条)，题目要在这个重复组内。"),
    "plan_unsupported": _("表单中有手机填报不支持的内容：%(what)s。请去掉。"),
    "xml_broken": _("表单 XML 无法读取。请重新生成后再上传。"),
}
_SHEETS = {
    "file_not_xlsx": _("请上传 .xlsx 工作簿。用表格软件“另存为”Excel 工作簿后再上传。"),
    "file_unreadable": _("工作簿损坏，无法读取。请用表格软件重新保存后再上传。"),
    "sheet_missing": _("缺少工作表“%(what)s”。请按 XLSForm 模板补上。"),
    "sheet_misspelt": _("工作表名称“%(what)s”可能写错。请改为 survey、choices、settings 或 entities。"),
    "sheet_unsupported": _("不支持工作表“%(what)s”。请删除。"),
    "sheet_too_large": _("工作表超过 %(what)s。请删去空行空列，或把长表放进 CSV。"),
    "column_unsupported": _("不支持列“%(what)s”。请删除这一列；给编辑者看的说明放在“备注”列。"),
    "column_twice": _("列“%(what)s”出现了两次。请只保留一列。"),
    "header_missing": _("有内容的列没有表头。请补上表头，或删除这一列。"),
    "type_missing": _("这一行没有题型。请在 type 列填写。"),
    "type_unsupported": _("不支持题型“%(what)s”。请改用公布的题型。"),
    "list_missing": _("题型后面要写选项表名称，例如 select_one 是否。"),
    "list_form": _("“%(what)s”不能作选项表。请写 choices 中的名称；附带的文件只支持 .csv。"),
    "or_other": _("不支持 or_other。请在选项表中加“其他”，再加一道文字题，并设置何时出现。"),
    "type_words": _("题型后面多了“%(what)s”。请删去。"),
    "appearance_unsupported": _("这种题型不支持样式“%(what)s”。请删去，或改用公布的样式。"),
    "parameter_unsupported": _("这种题型不支持参数“%(what)s”。请删去。"),
    "setting_missing": _("settings 中缺少“%(what)s”。请补填。"),
    "column_misplaced": _("“%(what)s”不适用于这种题型。请清空这一格。"),
    "trigger_form": _("trigger 只能写一个或几个 ${name}，用逗号隔开。"),
    "pyxform": _("表单转换程序不接受这一处：%(what)s"),
}
_CONVERSION = {
    "name_twice": _("名称与前面的重复，或与系统保留的名称相同。请改名。"),
    "name_missing": _("缺少名称。请在 name 列填写。"),
    "name_form": _("名称只能由英文字母、数字、下划线、连字符和点组成，并以字母或下划线开头，不能用汉字。请改名。"),
    "label_missing": _("缺少文字。请在 label 列填写。"),
    "list_unknown": _("choices 中没有这个选项表。请核对名称，或在 choices 中补上。"),
    "group_open": _("组或重复组的开始与结束不成对。请检查 begin 和 end。"),
    "reference_form": _("引用写法不对。请写成 ${name}。"),
    "reference_unknown": _("引用的“%(what)s”不在 survey 中。请核对变量名。"),
    "reference_twice": _("引用的“%(what)s”在 survey 中不止一个。请给题目起不同的名称。"),
    "calculation_missing": _("calculate 缺少计算。请在 calculation 列填写。"),
    "header_form": _("表头写法不对或重复。请对照 XLSForm 模板。"),
    "entity_form": _("实体的写法不对：%(what)s"),
    "parameter_form": _("参数写法不对。请写成 名称=值，用空格隔开。"),
}
SENTENCES: Mapping[str, str | Promise] = {**_EXPRESSIONS, **_PLANS, **_SHEETS, **_CONVERSION}
