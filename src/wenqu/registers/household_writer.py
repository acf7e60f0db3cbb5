"""Households, last part: one chunk of the plan into the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from wenqu.facts.actions import record_facts
from wenqu.facts.models import SourceKind, SubjectKind
from wenqu.facts.values import FactRow
from wenqu.households.models import Household, Member
from wenqu.kit.bulk import insert_rows, reserve_ids, update_rows
from wenqu.kit.masking import cover
from wenqu.ledger.opening.actions import follow_households
from wenqu.registers.household_plan import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from wenqu.registers.household_rows import CHUNK_UNITS
from wenqu.registers.plan import Change, Plan
from wenqu.registers.ranges import ranges
from wenqu.schemes.models import Supply

HOUSEHOLD, MEMBER, SUPPLY = (model._meta.label for model in (Household, Member, Supply))
_FIELDS = tuple(HOUSEHOLD_FIELDS.values())


class HouseholdWriter:
    """Writes chunks of a household plan; each inside the caller's transaction."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.con = plan.con

    def write(self, number: int, acting: Any) -> list[Change]:
        """Write the households of one chunk with their members, links and facts; tells what was done."""
        units = f"unit BETWEEN {number * CHUNK_UNITS} AND {(number + 1) * CHUNK_UNITS - 1}"
        ids, changes = self._households(units)
        follow_households(households=[key for _label, key, fields in changes if fields and "path" in fields], by=acting.by, at=acting.at)
        changes += self._members(units, ids)
        changes += self._supplies(units, ids)
        self._facts(units, ids, acting)
        return changes

    def _rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        return iter(self.con.execute(sql).fetchall())

    def _households(self, units: str) -> tuple[dict[int, int], list[Change]]:
        """Insert and change households; gives the key of every unit."""
        names = ("number", "division_id", "path", *_FIELDS)
        new = list(self._rows(f"SELECT unit, {', '.join(names)} FROM household_plan WHERE id IS NULL AND {units} ORDER BY unit"))
        keys = reserve_ids(Household, len(new))
        county = self.plan.county.pk
        blanks = tuple("" if field != "people" else None for field in _FIELDS)
        insert_rows(Household, ("id", "county_id", *names), (
            (key, county, *row[1:4], *(blank if value is None else value for value, blank in zip(row[4:], blanks, strict=True)))
            for key, row in zip(keys, new, strict=True)
        ))
        ids = {row[0]: key for key, row in zip(keys, new, strict=True)}
        ids.update(self._rows(f"SELECT unit, id FROM household_plan WHERE id IS NOT NULL AND {units}"))
        fields = ("division_id", "path", *_FIELDS)
        after = ", ".join(fields[:2]) + ", " + ", ".join(f"coalesce({f}, old_{f})" for f in _FIELDS)
        before = ", ".join(f"old_{field}" for field in fields)
        changed = list(self._rows(f"SELECT id, {after}, {before} FROM household_plan WHERE changed AND {units} ORDER BY unit"))
        update_rows(Household, fields, ((*row[1 : 1 + len(fields)], row[0]) for row in changed))
        changes: list[Change] = [_created(HOUSEHOLD, keys)] if keys else []
        return ids, changes + [_changed(HOUSEHOLD, fields, row) for row in changed]

    def _members(self, units: str, ids: dict[int, int]) -> list[Change]:
        new = list(self._rows(f"SELECT unit, {', '.join(MEMBER_FIELDS)}, details::VARCHAR FROM member_plan WHERE id IS NULL AND {units} ORDER BY n"))
        keys = reserve_ids(Member, len(new))
        insert_rows(Member, ("id", "household_id", *MEMBER_FIELDS, "details"), (
            (key, ids[row[0]], *(value or "" for value in row[1:-1]), _details(row[-1])) for key, row in zip(keys, new, strict=True)
        ))
        after = ", ".join(f"coalesce({f}, old_{f})" for f in MEMBER_FIELDS)
        before = ", ".join(f"old_{f}" for f in MEMBER_FIELDS)
        sql = (f"SELECT id, unit, {after}, new_details, old_household_id, {before}, old_details "
               f"FROM member_plan WHERE changed AND {units} ORDER BY n")
        fields = ("household_id", *MEMBER_FIELDS, "details")
        width = len(fields)
        changed = [(row[0], ids[row[1]], *row[2:width], _details(row[width]), *row[width + 1 :]) for row in self._rows(sql)]
        update_rows(Member, fields, ((*row[1 : width + 1], row[0]) for row in changed))
        return ([_created(MEMBER, keys)] if keys else []) + [_changed(MEMBER, fields, row) for row in changed]

    def _supplies(self, units: str, ids: dict[int, int]) -> list[Change]:
        """Link households to schemes: the link of before ends on the day of the data, on which the new one begins."""
        on = self.plan.batch.observed_on
        rows = list(self._rows(f"SELECT unit, scheme_id, old_id, old_scheme_id, old_from_on FROM supply_plan WHERE {units} ORDER BY unit"))
        moved = [row for row in rows if row[4] == on.isoformat()]
        ended = [row for row in rows if row[2] is not None and row[4] != on.isoformat()]
        new = [row for row in rows if row[4] != on.isoformat()]
        update_rows(Supply, ("scheme_id",), ((row[1], row[2]) for row in moved))
        update_rows(Supply, ("to_on",), ((on, row[2]) for row in ended))
        keys = reserve_ids(Supply, len(new))
        insert_rows(Supply, ("id", "household_id", "scheme_id", "from_on", "to_on"),
                    ((key, ids[row[0]], row[1], on, None) for key, row in zip(keys, new, strict=True)))
        changes: list[Change] = [[SUPPLY, row[2], {"scheme_id": [row[3], row[1]]}] for row in moved]
        changes += [[SUPPLY, row[2], {"to_on": [None, on.isoformat()]}] for row in ended]
        return changes + ([_created(SUPPLY, keys)] if keys else [])

    def _facts(self, units: str, ids: dict[int, int], acting: Any) -> None:
        if not self.plan.scalar(f"SELECT count(*) FROM fact_plan WHERE {units}"):
            return
        on, kind = self.plan.batch.observed_on, int(SubjectKind.HOUSEHOLD)
        record_facts(source=SourceKind.REGISTER, title=self.plan.batch.file_name, batch=self.plan.batch,
                     by=acting.by, at=acting.at, facts=self._fact_rows(units, ids, kind, on))

    def _fact_rows(self, units: str, ids: dict[int, int], kind: int, on: date) -> Iterator[FactRow]:
        found = self.con.execute(f"SELECT unit, key, value, reference FROM fact_plan WHERE {units} ORDER BY unit, key")
        while rows := found.fetchmany(20_000):
            for unit, key, value, reference in rows:
                yield (kind, ids[unit], key, value, on, cover(reference))


def _details(text: str) -> str:
    return "" if text == "{}" else text


def _created(label: str, keys: list[int]) -> Change:
    return [label, ranges(keys), None]


def _changed(label: str, fields: tuple[str, ...], row: tuple[Any, ...]) -> Change:
    """`row` is the key, the values after and the values before: kept are the fields that differ."""
    width = len(fields)
    after, before = row[1 : 1 + width], row[1 + width :]
    return [label, row[0], {f: [old, new] for f, old, new in zip(fields, before, after, strict=True) if old != new}]
