"""The pages of comparisons: the way a person goes, area, masking, and the page of a problem."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import AT, Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from judged import text_of

from books.stand import answered, compared, homes, issued, returned, run, their_rows, workbook
from wenqu.books import actions, queries, storing, working
from wenqu.books.models import BookMapping, Comparison, Ruling
from wenqu.books.storing import Filter
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.ledger.models import Problem
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Role


def upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


@pytest.fixture
def made(cast: Cast, tmp_path: Path) -> Comparison:
    homes(cast)
    return compared(cast.county, workbook(tmp_path / "theirs.xlsx"), cast.chen)


def test_from_upload_to_the_closed_books(cast: Cast, sign_in: Any, tmp_path: Path) -> None:
    homes(cast)
    client = sign_in(cast.chen)
    assert "还没有比对过" in text_of(client.get("/books/"))
    answer = client.post("/books/upload/", {
        "kind": "households", "division": cast.county.pk, "other": "某镇政府", "file": upload(workbook(tmp_path / "theirs.xlsx"))})
    comparison = Comparison.objects.get()
    assert answer.status_code == 302 and answer.url == f"/books/{comparison.pk}/"
    assert client.get(f"/books/{comparison.pk}/progress/").status_code == 200
    run(comparison)
    page = text_of(client.get(f"/books/{comparison.pk}/"))
    assert "试读结果" in page and "关键列重复的行" in page and "开始比对" in page
    client.post(f"/books/{comparison.pk}/compare/", {"key": ["number"], "columns": ["people", "id_number", "head_name", "piped"], "blanks": "yes"})
    run(comparison)
    page = text_of(client.get(f"/books/{comparison.pk}/"))
    assert comparison.snapshot in page and "仅对方有" in page and "写出签名的结果工作簿" in page
    for kind in ("differs", "only_ours", "only_theirs", "duplicate", "keyless", "matched"):
        answer = client.get(f"/books/{comparison.pk}/rows/?class={kind}")
        assert answer.status_code == 200, kind
    confirm = text_of(client.get(f"/books/{comparison.pk}/rows/rule-all/?class=differs"))
    assert "确认裁定这 2 行" in confirm
    for tile in queries.tiles(comparison):
        if tile["open"]:
            sent = client.post(f"/books/{comparison.pk}/rows/rule-all/", {"class": tile["kind"], "expected": tile["count"], "verdict": "ours", "reason": "核过"})
            assert sent.status_code == 302, tile
    client.post(f"/books/{comparison.pk}/issue/", {"every_row": "yes"})
    run(comparison)
    issue = comparison.issues.get()
    got = client.get(f"/books/issues/{issue.pk}/")
    assert got.status_code == 200 and b"".join(got.streaming_content).startswith(b"PK")
    back = answered(issue, tmp_path / "back.xlsx")
    assert client.post(f"/books/{comparison.pk}/return/", {"file": upload(back)}).status_code == 302
    run(comparison)
    page = text_of(client.get(f"/books/{comparison.pk}/"))
    assert "每一行双方都已销号" in page and "双方销号 8 行" in page
    page = text_of(client.get(f"/books/{comparison.pk}/rows/?class=differs&ruled=closed"))
    assert page.count("双方已销号") == 2 and "对方李" in page
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"receive_book", "look_into_books", "open_register", "compare_books", "rule_rows", "issue_result", "download_issue", "receive_return", "take_return", "list_book_rows"} <= verbs


def test_one_row_is_ruled_on_its_page_and_two_people_at_once_are_told(made: Comparison, cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.chen)
    url = f"/books/{made.pk}/rows/rule/"
    client.post(url, {"n": 1, "version": 0, "class": "differs", "verdict": "theirs", "reason": "以村里为准"})
    assert Ruling.objects.get().verdict == "theirs"
    page = text_of(client.post(url, {"n": 1, "version": 0, "class": "differs", "verdict": "ours", "reason": "不对"}, follow=True))
    assert "陈县于" in page and "没有保存" in page and Ruling.objects.get().verdict == "theirs"
    assert "请写明裁定理由" in text_of(client.post(url, {"n": 2, "version": 0, "class": "differs", "verdict": "ours", "reason": " "}, follow=True))
    assert "不需要裁定" in text_of(client.post(url, {"n": 10, "version": 0, "class": "differs", "verdict": "ours", "reason": "x"}, follow=True))


def test_numbers_are_masked_on_every_page_and_phones_by_role(made: Comparison, cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.chen)
    for kind in ("differs", "only_ours", "matched"):
        page = text_of(client.get(f"/books/{made.pk}/rows/?class={kind}"))
        assert "11010519491231002X" not in page and "110105194912310000" not in page
        assert "110***********002X" in page and "13800001234" in page
    page = text_of(client.get(f"/books/{made.pk}/"))
    assert "110105194912310000" not in page
    entry = AuditEntry.objects.filter(verb="list_book_rows").latest("pk")
    assert entry.subject == f"comparison:{made.pk}" and "张" not in str(entry.detail)


@pytest.mark.parametrize("key", ["number", "scheme_number"])
def test_while_or_after_other_columns_are_asked_for_the_kept_rows_are_shown_as_they_were_made(made: Comparison, cast: Cast, sign_in: Any, key: str) -> None:
    """By the key that their book lacks the comparison fails, and what was made before stands."""
    before = made.key, made.columns, made.parts
    actions.submit_comparison(comparison=made, key=[key], columns=["people", "piped", "town", "village"], blanks=False, by=cast.chen, at=AT)
    client = sign_in(cast.chen)
    for _moment in ("waiting", "over"):
        for kind in ("differs", "only_ours", "matched"):
            page = text_of(client.get(f"/books/{made.pk}/rows/?class={kind}"))
            assert "11010519491231002X" not in page and "110105194912310000" not in page, kind
            assert "证件号码" in page or made.columns != before[1], kind
        made.refresh_from_db()
        if _moment == "waiting":
            assert (made.key, made.columns, made.parts, made.blanks) == (*before, True)
            run(made)
    if key == "number":
        assert set(made.columns) == {"people", "piped", "town", "village"} and made.parts != before[2] and not made.blanks
    else:
        assert (made.key, made.columns, made.parts, made.blanks) == (*before, True) and "关键列" in made.job.message
        assert issued(made, cast.chen).done_at is not None


def test_phones_leave_whole_only_with_the_county(cast: Cast, tmp_path: Path, sign_in: Any) -> None:
    homes(cast)
    made = compared(cast.town_a, workbook(tmp_path / "theirs.xlsx", their_rows()[:2]), cast.li)
    issue = issued(made, cast.li, every_row=True)
    assert not issue.whole_phones
    back = b"".join(sign_in(cast.li).get(f"/books/issues/{issue.pk}/").streaming_content)
    from area.walker import unpacked  # noqa: PLC0415

    assert "13800001234" not in unpacked(back) and "138****1234" in unpacked(back)
    county = compared(cast.county, workbook(tmp_path / "more.xlsx"), cast.chen)
    assert issued(county, cast.chen).whole_phones


def test_nobody_outside_sees_it_and_nobody_without_the_right(made: Comparison, cast: Cast, sign_in: Any) -> None:
    for account in (cast.li, cast.zhao):
        client = sign_in(account)
        assert client.get(f"/books/{made.pk}/").status_code == 404
        assert client.get(f"/books/{made.pk}/rows/").status_code == 404
        assert client.post(f"/books/{made.pk}/rows/rule/", {"n": 1, "version": 0, "verdict": "ours", "reason": "x"}).status_code == 404
        assert made.file_name not in text_of(client.get("/books/"))
    assert sign_in(cast.wang).get("/books/").status_code == 403
    assert "/books/" not in text_of(sign_in(cast.wang).get("/"))
    assert not Ruling.objects.exists()


def test_filters_by_town_and_column_and_pages(cast: Cast, sign_in: Any, tmp_path: Path) -> None:
    homes(cast)
    rows = [["丙镇", "某村", f"N{n:03d}", f"新{n}", "", "", n % 5 + 1, "是"] for n in range(65)]
    made = compared(cast.county, workbook(tmp_path / "theirs.xlsx", [*their_rows()[:2], *rows]), cast.chen)
    client = sign_in(cast.chen)
    first = text_of(client.get(f"/books/{made.pk}/rows/?class=only_theirs&town=丙镇"))
    assert first.count("<h2>N") == queries.SHOWN_ROWS and "下一页" in first
    last = made.counts["ranges"]
    start = next(low for kind, _town, low, _high in last if kind == "only_theirs")
    assert text_of(client.get(f"/books/{made.pk}/rows/?class=only_theirs&after={start + 59}")).count("<h2>N") == 5
    assert "没有这样的行" in text_of(client.get(f"/books/{made.pk}/rows/?class=only_theirs&town=甲镇"))
    people = made.columns.index("people")
    assert text_of(client.get(f"/books/{made.pk}/rows/?class=differs&column={people}")).count('class="card" id="row-') == 1
    for query in ("class=x&town=无&column=999", "column=-1", "after=99999999999999999999", "column=²", "class=differs&column=00010999"):
        assert client.get(f"/books/{made.pk}/rows/?{query}").status_code == 200
        assert client.get(f"/books/{made.pk}/rows/rule-all/?{query}").status_code == 200


def test_a_filtered_page_opens_only_the_parts_of_the_rows_that_it_shows(made: Comparison, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if each part held one row."""
    monkeypatch.setattr(working, "PART_ROWS", 1)
    made = actions.compare_books(comparison=made, key=["number"], replaces=made.compared_at.isoformat(), by=cast.chen, at=AT + timedelta(hours=1))
    parts = {part["file"]: part["first"] for part in made.parts if part["class"] == "duplicate"}
    first, *_rest, last = sorted(parts.values())
    for n in range(first, last):
        actions.rule_row(comparison=made, n=n, verdict="ours", reason="核过", version=0, by=cast.chen, at=AT)
    opened: list[int | None] = []
    real = storing.chunks_of
    monkeypatch.setattr(storing, "chunks_of", lambda file: (opened.append(parts.get(file.name)), real(file))[1])

    def page(ruled: str) -> list[int]:
        opened.clear()
        return [row["n"] for row in queries.page_of_rows(made, Filter("duplicate"), ruled, 0, cast.area(cast.chen))[0]]

    assert (page("unruled"), opened) == ([last], [last])
    assert (page("open"), opened) == (list(range(first, last + 1)), list(range(first, last + 1)))
    assert (page("disagreed"), opened) == ([], [])
    Ruling.objects.filter(n=first).update(opinion="disagree")
    assert (page("disagreed"), opened) == ([first], [first])
    assert (queries.unruled(made, Filter("duplicate")), queries.unruled(made, Filter("differs", None, made.columns.index("people")))) == (1, 1)


