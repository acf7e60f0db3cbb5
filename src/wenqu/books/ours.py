"""Our own book as it stands at this instant: one of our ledgers as a Parquet file with the headers of its columns.

Sealed numbers are opened here, into files of the job's private work folder: two books can be compared only in clear.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
from django.utils import translation

from wenqu.books.table.ledgers import HOUSEHOLDS, LEDGERS, OWN_ID, PROBLEMS, SCHEMES
from wenqu.facts.columns import load_latest
from wenqu.facts.models import Key, SubjectKind
from wenqu.households.models import STANDS, Household, Member
from wenqu.importing.columns import Column
from wenqu.importing.staging import quote, text_literal
from wenqu.kit import arrow
from wenqu.kit.crypto.fields import labels_of
from wenqu.ledger.kinds import kind_name_zh
from wenqu.ledger.models import Problem, ProblemState, Severity
from wenqu.places import paths
from wenqu.schemes.models import Responsibility, ResponsibilityKind

_HEAD = "户主"
_DUTY = {ResponsibilityKind.GOVERNMENT: "government", ResponsibilityKind.DEPARTMENT: "department", ResponsibilityKind.OPERATOR: "operating"}


def write_ours(con: Any, kind: str, path: str, target: Path) -> None:
    """Write our ledger `kind` of everything at or below `path`; everything is read as of one instant."""
    with arrow.one_view(), translation.override("zh-hans"):
        _load(con, "place", "SELECT path, name FROM places_division WHERE path >= %s AND path < %s", [path, paths.after(path)], path=pa.string(), name=pa.string())
        query = {HOUSEHOLDS: _households, SCHEMES: _schemes, PROBLEMS: _problems}[kind](con, path)
    columns = (OWN_ID, *LEDGERS[kind].columns)
    shown = ", ".join(f"CAST({quote(column.name)} AS VARCHAR) AS {quote(column.zh)}" for column in columns)
    con.execute(f"COPY (SELECT {shown} FROM ({query}) ORDER BY path, own_id) TO {text_literal(str(target))} (FORMAT parquet, COMPRESSION lz4)")
    for table, in con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall():
        con.execute(f"DROP TABLE {quote(table)}")


def _load(con: Any, table: str, sql: str, params: list[Any], sealed: dict[str, str] | None = None, **types: pa.DataType) -> None:
    """A SELECT of the database as a table of the engine. `sealed` names sealed columns with their labels."""
    arrow.load(con, table, sql, params, pa.schema(list(types.items())), sealed)


def _names(path: str) -> str:
    """SQL of the town and the village of a row, by its path, and the joins that give them."""
    town = paths.STEP * 4
    return (f"LEFT JOIN place AS town ON town.path = left({path}, {town}) AND length({path}) >= {town} "
            f"LEFT JOIN place AS village ON village.path = {path} AND length({path}) > {town}")


def _households(con: Any, path: str) -> str:
    area = [path, paths.after(path)]
    text, number = pa.string(), pa.int64()
    _load(con, "home", "SELECT id, path, number, head_name, phone, group_name, kind, watch_kind, people FROM households_household h "
          f"WHERE path >= %s AND path < %s AND {STANDS.format('h')}",
          area, labels_of(Household, "phone"), id=number, path=text, number=text, head_name=text, phone=text, group_name=text, kind=text, watch_kind=text, people=pa.int32())
    _load(con, "head", "SELECT m.household_id, m.number, m.id_number FROM households_member m JOIN households_household h ON h.id = m.household_id "
          f"WHERE h.path >= %s AND h.path < %s AND {STANDS.format('h')} AND {STANDS.format('m')} AND m.relation = %s", [*area, _HEAD], labels_of(Member, "id_number"), household_id=number, number=text, id_number=text)
    served = ("FROM schemes_supply s JOIN households_household h ON h.id = s.household_id "
              f"WHERE h.path >= %s AND h.path < %s AND {STANDS.format('h')} AND s.to_on IS NULL")
    _load(con, "supply", f"SELECT s.household_id, s.scheme_id {served}", area, household_id=number, scheme_id=number)
    _load(con, "plant", f"SELECT id, number, name, scheme_class FROM schemes_scheme WHERE id IN (SELECT s.scheme_id {served})", area,
          id=number, number=text, name=text, scheme_class=text)
    facts = [column for column in LEDGERS[HOUSEHOLDS].columns if column.name in Key.labels]
    _facts(con, "own_fact", SubjectKind.HOUSEHOLD, f"SELECT h.id FROM households_household h WHERE h.path >= %s AND h.path < %s AND {STANDS.format('h')}", area, facts)
    _facts(con, "plant_fact", SubjectKind.SCHEME, f"SELECT s.scheme_id {served}", area, facts)
    # What is known of the scheme holds for its households, unless more is known of the household itself.
    known = ", ".join(
        f"{_word(column, _nearest(column))} AS {quote(column.name)}" for column in facts)
    return f"""
        SELECT home.id AS own_id, home.path, home.number, town.name AS town, village.name AS village, home.group_name, home.head_name, head.id_number, home.phone,
            home.people, home.kind AS household_kind, home.watch_kind, plant.number AS scheme_number, plant.name AS scheme_name, {known}
        FROM home {_names('home.path')}
        LEFT JOIN (SELECT household_id, arg_min(id_number, number) AS id_number FROM head GROUP BY 1) AS head ON head.household_id = home.id
        LEFT JOIN supply ON supply.household_id = home.id LEFT JOIN plant ON plant.id = supply.scheme_id
        LEFT JOIN own_fact ON own_fact.subject_id = home.id LEFT JOIN plant_fact ON plant_fact.subject_id = supply.scheme_id"""


def _nearest(column: Column) -> str:
    name = quote(column.name)
    stands = "nullif(plant.scheme_class, '')" if column.name == "scheme_class" else "NULL"
    return f"coalesce(nullif(own_fact.{name}, ''), nullif(plant_fact.{name}, ''), {stands})"


def _word(column: Column, value: str) -> str:
    """A stored code as people write it."""
    cases = " ".join(f"WHEN {text_literal(word)} THEN {text_literal(choice.zh)}" for choice in column.choices
                     for word in dict.fromkeys((str(choice.value).lower(), choice.en.lower(), *choice.words[:3])))
    return f"CASE lower({value}) {cases} ELSE {value} END" if cases else value


def _facts(con: Any, table: str, kind: int, subjects: str, params: list[Any], columns: list[Column]) -> None:
    """The newest value of each key of each subject, one row a subject."""
    load_latest(con, kind=kind, subjects=subjects, params=params)
    keys = {key.label: key.value for key in Key}
    newest = ", ".join(f"max(value) FILTER (WHERE key = {keys[column.name]}) AS {quote(column.name)}" for column in columns)
    con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT subject_id, {newest} FROM latest GROUP BY 1")


def _schemes(con: Any, path: str) -> str:
    area = [path, paths.after(path)]
    text, number = pa.string(), pa.int64()
    _load(con, "scheme", "SELECT id, path, number, name, scheme_class, source_kind, process, disinfection, CAST(design_m3_per_day AS TEXT), built_year, owner, operator "
          "FROM schemes_scheme WHERE path >= %s AND path < %s", area, id=number, path=text, number=text, name=text, scheme_class=text, source_kind=text, process=text,
          disinfection=text, design_m3_per_day=text, built_year=pa.int32(), owner=text, operator=text)
    _load(con, "duty", "SELECT r.scheme_id, r.kind, r.name, r.post, r.phone FROM schemes_responsibility r JOIN schemes_scheme s ON s.id = r.scheme_id "
          "WHERE s.path >= %s AND s.path < %s", area, labels_of(Responsibility, "phone"), scheme_id=number, kind=text, name=text, post=text, phone=text)
    duties = ", ".join(f"max(duty.{field}) FILTER (WHERE duty.kind = {text_literal(kind.value)}) AS {name}_{field}"
                       for kind, name in _DUTY.items() for field in ("name", "post", "phone"))
    named = _word(LEDGERS[SCHEMES].column("scheme_class"), "scheme.scheme_class")
    return f"""
        SELECT scheme.id AS own_id, scheme.path, scheme.number, town.name AS town, village.name AS village, scheme.name, {named} AS scheme_class, source_kind, process,
            disinfection, design_m3_per_day, built_year, owner, operator, d.* EXCLUDE (scheme_id)
        FROM scheme {_names('scheme.path')} LEFT JOIN (SELECT scheme_id, {duties} FROM duty GROUP BY 1) AS d ON d.scheme_id = scheme.id"""


def _problems(con: Any, path: str) -> str:
    area = [path, paths.after(path)]
    text, number = pa.string(), pa.int64()
    # A merged problem is told by the one that it was merged into.
    _load(con, "problem", "SELECT p.id, p.path, p.number, p.subject_name, coalesce(h.number, s.number), p.kind, p.severity, p.state, p.unit, CAST(p.opened_on AS TEXT) "
          f"FROM {Problem._meta.db_table} p LEFT JOIN households_household h ON p.subject_kind = 1 AND h.id = p.subject_id "
          "LEFT JOIN schemes_scheme s ON p.subject_kind = 2 AND s.id = p.subject_id WHERE p.path >= %s AND p.path < %s AND p.state <> 'merged'", area,
          id=number, path=text, number=text, subject=text, subject_number=text, kind=text, severity=text, state=text, unit=text, opened_on=text)
    kinds = {kind: kind_name_zh(kind) for kind, in con.execute("SELECT DISTINCT kind FROM problem").fetchall()}
    return f"""
        SELECT problem.id AS own_id, problem.path, number, town.name AS town, village.name AS village, subject, subject_number,
            {_map('kind', kinds)} AS problem_kind, {_map('severity', dict(Severity.choices))} AS severity, {_map('state', dict(ProblemState.choices))} AS state, unit, opened_on
        FROM problem {_names('problem.path')}"""


def _map(column: str, words: dict[str, Any]) -> str:
    cases = " ".join(f"WHEN {text_literal(code)} THEN {text_literal(str(word))}" for code, word in words.items())
    return f"CASE {column} {cases} ELSE {column} END" if cases else column
