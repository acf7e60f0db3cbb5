from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone
from staff import make_staff


@pytest.fixture
def staff(cast):
    return make_staff(cast)


@pytest.fixture
def later() -> Iterator[Callable[..., None]]:
    """Move the clock of the pages on: `later(minutes=5)`."""
    moved = timedelta()
    real = timezone.now

    def by(**step: Any) -> None:
        nonlocal moved
        moved += timedelta(**step)

    with mock.patch.object(timezone, "now", lambda: real() + moved):
        yield by
