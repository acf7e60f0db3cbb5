"""The fast half of reading cells: SQL that settles every cell written in the plain way.

For each column and type there is one expression that gives the value, or NULL when the cell is blank *or* not plainly
right. Only what is not NULL in the file but NULL here is shown, once per distinct text, to ``cells.read_cell``.
"""

from __future__ import annotations

import re

from wenqu.importing.columns import Column
from wenqu.importing.staging import text_literal
from wenqu.kit.numbers import ID_CHECK, ID_WEIGHTS

_INTEGERS = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)")
_FLOATS = ("FLOAT", "DOUBLE")
# First and last characters that make a text worth a closer look: blanks, strokes, formula errors, marks of encodings.
_SUSPECT = " \t\r\n\u00a0\u3000\u200b\ufeff-—–―─/\\#－／＃"


def is_number_type(sql_type: str) -> bool:
    """True for integers, floats and decimals."""
    return bool(_INTEGERS.fullmatch(sql_type)) or sql_type in _FLOATS or sql_type.startswith("DECIMAL")


def is_not_nan(cell: str, sql_type: str) -> str:
    """SQL test for a float column. A Parquet file's own bounds leave NaN out, and from them the engine concludes that
    ``isnan`` is false and ``<=`` is true for every row; of this comparison it concludes nothing."""
    return f"{cell} IS DISTINCT FROM CAST('nan' AS {sql_type})"


def raw_text(cell: str, sql_type: str) -> str:
    """The cell as text, NULL where nothing was given (pandas writes a missing number as NaN)."""
    if sql_type == "VARCHAR":
        return cell
    if sql_type in _FLOATS:
        return f"CASE WHEN {is_not_nan(cell, sql_type)} THEN {_whole_text(cell)} END"
    return f"CAST({cell} AS VARCHAR)"


def _whole_text(cell: str) -> str:
    # 610122001001.0 is how a float column spells a number that people know without the point.
    # TRY_CAST, because the engine may work a shared part out for every row, NaN and infinity too.
    whole = f"abs({cell}) < 1e15 AND {cell} = trunc({cell})"
    return f"CASE WHEN {whole} THEN CAST(TRY_CAST({cell} AS BIGINT) AS VARCHAR) ELSE CAST({cell} AS VARCHAR) END"


def plain_sql(column: Column, cell: str, sql_type: str) -> str:
    """SQL expression of the column's type: the value of a plainly written cell, else NULL."""
    if column.kind in ("number", "days"):
        return _number(column, cell, sql_type)
    if column.kind == "yesno" and sql_type == "BOOLEAN":
        return cell
    if column.kind == "yesno" and is_number_type(sql_type):
        return f"CASE {cell} WHEN 1 THEN true WHEN 0 THEN false END" if _knows_one_and_zero(column) else "NULL::BOOLEAN"
    if column.kind == "date" and (sql_type == "DATE" or sql_type.startswith("TIMESTAMP")):
        return f"CAST({cell} AS DATE)"
    text = raw_text(cell, sql_type)
    if column.kind == "text" and _INTEGERS.fullmatch(sql_type) and column.high is None:
        return text
    return _TEXTS[column.kind](column, text)


def _within(column: Column, value: str) -> str:
    low = [f"{value} >= {column.low}"] if column.low is not None else []
    high = [f"{value} <= {column.high}"] if column.high is not None else []
    return " AND ".join(low + high)


