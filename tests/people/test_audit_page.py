"""The screen of the audit log: what somebody sees of it, how it is narrowed, and what may be taken out."""

from __future__ import annotations

from datetime import date

import pytest
from cast import AT, PASSWORD, Cast
from judged import County, make_county, text_of

from wenqu import cli
from wenqu.kit import audit
from wenqu.kit.audit_chain import seal_pending
from wenqu.kit.chain import header_of, line_of, link, split_line
from wenqu.kit.chain_check import check_files
from wenqu.kit.models import AuditEntry, AuditSeal
from wenqu.people.audit.queries import Filters, page_of, seen_in
from wenqu.places.actions import add_account, add_division, give_duty
from wenqu.places.models import Account, Level, Role
from wenqu.places.scope import Area


@pytest.fixture
def county(cast) -> County:
    return make_county(cast)


@pytest.fixture
def auditor(cast: Cast) -> Account:
    account = add_account(username="shen", password=PASSWORD, name="审计沈", by=audit.SYSTEM, at=AT)
    give_duty(account=account, role=Role.AUDITOR, division=cast.county, from_on=date(2026, 1, 1), by=audit.SYSTEM, at=AT)
    return account


def act(verb: str = "problem_sign_off", by=audit.SYSTEM, **fields) -> AuditEntry:
    audit.record(by=by, verb=verb, at=AT, **fields)
    return AuditEntry.objects.order_by("-id")[0]


def test_the_log_is_read_in_words_with_its_place_in_the_chain(sign_in, county, auditor):
    act(by=county.cast.li, subject="problem:WT-1", path=county.cast.town_a.path)
    seal_pending(AT)
    act(verb="export_ledger", by=county.cast.li, path=county.cast.town_a.path)
    page = text_of(sign_in(auditor).get("/audit/"))
    for words in ("销号", "问题 WT-1", "李站", "甲镇", "待入链", "✓ "):
        assert words in page, words
    assert "style=" not in page


def test_details_are_read_in_words(sign_in, county, auditor):
    details = {"answered": False, "until": "2026-03-01T22:13:54.067694+00:00", "counts": {"batches": 2}, "digests": ["i1.a", "i1.b"]}
    act(verb="department_query", by=county.cast.li, path=county.cast.town_a.path, detail=details)
    page = text_of(sign_in(auditor).get("/audit/"))
    for words in ("已答复", "否", "有效期至", "2026-03-02 06:13:54", "batches 2", "i1.a、i1.b"):
        assert words in page, words
    assert "False" not in page and "{" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(("written", "meant"), [("household:12", "household:12"), ("农户 12", "household:12"), ("问题WT-1", "problem:WT-1"), ("农户", ""), ("赵", "")])
def test_a_subject_is_asked_for_as_it_is_shown(written, meant):
    assert Filters.read({"subject": written}).subject == meant


def test_looking_at_the_log_is_in_the_log_once(sign_in, county, auditor):
    sign_in(auditor).get("/audit/?verb=problem_sign_off&who=秘密")
    entry = AuditEntry.objects.get(verb="view_audit")
    assert (entry.actor_name, entry.path, entry.via) == ("审计沈", county.cast.county.path, "page")
    assert entry.detail == {"who": "1", "verb": "problem_sign_off"}


def test_only_who_audits_reads_it(sign_in, county):
    for person in (county.cast.li, county.cast.chen, county.cast.wang):
        assert sign_in(person).get("/audit/").status_code == 403
        assert sign_in(person).post("/audit/export/").status_code == 403


