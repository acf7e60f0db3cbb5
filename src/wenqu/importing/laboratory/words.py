"""What stands in the headers of laboratories' tables, and the rows that are no results."""

from __future__ import annotations

import re

from wenqu.importing.headers import bare, normal

# The better name first: where two columns match, the one with the better name is used.
SAMPLE_WORDS: dict[str, tuple[str, ...]] = {
    "point": (),  # never guessed: a mapping names it
    "number": ("样品编号", "水样编号", "样品号", "水样号", "样品唯一性编号", "样品标识", "检品编号", "采样编号", "样本编号", "sample number", "sample no", "sample id", "编号"),
    "day": ("采样日期", "采样时间", "采样日", "采集日期", "采集时间", "采样日期及时间", "取样日期", "取样时间", "水样采集日期", "sample date", "sampling date"),
    "place": ("采样地点", "采样点", "采样点位", "采样点名称", "采样位置", "采样地址", "监测点", "监测点名称", "监测点位", "取样地点", "取样点", "取水点", "采样地点名称",
              "sample site", "sampling site", "sampling point", "location", "地点"),
    "water": ("水样类型", "水样类别", "水样种类", "样品类型", "样品类别", "水样性质", "样品性状", "水样名称", "样品名称", "水类型"),
    "scheme": ("工程名称", "供水工程", "供水工程名称", "水厂名称", "供水单位", "供水单位名称", "水厂", "受检单位", "被检单位", "被采样单位", "受检单位名称"),
}
ROLE_WORDS: dict[str, tuple[str, ...]] = {
    "item": ("检测项目", "检验项目", "监测项目", "分析项目", "测定项目", "项目名称", "检测指标", "监测指标", "指标名称", "检测参数", "参数", "项目", "指标", "parameter", "analyte", "item"),
    "result": ("检测结果", "检验结果", "监测结果", "测定结果", "测试结果", "分析结果", "检测值", "检验值", "测定值", "实测值", "监测值", "结果", "结果值", "result", "value"),
    "unit": ("单位", "计量单位", "结果单位", "检测单位(计量)", "unit", "units"),
}
ROLE_TITLES = {"item": "检测项目", "result": "检测结果", "unit": "单位"}
SAMPLE_TITLES = {"number": "样品编号", "day": "采样日期", "place": "采样地点", "water": "水样类型", "scheme": "工程名称", "point": "监测点"}
# Columns that are no results and no facts of the sample.
LEFT_OUT = re.compile(r".*(限值|标准值|标准要求|卫生要求|卫生标准|评价标准|国标|标准号|判定|评价|结论|合格与否|是否合格|是否达标|检出限|检出浓度|检测限|定量限|方法|依据|仪器|备注|序号|"
                      r"检测日期|检验日期|分析日期|送检日期|收样日期|接样日期|报告日期|报告编号|采样人|送样人|检测人|检验人|审核|签名|样品状态|limit|remark|method).*")
# Rows below the header that tell of limits, methods or figures of all samples.
ROW_LABELS = (r"(标准|国标|卫生)?(限值|标准值|限量|限制)([(（].*)?|(国家|卫生|评价|执行|判定)?标准(值|限值|要求|限量)?([(（].*)?|(国家|评价|执行|判定)标准.{1,30}|GB[/T ]*5749.*|(方法|最低|仪器)?检(出|测)(限|浓度|下限).{0,8}|最低检[出测].{0,6}|定量限|"
              r"(检测|检验|分析)?(方法|依据|仪器).{0,6}|平均值?|均值|最大值?|最小值?|最高值?|最低值?|中位数|标准差|范围|合格率.{0,6}|超标率.{0,6}|合格[数份].{0,4}|超标[数份].{0,4}|检出率.{0,4}|"
              r"单项(判定|评价|结论).{0,4}|单位|计量单位|序号|项目|average|mean|max|maximum|min|minimum|limit.{0,10}")
NOTES = (r"(注|备注|说明|附注|检测单位|检验单位|检测机构|检测中心|编制|编制人|制表|报告编制|检测人员?|检验人员?|检验者|主检人?|复核人?|审核人?|批准人?|授权签字人|签发人?|采样人员?|送样人|"
         r"报告日期|签发日期|检测日期|(检验|检测|评价|综合)?结论|综合评价|评价意见|意见)[一二三四五六七八九十\d]?[:：].*|[①-⑳*※★].*|\(?[(（]?以下空白[)）]?.*|-+以下空白-+|本报告.*|.*(结果仅对|仅对来样).*")


def _known(words: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, int]]:
    return {normal(word): (name, rank) for name, spellings in words.items() for rank, word in enumerate(spellings)}


_SAMPLE, _ROLES = _known(SAMPLE_WORDS), _known(ROLE_WORDS)


def sample_word(text: str) -> tuple[str, int] | None:
    """(what of the sample, rank) that a header tells."""
    return _SAMPLE.get(normal(text)) or _SAMPLE.get(bare(text))


def role_word(text: str) -> tuple[str, int] | None:
    """(item, result or unit; rank) that a header of a table of results tells."""
    return _ROLES.get(normal(text)) or _ROLES.get(bare(text))


def is_left_out(text: str) -> bool:
    """Whether a header is of a column that no result is read from."""
    return bool(LEFT_OUT.fullmatch(normal(text)))


def is_label(text: str) -> bool:
    """Whether the first cell of a row says that the row is no sample."""
    return bool(re.fullmatch(ROW_LABELS, "".join(text.split()), re.IGNORECASE))
