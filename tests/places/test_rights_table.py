"""The table of rights is what the mission says; it is printed as a page of the docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from wenqu.places.levels import Level
from wenqu.places.rights import GUARDED, LEVELS, RIGHTS, Right, Role

LETTERS = {
    "v": Role.VILLAGE_MANAGER, "d": Role.VILLAGE_DESK, "w": Role.TOWN_STATION, "t": Role.TOWN_OFFICE, "D": Role.COUNTY_DISPATCHER,
    "R": Role.COUNTY_REVIEWER, "A": Role.COUNTY_ADMIN, "E": Role.DEPARTMENT, "L": Role.LABORATORY, "r": Role.READER, "s": Role.SUPERVISOR,
    "a": Role.AUDITOR,
}
AT = {"V": (Level.VILLAGE,) * 2, "T": (Level.TOWN,) * 2, "C": (Level.COUNTY,) * 2, "*": (Level.PROVINCE, Level.COUNTY)}
ROWS = {
    words[0]: words[1 : 1 + len(LETTERS)]
    for line in (Path(__file__).parent / "rights.txt").read_text(encoding="utf-8").splitlines()
    if (words := line.split()) and not line.startswith("#")
}


def test_the_table_names_every_role_and_every_right() -> None:
    assert set(LETTERS.values()) == set(Role)
    assert set(ROWS) == {"levels", *Right.values}


@pytest.mark.parametrize("right", Right.values)
def test_a_right_is_carried_by_the_roles_of_the_table(right: str) -> None:
    wanted = {role for role, mark in zip(LETTERS.values(), ROWS[right], strict=True) if mark == "x"}
    assert {Role(role) for role in RIGHTS if Right(right) in RIGHTS[role]} == wanted


def test_a_role_is_held_at_the_levels_of_the_table() -> None:
    assert {role: LEVELS[role] for role in Role} == {role: AT[mark] for role, mark in zip(LETTERS.values(), ROWS["levels"], strict=True)}


# What takes a problem round its loop.
LOOP = (Right.VERIFY, Right.ASSIGN, Right.RECTIFY, Right.UNIT_WORK, Right.CHECK, Right.SIGN_OFF, Right.FILE, Right.REOPEN)


def test_nobody_both_gives_rights_and_sees_whole_numbers_or_judges_what_was_done() -> None:
    for role in Role:
        if Right.PEOPLE in RIGHTS[role]:
            assert not RIGHTS[role] & {Right.REVEAL, Right.WHOLE_PHONES, Right.EXPORT_PHONES, Right.IMPORT, *LOOP}
            assert role in GUARDED
    assert RIGHTS[Role.AUDITOR] == {Right.AUDIT}, "who reads the log does nothing that stands in it"