def test_the_page_of_a_comparison_counts_its_rulings_a_few_times(made: Comparison, cast: Cast, sign_in: Any) -> None:
    actions.rule_rows(comparison=made, wanted=Filter("differs"), verdict="ours", reason="核过", expected=2, by=cast.chen, at=AT)
    client = sign_in(cast.chen)
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        client.get(f"/books/{made.pk}/")
    assert 0 < sum("books_ruling" in sql for sql in asked) <= 3
    assert [(tile["kind"], tile["ruled"], tile["closed"]) for tile in queries.tiles(made) if tile["ruled"]] == [("differs", 2, 0)]


def test_a_saved_mapping_is_offered_and_used(cast: Cast, sign_in: Any, tmp_path: Path) -> None:
    homes(cast)
    client = sign_in(cast.chen)
    path = workbook(tmp_path / "theirs.xlsx", headers=("镇", "村", "本地编码", "户主", "身份证号", "电话", "家庭人口", "是否入户"))
    client.post("/books/upload/", {"kind": "households", "division": cast.county.pk, "other": "某镇", "file": upload(path)})
    comparison = Comparison.objects.get()
    run(comparison)
    assert "没有认出通常的关键列" in text_of(client.get(f"/books/{comparison.pk}/"))
    assert "本地编码" in text_of(client.get(f"/books/{comparison.pk}/mapping/"))
    client.post(f"/books/{comparison.pk}/mapping/", {"c_number": "本地编码", "save_as": "某镇的表"})
    saved = BookMapping.objects.get()
    run(comparison)
    assert comparison.look["key"] == ["number"]
    client.post("/books/upload/", {"kind": "households", "division": cast.county.pk, "other": "某镇", "file": upload(path), "mapping": saved.pk})
    assert Comparison.objects.latest("pk").mapping == saved.text


