"""The same small world twice: an inside that is always the same, an outside that is not.

A chain of divisions (province, prefecture, county, town, village) goes down through the inside area, which is one of
them with everything below it. Beside the chain stand other places, before and after it, furnished with everything that
the product keeps, under names and numbers that are told from all others at a glance. Rows of the inside are made
first, so that they have the same primary keys whatever the outside is; `variant` says which outside is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from cast import AT
from django.apps import apps
from django.conf import settings
from django.db import connection
from evidence.files import PDF, photo, upload

from area.changed import births_of
from area.helping import furnish_help
from area.judged_watch import furnish_judged
from area.loop import furnish_loop
from area.monitored import furnish_quality, furnish_unfit, judge_unfit
from area.surveys import furnish_survey
from area.two_books import two_books
from area.watching import furnish_watch
from wenqu.evidence.actions import attach
from wenqu.evidence.models import Evidence
from wenqu.evidence.receiving import receive
from wenqu.facts.actions import record_facts
from wenqu.facts.models import Key, SubjectKind
from wenqu.households.models import Consent, Household, Member
from wenqu.importing.models import Batch, BatchChunk, Mapping
from wenqu.jobs.models import Job, State
from wenqu.judging.actions import judge_division
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.people.models import ApiToken, Glass, HandOver, Invitation, Notice, RightsRequest, SignedIn
from wenqu.places.models import Account, Division, DivisionCode, Duty, Level, Outline, Role
from wenqu.places.paths import child
from wenqu.quality.models import Sample
from wenqu.reports.models import Snapshot
from wenqu.schemes.models import Responsibility, ResponsibilityKind, Scheme, Supply

# No name of the inside holds it, every name of the outside does.
CANARY = "囧"
# Numbers of the outside begin so; whatever is drawn at random (keys, digests) is not made of eight such digits.
OUTSIDE_DIGITS = "99595"
LEVELS = {"province": Level.PROVINCE, "prefecture": Level.PREFECTURE, "county": Level.COUNTY, "town": Level.TOWN, "village": Level.VILLAGE}
CHAIN = ("省省", "府市", "清泉县", "甲镇", "甲一村")
# The first primary keys of the outside, and of what the whole county did after.
FIRST_OUTSIDE, BIG = 1_000, 10_000


@dataclass
class World:
    """One made world. `inside` is the area; `outside` holds what lies beyond it, by kind."""

    name: str
    variant: int
    chain: list[Division] = field(default_factory=list)
    inside: Division = None  # type: ignore[assignment]
    accounts: dict[str, Account] = field(default_factory=dict)
    outside: dict[str, list[Any]] = field(default_factory=dict)
    scheme: Scheme = None  # type: ignore[assignment]  # stands inside
    lender: Scheme = None  # type: ignore[assignment]  # stands outside (where the area is smaller than the county), serves inside
    samples: list[Sample] = field(default_factory=list)  # of water of both that is unfit
    serial: int = 0

    @property
    def county(self) -> Division:
        return self.chain[Level.COUNTY - 1]

    def number(self) -> int:
        self.serial += 1
        return self.serial


def next_keys(number: int) -> None:
    """Let every table give out primary keys from `number` on."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            key = model._meta.pk
            if key is None or key.get_internal_type() not in {"BigAutoField", "AutoField"}:
                continue
            table = model._meta.db_table
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', key.column, number])


def make_world(name: str, variant: int) -> World:
    """Make the world whose inside is the chain's division of level `name`."""
    world = World(name, variant)
    next_keys(100)
    _chain(world)
    _inside(world)
    next_keys(FIRST_OUTSIDE)
    _outside(world)
    next_keys(BIG)
    if world.inside.level > Level.COUNTY:
        _judge(world.county, date(2026, 2, 28), world.accounts["official"])
    judge_unfit(world.samples, world.accounts["official"])
    next_keys(2 * BIG)
    return world


# -- divisions ---------------------------------------------------------------------------------------------------------


def _place(parent: Division | None, level: int, name: str, ordinal: int, code: str) -> Division:
    path = child(parent.path if parent else "", ordinal)
    place = Division.objects.create(parent=parent, level=level, name=name, path=path)
    DivisionCode.objects.create(division=place, system="nbs", edition="2023", code=code[:12])
    return place


def _chain(world: World) -> None:
    """The chain, each division with an outside neighbour before it at the level of the inside."""
    parent: Division | None = None
    for level, name in enumerate(CHAIN, 1):
        world.chain.append(_place(parent, level, name, 2, "61" + "0000000000"[: level * 2] + str(level) * 8))
        parent = world.chain[-1]
    world.inside = world.chain[LEVELS[world.name] - 1]


