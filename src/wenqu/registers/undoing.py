"""Taking a batch back: first see that nothing depends on it, then go through its chunks backwards.

Facts are withdrawn, never deleted. A changed row gets its values of before, a created one goes. Grades are no
dependants: they are derived, and the next run makes them again. Rows that a later batch found unchanged are not
told apart from rows it never saw: after an undo such a file has to be imported again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext as _

from wenqu.facts.actions import withdraw_record
from wenqu.facts.models import Record
from wenqu.households.models import Household, Member
from wenqu.importing.models import Batch, BatchChunk
from wenqu.kit.chunks import chunks
from wenqu.kit.crypto.fields import Sealed, SealedField
from wenqu.kit.crypto.seal import digest, plain_number
from wenqu.kit.refusal import Refused
from wenqu.ledger.opening.actions import follow_households
from wenqu.places.models import Division, DivisionCode
from wenqu.registers.dependants import dependants_of
from wenqu.registers.offering import made_above
from wenqu.registers.plan import Change
from wenqu.registers.ranges import keys_of
from wenqu.schemes.models import Responsibility, Scheme, Supply

NAMED = 5
_SOME = 500
# Links go first, for the link of before can only be restored when the new one is gone. Then rows are restored, so that
# a person who had moved into a new household is back before that goes. Then rows go before the rows they point to.
_LINKS = [model._meta.label for model in (Responsibility, Supply, DivisionCode)]
_THINGS = [model._meta.label for model in (Member, Household, Scheme, Division)]


def check_nothing_depends(batch: Batch) -> None:
    """Refuse, naming the rows, where something later rests on what this batch made or changed."""
    created: dict[str, list[int]] = defaultdict(list)
    for changes in BatchChunk.objects.filter(batch=batch).values_list("changes", flat=True):
        for label, key, fields in changes:
            if fields is None:
                created[label].extend(keys_of(key))
    changed = _changed_since(batch)
    blocking = list(_first(changed)) or list(_first(dependants_of(created, batch)))
    if blocking:
        raise Refused("batch_in_use", _("不能撤销，之后的数据依赖这一批次：%(rows)s。请先处理这些数据。") % {"rows": "；".join(blocking)})


def _first(rows: Iterable[str]) -> Iterator[str]:
    for place, row in enumerate(rows):
        if place == NAMED:
            yield _("……")
            return
        yield row


def _changed_since(batch: Batch) -> Iterator[str]:
    """Rows whose values are no longer those that this batch wrote."""
    for changes in BatchChunk.objects.filter(batch=batch).order_by("-number").values_list("changes", flat=True):
        for label, rows in _by_label(changes).items():
            model = _model(label)
            for some in chunks(rows.items(), _SOME):
                found = {row.pk: row for row in model._base_manager.filter(pk__in=[key for key, _fields in some])}
                for key, fields in some:
                    row = found.get(key)
                    if row is None or any(_differs(row, name, after) for name, (_before, after) in fields.items()):
                        yield _("%(what)s「%(row)s」后来又有改动") % {"what": model._meta.verbose_name, "row": row or key}


def undo(batch: Batch, acting: Any, progress: Callable[[int, int], None]) -> None:
    """Take back chunk after chunk, the last one first; a killed undo goes on where it stopped."""
    total = BatchChunk.objects.filter(batch=batch).count()
    with transaction.atomic():
        for record in Record.objects.filter(batch=batch, withdrawn_at__isnull=True):
            withdraw_record(record=record, by=acting.by, at=acting.at)
    numbers = list(BatchChunk.objects.filter(batch=batch).order_by("-number").values_list("number", flat=True))
    for done, number in enumerate(numbers, 1):
        _undo_chunk(batch, number, acting)
        progress(done, total)


@transaction.atomic
def _undo_chunk(batch: Batch, number: int, acting: Any) -> None:
    chunk = BatchChunk.objects.select_for_update().get(batch=batch, number=number)
    created = {label: list(keys_of(keys)) for label, keys, fields in chunk.changes if fields is None}
    _delete(created, [*made_above(), *_LINKS])
    for label, rows in _by_label(chunk.changes).items():
        _restore(_model(label), rows)
    back = _by_label(chunk.changes).get(Household._meta.label, {})
    follow_households(households=[key for key, fields in back.items() if "path" in fields], by=acting.by, at=acting.at)
    _delete(created, _THINGS)
    Batch.objects.filter(pk=batch.pk).update(writes=models.F("writes") + 1)
    chunk.delete()


def _delete(created: dict[str, list[int]], labels: list[str]) -> None:
    for label in labels:
        # The newest rows first: a village was made after the town that it points to.
        for some in chunks(reversed(created.get(label, [])), 1 if label == Division._meta.label else _SOME):
            _model(label)._base_manager.filter(pk__in=some).delete()


def _restore(model: type[models.Model], rows: dict[int, dict[str, Any]]) -> None:
    by_fields: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for key, fields in rows.items():
        by_fields[tuple(fields)].append((key, fields))
    for names, some in by_fields.items():
        objects = [model(pk=key, **_before(model, {name: fields[name][0] for name in names})) for key, fields in some]
        written = [model._meta.get_field(name).name for name in _before(model, dict.fromkeys(names))]
        model._base_manager.bulk_update(objects, written, batch_size=200)


def _by_label(changes: list[Change]) -> dict[str, dict[int, dict[str, Any]]]:
    out: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for label, key, fields in changes:
        if fields is not None:
            out[label][key] = fields
    return out


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)


def _before(model: type[models.Model], stored: dict[str, Any]) -> dict[str, Any]:
    """The values to restore; a sealed one with its digest, made anew: the index key may be another by now."""
    values: dict[str, Any] = {}
    for name, value in stored.items():
        field: Any = model._meta.get_field(name)
        if isinstance(field, SealedField):
            sealed = Sealed(value or "", field.label)
            values[name] = sealed
            if field.digest:
                values[field.digest] = digest(plain_number(sealed.open()), field.label)
        else:
            values[name] = None if value is None else field.target_field.to_python(value) if field.is_relation else field.to_python(value)
    return values


def _differs(row: models.Model, name: str, after: Any) -> bool:
    """Whether a value is no longer the one written; sealed ones by their texts, for a rotation seals the same text anew."""
    value = getattr(row, name)
    if isinstance(value, Sealed):
        return value.open() != Sealed(after, value.label).open()
    return bool(_plain(value) != after)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) or hasattr(value, "isoformat") else value
