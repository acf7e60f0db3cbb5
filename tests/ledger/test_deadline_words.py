"""A deadline in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from wenqu.ledger.templatetags.ledger import deadline

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(("at", "pattern", "words"), [
    (datetime(2026, 11, 25, 0, 0, tzinfo=CHINA), "Y-m-d H:i", "2026-11-24 24:00"),
    (datetime(2026, 1, 1, 0, 0, tzinfo=CHINA), "m-d H:i", "12-31 24:00"),
    (datetime(2026, 11, 25, 0, 1, tzinfo=CHINA), "Y-m-d H:i", "2026-11-25 00:01"),
    (datetime(2026, 11, 24, 16, 0, tzinfo=ZoneInfo("UTC")), "m-d H:i", "11-24 24:00"),
])
def test_midnight_is_said_as_the_end_of_the_day_that_ends(at: datetime, pattern: str, words: str) -> None:
    assert deadline(at, pattern) == words
