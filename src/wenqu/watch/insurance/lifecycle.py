"""The way of an insurance case. PURE: named steps, from where to where, by whose role, and from whose taker its own must differ.

A third party checks at home; the county checks a sample of that again; nobody screens, checks and pays the same case alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GO_ON, TURN_DOWN, AGAIN = "go_on", "turn_down", "again"
ENDED = frozenset({"paid", "refused"})


@dataclass(frozen=True)
class Step:
    """`to` says for each outcome where the case is then; `others` name the steps whose taker may not take this one."""

    name: str
    source: str
    to: dict[str, str]
    roles: frozenset[str]
    others: frozenset[str] = frozenset()
    # A file has to prove it, unless the case is turned down.
    proof: bool = False
    # It leaves the case where it is, and is not taken twice in a row.
    once: bool = False
    takes: frozenset[str] = field(default_factory=frozenset)


_COUNTY = frozenset({"county_dispatcher", "county_reviewer"})
STEPS: dict[str, Step] = {step.name: step for step in (
    Step("screen_village", "listed", {GO_ON: "village", TURN_DOWN: "refused"}, frozenset({"village_desk"})),
    Step("screen_town", "village", {GO_ON: "town", TURN_DOWN: "refused"}, frozenset({"town_office"}), frozenset({"screen_village"})),
    Step("check_home", "town", {GO_ON: "checked", TURN_DOWN: "refused"}, frozenset({"county_dispatcher"}), proof=True, takes=frozenset({"who"})),
    Step("check_again", "checked", {GO_ON: "checked", AGAIN: "town", TURN_DOWN: "refused"}, _COUNTY, frozenset({"check_home"}), once=True,
         takes=frozenset({"who"})),
    Step("post", "checked", {GO_ON: "posted"}, frozenset({"village_desk", "town_office"}), proof=True),
    Step("take_down", "posted", {GO_ON: "cleared", AGAIN: "town", TURN_DOWN: "refused"}, frozenset({"village_desk", "town_office"})),
    Step("pay", "cleared", {GO_ON: "paid"}, _COUNTY, frozenset({"check_home"}), proof=True, takes=frozenset({"fen", "voucher"})),
)}
