"""Schemes: the sheet against the county's schemes, and one chunk of it into the database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from wenqu.facts.actions import record_facts
from wenqu.facts.models import Fact, SourceKind, SubjectKind
from wenqu.registers.catalogues import KEY_BY_NAME
from wenqu.registers.plan import Change, Plan
from wenqu.registers.ranges import ranges
from wenqu.registers.small_plan import (
    CHUNK_ROWS,
    RowPlan,
    change,
    changed_fields,
    drop_known_facts,
    fact_rows,
    read_small,
    refuse,
    remark,
    set_outcomes,
)
from wenqu.schemes.models import Responsibility, ResponsibilityKind, Scheme

_TEXTS = ("name", "source_kind", "process", "disinfection", "owner", "operator", "crs")
_PARTS = ("name", "post", "phone")
SCHEME, RESPONSIBILITY = Scheme._meta.label, Responsibility._meta.label


def plan_schemes(plan: Plan) -> None:
    """Compare a scheme sheet with the county's schemes."""
    rows = read_small(plan)
    known = {scheme.number: scheme for scheme in Scheme.objects.filter(county=plan.county).prefetch_related("responsibilities")}
    seen: set[str] = set()
    for row in rows:
        if _usable(plan, row, known, seen):
            scheme = known.get(row.values["number"])
            row.key = scheme.pk if scheme else None
    usable = [row for row in rows if row.status != "refused"]
    newer = _newer_values([row.key for row in usable if row.key], plan)
    told_facts = {row.n: dict(row.facts) for row in usable}
    drop_known_facts(usable, int(SubjectKind.SCHEME), plan.batch.observed_on)
    for row in usable:
        _compare(plan, row, known.get(row.values["number"]), told_facts[row.n], newer)
    set_outcomes(plan, rows)
    plan.entities = {
        "schemes_created": sum(row.status == "created" for row in rows),
        "schemes_changed": sum(bool(row.after) for row in rows if row.status == "changed"),
        "responsibilities": sum(len(row.more.get("people", ())) for row in usable),
        "facts": sum(len(row.facts) for row in usable),
    }
    plan.writer = SchemeWriter(plan, rows)


def _usable(plan: Plan, row: RowPlan, known: dict[str, Scheme], seen: set[str]) -> bool:
    number = row.values.get("number")
    if not number:
        refuse(plan, row, "number", "required_missing", _("没有工程编号，无法确定是哪一处工程；请补填"))
    elif number in seen:
        refuse(plan, row, "number", "duplicate", _("工程编号与前面的行重复；只保留一行"))
    elif number not in known and not row.values.get("name"):
        refuse(plan, row, "name", "required_missing", _("新的工程没有名称；请补填工程名称"))
    elif "division_id" not in row.values and row.values.get("place_code", "place_missing") != "place_missing":
        refuse(plan, row, row.values["wrong"], row.values["place_code"], row.values["message"])
    else:
        seen.add(number)
        if "division_id" in row.values and "place_code" in row.values:
            remark(plan, row, row.values["wrong"], row.values["place_code"], row.values["message"])
        return True
    return False


def _newer_values(keys: list[int], plan: Plan) -> set[tuple[int, int]]:
    """(scheme, key) whose latest value is newer than this sheet: the scheme's own columns keep that."""
    found = Fact.objects.filter(subject_kind=SubjectKind.SCHEME, observed_on__gt=plan.batch.observed_on, record__withdrawn_at__isnull=True,
                                key__in=(KEY_BY_NAME["scheme_class"], KEY_BY_NAME["has_plant"]))
    wanted = set(keys)
    return {pair for pair in found.values_list("subject_id", "key") if pair[0] in wanted} if wanted else set()


