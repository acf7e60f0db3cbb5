"""A county that goes by a judging pack: households with items and facts, told by the real actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cast import AT, Cast

from wenqu.households.models import Household
from wenqu.judging.models import Grade, Run
from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account, Division
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.watch.judging import JudgingPack, judging_pack
from wenqu.rulebook.watch.judging.loader import read_pack
from wenqu.watch.judging.actions import ItemTold, tell
from wenqu.watch.models import Adoption, Edition, PackKind

TODAY = date(2026, 3, 1)
FIRST, LAST = 202503, 202602
KINDS = ("wages", "business", "property", "transfers", "costs", "medical", "schooling", "calamity")
# All else that the pack asks about is in order.
SECURED = {
    **{f"secured_{name}": "yes" for name in ("food", "clothing", "schooling", "medical", "housing")},
    **{f"excluded_{one.id}": "no" for one in judging_pack("guizhou-2021").exclusions}, "collapsed": "no",
}


POOR = {"was_poor": "yes", "cause": "illness", **SECURED}


def water(row: Household, overall: int) -> None:
    """The grade of the four indicators, as a run leaves it."""
    pack = load_pack("national-2018")
    run = Run.objects.first() or Run.objects.create(
        division=row.county, path=row.county.path, pack_id=pack.id, pack_title=pack.zh, digest=pack.digest, pack_text=pack.text, as_of=TODAY, facts_until=AT, households=1, file="f", sha256="s", at=AT)
    Grade.objects.update_or_create(household=row, defaults={
        "path": row.path, "run": run, "quantity": 1, "quality": 1, "convenience": 1, "reliability": 1, "overall": overall})


def cited(value: Any, unit: str = "rule") -> dict[str, Any]:
    return {"value": value, "unit": unit, "date": "2026", "clause": "第二条", "document": "清泉县监测方案（2026）", "confidence": "sourced"}


def county_pack(limit: int = 7000, base: str = "guizhou-2021", colours: bool = True) -> JudgingPack:
    """A plan of the county: three kinds of objects, a line of its own, three colours by the income of the window."""
    content: dict[str, Any] = {**judging_pack(base).content, "id": "qingquan-2026", "zh": "清泉县监测方案", "region": "清泉县", "in_force": "2026", "until": "2027"}
    content["line"] = {"region": "清泉县", "year": 2026, "use": cited("line"), "edge": cited("under"), "limit": cited(limit, "元/(人·a)")}
    if colours:
        content["grading"] = {"income": cited("window"), "worse": cited("at_once"), "better": cited("by_review")}
        content["grades"] = {
            "red": {"zh": "红色", "en": "red", "ways": [{"applies": cited("yes"), "under": cited(7000, "元/(人·a)")}, {"applies": cited("yes"), "gap": "yes"}]},
            "yellow": {"zh": "黄色", "en": "yellow", "ways": [{"applies": cited("yes"), "under": cited(12000, "元/(人·a)"), "gap": "no"}]},
            "green": {"zh": "绿色", "en": "green", "ways": [{"applies": cited("yes"), "at_least": cited(12000, "元/(人·a)"), "gap": "no"}]},
        }
    return read_pack(content, "county.toml")


def adopt(county: Division, pack: JudgingPack, from_on: date = date(2026, 1, 1)) -> Edition:
    edition = Edition.objects.create(
        division=county, path=county.path, kind=PackKind.JUDGING, pack_id=pack.id, title=pack.zh, text=pack.text, digest=pack.digest, made_at=AT)
    Adoption.objects.create(division=county, path=county.path, kind=PackKind.JUDGING, edition=edition, from_on=from_on, document="清泉县文件", set_at=AT)
    return edition


def official(cast: Cast) -> Account:
    """Somebody of town A's office, who works on the watch list there."""
    person = add_account(username="office", password="qingquan-2026", name="周镇", by=SYSTEM, at=AT)
    give_duty(account=person, role=Role.TOWN_OFFICE, division=cast.town_a, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    return person


def year_of(wages_fen: int | None = 0, **others: int) -> list[ItemTold]:
    """Everything was asked over the whole window: wages, and what else is not zero."""
    amounts = {**dict.fromkeys(KINDS, 0), "wages": wages_fen, **others}
    return [ItemTold(kind, FIRST, LAST, amount) for kind, amount in amounts.items()]


def told(cast: Cast, household: Household, facts: dict[str, str] | None = None, items: Sequence[ItemTold] = (), key: str = "", at: Any = AT, on: date = TODAY) -> bool:
    """Tell as the county's dispatcher."""
    told.count += 1  # type: ignore[attr-defined]
    return tell(household=household, facts=facts or {}, items=items, source="入户核实", observed_on=on, key=key or f"told-{told.count:04d}",  # type: ignore[attr-defined]
                area=area_of(cast.chen, TODAY), by=cast.chen, at=at)


told.count = 0  # type: ignore[attr-defined]
