"""What rests on rows that a batch created: found through the models' own relations, and through subjects of facts and problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from wenqu.facts.models import Fact, SubjectKind
from wenqu.households.models import Household
from wenqu.importing.models import Batch, BatchState
from wenqu.kit.chunks import chunks
from wenqu.ledger.models import Problem
from wenqu.places.models import Division, DivisionCode
from wenqu.schemes.models import Scheme

_SOME = 500
_SUBJECTS: dict[str, int] = {
    Household._meta.label: SubjectKind.HOUSEHOLD, Scheme._meta.label: SubjectKind.SCHEME, Division._meta.label: SubjectKind.DIVISION,
}
# Derived rows that go with what they were derived from, and parts that were made together with their whole.
_NO_DEPENDANTS = frozenset({"judging.Grade", DivisionCode._meta.label})


def dependants_of(created: dict[str, list[int]], batch: Batch) -> Iterator[str]:
    """Sentences about rows that rest on created rows and are not of this batch."""
    mine = {label: set(keys) for label, keys in created.items()}
    yield from _later_batches(mine, batch)
    for label, keys in created.items():
        model = apps.get_model(label)
        for some in chunks(keys, _SOME):
            if label in _SUBJECTS:
                yield from _subjects(model, _SUBJECTS[label], some, batch)
            yield from _relations(model, some, mine)


def _later_batches(mine: dict[str, set[int]], batch: Batch) -> Iterator[str]:
    """Batches that changed rows which this one created: imported after it, whichever of the two was received first."""
    written = [BatchState.IMPORTED, BatchState.IMPORTING, BatchState.UNDOING]
    for other in Batch.objects.filter(path=batch.path, state__in=written).exclude(pk=batch.pk):
        for changes in other.chunks.values_list("changes", flat=True):
            for label, key, fields in changes:
                if fields is not None and key in mine.get(label, ()):
                    yield _("批次「%(name)s」改动过这一批次新增的%(what)s") % {
                        "name": other.file_name, "what": apps.get_model(label)._meta.verbose_name}
                    break


def _subjects(model: type[models.Model], kind: int, keys: list[int], batch: Batch) -> Iterator[str]:
    named = model._base_manager.in_bulk
    facts = Fact.objects.filter(subject_kind=kind, subject_id__in=keys, record__withdrawn_at__isnull=True).exclude(record__batch=batch)
    for key, title in facts.values_list("subject_id", "record__title").distinct()[:6]:
        yield _("%(what)s「%(row)s」有来自「%(title)s」的数据") % {"what": model._meta.verbose_name, "row": named([key]).get(key), "title": title}
    for problem in Problem.objects.filter(subject_kind=kind, subject_id__in=keys)[:6]:
        yield _("问题 %(number)s（%(name)s）") % {"number": problem.number, "name": problem.subject_name}


def _relations(model: type[models.Model], keys: list[int], mine: dict[str, set[int]]) -> Iterator[str]:
    """Rows of other tables that point at created rows."""
    for relation in model._meta.get_fields(include_hidden=True):
        # Also those without a name on this side (`related_name="+"`): they protect the row all the same.
        if not (isinstance(relation, models.ForeignObjectRel) and (relation.one_to_many or relation.one_to_one)):
            continue
        other: Any = relation.related_model
        label = other._meta.label
        if label in _NO_DEPENDANTS:
            continue
        pointing = other._base_manager.filter(**{f"{relation.field.name}__in": keys}).values_list("pk", flat=True)
        for key in pointing:
            if key not in mine.get(label, ()):
                yield _("%(what)s「%(row)s」") % {"what": other._meta.verbose_name, "row": other._base_manager.get(pk=key)}
