"""The demo county: real places, made-up people, the same rows for the same seed, believable faults."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from stdnum.cn import ric

from wenqu.demo import (
    actions,
    carried,
    commands,
    county_command,
    geometry,
    history,
    queries,
    stories,
    tested,
    times,
)
from wenqu.demo.people import CENTURIES_EARLY
from wenqu.demo.plan import make_plan, share_out
from wenqu.evidence.models import Evidence
from wenqu.evidence.queries import evidence_of_each
from wenqu.facts.models import Fact, Key, Record, SubjectKind
from wenqu.households.models import Household, Member
from wenqu.judging.models import DivisionCount, Run
from wenqu.kit.audit import STRANGER, SYSTEM
from wenqu.kit.crypto.fields import Sealed
from wenqu.kit.models import AuditEntry
from wenqu.kit.numbers import check_digit
from wenqu.kit.refusal import Refused
from wenqu.ledger import lifecycle
from wenqu.ledger.deadlines.queries import pack_for
from wenqu.ledger.models import Alarm, Problem, Report, Step
from wenqu.places.models import Account, Division, DivisionCode, Level, Outline
from wenqu.places.rights import Right, Role
from wenqu.places.scope import area_of
from wenqu.schemes.models import Responsibility, Scheme, Supply
from wenqu.survey.designing.checking import SHIPPED
from wenqu.survey.designing.offering import forms_for
from wenqu.survey.devices.actions import offer_pairing, pair_device
from wenqu.survey.devices.secrets import secret_digest
from wenqu.survey.models import Assignment, Form

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LANTIAN = carried.read_county("610122")


def load(households=700, schemes=60, seed=7, county=LANTIAN):
    return actions.load_county(county=county, households=households, schemes=schemes, seed=seed, by=SYSTEM, at=NOW)


def told(value) -> str:
    return value.open() if isinstance(value, Sealed) else str(value)


def digest() -> str:
    """Of everything that was loaded, without the keys that the database gives."""
    queried = (
        DivisionCode.objects.order_by("code", "system").values_list("code", "system", "division__name", "division__path"),
        Household.objects.order_by("number").values_list("number", "path", "head_name", "phone", "group_name", "kind", "watch_kind", "people"),
        Member.objects.order_by("number").values_list("number", "name", "id_number", "account_number", "relation", "details"),
        Scheme.objects.order_by("number").values_list("number", "name", "path", "scheme_class", "source_kind", "process", "disinfection", "design_m3_per_day", "longitude", "latitude"),
        Responsibility.objects.order_by("scheme__number", "kind").values_list("scheme__number", "kind", "name", "phone"),
        Supply.objects.order_by("household__number", "from_on").values_list("household__number", "scheme__number", "from_on", "to_on"),
        Fact.objects.order_by("record__title", "pk").values_list("record__title", "record__recorded_at", "subject_kind", "key", "value", "observed_on", "reference"),
    )
    whole = hashlib.sha256()
    for rows in queried:
        for row in rows:
            whole.update(json.dumps(row, default=told, ensure_ascii=False).encode())
    return whole.hexdigest()


def test_the_carried_counties_are_whole():
    names = carried.county_names()
    assert len(names) == 22
    assert (len(LANTIAN.towns), len(LANTIAN.villages)) == (19, 352)
    for code in names:
        county = carried.read_county(code)
        assert county.towns and county.rings and county.prefecture and county.pack_id
        assert all(re.fullmatch(r"\d{12}", village.code) and village.code.startswith(code) for village in county.villages)


def test_towns_get_their_civil_affairs_code_by_name_never_by_digits():
    codes = {town.name: (town.code, town.mca_code) for town in LANTIAN.towns}
    assert codes["灞源镇"] == ("610122110000", "610122113000")
    assert codes["辋川镇"] == ("610122113000", "610122112000")
    assert all(mca for _, mca in codes.values())
    nayong = {town.name: town.mca_code for town in carried.read_county("520525").towns}
    assert nayong["骔岭镇"] == ""


@pytest.mark.parametrize(("wanted", "code"), [("蓝田县", "610122"), ("蓝田", "610122"), ("610122000000", "610122"), ("522633", "522633"), ("秦州", "620502")])
def test_a_county_is_found_by_name_or_code(wanted, code):
    assert carried.find_county(wanted).code == code


def test_a_county_that_is_not_carried_is_told_with_the_list():
    with pytest.raises(carried.UnknownCounty, match="从江县（522633）"):
        carried.find_county("不存在县")


def test_shares_sum_up_exactly():
    assert share_out(10, [1.0, 1.0, 1.0]) == [4, 3, 3]
    assert sum(share_out(120_000, [0.3 + place % 7 for place in range(352)])) == 120_000


@pytest.mark.django_db
def test_the_county_has_its_places_people_schemes_and_facts():
    top = load()
    assert Division.objects.filter(level=Level.TOWN).count() == 19
    assert Division.objects.filter(level=Level.VILLAGE).count() == 352
    assert [each.name for each in Division.objects.filter(level__lt=Level.TOWN)] == ["陕西省", "西安市", "蓝田县"]
    assert Outline.objects.get(division=top).crs == "EPSG:4490" and "仅作演示" in Outline.objects.get().source
    assert Household.objects.count() == 700 and Scheme.objects.count() == 60
    assert set(Household.objects.values_list("division__level", flat=True)) == {Level.VILLAGE}
    for row in Household.objects.select_related("division")[:50]:
        assert row.path == row.division.path and row.members.count() == row.people and row.members.first().name == row.head_name
    assert set(Scheme.objects.values_list("scheme_class", flat=True)) == {"urban_rural", "large", "thousand", "small", "decentralised"}
    assert all(geometry.inside(LANTIAN.rings, s.longitude, s.latitude) and s.crs == "EPSG:4490" for s in Scheme.objects.all())
    gaps = 3 * 60 - Responsibility.objects.count()
    assert 0 < gaps < 60
    rain = Fact.objects.get(key=Key.RAIN)
    assert (rain.subject_kind, rain.subject_id, rain.value, rain.reference) == (SubjectKind.DIVISION, top.pk, "740", "演示值，非实测")


@pytest.mark.django_db
def test_nobody_can_be_taken_for_a_real_person():
    load(households=300)
    numbers = [number.open() for number in Member.objects.values_list("id_number", flat=True)]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert ric.calc_check_digit(number) == number[17] == check_digit(number[:17])
        assert number.startswith("610122") and int(number[6:10]) <= 2026 - CENTURIES_EARLY
    phones = [phone.open() for phone in Household.objects.values_list("phone", flat=True) if phone]
    accounts = [account.open() for account in Member.objects.values_list("account_number", flat=True) if account]
    assert len(accounts) == len(set(accounts)) == 300 and all(re.fullmatch(r"0{8}\d{11}", account) for account in accounts)
    assert len(set(phones)) == len(phones) and all(re.fullmatch(r"1540\d{7}", phone) for phone in phones)
    assert all("演示数据" in title for title in Record.objects.values_list("title", flat=True))


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_rows_and_another_seed_others():
    found = []
    for seed in (7, 7, 8):
        load(households=250, schemes=30, seed=seed)
        found.append(digest())
        wipe()
    assert found[0] == found[1] != found[2]


def wipe() -> None:
    tables = ["ledger_problemhousehold", "facts_fact", "facts_record", "schemes_supply", "schemes_responsibility", "schemes_scheme",
              "households_member", "households_household", "places_outline", "places_divisioncode", "places_division"]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("UPDATE places_division SET parent_id = NULL" if table == "places_division" else "SELECT 1")
            cursor.execute(f"DELETE FROM {table}")


@pytest.mark.django_db
def test_a_county_that_is_there_is_refused_and_left_alone():
    top = load(households=100, schemes=20)
    assert queries.loaded_county("610122") == top
    with pytest.raises(Refused) as refused:
        load(households=100, schemes=20)
    assert refused.value.code == "county_exists"
    assert Household.objects.count() == 100


@pytest.mark.django_db
def test_a_county_of_somebody_else_is_not_taken_for_the_demo(cast):
    DivisionCode.objects.filter(division=cast.county).update(code="610122000000")
    assert queries.loaded_county("610122") is None
    with pytest.raises(Refused):
        load()


@pytest.mark.django_db
def test_two_counties_share_their_province():
    load(households=60, schemes=20, county=carried.read_county("620502"))
    load(households=60, schemes=20, county=carried.read_county("620521"))
    assert Division.objects.filter(level=Level.PROVINCE).count() == Division.objects.filter(level=Level.PREFECTURE).count() == 1
    assert Division.objects.filter(level=Level.COUNTY).count() == 2


@pytest.mark.django_db
def test_the_calendar_gives_a_trend_and_problems_open_and_close():
    top = load(households=6000, schemes=300)
    actions.add_demo_accounts(division=top, passwords=commands.PASSWORDS, by=SYSTEM, at=NOW)
    runs = history.judge_county(division=top, pack_id="national-2018", by=SYSTEM, at=NOW)
    assert [run.as_of for run in runs] == list(times.AS_OF)
    counts = [DivisionCount.objects.get(run=run, division=top) for run in runs]
    shares = [{name: getattr(row, name) / row.households for name in ("safe", "basic", "unsafe", "unknown")} for row in counts]
    assert shares[0]["safe"] < shares[1]["safe"] < shares[2]["safe"]
    assert shares[0]["unknown"] > shares[1]["unknown"] > shares[3]["unknown"]
    last = shares[-1]
    assert 0.80 < last["safe"] < 0.90 and 0.05 < last["basic"] < 0.13 and 0.015 < last["unsafe"] < 0.05 and 0.015 < last["unknown"] < 0.05
    found = set(Problem.objects.values_list("kind", "subject_kind"))
    assert {("bad_water", 2), ("interrupted", 2), ("too_far", 1), ("too_little_water", 1)} <= found
    assert set(Problem.objects.values_list("state", flat=True)) == {"found", "filed", "signed_off", "dismissed"}
    assert set(Problem.objects.values_list("clue", flat=True)) == {True, False} and set(Problem.objects.filter(state="filed").values_list("outcome", flat=True)) <= {"fixed", "not_fixed"}
    # Judging again is going on where it stopped: nothing is missing, nothing is made twice.
    assert history.judge_county(division=top, pack_id="national-2018", by=SYSTEM, at=NOW) == []
    assert Run.objects.count() == 4


def lived(at=NOW, households=2500) -> tuple[Division, str]:
    """A small county lived through until it is opened, and a digest of what its people did."""
    top = load(households=households, schemes=120)
    actions.add_demo_accounts(division=top, passwords=commands.PASSWORDS, by=SYSTEM, at=at)
    tested.live_through_a_year(division=top, at=at)
    history.judge_county(division=top, pack_id="national-2018", by=SYSTEM, at=at)
    commands.live(top, at)
    rows = [
        *Problem.objects.order_by("number").values_list("number", "state", "severity", "due_at", "households_named", "reports_count"),
        *Step.objects.order_by("problem__number", "version").values_list("problem__number", "transition", "at", "by_name", "note"),
        *Report.objects.order_by("key").values_list("key", "kind", "subject_name", "at", "words"),
        *Evidence.objects.order_by("sha256").values_list("sha256"), *Alarm.objects.order_by("number").values_list("number", "subject_name", "reports"),
    ]
    return top, hashlib.sha256(json.dumps(rows, default=str, ensure_ascii=False).encode()).hexdigest()


@pytest.mark.django_db
def test_the_demo_is_opened_in_the_middle_of_work():
    top, _digest = lived()
    assert set(Problem.objects.values_list("state", flat=True)) == set(lifecycle.STATES)
    taken = set(Step.objects.values_list("transition", flat=True))
    assert {"return", "transfer", "escalate", "suspend", "merge", "reopen", "dismiss", "report", "file"} <= taken
    late, in_time = Problem.objects.filter(state="assigned", due_at__lt=NOW), Problem.objects.filter(state="assigned", due_at__gt=NOW)
    assert late.exists() and in_time.exists()
    assert Problem.objects.filter(outcome="fixed").exists() and Problem.objects.filter(unit="教育局", state="assigned").exists()
    assert not Step.objects.filter(at__gt=NOW).exists() and not Report.objects.filter(at__gt=NOW).exists()
    # No step was said to have been taken before the one that it follows.
    assert not Step.objects.filter(detail__has_key="clock_said").exists()
    standing = Alarm.objects.filter(cleared_at__isnull=True, subject_kind=SubjectKind.SCHEME)
    assert standing.count() == 1 and standing.get().reports >= 3 and NOW - standing.get().raised_at < timedelta(hours=6)
    assert pack_for(top.path, NOW.date()).id == "qingshui-12-24-48"
    for problem in Problem.objects.filter(state__in=("signed_off", "filed")):
        parties = [problem.steps.filter(transition=name, round=problem.round).latest("pk").by_name for name in ("assign", "rectify", "check", "sign_off")]
        assert len(set(parties)) == 4, (problem, parties)
    # Opened again, nothing is done twice.
    counted = Step.objects.count(), Report.objects.count()
    commands.live(top, NOW + timedelta(days=1))
    assert (Step.objects.count(), Report.objects.count()) == counted


@pytest.mark.django_db
def test_a_survey_is_under_way_for_those_who_go_out():
    top, _digest = lived()
    assert set(Form.objects.filter(division=top).values_list("form_id", flat=True)) == set(SHIPPED.values())
    day = timezone.localdate(NOW)
    for username in ("cun", "zhen"):
        account = Account.objects.get(username=username)
        device = pair_device(digest=secret_digest(offer_pairing(account=account, by=account, at=NOW).secret), name="演示手机", by=STRANGER, at=NOW).device
        offered = {each.version.form.form_id: each for each in forms_for(device, day)}
        assert {"household_check", "scheme_check", "problem_report", "problem_rectify", "household_new"} <= set(offered)
        homes = Household.objects.filter(path__in=offered["household_check"].paths).count()
        assert 0 < homes <= 3_000
    before = Assignment.objects.count()
    commands.live(top, NOW + timedelta(days=1))
    assert Assignment.objects.count() == before


@pytest.mark.django_db
def test_its_photos_say_that_they_are_of_the_demo_and_none_was_used_before():
    lived()
    rows = [row for each in evidence_of_each({row.subject for row in Evidence.objects.all()}).values() for row in each]
    assert len(rows) > 30 and len({row.sha256 for row in rows}) == len(rows)
    assert all(row.name.startswith("演示照片") and not row.used_before for row in rows)
    # What the product itself tells of a test of water says when and where.
    assert all("演示" in note for note in Step.objects.exclude(note="").exclude(transition="inform").values_list("note", flat=True))


@pytest.mark.django_db
def test_the_same_seed_is_lived_through_alike():
    found = []
    for _ in range(2):
        with transaction.atomic():
            found.append(lived(households=1200)[1])
            transaction.set_rollback(True)
    assert found[0] == found[1]


@pytest.mark.django_db
def test_days_that_have_not_come_are_not_judged():
    top = load(households=60, schemes=20)
    early = datetime(2025, 7, 3, tzinfo=UTC)
    assert len(history.judge_county(division=top, pack_id="national-2018", by=SYSTEM, at=early)) == 2
    assert len(history.missing_days(top, "national-2018", times.AS_OF, NOW)) == 2


@pytest.mark.django_db
def test_each_role_has_an_account_of_its_area():
    top = load(households=60, schemes=20)
    for _ in range(2):
        actions.add_demo_accounts(division=top, passwords=commands.PASSWORDS, by=SYSTEM, at=NOW)
    areas = {name: area_of(Account.objects.get(username=name), NOW.date()) for name in commands.PASSWORDS}
    assert areas["xian"].paths == (top.path,) and areas["xian"].may(Right.JUDGE).paths
    assert areas["zhen"].paths[0].startswith(top.path) and areas["cun"].paths[0].startswith(areas["zhen"].paths[0])
    for name, password in commands.PASSWORDS.items():
        assert Account.objects.get(username=name).check_password(password) and password in commands.accounts_text()
    assert Account.objects.count() == len(commands.PASSWORDS) == 16
    assert {role for area in areas.values() for _path, role in area.duties} == set(Role.values)
    assert all(Account.objects.values_list("demo", flat=True))
    assert areas["minzheng"].may(Right.QUERY).paths == (top.path,) and top.path.startswith(areas["sheng"].paths[0])
    assert len(areas["sheng"].paths[0]) < len(areas["dudao"].paths[0]) < len(top.path)


def test_faults_are_told_of_places_where_they_can_be():
    plan = make_plan(LANTIAN, households=120_000, schemes=600, seed=1)
    stories.tell(plan)
    assert plan.households == 120_000 and len(plan.schemes) == 600
    dry = [v for v in plan.villages if v.groups and all(g.scheme and g.scheme.story == "dry" for g in v.groups)]
    assert len(dry) >= 2 and all(village.hilly for village in dry)
    without = [(v, g) for v in plan.villages for g in v.groups if g.scheme is None]
    assert without and all(village.hilly for village, _ in without)
    assert {s.story for s in plan.schemes} == {"good", "dry", *stories.SCHEME_STORIES}
    assert {name for _, _, name, _, _ in stories.scheme_facts(plan)} <= {str(key.label) for key in Key}
    spells = [(s, name, value) for _, s, name, value, _ in stories.scheme_facts(plan) if name in ("short_days", "longest_short_spell_days")]
    assert spells and all(scheme.story != "days_unknown" for scheme, _, _ in spells)


def test_every_fact_is_seen_by_the_runs_that_should_see_it():
    """Recorded after it was observed, and before the judging that follows."""
    for event in (*times.SURVEYS, *times.SUPPLY_DAYS, *times.LABORATORY, times.OLD_REGISTER, times.CLIMATE, times.SCHEME_REGISTER):
        assert event.day(event.days - 1) <= event.recorded_on
        following = [day for day in times.AS_OF if day >= event.day(0)]
        assert event.at <= times.judged_at(following[0]), event.name


KILLED = """
import os, signal
from wenqu.demo import commands
commands.prepare()
from wenqu.demo import actions, carried
from wenqu.kit.audit import SYSTEM
from wenqu.kit.crypto.fields import Sealed
from django.utils import timezone
done = []
def progress(count):
    done.append(count)
    if len(done) == 9:
        os.kill(os.getpid(), signal.SIGKILL)
