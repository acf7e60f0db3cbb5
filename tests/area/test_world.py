"""The walked worlds hold what the product keeps: a new table must be furnished, or the walk would prove nothing of it."""

from __future__ import annotations

import pytest
from django.apps import apps

from area.test_walk import in_world
from area.world import FIRST_OUTSIDE, World

# Tables whose rows belong to no place, or to nobody but the person in front of the screen.
NOT_FURNISHED = {
    "kit.AuditSeal", "kit.KeyProof", "kit.Counter", "people.Throttle", "people.SecondFactor", "survey.RescueKey",
}


def tables() -> list[str]:
    return [model._meta.label for model in apps.get_models() if model.__module__.startswith("wenqu.")]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["town", "county"])
def test_every_table_has_rows_inside_and_outside(name: str) -> None:
    def ask(world: World) -> list[str]:
        bare = []
        for label in tables():
            keys = list(apps.get_model(label)._default_manager.values_list("pk", flat=True))
            inside = [key for key in keys if isinstance(key, int) and key < FIRST_OUTSIDE]
            if label not in NOT_FURNISHED and (not inside or len(inside) == len(keys)):
                bare.append(label)
        return bare

    bare = in_world(name, 2, ask)
    # Imports and reports are the county's: inside a town there are none.
    assert set(bare) <= ({"importing.Batch", "importing.BatchChunk", "importing.Mapping", "quality.Delivery", "quality.Happening", "quality.LabFormat", "quality.ReportMade"} if name == "town" else set())


def test_nothing_is_left_out_that_is_not_there() -> None:
    assert set(tables()) >= NOT_FURNISHED
