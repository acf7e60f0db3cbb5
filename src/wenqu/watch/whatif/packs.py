"""Which packs a what-if may begin with, and a scenario's two packs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from wenqu.judging.queries import latest_run
from wenqu.judging.queries import pack_of as water_pack_of
from wenqu.kit.languages import in_english, language
from wenqu.places import paths
from wenqu.places.models import Division
from wenqu.rulebook.loader import load_pack, pack_ids, parse_pack
from wenqu.rulebook.model import Head, Pack
from wenqu.rulebook.naming import Named, named_clauses
from wenqu.rulebook.watch.judging import JudgingPack, changed, judging_pack, judging_pack_ids, parse_judging
from wenqu.watch.models import Edition, PackKind, Scenario, ScenarioKind
from wenqu.watch.rules.queries import edition_at, pack_of

# Shown in packs and judged by nowhere.
_IDLE = "switches"


@dataclass(frozen=True)
class Choice:
    """A pack to begin with. `value` goes in forms: the edition's key, a shipped pack's id, or the newest run's pack."""

    value: str
    title: str


def choices(kind: str, county: Division, day: date) -> list[Choice]:
    """The pack in force first, then the county's other editions, then those that come with the product."""
    if kind == ScenarioKind.WATER:
        run = latest_run(county.path)
        own = [Choice(f"run-{run.pk}", _("%(pack)s（最近一次评价所用）") % {"pack": run.pack_title})] if run else []
        return own + [Choice(name, _title(load_pack(name))) for name in pack_ids(ScenarioKind.WATER)]
    now = edition_at(county.path, PackKind.JUDGING, day)
    editions = Edition.objects.filter(path=paths.county_of(county.path), kind=PackKind.JUDGING).order_by("-pk")
    own = [Choice(f"edition-{now.pk}", _("%(pack)s（现行）") % {"pack": now.title})] if now else []
    own += [Choice(f"edition-{each.pk}", each.title) for each in editions if now is None or each.pk != now.pk]
    return own + [Choice(name, _title(judging_pack(name))) for name in judging_pack_ids() if judging_pack(name).objects]


def _title(pack: Head) -> str:
    return pack.en if in_english() else pack.zh


def chosen(value: str, kind: str, county: Division, day: date) -> Head | None:
    """The pack of a choice, where it is one."""
    if value not in {each.value for each in choices(kind, county, day)}:
        return None
    source, _dash, pk = value.partition("-")
    if source == "edition":
        return pack_of(Edition.objects.get(pk=pk))
    if source == "run":
        run = latest_run(county.path)
        return water_pack_of(run) if run is not None else None
    return load_pack(value) if kind == ScenarioKind.WATER else judging_pack(value)


def clauses(pack: Head) -> list[Named]:
    """What may be changed in a what-if: numbers, and words out of a known list."""
    return [one for one in named_clauses(pack, language()) if (one.is_number or one.words) and one.key.partition(".")[0] != _IDLE]


def with_changes(pack: Head, values: dict[str, Any]) -> Head:
    """The pack with other values. `PackError` tells what is not fit."""
    assert isinstance(pack, JudgingPack | Pack)
    return changed(pack, values)


def packs_of(scenario: Scenario) -> tuple[Head, Head]:
    """A scenario's pack as it stood, and with its changes."""
    parse = parse_judging if scenario.kind == ScenarioKind.WATCH else parse_pack
    before: Head = parse(scenario.text, scenario.pack_id)
    return before, with_changes(before, {each["key"]: value_of(each["after"]) for each in scenario.changes})


def value_of(text: str) -> Any:
    """A changed value as packs hold it."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return int(number) if number == number.to_integral_value() else number
