"""Workbooks as laboratories send them, in each layout, with merged headers, unit rows, limits, footnotes and odd spellings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[Any]]


def book(path: Path, sheets: dict[str, Rows], merged: dict[str, Sequence[str]] | None = None) -> Path:
    """A workbook of rows; what is merged keeps only its first cell, as in Excel."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet: Worksheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
    made.save(path)
    return path


WIDE: Rows = (
    ["某县2024年枯水期农村饮水水质检测结果汇总表"],
    ["检测机构：某县疾病预防控制中心", None, None, None, None, None, None, None, None, "单位：mg/L"],
    ["序号", "样品编号", "采样日期", "采样地点", "水样类型", "感官性状和一般化学指标", None, None, "毒理指标", None, "微生物指标", None, "游离余氯", "是否合格"],
    [None, None, None, None, None, "色度", "浑浊度", "pH", "砷", "硝酸盐（以N计）", "菌落总数", "总大肠菌群", None, None],
    [None, None, None, None, None, "度", "NTU", "无量纲", "μg/L", "mg/L", "CFU/mL", "MPN/100mL", "mg/L", None],
    ["标准限值", None, None, None, None, "≤15", "≤1", "6.5~8.5", "≤10", "≤10", "≤100", "不得检出", "≥0.05", None],
    [1, "W2024001", "2024-01-08", "甲镇水厂", "出厂水", "<5", 0.32, 7.4, "<0.5", 2.31, 3, "未检出", 0.45, "合格"],
    [2, "W2024002", "2024-01-08", "甲镇一村", "末梢水", "5", "0.5①", 7.5, 1.2, "12.4", "1.2×10²", "8", "0.02L", "不合格"],
    [3, "W2024003", "2024.1.9", "乙村", "末梢水", "＜5", "≤1", "—", "0.01l", None, "多不可计", "＜2", "/", "不合格"],
    [4, "W2024004", "一月九日", "丙村", "末梢水", "5", 0.4, 7.1, 0.8, 3.3, 12, "ND", 0.1, "合格"],
    [None, None, "2024-01-09", "丁村", "末梢水", "5", 0.4, 7.1, 0.8, 3.3, 12, "ND", 0.1, "合格"],
    ["平均值", None, None, None, None, 5, 0.41, 7.3, 0.9, 5.3, 9, None, 0.2, None],
    ["合格率（%）", None, None, None, None, 100, 100, 100, 100, 75, 100, 75, 80, None],
    ["注：①复测结果。"],
    ["检测人：张某　审核人：李某　　批准人：王某"],
)
WIDE_MERGED = ("A1:N1", "A2:C2", "F3:H3", "I3:J3", "K3:L3", "A3:A5", "B3:B5", "C3:C5", "D3:D5", "E3:E5", "M3:M4", "N3:N5", "A6:E6")

LONG: Rows = (
    ["农村供水工程水质检测数据"],
    ["样品编号", "采样日期", "采样地点", "检测项目", "检测结果", "单位", "标准限值", "单项判定", "检测方法"],
    ["S-01", "2024-07-02", "丁村末梢", "耗氧量（CODMn法，以O2计）", 1.24, "mg/L", 3, "合格", "GB/T 5750.7"],
    [None, None, None, "氨氮", "＜0.02", "mg/L", 0.5, "合格", "GB/T 5750.5"],
    [None, None, None, "砷", 12, "μg/L", "0.01mg/L", "不合格", "GB/T 5750.6"],
    [None, None, None, "总大肠菌群", "未检出", "CFU/100mL", "不得检出", "合格", "GB/T 5750.12"],
    [None, None, None, "水温", 18.2, "℃", None, None, None],
    [None, None, None, "臭和味", "无异臭、异味", None, "无异臭、异味", "合格", None],
    ["S-02", "2024-07-03", "戊村末梢", "氟化物", "0.35mg/L", None, 1.0, "合格", None],
    ["S-02", "2024-07-03", "戊村末梢", "氯化物", 12.5, None, 250, "合格", None],
    ["S-02", "2024-07-03", "戊村末梢", "硝酸盐（以NO3-计）", 12.5, "mg/L", 10, "合格", None],
    ["S-02", "2024-07-03", "戊村末梢", "总硬度", 8, "德国度", 450, "合格", None],
    ["S-02", "2024-07-03", "戊村末梢", "铁", 0.1, "mg/L", 0.3, "合格", None],
    ["S-02", "2024-07-03", "戊村末梢", "铁", 0.4, "mg/L", 0.3, "不合格", None],
    ["S-02", "2024-07-03", "戊村末梢", "锰", 0.05, "mg/L", 0.1, "合格", None],
    ["S-02", "2024-07-03", "戊村末梢", "锰", "0.050", "mg/L", 0.1, "合格", None],
    ["以下空白"],
)


def report(number: str, day: str, rows: Rows) -> Rows:
    """One test report: facts of the sample above, items as rows in two halves, conclusion and signatures below."""
    return (
        ["检 测 报 告"],
        [f"报告编号：JC-{number}", None, None, None, f"样品编号：{number}"],
        ["受检单位", "某县甲镇供水站", None, None, "采样日期", day],
        ["采样地点：甲镇水厂出口  采样人：赵某", None, None, None, "检测日期", "2024-03-20"],
        ["序号", "检测项目", "单位", "标准限值", "检测结果", "单项判定", "序号", "检测项目", "单位", "标准限值", "检测结果", "单项判定"],
        ["微生物指标"],
        *rows,
        ["检测结论：依据GB5749-2022，所检项目符合要求。"],
        ["编制：", None, "审核：", None, "批准："],
        ["以下空白"],
    )


REPORT_ROWS: Rows = (
    [1, "总大肠菌群", "MPN/100mL", "不得检出", "未检出", "合格", 4, "砷", "mg/L", "≤0.01", "<0.001", "合格"],
    [2, "菌落总数", "CFU/mL", "≤100", 15, "合格", 5, "氟化物", "mg/L", "≤1.0", 0.21, "合格"],
    [3, "浑浊度", "NTU", "≤1", "0.3", "合格", 6, "肉眼可见物", "—", "无", "无", "合格"],
)