def test_hostile_uploads_are_refused_on_the_form(cast: Cast, sign_in: Any, tmp_path: Path) -> None:
    client = sign_in(cast.chen)
    for content, sentence in ((b"", ""), (b"PK\x03\x04 broken", "文件已损坏"), (b"\x00\x01\x02\x03", "不是 Excel")):
        answer = client.post("/books/upload/", {"kind": "households", "division": cast.county.pk, "other": "x", "file": SimpleUploadedFile("../../e.xlsx", content)})
        assert answer.status_code == 422 and sentence in text_of(answer)
    assert not Comparison.objects.exists()


def test_a_book_of_an_area_without_data_says_so(cast: Cast, sign_in: Any, tmp_path: Path) -> None:
    client = sign_in(cast.chen)
    client.post("/books/upload/", {"kind": "households", "division": cast.county.pk, "other": "x", "file": upload(workbook(tmp_path / "t.xlsx"))})
    comparison = Comparison.objects.get()
    run(comparison)
    assert comparison.state == "failed" and "没有这种台账的数据" in text_of(client.get(f"/books/{comparison.pk}/"))


def problem_of(cast: Cast) -> Problem:
    home = homes(cast)[0]
    return Problem.objects.create(
        division=home.division, path=home.path, number="QQ-2026-0001", kind="too_little", subject_kind=1, subject_id=home.pk, subject_name="张1（H1）", source="排查",
        reason="x", explanation="水少", opened_on="2026-02-01", opened_at=AT, seen_on="2026-02-01")