def _told(plan: Plan, row: RowPlan, facts: dict[str, str], newer: set[tuple[int, int]]) -> dict[str, Any]:
    values = row.values
    told: dict[str, Any] = {name: values[name] for name in _TEXTS if values.get(name)}
    if "design_m3_per_day" in values:
        told["design_m3_per_day"] = Decimal(str(values["design_m3_per_day"])).quantize(Decimal("0.01"))
    if "built_year" in values:
        told["built_year"] = int(values["built_year"])
    told.update({name: values[name] for name in ("longitude", "latitude") if name in values})
    if "division_id" in values:
        told.update(division_id=values["division_id"], path=values["place_path"])
    key = row.key or 0
    if "scheme_class" in facts and (key, KEY_BY_NAME["scheme_class"]) not in newer:
        told["scheme_class"] = facts["scheme_class"]
    if "has_plant" in facts and (key, KEY_BY_NAME["has_plant"]) not in newer:
        told["has_plant"] = facts["has_plant"] == "yes"
    return told


def _compare(plan: Plan, row: RowPlan, scheme: Scheme | None, facts: dict[str, str], newer: set[tuple[int, int]]) -> None:
    told = _told(plan, row, facts, newer)
    row.more["people"] = _people(plan, row, scheme)
    if scheme is None:
        row.status = "created"
        row.after = {"division_id": plan.county.pk, "path": plan.county.path, **told}
        return
    row.before, row.after = changed_fields(scheme, told)
    if row.after or row.facts or row.more["people"]:
        row.status = "changed"


def _people(plan: Plan, row: RowPlan, scheme: Scheme | None) -> list[tuple[str, Responsibility | None, dict[str, Any], dict[str, Any]]]:
    """Responsible persons to set: (kind, the row that is there, before, after)."""
    there = {person.kind: person for person in scheme.responsibilities.all()} if scheme else {}
    people: list[tuple[str, Responsibility | None, dict[str, Any], dict[str, Any]]] = []
    for kind in ResponsibilityKind.values:
        told = {part: row.values[f"{kind}_{part}"] for part in _PARTS if row.values.get(f"{kind}_{part}")}
        current = there.get(kind)
        if not told:
            continue
        if current is None:
            if "name" in told:
                people.append((kind, None, {}, told))
            else:
                remark(plan, row, f"{kind}_name", "required_missing", _("有职务或电话，没有责任人姓名；请补填"))
            continue
        before, after = changed_fields(current, told)
        if after:
            people.append((kind, current, before, after))
    return people


class SchemeWriter:
    """Writes chunks of a scheme plan; each inside the caller's transaction."""

    def __init__(self, plan: Plan, rows: list[RowPlan]) -> None:
        self.plan, self.rows = plan, rows

    def write(self, number: int, acting: Any) -> list[Change]:
        rows = [row for row in self.rows[number * CHUNK_ROWS : (number + 1) * CHUNK_ROWS] if row.status in {"created", "changed"}]
        created: list[int] = []
        people: list[int] = []
        changes: list[Change] = []
        for row in rows:
            if row.status == "created":
                row.key = Scheme.objects.create(county=self.plan.county, number=row.values["number"], **row.after).pk
                created.append(row.key)
            elif row.after and row.key is not None:
                Scheme.objects.filter(pk=row.key).update(**row.after)
                changes.append(change(SCHEME, row.key, row.before, row.after))
            changes += self._people(row, row.key or 0, people)
        batch = self.plan.batch
        facts = list(fact_rows(rows, int(SubjectKind.SCHEME), batch.observed_on))
        if facts:
            record_facts(source=SourceKind.REGISTER, title=batch.file_name, facts=facts, batch=batch, by=acting.by, at=acting.at)
        made: list[Change] = [[SCHEME, ranges(created), None]] if created else []
        return made + changes + ([[RESPONSIBILITY, ranges(people), None]] if people else [])

    def _people(self, row: RowPlan, scheme: int, made: list[int]) -> list[Change]:
        changes = []
        for kind, current, before, after in row.more["people"]:
            if current is None:
                made.append(Responsibility.objects.create(scheme_id=scheme, kind=kind, **after).pk)
            else:
                Responsibility.objects.filter(pk=current.pk).update(**after)
                changes.append(change(RESPONSIBILITY, current.pk, before, after))
        return changes
