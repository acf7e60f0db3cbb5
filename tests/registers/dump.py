"""Everything that the registers hold, to compare before and after."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from wenqu.facts.models import Fact
from wenqu.households.models import Household, Member
from wenqu.kit.crypto.fields import Sealed
from wenqu.places.models import Division, DivisionCode
from wenqu.schemes.models import Responsibility, Scheme, Supply

MODELS: tuple[type[Model], ...] = (Division, DivisionCode, Scheme, Responsibility, Household, Member, Supply)


def registers() -> dict[str, list[Any]]:
    """All rows of all registers, sealed texts opened, and the facts that are not withdrawn."""
    out: dict[str, list[Any]] = {
        model.__name__: [
            {name: value.open() if isinstance(value, Sealed) else value for name, value in row.items()}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in MODELS
    }
    out["facts"] = list(Fact.objects.filter(record__withdrawn_at__isnull=True).order_by("pk").values())
    return out
