"""Two at once, through the pages: one wins, the others are told; a form that is sent again makes nothing; no step is won by haste."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "operations"))

from places import Place, places_in  # noqa: E402

OUTSIDE = "Refused: 不在您的管辖区域内"
HAMMER = str(Path(__file__).with_name("watch_hammer.py"))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with places_in(tmp_path_factory.mktemp("watch-hammer")) as found:
        place = found.new()
        place.run(HAMMER, "prepare")
        yield place


def hammer(place: Place, *words: str) -> Any:
    return json.loads(place.run(HAMMER, *words).stdout.splitlines()[-1])


def test_one_form_sent_six_times_at_once_is_one_act(county: Place) -> None:
    assert hammer(county, "same", "6") == {"answers": {"302": 6}, "acts": 2, "papers": 2}


def test_of_six_who_act_on_what_the_same_page_showed_one_wins(county: Place) -> None:
    assert hammer(county, "race", "6") == {"answers": {"302": 1, "409": 5}, "acts": 2}


def test_no_step_is_won_by_haste(county: Place) -> None:
    for told in hammer(county, "ahead", "4"):
        assert told == {"answers": {"302": 1, "409": 3}, "acts": ["clue", "home_check"], "numbers": [1, 2], "version": 2}


def test_a_household_has_one_course_however_many_clues_come_at_once(county: Place) -> None:
    assert hammer(county, "clues", "5") == {"answers": {"302": 1, "409": 4}, "courses": 1}


def test_one_measure_one_visit_and_one_case_however_often_the_form_is_sent_at_once(county: Place) -> None:
    assert hammer(county, "helping", "6") == {"answers": [{"302": 6}] * 3, "rows": [1, 1, 1]}


def test_a_last_act_and_a_move_of_the_household_do_not_stand_in_each_others_way(county: Place) -> None:
    """The household moves first, or comes onto the list first: who acts at the old place alone may be told that it went."""
    for told in hammer(county, "moving", "6"):
        assert told["there"], told
        assert set(told["answers"]) <= {"True", OUTSIDE} and told["answers"]["True"] >= 1, told