def _inside(world: World) -> None:
    official = _person(world, "official", "陈县长", Role.COUNTY_DISPATCHER, world.county)
    for role in Role.values:
        _person(world, role, f"内{role}", role, world.inside)
    town, village = world.chain[Level.TOWN - 1], world.chain[Level.VILLAGE - 1]
    second = _place(town, Level.VILLAGE, "甲二村", 3, "610333333333") if world.inside.level < Level.VILLAGE else None
    stands = world.inside if world.inside.level > Level.COUNTY else town
    world.scheme = _scheme(world, stands, "内水厂", "NS1")
    world.lender = _scheme(world, world.county, "共用水厂", "GY1")
    homes = [_household(world, place, f"NH{number}", f"内户{number}", "内类", litres=5) for number, place in enumerate((village, second or village), 1)]
    homes.append(_household(world, village, "NH3", "内户3", "脱贫户", litres=80))
    for home, scheme in zip(homes, (world.scheme, world.lender, world.lender), strict=True):
        Supply.objects.create(household=home, scheme=scheme, from_on=date(2020, 1, 1))
    _facts(SubjectKind.SCHEME, world.scheme.pk, scheme_class="small", lab_result="fail", short_days="3")
    _facts(SubjectKind.SCHEME, world.lender.pk, scheme_class="small", lab_result="fail", short_days="3")
    _furnish(world, world.inside, "内", official, homes[0])
    world.samples = [furnish_unfit(scheme, official) for scheme in (world.scheme, world.lender)]
    _outline(world.inside, 109)
    _judge(world.county, date(2026, 1, 31), official)


def _outside(world: World) -> None:
    """Neighbours of the inside (one before it, one or two after) and of what holds it; and rows of what holds it."""
    level = world.inside.level
    above = world.chain[level - 2] if level > 1 else None
    for ordinal in (1, 8, 9)[: 2 + world.variant - 1]:
        _neighbour(world, above, level, ordinal)
    if level > Level.PROVINCE:
        _neighbour(world, world.chain[level - 3] if level > Level.PREFECTURE else None, level - 1, 9)
    for place in world.chain[: level - 1]:
        for _again in range(world.variant):
            _furnish(world, place, CANARY, _outsider(world, place), None)


def _neighbour(world: World, parent: Division | None, level: int, ordinal: int) -> None:
    """A place beside the inside with a chain of places down to a village, all furnished."""
    top = None
    for each in range(level, Level.VILLAGE + 1):
        number = world.number()
        name = f"{CANARY}{'甲乙丙丁戊己庚辛'[world.variant]}{number}{'省市县镇村'[each - 1]}"
        parent = _place(parent, each, name, ordinal, f"{OUTSIDE_DIGITS}{world.variant}{number:06d}")
        top = top or parent
        _keep(world, "divisions", parent)
        _outline(parent, 112 + number)
    assert parent is not None and top is not None
    officer = _outsider(world, top)
    for count in range(world.variant):
        name = f"{CANARY}{world.number()}户"
        home = _household(world, parent, f"{OUTSIDE_DIGITS}{world.variant}{world.serial:04d}", name, f"{CANARY}类", litres=5, outside=True)
        scheme = _scheme(world, parent, f"{CANARY}{world.number()}水厂", f"{OUTSIDE_DIGITS}{world.serial:05d}")
        _keep(world, "schemes", scheme)
        # Shared: what stands inside serves somebody outside too, and so does what serves the inside from outside.
        serving = (world.scheme, world.lender, scheme)[count % 3] if home.county_id == world.county.pk else scheme
        Supply.objects.create(household=home, scheme=serving, from_on=date(2020, 1, 1))
        _facts(SubjectKind.SCHEME, scheme.pk, scheme_class="small", lab_result="fail", short_days="3")
        _furnish(world, top, CANARY, officer, home)
    county = parent.parent.parent if parent.parent else None
    if county is not None and county.pk != world.county.pk:
        _keep(world, "runs", _judge(county, date(2026, 2, 20 + world.variant), officer))


def _outsider(world: World, place: Division) -> Account:
    number = world.number()
    return _person(world, f"{CANARY}{world.variant}{number}", f"{CANARY}官{number}", _ROLE_AT[place.level], place)


_ROLE_AT = {
    Level.PROVINCE: Role.SUPERVISOR, Level.PREFECTURE: Role.SUPERVISOR, Level.COUNTY: Role.COUNTY_DISPATCHER,
    Level.TOWN: Role.TOWN_STATION, Level.VILLAGE: Role.VILLAGE_MANAGER,
}


# -- rows --------------------------------------------------------------------------------------------------------------


def _keep(world: World, kind: str, row: Any) -> None:
    world.outside.setdefault(kind, []).append(row)


