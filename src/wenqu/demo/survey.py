"""The households of a village and what the surveys found in them, as rows for the tables. Pure, from a seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from wenqu.demo import times
from wenqu.demo.people import MemberRow, PeopleMaker
from wenqu.demo.plan import CountyPlan, GroupPlan, VillagePlan
from wenqu.demo.times import Round
from wenqu.facts.models import Key, SubjectKind

HOUSEHOLD_COLUMNS = (
    "id", "county_id", "division_id", "path", "number", "head_name", "phone", "group_name", "kind", "watch_kind", "people",
)
MEMBER_COLUMNS = ("household_id", "number", "name", "id_number", "account_number", "relation", "details")
SUPPLY_COLUMNS = ("household_id", "scheme_id", "from_on", "to_on")
NOT_SURVEYED = 0.009
_HOUSEHOLD = int(SubjectKind.HOUSEHOLD)
_KINDS = ("一般农户",) * 41 + ("脱贫户",) * 8 + ("低保户",)
_WATCHED = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")


def _litres(low: float, high: float) -> list[str]:
    return [f"{low + (high - low) * step / 200:.1f}" for step in range(201)]


ENOUGH, BARE, SHORT, HAULED = _litres(41, 96), _litres(20, 39.5), _litres(8, 19.5), _litres(16, 34)


@dataclass
class Rows:
    """Rows gathered for one town, ready for bulk insertion; facts by the round that found them."""

    households: list[tuple[Any, ...]] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    supplies: list[tuple[int, int, date, date | None]] = field(default_factory=list)
    facts: dict[Round, list[tuple[int, int, int, str, date, str]]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class Home:
    """Where a village's rows go: keys of its county and division, its path, and the keys of the schemes by ordinal."""

    county_id: int
    division_id: int
    path: str
    schemes: dict[int, int]


