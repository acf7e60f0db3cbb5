"""What the ledger survives: two at once, the same request a thousand times, death in the middle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from places import Place

HAMMER = str(Path(__file__).with_name("hammer.py"))


def hammer(place: Place, *words: str) -> Any:
    return json.loads(place.run(HAMMER, *words).stdout.splitlines()[-1])


def test_a_thousand_repeats_of_one_request_make_one_row(county_of_its_own: Place) -> None:
    told = hammer(county_of_its_own, "repeat", "1000", "20")
    assert (told["reports"], told["problems"], told["told"]) == (1, 1, 1)
    assert list(told["answers"].values()) == [1000], "every one of them got the same answer"


def test_of_ten_who_act_at_once_one_wins_and_nine_are_told(county_of_its_own: Place) -> None:
    assert hammer(county_of_its_own, "race", "10") == {"won as 1": 1, "changed_meanwhile": 9}


def test_reports_at_the_same_moment_raise_each_alarm_once(county_of_its_own: Place) -> None:
    told = hammer(county_of_its_own, "alarm", "10")
    assert told["answers"] == {"made": 10}
    assert told["alarms"] == [[2, 10], [3, 5], [3, 5]], "the scheme's, and one for each of its two villages"


def test_two_who_merge_crosswise_do_not_wait_for_ever(county_of_its_own: Place) -> None:
    told = hammer(county_of_its_own, "cross", "10")
    assert told.pop("merged") == 10
    assert sum(told.values()) == 10 and set(told) <= {"changed_meanwhile", "wrong_state", "merge_into_closed"}


def test_an_act_that_is_killed_leaves_all_or_nothing(county_of_its_own: Place) -> None:
    deaths = hammer(county_of_its_own, "die")
    assert all(number >= 3 for number in deaths.values()), deaths
