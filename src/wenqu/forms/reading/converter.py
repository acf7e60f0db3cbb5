"""pyxform, and what it says in English, told in Chinese with its place."""

from __future__ import annotations

import re
from string import Formatter

from pyxform.errors import ErrorCode, PyXFormError
from pyxform.xls2xform import convert

from wenqu.forms.problems import FormRefused, Problem, problem

_ROW = re.compile(r"\[row : (\d+)\]")
_SHEET = re.compile(r"'(survey|choices|settings|entities)' sheet")
_COLUMN = re.compile(r"sheet, the '([^']+)' value")
_BY_CODE = {
    "NAMES_001": "name_twice", "NAMES_002": "name_twice", "NAMES_003": "name_twice", "NAMES_004": "name_twice", "NAMES_005": "name_twice",
    "NAMES_006": "name_missing", "NAMES_007": "name_twice", "NAMES_008": "name_form", "NAMES_009": "name_form", "NAMES_010": "name_form",
    "NAMES_011": "name_form", "NAMES_012": "name_form", "NAMES_013": "sheet_misspelt", "NAMES_014": "name_twice", "NAMES_015": "name_missing",
    "LABEL_001": "label_missing", "SURVEY_001": "group_open", "SURVEY_002": "group_open", "SURVEY_004": "parameter_form",
    "PYREF_001": "reference_form", "PYREF_002": "reference_form", "PYREF_003": "reference_unknown", "PYREF_004": "reference_twice",
    "HEADER_001": "header_form", "HEADER_002": "header_form", "HEADER_003": "header_form", "HEADER_004": "header_form", "HEADER_005": "header_form",
}
# Most errors come without their code: they are known by what they say.
_BY_TEXT = (
    (re.compile(r"List name not in choices sheet: (\S+)"), "list_unknown"),
    (re.compile(r"Missing calculation"), "calculation_missing"),
    (re.compile(r"Question or group with no name"), "name_missing"),
    (re.compile(r"Question with no type"), "type_missing"),
    (re.compile(r"Choice names with spaces cannot be added"), "name_form"),
)
_TEMPLATES = tuple(
    (each.name, re.compile("".join(re.escape(text) + ("(.+?)" if field is not None else "") for text, field, *_rest in Formatter().parse(each.value.msg))))
    for each in ErrorCode
)
_NAMED = re.compile(r"(?:find the name|The name) '([^']+)'")
_MISSPELT = re.compile(r"When looking for a sheet named '\w+', the following sheets with similar names were found: (.+)\.")


def xform_of(content: bytes) -> str:
    """The XForm XML of a workbook."""
    warnings: list[str] = []
    try:
        result = convert(content, warnings=warnings, pretty_print=False)
    except PyXFormError as error:
        raise FormRefused([_told(error)]) from None
    except Exception as error:  # pyxform meets odd input with whatever Python raises
        raise FormRefused([problem("pyxform", what=f"{type(error).__name__}: {error}"[:200])]) from None
    misspelt = [problem("sheet_misspelt", what=match[1]) for text in warnings if (match := _MISSPELT.search(text))]
    if misspelt:
        raise FormRefused(misspelt)
    return result.xform


def _told(error: PyXFormError) -> Problem:
    text = str(error)
    row, sheet, column, named = _ROW.search(text), _SHEET.search(text), _COLUMN.search(text), _NAMED.search(text)
    name = error.code.name if error.code else next((each for each, pattern in _TEMPLATES if pattern.fullmatch(text)), "")
    what = named[1] if named else ""
    code = _BY_CODE.get(name) or next((each for pattern, each in _BY_TEXT if pattern.search(text)), None)
    if code is None:
        code, what = "entity_form" if name.startswith("ENTITY") else "pyxform", " ".join(text.split())[:400]
    place = sheet[1] if sheet else "survey" if row else ""
    return problem(code, place, int(row[1]) if row else 0, column[1] if column else "", what)
