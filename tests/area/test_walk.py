"""What lies outside somebody's area cannot be told from any answer: two worlds with one inside answer alike."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from area.endpoints import endpoints
from area.walker import Answers, differences, make_plan, omniscient, told_once, walk, warm
from area.world import BIG, LEVELS, World, make_world, next_keys
from wenqu.places.rights import LEVELS as HELD
from wenqu.places.rights import Role

EVERY = endpoints()
# Every world is asked at this one instant: two that are compared must not have a midnight between them.
NOW = timezone.now()
# Held at the county too, where the same roles send every form.
LIGHT = ("province", "prefecture")


def roles_at(name: str) -> list[str]:
    return [role for role in Role.values if HELD[role][0] <= LEVELS[name] <= HELD[role][1]]


def in_world(name: str, variant: int, work: Any) -> Any:
    """Do something in a world and forget it."""
    cache.clear()
    with mock.patch.object(timezone, "now", lambda: NOW), transaction.atomic():
        out = work(make_world(name, variant))
        transaction.set_rollback(True)
    return out


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture, settings: Any) -> None:
    # How many a minute are asked depends on the machine, not on what lies outside.
    settings.API_PER_MINUTE = 1_000_000
    caplog.set_level("CRITICAL", "django.request")
    caplog.set_level("CRITICAL", "django.security")


@pytest.mark.django_db
@pytest.mark.parametrize("name", LEVELS)
def test_nobody_can_tell_what_lies_outside(name: str) -> None:
    plans = []

    def ask(world: World) -> dict[str, Answers]:
        omniscient()
        if not plans:
            plans.append(make_plan(EVERY, world))
        warm(plans[0])
        next_keys(3 * BIG)
        return {role: walk(plans[0], world.accounts[role], world, light=name in LIGHT) for role in roles_at(name)}

    rich, poor = in_world(name, 2, ask), in_world(name, 1, ask)
    told = []
    for role in roles_at(name):
        told += [f"{role}: {each}" for each in [*rich[role].leaks, *poor[role].leaks, *differences(rich[role], poor[role])]]
        assert len(rich[role].found) > 50 or role
    assert not told, f"{len(told)} answers\n" + "\n".join(told_once(told))