def test_entries_outside_the_area_are_not_seen(db, county, auditor):
    cast = county.cast
    elsewhere = add_division(parent=cast.province, level=Level.PREFECTURE, name="别市", codes={}, by=audit.SYSTEM, at=AT)
    stranger = add_account(username="wai", password=PASSWORD, name="外人", by=audit.SYSTEM, at=AT)
    give_duty(account=stranger, role=Role.READER, division=elsewhere, from_on=date(2026, 1, 1), by=audit.SYSTEM, at=AT)
    area = Area.of([(cast.county.path, Role.AUDITOR.value)])
    inside = act(by=stranger, verb="view_household", path=cast.village_a1.path)
    own = act(by=cast.li, verb="sign_in")
    hidden = [
        act(by=cast.li, verb="view_household", path=elsewhere.path), act(by=stranger, verb="sign_in"), act(verb="rotate_keys"),
        act(by=audit.STRANGER, verb="sign_in_failed"), act(by=cast.li, verb="view_household", path=cast.province.path),
    ]
    seen = seen_by(area)
    assert {inside.pk, own.pk} <= seen
    assert not seen & {entry.pk for entry in hidden}
    # Who has a duty elsewhere too is not the county's alone.
    give_duty(account=cast.li, role=Role.READER, division=elsewhere, from_on=date(2020, 1, 1), by=audit.SYSTEM, at=AT)
    assert own.pk not in seen_by(area)
    # The province holds every duty that there is, so what belongs to nobody is its to read.
    whole = seen_by(Area.of([(cast.province.path, Role.AUDITOR.value)]))
    assert {entry.pk for entry in hidden} <= whole
    assert seen_by(Area.of([])) == set()
    # Chained or not, the same.
    seal_pending(AT)
    assert {seal.entry_id for seal in seen_in(area, AuditSeal.objects.all())} == seen_by(area)


def seen_by(area: Area) -> set[int]:
    return set(seen_in(area, AuditEntry.objects.all()).values_list("pk", flat=True))


def test_filters_narrow_and_unknown_words_do_not(db, county, auditor):
    cast = county.cast
    area = Area.of([(cast.county.path, Role.AUDITOR.value)])
    closed = act(by=cast.li, subject="problem:WT-1", path=cast.town_a.path)
    denied = act(verb="refused", by=cast.wang, path=cast.village_a1.path, detail={"code": "wrong_role", "what": "x"})

    def found(**query: str) -> set[int]:
        return {row.pk for row in page_of(area, Filters.read(query), "")[0]}

    assert found(who="李站") == found(who="li") == {closed.pk}
    assert found(who="没有此人") == set()
    assert found(verb="refused") == found(refused="1") == {denied.pk}
    assert found(subject="problem:WT-1") == {closed.pk}
    assert found(subject="110105 19491231'") == found() == found(verb="nonsense") == found(since="x")
    assert found(since="2026-03-02") == set()
    assert closed.pk in found(since="2026-03-01", until="2026-03-01")
    assert found(until="2026-02-28") == set()


def test_pages_follow_each_other_without_gap(db, county, auditor, monkeypatch):
    monkeypatch.setattr("wenqu.people.audit.queries.PAGE", 3)
    entries = [act(by=county.cast.li, path=county.cast.town_a.path).pk for _ in range(7)]
    seal_pending(AT)
    area, shown, before = Area.of([(county.cast.town_a.path, Role.AUDITOR.value)]), [], ""
    while True:
        rows, following = page_of(area, Filters(verb="problem_sign_off"), before)
        shown += [row.pk for row in rows]
        if following is None:
            break
        before = str(following)
    assert shown == entries[::-1]


def test_what_waits_for_its_place_is_shown_whole_before_what_has_one(db, county, auditor, monkeypatch):
    monkeypatch.setattr("wenqu.people.audit.queries.PAGE", 3)
    area = Area.of([(county.cast.town_a.path, Role.AUDITOR.value)])
    placed = act(by=county.cast.li, path=county.cast.town_a.path).pk
    seal_pending(AT)
    waiting = [act(by=county.cast.li, path=county.cast.town_a.path).pk for _ in range(5)]
    rows, _following = page_of(area, Filters(verb="problem_sign_off"), "")
    assert [(row.pk, row.seq is None) for row in rows] == [*((pk, True) for pk in waiting[::-1]), (placed, False)]