actions.load_county(county=carried.read_county("610122"), households=2000, schemes=60, seed=7, by=SYSTEM, at=timezone.now(), progress=progress)
"""
def counted(folder) -> tuple[int, int, int]:
    with closing(sqlite3.connect(folder / "wenqu.sqlite3")) as database:
        tables = ("households_household", "judging_run", "places_account")
        return tuple(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)  # type: ignore[return-value]


def test_killed_half_way_it_loads_from_the_start(tmp_path):
    environment = {**os.environ, "WENQU_DATA": str(tmp_path), "DATABASE_URL": ""}

    def python(*arguments):
        return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=600, check=False)

    assert python("-c", KILLED).returncode == -signal.SIGKILL
    assert counted(tmp_path) == (0, 0, 0)
    command = ("-m", "wenqu.cli", "demo", "--households", "2000", "--schemes", "60")
    # Killed again while it judges (or wherever it is by then), and told to go on.
    interrupted = subprocess.Popen([sys.executable, *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    for _ in range(200):
        time.sleep(0.05)
        if any(tmp_path.glob("runs/*.parquet")):
            break
    interrupted.kill()
    interrupted.communicate()
    finished = python(*command)
    assert finished.returncode == 0 and "lantian-xian-2026" in finished.stdout
    assert counted(tmp_path) == (2000, 4, 16)


def test_the_county_command_refuses_nonsense(capsys):
    class Arguments:
        county, households, schemes, seed = "不存在县", 10, 0, 1

    assert county_command.run(Arguments) == 1
    assert "可选" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_load_is_written_down():
    top = load(households=60, schemes=20)
    entry = AuditEntry.objects.get(verb=queries.LOADED)
    assert entry.path == top.path and entry.detail == {"seed": 7, "households": 60, "schemes": 20}
