"""The people who take a problem round its loop, and a problem at any stage of it, built by the real actions."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zlib import crc32

from cast import AT, TODAY, Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from wenqu.evidence.receiving import Received, receive
from wenqu.kit.audit import SYSTEM
from wenqu.kit.days import day_of
from wenqu.ledger import lifecycle
from wenqu.ledger.loop import actions as loop
from wenqu.ledger.merging.actions import merge_problem, reopen_problem
from wenqu.ledger.models import Problem
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account, Division
from wenqu.places.rights import Role
from wenqu.places.scope import area_of


@dataclass(frozen=True)
class Crew:
    """Of the county, so that they work in every town: the dispatcher `chen` of the cast assigns and files."""

    cast: Cast
    sun: Account  # a second dispatcher: rectifies
    he: Account  # reviewer: checks
    qian: Account  # reviewer: signs off
    fang: Account  # the education bureau: rectifies what is assigned to it


def make_crew(cast: Cast) -> Crew:
    def person(username: str, name: str, role: str, division: Division, unit: str = "") -> Account:
        account = add_account(username=username, password="qingquan-2026", name=name, by=SYSTEM, at=AT)
        give_duty(account=account, role=role, division=division, unit=unit, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
        return account

    return Crew(
        cast, person("sun", "孙修", Role.COUNTY_DISPATCHER, cast.county), person("he", "何核", Role.COUNTY_REVIEWER, cast.county),
        person("qian", "钱审", Role.COUNTY_REVIEWER, cast.county), person("fang", "方教", Role.DEPARTMENT, cast.county, "教育局"),
    )


def picture(seed: object = 0, name: str = "现场.png") -> SimpleUploadedFile:
    """A small photo that no other seed gives, as a form hands it over."""
    picture = Image.new("RGB", (64, 48), tuple(crc32(f"{seed} {part}".encode()) % 256 for part in range(3)))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/png")


def photo(seed: object = 0) -> Received:
    """The same, received."""
    return receive(picture(seed, f"现场{seed}.png"))


def sent(problem: Problem, **given: object) -> dict[str, object]:
    """What the page of a problem sends for a step: the version that it showed, a key of its own and what was filled in."""
    problem.refresh_from_db()
    return {"version": problem.version, "key": uuid.uuid4().hex, **given}


def act(problem: Problem, by: Account, at: datetime = AT, **given: Any) -> dict[str, Any]:
    """What every step takes, with the version that is true now and a fresh key."""
    problem.refresh_from_db()
    return {
        "problem": problem, "version": problem.version, "key": uuid.uuid4().hex, "area": area_of(by, TODAY), "by": by, "at": at, **given,
    }


STEPS: dict[str, Any] = {
    lifecycle.VERIFIED: lambda p, c, at: loop.verify_problem(**act(p, c.cast.chen, at), severity="ordinary", note="入户看过，属实"),
    lifecycle.ASSIGNED: lambda p, c, at: loop.assign_problem(**act(p, c.cast.chen, at), level="town", holder=c.sun, unit="", note=""),
    lifecycle.RECTIFIED: lambda p, c, at: loop.rectify_problem(**act(p, c.sun, at), measures="更换了水泵", files=[photo(p.pk)]),
    lifecycle.CHECKED: lambda p, c, at: loop.check_problem(
        **act(p, c.he, at), visited_on=day_of(at), answer="satisfied", answer_note="水够用了", note="现场放水正常", files=[]),
    lifecycle.SIGNED_OFF: lambda p, c, at: loop.sign_off_problem(**act(p, c.qian, at), outcome="fixed", note="同意销号"),
    lifecycle.FILED: lambda p, c, at: loop.file_problem(**act(p, c.cast.chen, at), note=""),
}
ROUND = tuple(STEPS)


def bring(problem: Problem, state: str, crew: Crew, at: datetime = AT) -> Problem:
    """Take a found problem to a state, a minute a step, by the right people."""
    if state == lifecycle.DISMISSED:
        loop.dismiss_problem(**act(problem, crew.cast.chen, at), note="现场正常，误报")
    elif state == lifecycle.MERGED:
        twin = Problem.objects.get(pk=problem.pk)
        twin.pk, twin.number, twin.kind = None, f"{problem.number}-T", "pipe_burst"
        twin.save(force_insert=True)
        merge_problem(**act(problem, crew.cast.chen, at), into=twin, note="同一处爆管")
    elif state == lifecycle.SUSPENDED:
        bring(problem, lifecycle.ASSIGNED, crew, at)
        loop.suspend_problem(**act(problem, crew.cast.chen, at + timedelta(minutes=5)), until=at + timedelta(days=9), note="等待配件")
    elif state != lifecycle.FOUND:
        for minutes, each in enumerate(ROUND[: ROUND.index(state) + 1]):
            STEPS[each](problem, crew, at + timedelta(minutes=minutes))
    problem.refresh_from_db()
    return problem


def reopen(problem: Problem, crew: Crew, at: datetime) -> Problem:
    reopen_problem(**act(problem, crew.qian, at), note="又停水了")
    problem.refresh_from_db()
    return problem