def test_what_is_seen_can_be_taken_out_and_checked_row_by_row(sign_in, county, auditor, tmp_path):
    for number in range(5):
        act(by=county.cast.li, subject=f"problem:WT-{number}", path=county.cast.town_a.path)
        act(by=county.cast.li, path=county.cast.province.path)
    answer = sign_in(auditor).post("/audit/export/", {"verb": "problem_sign_off"})
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"".join(answer.streaming_content))
    checked = check_files([file])
    assert (checked.count, checked.selection, checked.fault) == (5, True, None)
    assert AuditEntry.objects.get(verb="export_audit").detail == {"verb": "problem_sign_off", "rows": 5}
    lines = file.read_bytes().splitlines(keepends=True)
    changed = lines[3].replace(b"WT-", b"WX-")
    file.write_bytes(b"".join([*lines[:3], changed, *lines[4:]]))
    assert str(check_files([file]).fault).startswith("a.jsonl 第 4 行")
    file.write_bytes(b"".join(lines[:-1]))
    assert "被截断" in str(check_files([file]).fault)


def test_a_row_of_a_selection_made_anew_is_found_out_against_the_chain(sign_in, county, auditor, tmp_path, capsys):
    for number in range(3):
        act(by=county.cast.li, subject=f"problem:WT-{number}", path=county.cast.town_a.path)
    answer = sign_in(auditor).post("/audit/export/", {"verb": "problem_sign_off"})
    taken, forged, chain = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "chain.jsonl"
    taken.write_bytes(b"".join(answer.streaming_content))
    assert cli.main(["audit", "export", str(chain)]) == 0
    header, row, *rest = taken.read_bytes().splitlines(keepends=True)
    parts = split_line(row[:-1], True)
    assert parts is not None
    body = parts[0].replace("李站".encode(), "赵外".encode())
    forged.write_bytes(b"".join([header, line_of(body, link(parts[2], body), parts[2]), *rest]))
    assert cli.main(["audit", "verify", str(forged)]) == 0
    assert "不能证明没有被整条重写" in capsys.readouterr().out
    assert cli.main(["audit", "verify", str(forged), "--against", str(chain)]) == 2
    assert "b.jsonl 第 2 行" in capsys.readouterr().err
    assert cli.main(["audit", "verify", str(taken), "--against", str(chain)]) == 0
    assert "逐条一致：3 条" in capsys.readouterr().out
    assert cli.main(["audit", "verify", str(taken), "--against", str(taken)]) == 2
    lines = chain.read_bytes().splitlines(keepends=True)
    chain.write_bytes(header_of("month", 1, "0" * 64) + lines[1])
    assert cli.main(["audit", "verify", str(taken), "--against", str(chain)]) == 2
    assert "没有这一号" in capsys.readouterr().err


def test_nothing_to_take_out_is_a_file_without_rows(sign_in, county, auditor, tmp_path):
    answer = sign_in(auditor).post("/audit/export/", {"subject": "household:999999"})
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"".join(answer.streaming_content))
    assert (check_files([file]).count, check_files([file]).fault) == (0, None)


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-31", "since=9999-12-31&until=0001-01-01", "since=2026-13-40"])
def test_days_that_no_calendar_of_ours_reaches_narrow_nothing(sign_in, county, auditor, query):
    assert sign_in(auditor).get(f"/audit/?{query}").status_code == 200


def test_taking_the_log_of_two_places_out_is_told_in_both(sign_in, county, auditor):
    second = add_division(parent=county.cast.province, level=Level.PREFECTURE, name="邻市", codes={}, by=audit.SYSTEM, at=AT)
    give_duty(account=auditor, role=Role.AUDITOR, division=second, from_on=date(2026, 1, 1), by=audit.SYSTEM, at=AT)
    client = sign_in(auditor)
    b"".join(client.post("/audit/export/", {}).streaming_content)
    client.get("/audit/")
    for verb in ("export_audit", "view_audit"):
        assert set(AuditEntry.objects.filter(verb=verb).values_list("path", flat=True)) == {county.cast.county.path, second.path}
