"""What rests on a household, found through the models' own relations: what a preview tells before somebody decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from wenqu.facts.models import Fact, SubjectKind
from wenqu.households.models import Household, Member
from wenqu.ledger.models import Problem
from wenqu.schemes.models import Supply

# Shown by themselves, or no thing that rests on a household.
_OWN = frozenset({Household._meta.label, Member._meta.label, Supply._meta.label, "judging.Grade", "changes.Change", "changes.Party"})


@dataclass(frozen=True)
class Rests:
    """How many rows of one kind rest on a household."""

    label: str
    count: int


def rests_on(household: int) -> list[Rests]:
    """Facts, problems that are not closed, the scheme that serves it, and rows of every other table that names it."""
    facts = Fact.objects.filter(subject_kind=SubjectKind.HOUSEHOLD, subject_id=household, record__withdrawn_at=None).count()
    live = Problem.objects.live().filter(subject_kind=SubjectKind.HOUSEHOLD, subject_id=household).count()
    found = [Rests(_("用水事实"), facts), Rests(_("未办结的问题"), live), Rests(_("供水关系"), Supply.objects.filter(household=household, to_on=None).count())]
    return [each for each in [*found, *_relations(household)] if each.count]


def _relations(household: int) -> list[Rests]:
    found = []
    for relation in Household._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:
            continue
        other: Any = relation.related_model
        if other._meta.label not in _OWN:
            count = other._base_manager.filter(**{relation.field.name: household}).count()
            found.append(Rests(str(other._meta.verbose_name), count))
    return found
