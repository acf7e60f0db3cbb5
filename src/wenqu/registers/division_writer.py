"""Divisions into the database: new places, names, codes and what is known of a place."""

from __future__ import annotations

from typing import Any

from wenqu.facts.actions import record_facts
from wenqu.facts.models import SourceKind, SubjectKind
from wenqu.places.actions import add_division
from wenqu.places.models import Division, DivisionCode
from wenqu.registers.division_plan import DivisionPlan, New
from wenqu.registers.plan import Change, Plan
from wenqu.registers.ranges import ranges
from wenqu.registers.small_plan import change, fact_rows

DIVISION, CODE = Division._meta.label, DivisionCode._meta.label


def plan_divisions(plan: Plan) -> None:
    """Compare a sheet of divisions with the county's tree."""
    compared = DivisionPlan(plan)
    compared.run()
    plan.writer = DivisionWriter(plan, compared)


class DivisionWriter:
    """Writes the whole sheet inside the caller's transaction."""

    def __init__(self, plan: Plan, compared: DivisionPlan) -> None:
        self.plan, self.compared = plan, compared
        # A code is of an edition: the year of the data.
        self.edition = (plan.batch.code_system, str(plan.batch.observed_on.year))

    def write(self, number: int, acting: Any) -> list[Change]:
        created = [self._make(new, acting) for new in self.compared.new]
        changes: list[Change] = []
        codes: list[int] = []
        for row in self.compared.rows:
            if row.status == "created":
                row.key = row.more["new"].pk
            elif row.status == "changed" and row.key is not None:
                if row.after:
                    Division.objects.filter(pk=row.key).update(**row.after)
                    changes.append(change(DIVISION, row.key, row.before, row.after))
                if row.more.get("code"):
                    system, edition = self.edition
                    code = DivisionCode.objects.create(division_id=row.key, system=system, edition=edition, code=row.more["code"])
                    codes.append(code.pk)
        batch = self.plan.batch
        facts = list(fact_rows(self.compared.rows, int(SubjectKind.DIVISION), batch.observed_on))
        if facts:
            record_facts(source=SourceKind.REGISTER, title=batch.file_name, facts=facts, batch=batch, by=acting.by, at=acting.at)
        made: list[Change] = [[DIVISION, ranges(created), None]] if created else []
        return made + changes + ([[CODE, ranges(codes), None]] if codes else [])

    def _make(self, new: New, acting: Any) -> int:
        assert new.parent.pk is not None, "towns are made before their villages"
        parent = Division.objects.get(pk=new.parent.pk)
        codes = {self.edition: new.code} if new.code else {}
        division = add_division(parent=parent, level=new.level, name=new.name, codes=codes, by=acting.by, at=acting.at)
        new.pk = division.pk
        return division.pk
