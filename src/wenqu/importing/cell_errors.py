"""Every reason for which a cell of somebody's table is not used, with what to do about it.

The codes are stable and go into files and tests; the sentences are for the person who has to correct the table.
Sentences may use ``{low}``, ``{high}``, ``{unit}``, ``{words}`` and ``{zh}`` of the column.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellError:
    """One reason: what is wrong, in both languages, and how to put it right."""

    code: str
    zh: str
    advice: str
    en: str


_ALL = (
    CellError("not_a_number", "不是数字", "只填数字，单位写在表头里，例如 60", "not a number"),
    CellError("negative", "是负数", "核对后填不小于 0 的数", "a negative number"),
    CellError("out_of_range", "超出合理范围", "应在 {low}～{high}{unit} 之间，请核对数值和单位", "outside the plausible range"),
    CellError("unknown_choice", "不是可选的值", "请填以下之一：{words}", "not one of the known values"),
    CellError("not_yes_no", "不是“是”或“否”", "请填“是”或“否”", "neither yes nor no"),
    CellError("several_ticks", "勾选了不止一项", "只勾选一项", "more than one box is ticked"),
    CellError("bad_code_form", "不是 12 位区划代码", "填 12 位数字，列设为文本格式", "not a 12-digit division code"),
    CellError("formula_error", "公式出错", "改正公式，或直接填写结果", "the formula gives an error"),
    CellError("damaged_id", "证件号码已被表格软件改坏（末几位变成 0 或科学计数）", "把列设为文本格式后重新录入", "damaged by the spreadsheet"),
    CellError("bad_id_checksum", "证件号码校验位不对", "对照证件逐位核对", "the check digit is wrong"),
    CellError("bad_id_form", "不是证件号码的写法", "填 18 位居民身份证号码（残疾人证 20 或 22 位）", "not the form of an identity number"),
    CellError("bad_phone", "不是电话号码", "填一个 11 位手机号，或带区号的固定电话", "not a telephone number"),
    CellError("bad_account", "不是银行账号", "填银行卡、一卡通或社保卡的账号，8～32 位数字", "not an account number"),
    CellError("damaged_account", "账号已被表格软件改坏（末几位变成 0 或科学计数）", "把列设为文本格式后重新录入", "damaged by the spreadsheet"),
    CellError("bad_date", "不是有效日期", "按 2025-09-30 的样子填写", "not a valid date"),
    CellError("bad_month", "不是有效月份", "按 202509 的样子填写", "not a valid month"),
    CellError("too_long", "文字太长", "请缩短到 {high} 个字以内", "the text is too long"),
    CellError("shifted_row", "这一行的单元格比表头多，各格可能错位，除第一格外都没有采用", "给含逗号的数字或文字加上引号", "more cells than the header, so they may be shifted"),
    CellError("unit_conflict", "表头的单位与这一列不同，整列没有采用", "换算成{unit}，或在映射文件中用 multiply 换算", "the header names another unit"),
    CellError("required_missing", "必填项是空的", "请补填{zh}", "a required cell is blank"),
    CellError("duplicate", "与前面的行重复", "只保留一行", "the same as a row above"),
    CellError("spell_over_short_days", "最长连续缺水天数大于缺水天数", "核对这两格", "the longest short spell is longer than the short days"),
    CellError("short_days_over_year", "缺水天数大于年天数", "核对这两格（年天数空白时按 365 天）", "there are more short days than days in the year"),
)
CELL_ERRORS: dict[str, CellError] = {error.code: error for error in _ALL}


def message(code: str, *, zh: str = "", unit: str = "", low: object = None, high: object = None, words: str = "") -> str:
    """The Chinese sentence for one code: what is wrong and what to do. An unknown code is shown as it is."""
    error = CELL_ERRORS.get(code)
    if error is None:
        return code
    told = {"zh": zh, "unit": unit and f" {unit}", "words": words,
            "low": "" if low is None else low, "high": "" if high is None else high}
    return f"{error.zh}；{error.advice.format(**told)}"