def _number(column: Column, cell: str, sql_type: str) -> str:
    if sql_type in _FLOATS:
        value = f"TRY_CAST({cell} AS {column.sql_type})"
        if column.kind == "days":
            # Only where ten decimals say exactly what the float says; the rest is read digit by digit.
            value = f"TRY_CAST(CAST({cell} AS VARCHAR) AS {column.sql_type})" if sql_type == "FLOAT" else value
            inside = _within(column, cell) or "true"
            return (f"CASE WHEN {inside} AND isfinite({cell}) AND {is_not_nan(cell, sql_type)} "
                    f"AND CAST({value} AS {sql_type}) = {cell} THEN {value} END")
        inside = " AND ".join(filter(None, (_within(column, cell), is_not_nan(cell, sql_type), f"isfinite({cell})")))
        return f"CASE WHEN {inside} THEN {value} END"
    if is_number_type(sql_type):
        fits = _within(column, cell) or f"{cell} IS NOT NULL"
        if column.kind == "days" and sql_type.startswith("DECIMAL"):
            scale = int(sql_type.rstrip(")").split(",")[1])
            fits += " AND false" if scale > 10 else ""
        return f"CASE WHEN {fits} THEN TRY_CAST({cell} AS {column.sql_type}) END"
    if sql_type != "VARCHAR":
        return f"NULL::{column.sql_type}"
    value = f"TRY_CAST({cell} AS {column.sql_type})"
    inside = _within(column, value)
    written = f"regexp_full_match({cell}, '[0-9]{{1,9}}([.][0-9]{{1,9}})?')"
    return f"CASE WHEN {written}{' AND ' + inside if inside else ''} THEN {value} END"


def _knows_one_and_zero(column: Column) -> bool:
    words = {choice.value: choice.words for choice in column.choices}
    return "1" in words.get(True, ()) and "0" in words.get(False, ())


def _choice(column: Column, text: str) -> str:
    cases = []
    for choice in column.choices:
        # Folded words are written in lower case without blanks; just the usual few, in the usual spelling.
        usual = dict.fromkeys((str(choice.value), choice.zh, choice.en, str(choice.value).lower(), *choice.words[:8]))
        value = str(choice.value).lower() if column.kind == "yesno" else text_literal(str(choice.value))
        cases.append(f"WHEN {text} IN ({', '.join(map(text_literal, usual))}) THEN {value}")
    return f"CASE {' '.join(cases)} END" if cases else f"NULL::{column.sql_type}"


def _text(column: Column, text: str) -> str:
    marks = text_literal(_SUSPECT)
    fits = f" AND length({text}) <= {int(column.high)}" if column.high is not None else ""
    return (f"CASE WHEN {text} <> '' AND NOT contains({marks}, left({text}, 1)) "
            f"AND NOT contains({marks}, right({text}, 1)) AND lower({text}) NOT IN ('nat', '<na>'){fits} THEN {text} END")


def _code(column: Column, text: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, '[0-9]{{12}}') THEN {text} END"


def _date(column: Column, text: str) -> str:
    return (f"CASE WHEN regexp_full_match({text}, '(19|20)[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}( 00:00:00)?') "
            f"THEN TRY_CAST(left({text}, 10) AS DATE) END")


def _month(column: Column, text: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, '(19|20)[0-9]{{2}}(0[1-9]|1[0-2])') THEN {text} END"


def _id_number(column: Column, text: str) -> str:
    weighed = " + ".join(f"{w} * CAST(substr({text}, {i}, 1) AS INT)" for i, w in enumerate(ID_WEIGHTS, 1))
    return (f"CASE WHEN regexp_full_match({text}, '[1-9][0-9]{{16}}[0-9X]') THEN "
            f"CASE WHEN substr('{ID_CHECK}', 1 + ({weighed}) % 11, 1) = right({text}, 1) THEN {text} END END")


def _phone(column: Column, text: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, '1[3-9][0-9]{{9}}') THEN {text} END"


def _account(column: Column, text: str) -> str:
    # What a spreadsheet made of a long number is even (a float that large) or ends in zero: those are looked at.
    return f"CASE WHEN regexp_full_match({text}, '[0-9]{{8,15}}|[0-9]{{15,31}}[13579]') THEN {text} END"


_TEXTS = {"text": _text, "code": _code, "choice": _choice, "yesno": _choice, "date": _date, "month": _month,
          "id_number": _id_number, "phone": _phone, "account": _account}
