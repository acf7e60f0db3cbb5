"""One result as a laboratory writes it: a number, below a limit of detection, above a range, not detected, a word.

Nothing is guessed. Characters that only look like digits (circled, raised, small) never become digits, a comma is no
decimal point, and the way limits are written (≤ 0.3, 不得检出) is no result. "0.01L" is the usual Chinese way (HJ/T 91)
to say "below the limit of detection 0.01".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from wenqu.rulebook.quality.results.units import unit_of

KINDS = ("value", "below", "above", "not_detected", "word", "blank", "wrong")
WORDS = ("none", "some", "fit", "unfit")


@dataclass(frozen=True, slots=True)
class Result:
    """What a cell says. ``value`` is the number of a value or the bound of below and above; ``unit`` as the cell has it."""

    kind: str
    value: Decimal | None = None
    word: str = ""
    unit: str = ""
    code: str = ""

    def text(self) -> str:
        """The plainest way to write it, which reads the same again (wrong and blank ones are empty)."""
        number = format(self.value, "f") if self.value is not None else ""
        start = {"value": "", "below": "<", "above": ">", "not_detected": "未检出", "word": _PLAIN_WORDS.get(self.word, "")}
        return f"{start[self.kind]}{number}{self.unit and ' ' + self.unit}" if self.kind in start else ""


BLANK, NOT_DETECTED = Result("blank"), Result("not_detected")
_PLAIN_WORDS = {"none": "无", "some": "有", "fit": "合格", "unfit": "不合格"}

# Full width forms stand one for one; other look-alikes (①, ³, ½) must stay what they are.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(a): b for a, b in {
        "\u3000": " ", "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u200b": "", "\ufeff": "", "−": "-", "﹣": "-",
        "﹤": "<", "〈": "<", "﹥": ">", "〉": ">", "≦": "≤", "≧": "≥", "⩽": "≤", "⩾": "≥", "✕": "×", "╳": "×", "⁄": "/", "﹡": "*",
    }.items()}
_BLANKS = frozenset({"", "-", "--", "---", "—", "——", "–", "―", "─", "/", "//", "\\", "na", "n/a", "nat", "<na>", "未检", "未测", "未做", "未检测", "未检验",
                     "不检", "不检测", "未开展", "未要求", "不适用", "无数据", "缺测", "nottested"})
_NOT_DETECTED = frozenset({"未检出", "未检测出", "未捡出", "未检岀", "没有检出", "阴性", "nd", "n.d.", "n.d", "n/d", "notdetected", "nondetect", "bdl", "lod", "<dl", "<mdl",
                           "<lod", "<ldl", "低于检出限", "小于检出限", "低于方法检出限", "小于方法检出限", "未达检出限", "absent", "negative"})
_LIMITS = frozenset({"不得检出", "不应检出", "不能检出", "不可检出", "应未检出", "不得有", "不得含有"})
_COUNTLESS = frozenset({"多不可计", "多不可数", "不可计", "不可数", "菌落蔓延", "蔓延生长", "tntc", "toonumeroustocount"})
_NONE = re.compile(r"无(任何)?(明显|异常)?((异?臭[、,和及或]?)?异?[味臭]|肉眼可见物|可见物|杂质|沉淀物?|悬浮物|漂浮物)?|没有|none|未见异常|未见")
_SOME = re.compile(r"有(?!效|无).{0,14}|检出|阳性|(轻微|微弱|明显|强烈|较强|很强|少量|微量|大量)(?!于).{1,10}|present|detected|positive")
_FITS = {"合格": "fit", "符合": "fit", "达标": "fit", "正常": "fit", "pass": "fit", "不合格": "unfit", "不符合": "unfit", "不达标": "unfit", "超标": "unfit", "fail": "unfit"}
_FORMULA = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|GETTING_DATA|SPILL!|CALC!|错误.*)", re.IGNORECASE)

_DIGITS = r"(?:\d+(?:\.\d+)?|\.\d+|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?)"
_POWER = r"(?:\s*[×xX*]\s*10\s*(?:\^\s*\(?([+-]?\d{1,2})\)?|([⁺⁻]?[⁰¹²³⁴-⁹]{1,2}))|[eE]([+-]?\d{1,3}))"
_NUMBER = re.compile(rf"({_DIGITS}){_POWER}?", re.ASCII)
_TEN = re.compile(r"10\s*\^\s*\(?([+-]?\d{1,2})\)?", re.ASCII)
_MARKS = re.compile(r"\s*(?:[*※★☆▲△†‡]|[①-⑳⑴-⒇❶-❿➀-➓㈠-㈩]|\(注[一二三四五\d]?\)|\[注?\d\]|注[一二三四五])+$", re.ASCII)
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?([ T]\d{1,2}:.*)?|\d{1,2}月\d{1,2}日", re.ASCII)
_HIDDEN_IN = re.compile(r"(?:未检出|nd)\s*(?:\(\s*)?(?:<|检出限[:=为]?|dl[:=]?)?\s*({n})\s*\)?".replace("{n}", r"<?[\d.][^()]*"), re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_RAISED = re.compile(r"[⁺⁻⁰¹²³⁴-⁹₀-₉]")


def fold(text: str) -> str:
    """Full width as half width and no blanks around; nothing else is made equal."""
    return text.translate(_FOLD).strip()


def read_result(raw: str | None) -> Result:
    """What a laboratory wrote; ``wrong`` with a code where it cannot be told."""
    text = fold(raw or "")
    if _FORMULA.fullmatch(text):
        return Result("wrong", code="formula_error")
    tight = "".join(text.split()).lower()
    bare = _MARKS.sub("", tight)
    worded = _worded(tight) or (_worded(bare) if bare else None)
    if worded is not None:
        return worded
    text = _MARKS.sub("", text).strip()
    if _DATE.fullmatch(text):
        return Result("wrong", code="is_a_date")
    number, unit = _split_unit(text)
    return _measured(number, unit)


def _worded(tight: str) -> Result | None:
    if tight in _BLANKS:
        return BLANK
    if tight in _NOT_DETECTED:
        return NOT_DETECTED
    if tight in _LIMITS:
        return Result("wrong", code="is_a_limit")
    if tight in _COUNTLESS:
        return Result("wrong", code="countless")
    if tight in _FITS:
        return Result("word", word=_FITS[tight])
    if _NONE.fullmatch(tight):
        return Result("word", word="none")
    return Result("word", word="some") if _SOME.fullmatch(tight) else None


def _split_unit(text: str) -> tuple[str, str]:
    """(number, unit) where a known unit ends the text: 0.02mg/L, 未检出/100mL, <1 (MPN/100mL)."""
    for at in range(1, len(text)):
        rest = text[at:].strip()
        inside = rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest
        # An exponent or a decimal belongs to the number, so a unit may not begin with a digit or a sign.
        if inside[:1].isalpha() or inside[:1] in "°/μµ㎎㎍":
            known = unit_of(inside)
            # L alone is the mark of the limit of detection.
            if known is not None and inside.upper() != "L":
                return _MARKS.sub("", text[:at]).strip(), inside
    return text, ""


def _measured(text: str, unit: str) -> Result:
    tight = "".join(text.split())
    if tight.lower() in _NOT_DETECTED:
        return Result("not_detected", unit=unit)
    hidden = _HIDDEN_IN.fullmatch(tight)
    if hidden:
        return _bound("below", hidden[1].removeprefix("<"), unit)
    shown = re.fullmatch(r"(<[^()]+)\((未检出|nd)\)", tight, re.IGNORECASE)
    text = shown[1] if shown else text
    if text[:1] == "<" and text[1:2] not in "=>":
        return _bound("below", text[1:].strip().removesuffix("L"), unit)
    if text[:1] == ">" and text[1:2] != "=":
        return _bound("above", text[1:], unit)
    if text.startswith(("≤", "≥", "<=", ">=")):
        return Result("wrong", code="is_a_limit")
    if len(text) > 1 and text[-1] == "L" and text[-2] in "0123456789 ":
        return _bound("below", text[:-1], unit)
    number = _number(text)
    return Result("value", number, unit=unit) if number is not None else Result("wrong", code=_why(text))


def _bound(kind: str, text: str, unit: str) -> Result:
    number = _number(text.strip())
    if number is None:
        return Result("wrong", code=_why(text.strip()))
    if kind == "below" and number == 0:
        return Result("wrong", code="nothing_below")
    return Result(kind, number, unit=unit)


def _number(text: str) -> Decimal | None:
    """The exact number of a text, ``None`` where it is none: 0.05, 1,200, 1.2×10^3, 1.2×10³, 5E-05."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        power = _TEN.fullmatch(text)
        return Decimal(1).scaleb(int(power[1])) if power else None
    raised = (found[3] or "").translate(_SUPERSCRIPTS)
    power_of_ten = int(found[2] or raised or found[4] or 0)
    number = Decimal(found[1].replace(",", ""))
    return number.scaleb(power_of_ten) if power_of_ten else number


def _why(text: str) -> str:
    """The code of a text that is no number, as near to what happened as can be told."""
    n = _DIGITS
    tests = (
        ("is_a_limit", r"[≤≥].*|[<>]=.*|.*不得检出.*"), ("small_l", rf"{n}\s*l"), ("unfinished", r"\d+\.|[<>]?\d+\.L?"),
        ("lost_power", rf"{n}\s*[×xX*]\s*10\s*\d*"), ("raised_digit", rf".*{_RAISED.pattern}.*"), ("with_uncertainty", rf"{n}\s*(±|\+/?-).*"),
        ("is_a_range", rf"{n}\s*[-~～—–至到]+\s*{n}.*"), ("about", rf"[约≈~～]\s*{n}.*|{n}\s*(左右|上下)"), ("negative", rf"-\s*{n}.*"),
        ("comma", r"[\d]+\s*[,，、。·]\s*\d[\d.,]*"),
    )
    return next((code for code, pattern in tests if re.fullmatch(pattern, text, re.ASCII)), "not_a_result")
