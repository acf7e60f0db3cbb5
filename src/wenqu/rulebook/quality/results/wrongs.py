"""Why a result as written is not used: a stable code, what is wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wrong:
    """One reason, for people."""

    code: str
    zh: str
    advice: str
    en: str


_ALL = (
    Wrong("formula_error", "公式出错", "改正公式，或直接填写结果", "the formula gives an error"),
    Wrong("is_a_limit", "是限值的写法，不是检测结果", "填测得的数值；低于检出限写成“<0.01”或“0.01L”", "written as a limit, not as a result"),
    Wrong("is_a_range", "是一个范围", "只填测得的一个数值", "a range of values"),
    Wrong("is_a_date", "被表格软件当成了日期", "把列设为文本格式后重新填写结果", "taken for a date by the spreadsheet"),
    Wrong("small_l", "末尾是小写字母 l，看不出是“L”（低于检出限）还是数字 1", "低于检出限写成大写“L”，例如 0.01L", "ends in a small l: a mark or the digit 1"),
    Wrong("lost_power", "看不出是 10 的几次方", "写成 1.2×10^3 或 1200", "the power of ten cannot be told"),
    Wrong("raised_digit", "有上标数字，看不出是次方还是注释", "次方写成 10^3，注释写到备注里", "a raised digit: a power or a note"),
    Wrong("unfinished", "数字没有写完", "补全小数点后的数字", "the number is not finished"),
    Wrong("comma", "逗号或句号用得不对，看不出是小数点还是千位分隔", "小数点写“.”，千位分隔可以不写", "a comma that may be a decimal point"),
    Wrong("negative", "是负数", "核对后填测得值；低于检出限写成“<0.01”", "a negative number"),
    Wrong("with_uncertainty", "带有不确定度", "只填测得的一个数值", "carries an uncertainty"),
    Wrong("about", "是约数", "填测得的数值", "an approximate number"),
    Wrong("nothing_below", "“小于零”没有意义", "填检出限，例如“<0.01”", "less than nothing"),
    Wrong("countless", "没有写出数得清的下限", "写成大于几，例如“>300”", "too many to count, without a number"),
    Wrong("too_fine", "数字太大或小数位太多", "核对数值和单位", "too large or with too many decimals"),
    Wrong("not_a_result", "看不懂这个结果", "填数值、“<检出限”、“未检出”，或“无”“有”；没有检测的留空", "not the way a result is written"),
    Wrong("unit_missing", "没有写单位，数值没有采用", "在表头、单位行或单位列写明单位，或在对应关系里指定", "no unit is written"),
    Wrong("unit_unknown", "单位看不懂", "改成 {units}", "the unit is not known"),
    Wrong("unit_differs", "单位与本项目的标准单位不是同一种量，不能换算", "改成 {units}", "the unit measures something else"),
    Wrong("units_conflict", "格内的单位与表头或单位列的不同", "只保留一个单位", "two different units are written"),
    Wrong("basis_differs", "折算基准与标准不同（标准{basis}），没有采用", "按标准的基准换算后再填", "expressed as another substance"),
    Wrong("item_unknown", "没有认识的检测项目", "核对项目名称，或在对应关系里指定是哪一项、或写明不用", "the item is not known"),
    Wrong("item_twice", "同一项目有两列，看不出用哪一列", "删去多余的一列，或在对应关系里指定", "two columns for one item"),
    Wrong("sample_missing", "没有样品编号，这一行的结果都没有采用", "补填样品编号", "no sample number"),
    Wrong("results_differ", "同一样品的同一项目有不同的结果，都没有采用", "只保留正确的一个；平行样要有自己的编号", "different results for one sample and item"),
    Wrong("duplicate", "与前面的结果重复", "只保留一个", "the same result again"),
    Wrong("sample_differs", "同一样品编号前后的采样日期或地点不同", "核对样品编号、采样日期和地点", "one sample number, two days or places"),
    Wrong("bad_date", "不是有效日期", "按 2025-09-30 的样子填写采样当天", "not a valid date"),
)
WRONGS: dict[str, Wrong] = {wrong.code: wrong for wrong in _ALL}


def sentence(code: str, *, units: str = "", basis: str = "") -> str:
    """What is wrong and what to do, in one Chinese sentence. An unknown code is shown as it is."""
    wrong = WRONGS.get(code)
    return f"{wrong.zh.format(basis=basis)}；{wrong.advice.format(units=units or '标准的单位')}" if wrong else code
