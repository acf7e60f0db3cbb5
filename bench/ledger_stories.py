"""The history of one problem, as rows for the tables: what it went through, and what each step left."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from ledger_crew import UNITS, Crew

from wenqu.kit.bulk import JsonText
from wenqu.ledger.deadlines.queries import deadline
from wenqu.rulebook.duties import DutyPack

# Digits of a path down to each level.
COUNTY, TOWN, VILLAGE = 12, 16, 20
ROUND = (
    ("verify", "verified"), ("assign", "assigned"), ("rectify", "rectified"), ("check", "checked"), ("sign_off", "signed_off"), ("file", "filed"),
)
ORDER = ("found", *(target for _name, target in ROUND))
LEVELS = {"small": "village", "ordinary": "town", "major": "county"}
WORDS = "入户核查：{name}，{what}；已用水桶到邻近供水点取水，老人和学生受影响，请尽快处理。现场有照片，管护员已到过一次。"
STEP = (
    "problem_id", "transition", "source", "target", "outcome", "round", "version", "by_id", "by_name", "at", "due_at", "note", "detail", "after",
)
REPORT = (
    "problem_id", "way", "kind", "subject_kind", "subject_id", "subject_name", "division_id", "path", "scheme_id", "words", "reporter", "reporter_phone",
    "at", "by_id", "key",
)
EVIDENCE = (
    "subject", "about", "sha256", "kind", "content_type", "name", "size", "width", "height", "taken_at", "crs", "division_id", "path", "by_id", "at",
)


@dataclass(frozen=True)
class Subject:
    kind: int
    pk: int
    name: str
    division_id: int
    path: str
    scheme_id: int | None


@dataclass
class Rows:
    """What belongs to some problems, ready for the tables."""

    problems: list[Any] = field(default_factory=list)
    steps: list[Any] = field(default_factory=list)
    reports: list[Any] = field(default_factory=list)
    evidence: list[Any] = field(default_factory=list)


@dataclass
class Around:
    """What the stories share: whose work it is, the instant of now, the deadlines, the villages that reported of late."""

    crew: Crew
    at: datetime
    pack: DutyPack
    random: Random
    told: set[str] = field(default_factory=set)


class Story:
    """The steps of one problem, each with what it left."""

    def __init__(self, around: Around, rows: Rows, pk: int, subject: Subject, kind: str, severity: str, opened: datetime) -> None:
        self.around, self.rows, self.pk, self.subject, self.kind, self.severity, self.opened = around, rows, pk, subject, kind, severity, opened
        self.version, self.county, self.last = 0, subject.path[:COUNTY], opened
        self.dispatcher = self.by = self.holder = around.crew.one("county_dispatcher", self.county, 1)
        self.now: dict[str, Any] = {
            "state": "found", "clue": False, "severity": severity, "level": "", "holder_id": None, "unit": "", "round": 1, "outcome": "",
            "escalations": 0, "merged_into_id": None, "households_named": 0, "reports_count": 0, "suspended_until": None,
        }
        self.due, self.due_unit = deadline(around.pack, "found", severity, kind, opened)

    def step(self, name: str, target: str, by: tuple[int, str], at: datetime, **detail: Any) -> None:
        source, due = self.now["state"], self.due
        if self.version == 0:
            detail["born"] = self._kept()
        self.version, self.by, self.last = self.version + 1, by, at
        self.now["state"] = target
        if source != target:
            self.due, self.due_unit = deadline(self.around.pack, target, self.severity, self.kind, at)
        self.rows.steps.append((
            self.pk, name, source, target, self.now["outcome"], 1, self.version, *by, at, due, "到现场看过，情况属实，按规定办理", detail,
            JsonText(json.dumps(self._kept(), ensure_ascii=False)),
        ))

    def _kept(self) -> dict[str, Any]:
        return {**self.now, "due_at": self.due.isoformat() if self.due else None}

    def report(self) -> None:
        """Three in ten were reported by a household; of the last days few and one a village, or every village had an alarm."""
        around, village = self.around, self.subject.path
        young = self.opened > around.at - timedelta(days=4)
        if around.random.random() > (0.03 if young else 0.3) or young and village in around.told:
            return
        if young:
            around.told.add(village)
        by = around.crew.one("village_manager", village) if len(village) == VILLAGE else self.dispatcher
        self.now["reports_count"] = 1
        self.step("report", "found", by, self.opened, way="household_report")
        self.rows.reports.append((
            self.pk, "household_report", self.kind, int(self.subject.kind), self.subject.pk, self.subject.name[:160], self.subject.division_id, village,
            None if young else self.subject.scheme_id, WORDS.format(name=self.subject.name, what=self.kind), "", "", self.opened, by[0], uuid.uuid4().hex,
        ))

    def go_to(self, state: str, last: datetime, survivor: tuple[int, str]) -> None:
        """All the steps to a state, the last one at `last`."""
        if state == "dismissed":
            self.step("dismiss", "dismissed", self.dispatcher, last)
        elif state == "merged":
            self.now["merged_into_id"] = survivor[0]
            self.step("merge", "merged", self.dispatcher, last, into=survivor[1])
        else:
            way = list(ROUND[: ORDER.index("assigned" if state == "suspended" else state)])
            if state == "suspended":
                way.append(("suspend", "suspended"))
            elif len(way) > 2 and self.around.random.random() < 0.15:
                way[3:3] = [("return", "assigned"), ("rectify", "rectified")]
            for place, (name, target) in enumerate(way, 1):
                self._named(name, target, self.opened + (last - self.opened) * (place / len(way)))

    def _named(self, name: str, target: str, at: datetime) -> None:
        by, crew = self.dispatcher, self.around.crew
        if name == "verify":
            self.now["level"] = LEVELS[self.severity]
        elif name == "assign":
            self._hand()
        elif name == "rectify":
            by = self.holder
        elif name == "check":
            by = crew.one("county_reviewer", self.county, 0)
        elif name == "sign_off":
            by = crew.one("county_reviewer", self.county, 1)
            self.now["outcome"] = "fixed" if self.around.random.random() < 0.8 else "not_fixed"
        elif name == "suspend":
            self.now["suspended_until"] = (self.around.at + timedelta(days=self.around.random.uniform(1, 20))).isoformat()
        self.step(name, target, by, at)
        if name in ("rectify", "check"):
            self.rows.evidence.append((
                f"problem:{self.pk}", f"{name}:1", f"{self.pk:040x}{self.version:024x}", "photo", "image/jpeg", "现场.jpg", 480_000, 1600, 1200, at, "",
                self.subject.division_id, self.subject.path, by[0], at,
            ))

    def _hand(self) -> None:
        """To the manager of the village, the station of the town, the county's first dispatcher, or a body of the county."""
        crew, path, now = self.around.crew, self.subject.path, self.now
        if now["level"] == "county" and self.around.random.random() < 0.5:
            now["unit"] = self.around.random.choice(UNITS)
            self.holder = crew.one(now["unit"], self.county)
            return
        if now["level"] == "county" or len(path) < TOWN:
            self.holder = crew.one("county_dispatcher", self.county)
        elif now["level"] == "town" or len(path) < VILLAGE:
            self.holder = crew.one("town_station", path[:TOWN])
        else:
            self.holder = crew.one("village_manager", path[:VILLAGE])
        now["holder_id"] = self.holder[0]

    def lift(self) -> None:
        """What is very late lies on the county's desk by now."""
        if self.now["level"] != "county" and self.now["state"] not in ("suspended", "signed_off"):
            self.now.update(level="county", escalations=1)
            self.step("escalate", self.now["state"], (self.by[0], "系统"), self.last + timedelta(days=3))
