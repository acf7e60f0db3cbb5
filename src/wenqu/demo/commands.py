"""`wenqu demo`, and what the other demo commands share: load a county under a progress bar, print the accounts."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from wenqu.demo import carried
from wenqu.demo.accounts import PASSWORDS, accounts_text

if TYPE_CHECKING:
    from datetime import datetime

    from wenqu.places.models import Division

HOUSEHOLDS, SCHEMES, SEED = 120_000, 600, 20260301


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--households", type=int, default=HOUSEHOLDS, help=f"户数（默认 {HOUSEHOLDS}）")
    parser.add_argument("--schemes", type=int, default=SCHEMES, help=f"供水工程数（默认 {SCHEMES}）")


def run(args: argparse.Namespace) -> int:
    prepare()
    load_demo_if_absent(households=args.households, schemes=args.schemes)
    print(accounts_text())
    return 0


def prepare() -> None:
    """The framework loaded and the database at its newest form."""
    from wenqu.kit.boot import start

    start(migrate=True)


def load_demo_if_absent(households: int = HOUSEHOLDS, schemes: int = SCHEMES) -> None:
    """Load 蓝田县 with its accounts unless it is there; judge what has not been judged yet."""
    from django.utils import timezone

    from wenqu.demo.actions import add_demo_accounts
    from wenqu.demo.tested import live_through_a_year
    from wenqu.kit.audit import SYSTEM

    county = carried.read_county(carried.DEFAULT_COUNTY)
    division = load_register(county, households=households, schemes=schemes, seed=SEED, again=True)
    if division is not None:
        add_demo_accounts(division=division, passwords=PASSWORDS, by=SYSTEM, at=timezone.now())
        live_through_a_year(division=division, at=timezone.now())
        judge(county, division)
        live(division, timezone.now())


def live(division: Division, at: datetime) -> None:
    """What is in hand when the demo is opened: deadlines, work at every stage, reports, an alarm that stands, a survey under way, households watched, water sampled."""
    from wenqu.demo import fieldwork, loop, sampling, told, watching

    loop.choose_profile(division=division, at=at)
    loop.work_in_hand(division=division, at=at)
    told.tell(division=division, seed=SEED, at=at)
    fieldwork.go_out(division=division, at=at)
    watching.watch_some(division=division, at=at)
    sampling.sample_some(division=division, at=at)


def load_register(county: carried.County, *, households: int, schemes: int, seed: int, again: bool) -> Division | None:
    """Load a county. One that the demo loaded before is given back where `again`; None: refused, and said why."""
    from django.utils import timezone
    from tqdm import tqdm

    from wenqu.demo import actions, queries
    from wenqu.kit.audit import SYSTEM
    from wenqu.kit.refusal import Refused

    division = queries.loaded_county(county.code) if again else None
    if division is not None:
        return division
    with tqdm(total=households, desc=county.name, unit="户", file=sys.stderr, disable=None) as bar:
        try:
            return actions.load_county(
                county=county, households=households, schemes=schemes, seed=seed, by=SYSTEM, at=timezone.now(), progress=bar.update
            )
        except Refused as refusal:
            print(refusal.message, file=sys.stderr)
            return None


def is_unfinished(county: carried.County) -> bool:
    """Whether the demo loaded this county but was stopped before all its judgings."""
    from django.utils import timezone

    from wenqu.demo import history, queries, times

    division = queries.loaded_county(county.code)
    return division is not None and bool(history.missing_days(division, county.pack_id, times.AS_OF, timezone.now()))


def judge(county: carried.County, division: Division, *, history: bool = True) -> None:
    """Judge what has not been judged yet: the whole calendar, or only its last day."""
    from django.utils import timezone
    from tqdm import tqdm

    from wenqu.demo import times
    from wenqu.demo.history import judge_county
    from wenqu.kit.audit import SYSTEM

    days = times.AS_OF if history else times.AS_OF[-1:]
    with tqdm(total=len(days), desc=f"{county.name}评价", unit="次", file=sys.stderr, disable=None) as bar:
        judge_county(
            division=division, pack_id=county.pack_id, by=SYSTEM, at=timezone.now(), as_of=days, progress=bar.update
        )
