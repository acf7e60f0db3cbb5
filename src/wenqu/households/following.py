"""Rows that repeat the place of their household go where it goes, or people of the old place would go on reading them.

They are found by the models' own relations: whatever names a household and has a `path`, whatever has a `path` and names one of
those, and so on. A model whose `path` is the place where something was once done says so (`stays = True`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cache
from typing import Any

from django.db import models

from wenqu.households.models import Household


def follow(households: Collection[int]) -> None:
    """Bring every such row of these households to where the household is now, inside the transaction that moved it."""
    keys_at: dict[tuple[int, str], list[int]] = defaultdict(list)
    for pk, division, path in Household.ever.filter(pk__in=households).values_list("pk", "division_id", "path"):
        keys_at[division, path].append(pk)
    for model, way in followers():
        placed = _has(model, "division")
        for (division, path), keys in keys_at.items():
            rows = model._base_manager.filter(**{f"{way}__in": keys}).exclude(path=path)
            rows.update(path=path, **({"division_id": division} if placed else {}))


@cache
def followers() -> tuple[tuple[type[models.Model], str], ...]:
    """(model, the way from it to its household), of whatever room: the shortest, through as many others as it takes."""
    found = [(model, name) for model, name in _naming(Household) if name == "household"]
    reached, edge = {model for model, _way in found}, found
    while edge:
        edge = [
            (model, f"{name}__{way}") for near, way in edge for model, name in _naming(near)
            if model not in reached and not _has(model, "household")
        ]
        reached |= {model for model, _way in edge}
        found = [*found, *edge]
    return tuple(found)


def _naming(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """The models with a place of their own that name this one, and by which field."""
    relations = [each for each in model._meta.get_fields(include_hidden=True) if isinstance(each, models.ForeignObjectRel) and not each.many_to_many]
    found: list[tuple[Any, str]] = [(each.related_model, each.field.name) for each in relations]
    return [(other, name) for other, name in found if _has(other, "path") and not getattr(other, "stays", False)]


def _has(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)