def _person(world: World, key: str, name: str, role: str, place: Division) -> Account:
    account = Account.objects.create(username=f"u-{key}", name=name, password="!")
    Duty.objects.create(account=account, role=role, division=place, from_on=date(2026, 1, 1))
    world.accounts[key] = account
    return account


def _county(place: Division) -> Division:
    while place.level > Level.COUNTY:
        assert place.parent is not None
        place = place.parent
    return place


def _household(world: World, place: Division, number: str, head: str, kind: str, litres: int, outside: bool = False) -> Household:
    digits = f"{world.serial:04d}"
    phone = f"199{OUTSIDE_DIGITS[:4]}{digits}" if outside else f"1380000{len(number)}{digits[1:]}"
    home = Household.objects.create(
        division=place, path=place.path, county=_county(place), number=number, head_name=head, phone=phone, people=3 + world.variant * outside,
        kind=kind, group_name=f"{CANARY}组" if outside else "内组",
    )
    identity = f"{OUTSIDE_DIGITS}1199001{digits}02" if outside else "11010519491231002X"
    Member.objects.create(household=home, number=f"{number}1", name=head, relation="户主", id_number=identity)
    _facts(SubjectKind.HOUSEHOLD, home.pk, piped="yes", litres_per_person_day=str(litres))
    if outside:
        _keep(world, "households", home)
        _keep(world, "phones", phone)
        _keep(world, "identities", identity)
    return home


def _scheme(world: World, place: Division, name: str, number: str) -> Scheme:
    scheme = Scheme.objects.create(
        division=place, path=place.path, county=_county(place), number=number, name=name, scheme_class="small",
        longitude=109.1, latitude=34.1, crs="EPSG:4490", operator=f"{name}公司",
    )
    Responsibility.objects.create(scheme=scheme, kind=ResponsibilityKind.OPERATOR, name=f"{name}站长", phone="13700000001")
    return scheme


def _facts(kind: int, pk: int, **values: str) -> None:
    keys = {key.label: key for key in Key}
    record_facts(
        source="survey", title="排查", batch=None, by=SYSTEM, at=AT,
        facts=[(kind, pk, keys[name], value, date(2026, 1, 15), "") for name, value in values.items()],
    )


def _outline(place: Division, east: int) -> None:
    ring = [[east, 34], [east + 1, 34], [east + 1, 35], [east, 34]]
    Outline.objects.create(division=place, geometry=str({"type": "Polygon", "coordinates": [ring]}).replace("'", '"'), source=f"{place.name}测绘")


def _judge(place: Division, as_of: date, by: Account) -> Any:
    return judge_division(division=place, pack_id="national-2018", as_of=as_of, by=by, at=AT)


def _furnish(world: World, place: Division, mark: str, by: Account, home: Household | None) -> None:
    """One of everything else that the product keeps, at a place."""
    outside = mark == CANARY
    name = f"{mark}{world.variant}{world.number()}" if outside else mark
    rows: list[Any] = [_job(place, name, by)]
    if place.level <= Level.COUNTY:
        rows += [_batch(place, name, by), Mapping.objects.create(
            division=place, path=place.path, kind="households", name=f"{name}对应", text=f'[columns]\nnumber = {{ from = "{name}户号" }}\n', by=by, at=AT,
        )]
    # Outside the problem is one that nobody has: a small number may be the key of one inside, whose proofs are seen there.
    proof = _evidence(place, name, by, f"problem:{world.serial + (10 * BIG if outside else 0)}")
    rows.append(proof)
    if place.level >= Level.COUNTY:
        furnish_survey(place, _county(place), name, world.number(), by, home, proof)
    elif home is not None:
        # Surveys are the counties': of a province or prefecture, in the county of its household.
        furnish_survey(home.county, home.county, name, world.number(), by, home, proof)
    if place.level >= Level.COUNTY or home is not None:
        furnish_watch(home.county if home is not None else _county(place), name, by, home, proof)
        furnish_judged(place if place.level >= Level.COUNTY else home.county, home.county if home is not None else _county(place), name, world.number(), by, home)  # type: ignore[union-attr]
        furnish_quality(home.county if home is not None else _county(place), place, name, world.number(), by, home)
    rows.append(_snapshot(place, name, by))
    furnish_help(name, by, home)
    furnish_loop(place, name, world.number(), by, home, above=outside and place in world.chain)
    colleague = _person(world, f"{name}-colleague", f"{name}同事", _ROLE_AT[place.level], place)
    if not outside and world.inside.level > Level.PROVINCE:
        # Somebody of ours who also has a duty elsewhere, and had one there.
        Duty.objects.create(account=colleague, role=_ROLE_AT[world.inside.level - 1], division=world.chain[world.inside.level - 2], from_on=date(2026, 1, 2))
    admin = _person(world, f"{name}-admin", f"{name}管理员", Role.COUNTY_ADMIN, place) if place.level <= Level.COUNTY else by
    rows.append(RightsRequest.objects.create(
        change="give", account=colleague, role=Role.AUDITOR, division=place, path=place.path, unit=f"{name}局", from_on=date(2026, 3, 1),
        reason=f"{name}理由", begun_by=admin, asked_by=admin, asked_at=AT,
    ))
    HandOver.objects.create(giver=by, taker=colleague, at=AT, by=admin, reason=f"{name}交接", counts={"jobs": 3 + outside * world.variant})
    Invitation.objects.create(account=colleague, secret_digest=f"{world.number():064d}", made_by=admin, made_at=AT, until=AT + timedelta(days=900))
    SignedIn.objects.create(account=colleague, session_key=f"{name}-{world.serial}", at=AT, address="10.0.0.1", agent=f"{name}浏览器")
    duty = Duty.objects.filter(account=colleague).order_by("pk")[0]
    ApiToken.objects.create(
        account=colleague, duty=duty, name=f"{name}令牌", hint="wq_1", secret_digest=f"9{world.serial:063d}", made_at=AT, until=AT + timedelta(days=900),
    )
    Notice.objects.create(account=colleague, kind="glass", detail={"name": f"{name}人", "reason": f"{name}理由"}, at=AT)
    AuditEntry.objects.create(
        at=AT, actor_id=by.pk, actor_name=by.name, verb="view_household", subject=f"household:{name}", path=place.path, detail={"file": f"{name}.xlsx"},
    )
    if home is not None:
        rows.append(Glass.objects.create(account=colleague, subject=f"household:{home.pk}", path=home.path, reason=f"{name}理由", at=AT, until=AT + timedelta(hours=1)))
        rows.append(Consent.objects.create(
            household=home, division=home.division, path=home.path, given_by=home.head_name, purpose="civil", given_on=date(2026, 1, 1),
            until=date(2099, 1, 1), evidence=f"{name}凭据", recorded_by=by, recorded_at=AT,
        ))
        rows += births_of(home, name, by, colleague)
    if place.level <= Level.TOWN:
        rows += two_books(place, name, by)
    if outside:
        for row in rows:
            _keep(world, type(row).__name__.lower(), row)


