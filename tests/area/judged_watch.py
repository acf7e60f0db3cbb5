"""What judging for the watch list keeps at a place of a walked world: the county's rules, what was told, a conclusion, a run, a what-if."""

from __future__ import annotations

from datetime import date

from cast import AT
from watch.judged_county import adopt, county_pack

from wenqu.households.models import Household
from wenqu.places.models import Account, Division
from wenqu.watch.models import (
    Crosser,
    Edition,
    HouseFact,
    IncomeItem,
    PackKind,
    Scenario,
    ScenarioKind,
    WatchGrade,
    WatchMove,
    WatchRun,
)


def furnish_judged(place: Division, county: Division, name: str, number: int, by: Account, home: Household | None) -> None:
    """One of everything. The rules are the county's: towns are judged by them, so a county has one edition, whoever furnishes first."""
    pack = county_pack()
    edition = Edition.objects.filter(division=county, kind=PackKind.JUDGING, digest=pack.digest).first() or adopt(county, pack, date(2026, 1, 2))
    run = WatchRun.objects.create(
        division=place, path=place.path, edition=edition, as_of=date(2026, 2, 1), first_month=202502, last_month=202601, line="7000", line_document=f"{name}文件",
        households=number, told=number, moved=1, by=by, at=AT)
    change = {"key": "line.limit", "label": "收入线", "before": "7000 元", "after": "7500", "after_words": "7500 元", "document": f"{name}文件", "clause": "第二条"}
    scenario = Scenario.objects.create(
        division=place, path=place.path, kind=ScenarioKind.WATCH, name=f"{name}推演", pack_id=pack.id, pack_title=f"{name}规则", digest=pack.digest, text=pack.text,
        changes=[change], as_of=date(2026, 3, 1), done_at=AT, households=number, totals={"object_before": {"none": number}, "object_after": {"edge": number}},
        counts=[{"town": place.path[:16], "cause": "illness", "before": "none", "after": "edge", "crossing": "enters", "households": number}], made_by=by, made_at=AT)
    if home is None or WatchGrade.objects.filter(household=home).exists():
        return
    told = {"household": home, "source": f"{name}来源", "observed_on": date(2026, 2, 1), "by": by, "at": AT}
    HouseFact.objects.create(name="cause", value="illness", **told)
    IncomeItem.objects.create(kind="wages", first=202503, last=202602, amount=str(100_000 + number), together=True, member=home.members.first(), **told)
    WatchGrade.objects.create(
        household=home, path=home.path, edition=edition, object="unknown", grade="unknown", stands="red", cause="illness", people=home.people, judged_at=AT, run=run)
    WatchMove.objects.create(
        household=home, path=home.path, edition=edition, after="unknown", stands="red", reason=f"{name}变动", run=run, by=by, at=AT)
    Crosser.objects.create(scenario=scenario, household=home, path=home.path, cause="illness", before="none", after="edge", crossing="enters")
