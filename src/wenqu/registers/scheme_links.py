"""Which scheme serves a household, from its number or name in the sheet."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
from django.utils.translation import gettext as _

from wenqu.places.naming import folded
from wenqu.registers.plan import Plan, put
from wenqu.schemes.models import Scheme


def link_schemes(plan: Plan) -> None:
    """`linked`: accepted rows that name a scheme of the county. A scheme that cannot be told is a wrong cell."""
    con = plan.con
    told = con.execute("SELECT DISTINCT scheme_number, scheme_name FROM typed WHERE scheme_number IS NOT NULL OR scheme_name IS NOT NULL").fetchall()
    by_number: dict[str, int] = {}
    by_name: dict[str, list[tuple[int, str]]] = defaultdict(list)
    if told:
        for pk, number, name in Scheme.objects.filter(county=plan.county).values_list("pk", "number", "name"):
            by_number[number] = pk
            by_name[folded(name)].append((pk, number))
    rows = [
        {"scheme_number": number, "scheme_name": name, **_find(number, name, by_number, by_name)} for number, name in told
    ]
    schema = pa.schema([(name, pa.string()) for name in ("scheme_number", "scheme_name", "wrong", "code", "message")] + [("scheme_id", pa.int64())])
    put(con, "scheme_of", pa.Table.from_pylist(rows, schema=schema))
    con.execute("""
        CREATE OR REPLACE TEMP TABLE linked AS
        SELECT a.n, s.scheme_id, s.wrong, s.code, s.message FROM acc a JOIN typed t USING (n) JOIN scheme_of s
          ON s.scheme_number IS NOT DISTINCT FROM t.scheme_number AND s.scheme_name IS NOT DISTINCT FROM t.scheme_name
    """)
    con.execute("INSERT INTO found SELECT n, wrong, code, message, FALSE FROM linked WHERE code IS NOT NULL")


def _find(number: str | None, name: str | None, by_number: dict[str, int], by_name: dict[str, list[tuple[int, str]]]) -> dict[str, object]:
    if number is not None:
        if number in by_number:
            return {"scheme_id": by_number[number]}
        return {"wrong": "scheme_number", "code": "unknown_scheme", "message": _("本县没有这个编号的供水工程；请先导入供水工程，或核对编号")}
    named = by_name.get(folded(name or ""), [])
    if len(named) == 1:
        return {"scheme_id": named[0][0]}
    if named:
        numbers = "、".join(number for _pk, number in named[:6])
        return {"wrong": "scheme_name", "code": "ambiguous_scheme", "message": _("有几处同名工程（编号 %(numbers)s）；请填工程编号") % {"numbers": numbers}}
    return {"wrong": "scheme_name", "code": "unknown_scheme", "message": _("本县没有这个名称的供水工程；请先导入供水工程，或核对名称")}