def _job(place: Division, name: str, by: Account) -> Job:
    settings.RESULTS_DIR.mkdir(parents=True, exist_ok=True)
    file = f"{name}.txt"
    (settings.RESULTS_DIR / file).write_text(f"{name}结果")
    return Job.objects.create(
        kind="export_ledger", args={"kind": "households", "division": place.pk}, title=f"{name}任务", path=place.path, by=by, created_at=AT,
        state=State.DONE, message=f"{name}完成", result_file=file, result_name=f"{name}.txt", result_right="export",
    )


def _snapshot(place: Division, name: str, by: Account) -> Snapshot:
    """An export that can be issued again; its number is its key, so that the walk finds it."""
    row = Snapshot.objects.create(
        number=name[:20], kind="funds", seen_path=place.path, division=place, path=place.path, until=AT, rows=0, figures={"name": name}, digest="0" * 64,
        rows_digest="0" * 64, at=AT, by=by, by_name=f"{name}人",
    )
    Snapshot.objects.filter(pk=row.pk).update(number=str(row.pk))
    return row


def _evidence(place: Division, name: str, by: Account, subject: str) -> Evidence:
    """A document that says its name, or inside a photo."""
    content = photo(colour=(9, 99, 9)) if name == "内" else PDF.replace(b"trailer", name.encode())
    received = replace(receive(upload(content, f"{name}.{'jpg' if name == '内' else 'pdf'}")), longitude=109.5, latitude=34.5, crs="EPSG:4490")
    return attach(received=received, subject=subject, path=place.path, division_id=place.pk, about="rectify", by=by, at=AT)


def _batch(place: Division, name: str, by: Account) -> Batch:
    folder = settings.UPLOADS_DIR / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.csv").write_text(f"户编号,{name}\n")
    (folder / "annotated.xlsx").write_bytes(f"{name}标注".encode())
    error = {"sheet": f"{name}表", "row": 3, "letter": "A", "header": "户编号", "raw": f"{name}值", "code": "missing", "message": f"{name}错", "refused": True}
    report = {"errors": [error], "error_counts": {"missing": 1}, "sheets": [{"name": f"{name}表", "rows": 1, "headers": [], "unknown": [f"{name}列"]}], "entities": {}}
    batch = Batch.objects.create(
        division=place, path=place.path, kind="households", file_name=f"{name}.csv", stored=name, sha256="0" * 64, observed_on=date(2026, 2, 1),
        state="checked", counts={"created": 1, "cells": 1}, report=report, by=by, created_at=AT,
    )
    BatchChunk.objects.create(batch=batch, number=0, changes=[], counts={})
    return batch
