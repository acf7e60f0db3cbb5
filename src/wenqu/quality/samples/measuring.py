"""What is measured beside the water: residual disinfectant, pH, turbidity, temperature. Written as results of origin field,
which a second person reviews like all others; withdrawn with the record that told of them, never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.quality.models import Opinion, Origin, Result, ResultState, Review, Sample
from wenqu.quality.results.counting import counted_changed
from wenqu.quality.results.reading import MOST_DIGITS, plain
from wenqu.rulebook.quality.judging.model import Sign
from wenqu.rulebook.quality.results.values import read_result

_SIGNS = frozenset({Sign.VALUE, Sign.BELOW, Sign.ABOVE, Sign.NOT_DETECTED})
_STANDING = (ResultState.ENTERED, ResultState.REVIEWED, ResultState.RETURNED)


@dataclass(frozen=True, slots=True)
class Measure:
    """Something measured in the field: the key of the item, its unit, and what no instrument shows."""

    item: str
    label: Promise | str
    unit: str
    low: Decimal
    high: Decimal


MEASURES = {one.item: one for one in (
    Measure("free_chlorine", gettext_lazy("游离氯（余氯）"), "mg/L", Decimal(0), Decimal(20)),
    Measure("total_chlorine", gettext_lazy("总氯"), "mg/L", Decimal(0), Decimal(20)),
    Measure("chlorine_dioxide", gettext_lazy("二氧化氯余量"), "mg/L", Decimal(0), Decimal(20)),
    Measure("ph", gettext_lazy("pH"), "", Decimal(0), Decimal(14)),
    Measure("turbidity", gettext_lazy("浑浊度"), "NTU", Decimal(0), Decimal(4000)),
    Measure("water_temperature", gettext_lazy("水温"), "℃", Decimal(-5), Decimal(60)),
)}


def read_measure(measure: Measure, written: str) -> tuple[str, str] | None:
    """(sign, number) of what was written, ``None`` for nothing; refused with a sentence where it is no reading of an instrument."""
    told = {"what": measure.label, "written": written.strip()[:20]}
    bare = measure.item == "water_temperature" and written.strip().startswith("-")
    found = read_result(written.strip()[1:] if bare else written)
    if found.kind == "blank" and not bare:
        return None
    if found.kind not in _SIGNS or found.unit or (bare and found.kind != "value"):
        raise Refused("measure_wrong", _("%(what)s填的“%(written)s”不是读数，请只填数字，低于检出限的填 <0.01 这样") % told)
    if found.value is None:
        return str(found.kind), ""
    value = -found.value if bare else found.value
    if not measure.low <= value <= measure.high:
        raise Refused("measure_beyond", _("%(what)s填的“%(written)s”应在 %(low)s 到 %(high)s 之间，请核对") % {**told, "low": measure.low, "high": measure.high})
    if len(plain(value)) > MOST_DIGITS:
        raise Refused("measure_wrong", _("%(what)s填的“%(written)s”不是读数，请只填数字，低于检出限的填 <0.01 这样") % told)
    return str(found.kind), plain(value)


def write_measures(*, sample: Sample, written: Mapping[str, str], key: str, by: Actor, at: datetime, instead: Mapping[str, Result] | None = None) -> list[Result]:
    """Called by actions that hold the sample. `key`: of the request or record; an item that has a value already keeps it.
    `instead`: item -> the row that this one corrects."""
    taken = set(Result.objects.filter(sample=sample, state__in=_STANDING).values_list("item", flat=True))
    rows = []
    for item, measure in MEASURES.items():
        text = written.get(item, "").strip()
        read = read_measure(measure, text) if text else None
        if read is None or item in taken:
            continue
        old = (instead or {}).get(item)
        rows.append(Result.objects.create(
            sample=sample, division_id=sample.division_id, path=sample.path, item=item, written=text[:120], sign=read[0], value=read[1], unit=measure.unit,
            unit_written=measure.unit, origin=Origin.FIELD, instead_of=old, entered_by=by if isinstance(by, Account) else None, entered_at=at,
            key=_free(f"{key}:{item}")))
        if old is not None:
            Result.objects.filter(pk=old.pk).update(state=ResultState.REPLACED)
    return rows


def withdraw_measures(*, keys: Iterable[str], why: str, by: Actor, at: datetime) -> list[Result]:
    """What these requests or records wrote counts no more; it stays readable. Called by actions that hold the samples."""
    rows = list(Result.objects.select_for_update(of=("self",), no_key=True).filter(rows_of(keys), state__in=_STANDING).select_related("sample").order_by("pk"))
    counting = [row.state == ResultState.REVIEWED for row in rows]
    for row in rows:
        row.state, row.why, row.version = ResultState.INVALID, why, row.version + 1
        row.settled_by, row.settled_at = by if isinstance(by, Account) else None, at
        row.save(update_fields=["state", "why", "version", "settled_by", "settled_at"])
    for sample in {each.sample_id: each.sample for each, counted in zip(rows, counting, strict=True) if counted}.values():
        counted_changed(sample, by, at)
    return rows


def rows_of(keys: Iterable[str]) -> Q:
    """What these requests or records wrote."""
    wanted = Q(pk__in=())
    for key in keys:
        wanted |= Q(key__startswith=f"{key}:")
    return wanted


def void_results(sample: Sample, why: str, by: Actor, at: datetime) -> None:
    """What waits for review of a sample that is void counts never, and the reason stands beside it."""
    rows = list(sample.results.filter(state__in=[ResultState.ENTERED, ResultState.RETURNED]))
    who = by if isinstance(by, Account) else None
    Review.objects.bulk_create(Review(result=row, opinion=Opinion.INVALIDATE, why=why, by=who, at=at) for row in rows)
    sample.results.filter(pk__in=[row.pk for row in rows]).update(state=ResultState.INVALID, due_on=None, settled_by=who, settled_at=at, version=F("version") + 1)


def _free(key: str) -> str:
    """A record that was left out and taken again writes once more, beside what it wrote before."""
    before = Result.objects.filter(Q(key=key) | Q(key__startswith=f"{key}#")).count()
    return f"{key}#{before + 1}" if before else key