def test_the_page_of_a_problem_opens_a_comparison_once(cast: Cast, sign_in: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problem_of(cast)
    path = workbook(tmp_path / "problems.xlsx", [["QQ-2026-0001", "甲镇", "张1（H1）", "2026/2/2"]], ("问题编号", "镇", "涉及对象", "发现时间"))
    compared(cast.county, path, cast.chen, kind="problems")
    client, url = sign_in(cast.chen), reverse("ledger:problem", args=[problem.pk])
    assert "不一致" in text_of(client.get(url))
    monkeypatch.setattr(storing, "chunks_of", lambda _file: pytest.fail("opened again"))
    assert "不一致" in text_of(client.get(url))


def test_the_page_of_a_problem_tells_what_the_two_books_say(cast: Cast, sign_in: Any, tmp_path: Path) -> None:
    problem = problem_of(cast)
    path = workbook(tmp_path / "problems.xlsx", [["QQ-2026-0001", "甲镇", "张1（H1）", "2026/2/2"], ["X1", "乙镇", "李四", "2026/1/1"]], ("问题编号", "镇", "涉及对象", "发现时间"))
    made = compared(cast.county, path, cast.chen, kind="problems")
    assert made.counts["rows"]["differs"] == 1 and made.counts["rows"]["only_theirs"] == 1
    client, url = sign_in(cast.chen), reverse("ledger:problem", args=[problem.pk])
    assert "不一致" in text_of(client.get(url)) and "两本台账" in text_of(client.get(url))
    for kind in ("differs", "only_theirs"):
        actions.rule_rows(comparison=made, wanted=Filter(kind), verdict="theirs", reason="日期以村里为准", expected=1, by=cast.chen, at=AT)
    returned(made, answered(issued(made, cast.chen), tmp_path / "back.xlsx"), cast.chen)
    page = text_of(client.get(url))
    assert "两本台账已就此行销号" in page and "以对方为准" in page and "对方李" in page
    before = problem.state
    problem.refresh_from_db()
    assert problem.state == before == "found"
    # Who may not compare is told nothing of it.
    assert "两本台账" not in text_of(sign_in(cast.wang).get(url))


def test_a_reviewer_may_compare_an_administrator_may_not(cast: Cast, made: Comparison, sign_in: Any) -> None:
    for role, status in ((Role.COUNTY_REVIEWER, 200), (Role.COUNTY_ADMIN, 403)):
        person = add_account(username=role, password="qingquan-2026", name=role, by=SYSTEM, at=AT)
        give_duty(account=person, role=role, division=cast.county, from_on=AT.date(), by=SYSTEM, at=AT)
        assert sign_in(person).get(f"/books/{made.pk}/").status_code == status