class Surveyor:
    """Walks through one village. `known` notes a fact of the household at hand."""

    def __init__(self, plan: CountyPlan, village: VillagePlan, home: Home, rows: Rows) -> None:
        self.random = Random(f"{plan.seed}:{village.village.code}:homes")
        self.plan, self.village, self.home, self.rows = plan, village, home, rows
        draw = self.random.random()
        self.first = times.SPRING_2024 if draw < 0.62 else times.AUTUMN_2024 if draw < 0.96 else times.SPRING_2025
        self.again = [late for late in (times.AUTUMN_2025, times.AUTUMN_2026) if self.random.random() < 0.25]
        self.household = 0

    def walk(self, ids: Iterator[int], maker: PeopleMaker) -> None:
        number = 0
        for group in self.village.groups:
            tiny = [scheme.ordinal for scheme in group.tiny for _ in range(4)]
            for place in range(group.households):
                number += 1
                self.household = next(ids)
                self._register(f"{self.plan.county.code}{self.village.ordinal + 1:04d}{number:05d}", group, maker)
                if place < len(tiny):
                    self._supply(tiny[place])
                    self._tiny()
                elif group.story == "normal":
                    if group.scheme:
                        self._supply(group.scheme.ordinal)
                    self._ordinary()
                else:
                    self._without_scheme(group)

    def _register(self, number: str, group: GroupPlan, maker: PeopleMaker) -> None:
        random = self.random.random
        head = maker.household(self.household, number, self.rows.members)
        watched = _WATCHED[int(random() * 3)] if random() < 0.012 else ""
        home = self.home
        self.rows.households.append((
            self.household, home.county_id, home.division_id, home.path, number, head.name, head.phone, group.name,
            _KINDS[int(random() * 50)], watched, head.people,
        ))

    def _supply(self, scheme: int, from_on: date = times.SUPPLIED_SINCE) -> None:
        self.rows.supplies.append((self.household, self.home.schemes[scheme], from_on, None))

    def known(self, found: Round, key: Key, value: str) -> None:
        self.rows.facts[found].append((_HOUSEHOLD, self.household, int(key), value, found.day(self.village.ordinal), ""))

    def _old_register(self) -> None:
        """The register of 2021 says «piped» of everyone; the survey that came to the door knows better."""
        self.known(times.OLD_REGISTER, Key.PIPED, "yes")

    def _ordinary(self) -> None:
        """Piped water to the house; a few get little, fewer too little, some were missed by every survey."""
        random = self.random.random
        draw = random()
        if draw < NOT_SURVEYED:
            if draw < NOT_SURVEYED / 2:
                self.known(self.first, Key.PIPED, "yes")
            return
        if draw > 0.985:
            self._old_register()
        self.known(self.first, Key.PIPED, "yes")
        if draw < 0.013:
            found, later = SHORT, SHORT
        elif draw < 0.022:
            found, later = SHORT, ENOUGH
        elif draw < 0.052:
            found, later = BARE, BARE
        elif draw < 0.080:
            found, later = BARE, ENOUGH
        else:
            found, later = ENOUGH, ENOUGH
        self.known(self.first, Key.LITRES, found[int(random() * 201)])
        for late in self.again:
            self.known(late, Key.LITRES, later[int(random() * 201)])
        if found is not later and times.AUTUMN_2025 not in self.again:
            self.known(times.AUTUMN_2025, Key.LITRES, later[int(random() * 201)])

    def _tiny(self) -> None:
        """A supply of fewer than twenty people: a shared cistern or spring box. Class, senses and days are the scheme's."""
        random = self.random
        if random.random() < 0.6:
            self.known(self.first, Key.PIPED, "yes")
        else:
            self._walk_for_water((4, 18), (80, 420), (2, 38))
        self.known(self.first, Key.LITRES, random.choice(ENOUGH if random.random() < 0.7 else BARE))

    def _without_scheme(self, group: GroupPlan) -> None:
        """Own well, cistern or spring: everything is the household's own fact."""
        random = self.random
        self._old_register()
        self.known(self.first, Key.SCHEME_CLASS, "decentralised")
        self.known(self.first, Key.SENSORY_OK, "no" if random.random() < 0.04 else "yes")
        self.known(self.first, Key.SHORT_DAYS, str(random.randint(0, 16)))
        if group.story == "own_source" and random.random() < 0.75:
            self.known(self.first, Key.PIPED, "yes")
            self.known(self.first, Key.LITRES, random.choice(ENOUGH))
        elif group.story in ("haul_near", "own_source"):
            self._walk_for_water((6, 19), (120, 780), (5, 75))
            self.known(self.first, Key.LITRES, random.choice(BARE))
        else:
            self._walk_for_water((22, 55), (850, 2600), (85, 210))
            self.known(self.first, Key.LITRES, random.choice(HAULED))
        if group.story == "haul_fixed" and group.scheme:
            self._supply(group.scheme.ordinal, times.CONNECTED_ON)
            self._connected()

    def _walk_for_water(self, minutes: tuple[int, int], metres: tuple[int, int], climb: tuple[int, int]) -> None:
        random = self.random
        self.known(self.first, Key.PIPED, "no")
        draw = random.random()
        if draw < 0.75:
            self.known(self.first, Key.ROUND_TRIP, str(random.randint(*minutes)))
        if draw > 0.55:
            self.known(self.first, Key.HORIZONTAL, str(random.randint(*metres)))
            self.known(self.first, Key.VERTICAL, str(random.randint(*climb)))

    def _connected(self) -> None:
        """Connected to a scheme in 2025: what was known of the old source ends, the rest is the scheme's from then on."""
        found = times.AUTUMN_2025
        for key in (Key.SCHEME_CLASS, Key.SENSORY_OK, Key.SHORT_DAYS, Key.ROUND_TRIP, Key.HORIZONTAL, Key.VERTICAL):
            self.known(found, key, "")
        self.known(found, Key.PIPED, "yes")
        self.known(found, Key.LITRES, self.random.choice(ENOUGH))
