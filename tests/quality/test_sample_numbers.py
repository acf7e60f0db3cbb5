"""Numbers of samples, and what a trip takes along: pure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from wenqu.quality.control.limits import control_limits
from wenqu.quality.models import SampleState
from wenqu.quality.samples.lifecycle import STANDING, may_follow, steps_from
from wenqu.quality.samples.numbering import check_digit, read_number, sample_number
from wenqu.quality.samples.trips import Bottle, Extras, Wish, asked_extras, bottles, spread
from wenqu.rulebook.quality.plans import Window


def test_the_check_digit_is_damms() -> None:
    # The published example of the method: 572 has the check digit 4.
    assert check_digit("572") == "4"


@pytest.mark.parametrize("ordinal", [1, 12, 9_999, 10_000, 123_456])
def test_a_number_is_read_as_it_was_written(ordinal: int) -> None:
    number = sample_number(date(2026, 7, 31), ordinal)
    assert number.startswith(f"202607-{ordinal:04d}-") and len(number) <= 16
    for written in (number, number.replace("-", ""), f" {number} ", number.replace("-", "—"), number.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}), number.replace("-", " ")):
        assert read_number(written) == number


def test_one_digit_misread_or_two_neighbours_exchanged_is_no_number() -> None:
    for ordinal in range(1, 400, 7):
        digits = sample_number(date(2026, 11, 1), ordinal).replace("-", "")
        wrong = {digits[:at] + other + digits[at + 1:] for at in range(len(digits)) for other in "0123456789" if other != digits[at]}
        wrong |= {digits[:at] + b + a + digits[at + 2:] for at, (a, b) in enumerate(pairwise(digits)) if a != b}
        assert [each for each in wrong if read_number(each) is not None] == []


@pytest.mark.parametrize("text", ["", "JC0001", "202613-0001-0", "2026-07", "abc", "202607-0012", "202607-00１２-x"])
def test_what_is_no_number(text: str) -> None:
    assert read_number(text) is None


def test_a_point_with_several_tasks_has_one_bottle_with_the_items_of_all() -> None:
    july = Window("2026-07", ((date(2026, 7, 1), date(2026, 7, 31)),))
    wishes = [Wish(1, 5, "monthly/1/2026-07", ("ph", "turbidity"), july), Wish(2, 5, "monthly/2/2026-07", ("ph",), july), Wish(1, 6, "wet/1/2026-wet", ("turbidity", "lead"), july)]
    assert bottles(wishes) == [Bottle(1, 5, "monthly/1/2026-07", ("ph", "turbidity", "lead")), Bottle(2, 5, "monthly/2/2026-07", ("ph",))]


def test_what_quality_control_asks_for_beside_the_samples() -> None:
    control = control_limits()
    share = Fraction(str(control.share.value))
    for samples in (1, 3, 10, 11, 47, 200):
        asked = asked_extras(samples, control)
        assert (asked.field_blanks, asked.transport_blanks, asked.spikes) == (1, 1, 1)
        assert share <= Fraction(asked.parallels * 100, samples) and Fraction((asked.parallels - 1) * 100, samples) < share
    assert asked_extras(0, control) == Extras(0, 0, 0, 0)


def test_parallels_lie_evenly_and_never_two_on_a_sample() -> None:
    assert list(spread(10, 2)) == [0, 5] and list(spread(3, 9)) == [0, 1, 2] and list(spread(4, 0)) == []


def test_the_steps_of_the_way() -> None:
    assert steps_from(SampleState.PLANNED) == ["taken", "voided"] and steps_from(SampleState.VOIDED) == []
    assert steps_from(SampleState.HANDED_OVER) == ["handed_over", "received", "voided"]
    assert not may_follow(SampleState.TAKEN, SampleState.RECEIVED) and SampleState.PLANNED not in STANDING and SampleState.VOIDED not in STANDING
