"""The type of each row of the survey sheet, with its list, appearance and parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wenqu.forms.problems import Problem, problem
from wenqu.forms.reading.columns import NAME, Columns
from wenqu.forms.reading.workbook import Row
from wenqu.forms.supported import KIND_WORDS, KINDS, NAMES_LIST, Kind

_PARAMETER = re.compile(r"[,;\s]+")
# A column that means something only for some types.
_ONLY_FOR = {
    "choice_filter": NAMES_LIST, "repeat_count": frozenset({"begin_repeat"}),
}
_STRUCTURE = frozenset({"begin_group", "end_group", "begin_repeat", "end_repeat"})
# Kinds of the plan that may stand without a text.
_SILENT = frozenset({"", "value", "group", "repeat"})
_NOT_FOR_STRUCTURE = ("constraint", "required", "calculation", "default", "trigger", "save_to", "read_only", "hint", "guidance_hint")


@dataclass(frozen=True, slots=True)
class Question:
    """A row of the survey sheet that says what it is."""

    row: Row
    kind: Kind
    name: str
    list_name: str = ""


def question_of(columns: Columns, row: Row) -> tuple[Question | None, list[Problem]]:
    """What a row asks, and what is wrong with its type, appearance and parameters."""
    text, sheet, header = columns.text(row, "type"), columns.sheet.name, columns.header("type")
    if not text:
        return None, [problem("type_missing", sheet, row.number, header)]
    words = text.split()
    kind, rest = _kind(words)
    if kind is None:
        return None, [problem("type_unsupported", sheet, row.number, header, text)]
    found = Question(row, kind, columns.text(row, "name") or (kind.name if kind.plan == "value" else ""), rest[0] if rest else "")
    problems = [problem(code, sheet, row.number, header, what) for code, what in _list_problems(kind, rest)]
    return found, problems + _details(columns, found)


def _kind(words: list[str]) -> tuple[Kind | None, list[str]]:
    for count in (2, 1):
        name = KIND_WORDS.get(" ".join(words[:count]).lower())
        if name is not None and len(words) >= count:
            return KINDS[name], words[count:]
    return None, words


def _list_problems(kind: Kind, rest: list[str]) -> list[tuple[str, str]]:
    if kind.name not in NAMES_LIST:
        return [("type_words", " ".join(rest))] if rest else []
    if not rest:
        return [("list_missing", "")]
    is_file = kind.name.endswith("_from_file")
    if is_file != rest[0].lower().endswith(".csv") or "${" in rest[0] or "/" in rest[0] or "\\" in rest[0]:
        return [("list_form", rest[0])]
    if len(rest) > 1:
        other = " ".join(rest[1:])
        return [("or_other", "") if other.lower() in {"or_other", "or other"} else ("type_words", other)]
    return []


def _details(columns: Columns, question: Question) -> list[Problem]:
    sheet, row, kind = columns.sheet.name, question.row, question.kind
    found = [
        problem("appearance_unsupported", sheet, row.number, columns.header("appearance"), word)
        for word in columns.text(row, "appearance").split() if word not in kind.appearances
    ]
    found += [
        problem("parameter_unsupported", sheet, row.number, columns.header("parameters"), word)
        for word in _PARAMETER.split(columns.text(row, "parameters"))
        if word and word.partition("=")[0].strip() not in kind.parameters
    ]
    misplaced = [name for name, kinds in _ONLY_FOR.items() if kind.name not in kinds and columns.text(row, name)]
    if kind.plan not in _SILENT and not columns.text(row, "label"):
        found.append(problem("label_missing", sheet, row.number, columns.header("label")))
    if question.name and not NAME.fullmatch(question.name):
        found.append(problem("name_form", sheet, row.number, columns.header("name")))
    if kind.name in _STRUCTURE:
        misplaced += [name for name in _NOT_FOR_STRUCTURE if columns.text(row, name)]
    return found + [problem("column_misplaced", sheet, row.number, columns.header(name), columns.header(name)) for name in misplaced]
