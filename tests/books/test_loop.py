"""Compare, rule, issue, take back: the whole way of two books, with every fault on it."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import pytest
from cast import AT, Cast
from django.db import connection
from django.utils import translation
from opening import clear
from openpyxl import load_workbook

from books.stand import answered, compared, homes, issued, received, returned, run, their_rows, workbook
from wenqu.books import actions, issuing, queries, storing
from wenqu.books.models import Comparison, Ruling
from wenqu.books.storing import Filter
from wenqu.jobs.models import Job
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused


@pytest.fixture
def made(cast: Cast, tmp_path: Path) -> Comparison:
    homes(cast)
    return compared(cast.county, workbook(tmp_path / "theirs.xlsx"), cast.chen)


def ruled(comparison: Comparison, cast: Cast, verdict: str = "ours") -> None:
    for kind in ("differs", "only_ours", "only_theirs", "duplicate", "keyless"):
        wanted = Filter(kind)
        actions.rule_rows(comparison=comparison, wanted=wanted, verdict=verdict, reason="核过档案", expected=queries.unruled(comparison, wanted), by=cast.chen, at=AT)


def rows(comparison: Comparison, kind: str) -> list[dict[str, Any]]:
    return storing.rows_after(comparison, Filter(kind), 0, 100)


def test_every_row_has_its_class_and_the_counts_add_up(made: Comparison) -> None:
    assert made.counts["rows"] == {"differs": 2, "only_ours": 1, "only_theirs": 1, "duplicate": 3, "keyless": 1, "matched": 2}
    assert (made.counts["ours"], made.counts["theirs"], made.counts["open"]) == (6, 8, 8)
    assert {each["title"]: each["count"] for each in made.counts["columns"] if each["count"]} == {"人数": 1, "证件号码": 1}
    assert [row["key"] for row in rows(made, "differs")] == ["H5", "H2"] or [row["key"] for row in rows(made, "differs")] == ["H2", "H5"]
    assert {row["key"] for row in rows(made, "duplicate")} == {"H4"}
    assert made.snapshot.startswith("T2026") and made.counts["ours_sha256"].startswith(made.snapshot[-16:])


def test_both_the_written_and_the_normal_form_are_kept(made: Comparison) -> None:
    row = next(row for row in rows(made, "differs") if row["key"] == "H2")
    place = made.columns.index("people")
    assert (row["ow"][place], row["tw"][place], row["o"][place], row["t"][place]) == ("3", "4", "3", "4")
    head = made.columns.index("head_name")
    assert (row["tw"][head], row["t"][head]) == ("张　2", "张2")
    piped = made.columns.index("piped")
    assert (row["tw"][piped], row["t"][piped], row["o"][piped]) == ("√", "是", "是")


def test_the_dry_look_tells_doubles_and_unreadable_cells_by_place(cast: Cast, tmp_path: Path) -> None:
    homes(cast)
    comparison = received(cast.county, workbook(tmp_path / "theirs.xlsx", headers=("镇", "村", "户号", "户主", "身份证号", "电话", "家庭人口", "说不清的列")), cast.chen)
    actions.look_into(comparison=comparison, by=cast.chen, at=AT)
    look = comparison.look
    assert look["theirs"]["rows"] == 8 and look["theirs"]["twice"] == 2 and look["theirs"]["keyless"] == 1 and look["ours"]["twice"] == 0
    assert look["theirs"]["examples"][0]["key"] == "H4" and "第 5 行" in look["theirs"]["examples"][0]["places"]
    assert look["unplaced"] == ["说不清的列"]
    cell = look["unreadable"][0]
    assert (cell["sheet"], cell["row"], cell["letter"]) == ("Sheet", 7, "E") and "1101051949" not in cell["raw"]


def test_a_mapping_places_a_column_and_is_saved(cast: Cast, tmp_path: Path) -> None:
    homes(cast)
    path = workbook(tmp_path / "theirs.xlsx", headers=("镇", "村", "本地编码", "户主", "身份证号", "电话", "家庭人口", "是否入户"))
    comparison = received(cast.county, path, cast.chen)
    actions.look_into(comparison=comparison, by=cast.chen, at=AT)
    assert comparison.look["key"] == [] and comparison.look["unplaced"] == ["本地编码"]
    actions.set_book_mapping(comparison=comparison, sources={"number": "本地编码"}, save_as="某镇", by=cast.chen, at=AT)
    actions.look_into(comparison=comparison, by=cast.chen, at=AT)
    assert comparison.look["key"] == ["number"]
    assert [saved.name for saved in queries.mappings(cast.area(cast.chen))] == ["某镇"]


def test_of_two_rulings_at_once_one_wins_and_the_other_is_told(made: Comparison, cast: Cast) -> None:
    n = rows(made, "differs")[0]["n"]
    actions.rule_row(comparison=made, n=n, verdict="ours", reason="现场核过", version=0, by=cast.chen, at=AT)
    with pytest.raises(Refused) as refused:
        actions.rule_row(comparison=made, n=n, verdict="theirs", reason="他们对", version=0, by=another(cast), at=AT)
    assert refused.value.code == "changed_meanwhile" and "陈县" in refused.value.message and "以我方为准" in refused.value.message
    assert Ruling.objects.get().verdict == "ours"
    # The same click again is the same ruling; with the version of now it can be changed.
    assert actions.rule_row(comparison=made, n=n, verdict="ours", reason="现场核过", version=0, by=cast.chen, at=AT).version == 1
    assert actions.rule_row(comparison=made, n=n, verdict="theirs", reason="他们对", version=1, by=another(cast), at=AT).version == 2


def another(cast: Cast) -> Any:
    from wenqu.places.models import Account, Duty  # noqa: PLC0415

    person, made = Account.objects.get_or_create(username="qian", defaults={"name": "钱复核", "password": "!"})
    if made:
        Duty.objects.create(account=person, role="county_reviewer", division=cast.county, from_on="2026-01-01")
    return person


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the test database in memory takes one writer only; the version is tested above")
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_ruling(cast: Cast, tmp_path: Path) -> None:
    homes(cast)
    made = compared(cast.county, workbook(tmp_path / "theirs.xlsx"), cast.chen)
    n, told, people = rows(made, "differs")[0]["n"], [], [cast.chen, another(cast)]

    def act(number: int) -> None:
        try:
            actions.rule_row(comparison=Comparison.objects.get(pk=made.pk), n=n, verdict="ours", reason=f"理由{number}", version=0, by=people[number % 2], at=AT)
            told.append("ok")
        except Refused as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["changed_meanwhile"] * 19 + ["ok"] and Ruling.objects.get().version == 1


def test_a_whole_class_is_ruled_as_confirmed_or_not_at_all(made: Comparison, cast: Cast) -> None:
    wanted = Filter("duplicate")
    assert queries.unruled(made, wanted) == 3
    with pytest.raises(Refused) as refused:
        actions.rule_rows(comparison=made, wanted=wanted, verdict="verify", reason="重复", expected=2, by=cast.chen, at=AT)
    assert refused.value.code == "changed_meanwhile" and not Ruling.objects.exists()
    assert actions.rule_rows(comparison=made, wanted=wanted, verdict="verify", reason="重复", expected=3, by=cast.chen, at=AT) == 3
    assert queries.unruled(made, wanted) == 0
    assert actions.rule_rows(comparison=made, wanted=Filter("differs", None, made.columns.index("people")), verdict="ours", reason="人数核过", expected=1, by=cast.chen, at=AT) == 1
    assert {row.n for row in Ruling.objects.filter(verdict="ours")} == {next(row["n"] for row in rows(made, "differs") if row["key"] == "H2")}


def test_agreed_rows_close_in_both_books_and_the_last_one_closes_the_comparison(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    ruled(made, cast)
    issue = issued(made, cast.chen)
    first = str(rows(made, "differs")[0]["n"])
    back = returned(made, answered(issue, tmp_path / "back.xlsx", {str(n): "不同意" if str(n) == first else "同意" for n in range(1, 9)}), cast.chen)
    assert back.taken and back.counts == {"agreed": 7, "disagreed": 1, "closed": 7, "already": 0, "stale": 0, "unruled": 0}
    row = Ruling.objects.filter(closed_at__isnull=False).first()
    assert row is not None and (row.by, row.answered_by, row.closed_at) == (cast.chen, "对方李", row.answered_at)
    open_row = Ruling.objects.get(closed_at__isnull=True)
    assert (open_row.opinion, open_row.remark) == ("disagree", "我们的数是对的")
    made.refresh_from_db()
    assert made.state == "compared"
    # Ruled anew, sent anew, agreed.
    actions.rule_row(comparison=made, n=open_row.n, verdict="theirs", reason="对方对", version=1, by=cast.chen, at=AT)
    again = issued(made, cast.chen)
    returned(made, answered(again, tmp_path / "back2.xlsx"), cast.chen)
    made.refresh_from_db()
    assert made.state == "closed" and made.closed_at is not None


def test_agreeing_that_it_has_to_be_looked_into_closes_nothing(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    ruled(made, cast, "verify")
    back = returned(made, answered(issued(made, cast.chen), tmp_path / "back.xlsx"), cast.chen)
    assert back.counts["agreed"] == 8 and back.counts["closed"] == 0 and not Ruling.objects.filter(closed_at__isnull=False).exists()


def test_the_same_file_twice_changes_nothing(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    ruled(made, cast)
    path = answered(issued(made, cast.chen), tmp_path / "back.xlsx", {"1": "同意"})
    returned(made, path, cast.chen)
    before = list(Ruling.objects.order_by("pk").values()), made.returns.count(), AuditEntry.objects.count()
    _row, fresh = actions.receive_return(comparison=made, file=path, file_name="again.xlsx", by=cast.chen, at=AT)
    assert not fresh and before == (list(Ruling.objects.order_by("pk").values()), made.returns.count(), AuditEntry.objects.count())
    # Saved again it is another file with the same opinions.
    other = returned(made, answered(made.issues.get(), tmp_path / "resaved.xlsx", {"1": "同意"}, person="对方王"), cast.chen)
    assert other.counts["already"] == 1 and Ruling.objects.get(n=1).answered_by == "对方李"


def _change(sheet: str, header: str, value: str, row: int = 3) -> Any:
    def change(book: Any) -> None:
        page = book[sheet]
        place = [cell.value for cell in page[1]].index(header)
        page.cell(row, place + 1).value = value
    return change


def _cover(name: str, value: str) -> Any:
    def change(book: Any) -> None:
        next(row for row in book["封面"].iter_rows() if row[0].value == name)[1].value = value
    return change


@pytest.mark.parametrize(("change", "sentence"), [
    (_change("不一致", "裁定", "以对方为准"), "工作表“不一致” 第 3 行"),
    (_change("不一致", "裁定理由", "他们说的"), "列“裁定理由”被改动"),
    (_change("仅我方有", "人数", "9"), "工作表“仅我方有” 第 3 行"),
    (_change("关键列重复", "行号", "2", 4), "第 4 行 A 列“行号”不是发出的行"),
    (_change("关键列重复", "校验码", "0" * 20), "列“校验码”被改动"),
    (_change("不一致", "对方意见", "行"), "列“对方意见”只能填“同意”或“不同意”"),
    (_cover("签名", "k1.00"), "工作表“封面” 第"),
    (_cover("对方单位", "别的单位"), "列“对方单位”被改动"),
])
def test_a_changed_result_is_refused_naming_the_cell(made: Comparison, cast: Cast, tmp_path: Path, change: Any, sentence: str) -> None:
    ruled(made, cast)
    back = returned(made, answered(issued(made, cast.chen), tmp_path / "back.xlsx", change=change), cast.chen)
    assert not back.taken and any(sentence in finding for finding in back.findings), back.findings
    assert not Ruling.objects.exclude(opinion="").exists()


def test_a_forged_code_does_not_help(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    """Whoever swaps two whole rows, codes and all, but for the ruling, is found too: a code belongs to its row."""
    ruled(made, cast)
    issue = issued(made, cast.chen)

    def change(book: Any) -> None:
        page = book["关键列重复"]
        place = [cell.value for cell in page[1]].index("校验码") + 1
        page.cell(3, place).value, page.cell(4, place).value = page.cell(4, place).value, page.cell(3, place).value

    back = returned(made, answered(issue, tmp_path / "back.xlsx", change=change), cast.chen)
    assert not back.taken and len([finding for finding in back.findings if "校验码" in finding]) == 2


def test_the_signature_hangs_on_the_key_the_issue_and_every_row(made: Comparison, cast: Cast) -> None:
    ruled(made, cast)
    issue = issued(made, cast.chen)
    other = issued(made, cast.chen)
    assert issue.signature != other.signature and issue.signature.startswith("k1.")
    sign = issuing.signer(issuing.about(issue))
    assert sign is not None
    content = dict(map(tuple, issue.told))["内容摘要"]
    assert sign.cover(issue.told, content) == issue.signature
    assert sign.cover(issue.told, content[:-1] + "x") != issue.signature
    assert sign.row(1, "differs", ["1", "a"]) != sign.row(1, "differs", ["1", "b"])


def test_rows_left_out_or_in_another_order_are_taken_for_what_they_say(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    ruled(made, cast)

    def change(book: Any) -> None:
        page = book["关键列重复"]
        first, second = ([cell.value for cell in page[row]] for row in (3, 4))
        for place, (one, two) in enumerate(zip(first, second, strict=True), 1):
            page.cell(3, place).value, page.cell(4, place).value = two, one
        page.delete_rows(5)
        del book["仅对方有"]

    back = returned(made, answered(issued(made, cast.chen), tmp_path / "back.xlsx", change=change), cast.chen)
    assert back.taken and back.counts["closed"] == 6, (back.findings, back.counts)


def test_a_ruling_changed_after_it_was_sent_is_not_closed_by_the_old_answer(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    ruled(made, cast)
    issue = issued(made, cast.chen)
    actions.rule_row(comparison=made, n=1, verdict="theirs", reason="又看了一次", version=1, by=cast.chen, at=AT)
    back = returned(made, answered(issue, tmp_path / "back.xlsx"), cast.chen)
    assert back.counts["stale"] == 1 and Ruling.objects.get(n=1).opinion == ""


def test_an_answer_without_a_name_or_to_another_comparison_is_refused(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    ruled(made, cast)
    issue = issued(made, cast.chen)
    nameless = returned(made, answered(issue, tmp_path / "nameless.xlsx", person=""), cast.chen)
    assert not nameless.taken and "对方经办人" in nameless.message
    other = compared(cast.county, workbook(tmp_path / "other.xlsx"), cast.chen)
    wrong = returned(other, answered(issue, tmp_path / "wrong.xlsx"), cast.chen)
    assert not wrong.taken and "不属于这次比对" in wrong.message
    junk = returned(made, workbook(tmp_path / "junk.xlsx"), cast.chen)
    assert not junk.taken and "封面" in junk.message


def test_the_workbook_is_text_masks_numbers_and_lists_every_open_row(made: Comparison, cast: Cast) -> None:
    ruled(made, cast)
    issue = issued(made, cast.chen, every_row=True)
    book = load_workbook(io.BytesIO(clear(issuing.workbook_file(issue)).read()))
    assert book.sheetnames == ["封面", "不一致", "仅我方有", "仅对方有", "关键列重复", "缺少关键列", "一致"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    text = "\n".join(str(cell.value) for cell in cells)
    assert "=HYPERLINK" in text and "11010519491231002X" not in text and "13800001234" in text
    assert made.snapshot in text and made.sha256 in text and issue.signature in text and "人数：3 → 4" in text
    assert sum(sheet.max_row - 2 for sheet in book if sheet.title != "封面") == 10


def test_the_workbook_is_chinese_and_gives_an_answer_back_whatever_language_is_spoken(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    ruled(made, cast)
    returned(made, answered(issued(made, cast.chen), tmp_path / "back.xlsx", {"1": "不同意"}), cast.chen)
    with translation.override("en"):
        issue = issued(made, cast.chen)
    book = load_workbook(io.BytesIO(clear(issuing.workbook_file(issue)).read()))
    cells = [str(cell.value) for row in book["不一致"].iter_rows(min_row=3) for cell in row]
    assert cells.count("以我方为准") == 2 and cells.count("不同意") == 1


def test_run_again_after_a_kill_the_comparison_is_whole_and_one(made: Comparison, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = received(cast.county, workbook(tmp_path / "again.xlsx"), cast.chen)
    actions.look_into(comparison=other, by=cast.chen, at=AT)

    class Killed(BaseException):
        pass

    def die(done: int, total: int) -> None:
        if done >= 80:
            raise Killed

    with pytest.raises(Killed):
        actions.compare_books(comparison=other, by=cast.chen, at=AT, progress=die)
    other.refresh_from_db()
    assert other.state == "looked" and other.parts == []
    actions.compare_books(comparison=other, by=cast.chen, at=AT)
    actions.compare_books(comparison=other, by=cast.chen, at=AT)
    assert other.counts["rows"] == made.counts["rows"] and len(rows(other, "duplicate")) == 3


def test_a_comparison_killed_after_its_end_stands_when_it_is_resumed(cast: Cast, tmp_path: Path) -> None:
    homes(cast)
    alike = [["甲镇" if n < 3 else "乙镇", "甲一村" if n < 3 else "乙一村", f"H{n + 1}", f"张{n + 1}", "", "", 3, "有"] for n in range(6)]
    for path, state in ((workbook(tmp_path / "alike.xlsx", alike), "closed"), (workbook(tmp_path / "theirs.xlsx"), "compared")):
        made = received(cast.county, path, cast.chen)
        actions.look_into(comparison=made, by=cast.chen, at=AT)
        job = actions.submit_comparison(comparison=made, key=["number"], columns=["people", "head_name", "piped"], blanks=True, by=cast.chen, at=AT)
        run(made)
        parts = made.parts
        # The worker was killed before it could say that the job is done.
        Job.objects.filter(pk=job.pk).update(state="running")
        run(made)
        assert (made.job.state, made.state, made.parts) == ("done", state, parts), made.job.message
        if state == "compared":
            actions.submit_comparison(comparison=made, key=["number"], columns=["people"], blanks=True, by=cast.chen, at=AT)
            run(made)
            assert made.columns == ["people"] and made.parts != parts


def test_a_ruled_comparison_is_not_compared_again(made: Comparison, cast: Cast) -> None:
    ruled(made, cast)
    with pytest.raises(Refused) as refused:
        actions.submit_comparison(comparison=made, key=["number"], columns=[], blanks=True, by=cast.chen, at=AT)
    assert refused.value.code == "already_ruled"


def test_two_books_that_agree_close_at_once(cast: Cast, tmp_path: Path) -> None:
    homes(cast)
    rows_ = [["甲镇" if n < 3 else "乙镇", "甲一村" if n < 3 else "乙一村", f"H{n + 1}", f"张{n + 1}", "", "", 3, "有"] for n in range(6)]
    made = compared(cast.county, workbook(tmp_path / "same.xlsx", rows_), cast.chen, columns=("town", "village", "head_name", "people", "piped"))
    assert made.state == "closed" and made.counts["rows"]["matched"] == 6


def test_a_town_compares_its_own_households_only(cast: Cast, tmp_path: Path) -> None:
    homes(cast)
    made = compared(cast.town_a, workbook(tmp_path / "theirs.xlsx", their_rows()[:2]), cast.li)
    assert made.counts["ours"] == 3 and made.counts["rows"]["only_ours"] == 1
    with pytest.raises(Refused) as refused:
        received(cast.town_b, workbook(tmp_path / "b.xlsx"), cast.li)
    assert refused.value.code == "outside_area"
    with pytest.raises(Refused) as refused:
        received(cast.village_a1, workbook(tmp_path / "c.xlsx"), cast.wang)
    assert refused.value.code == "not_a_county"


def test_the_signature_outlives_the_rotation_of_keys(made: Comparison, cast: Cast, tmp_path: Path, settings: Any) -> None:
    from wenqu.kit.crypto import keys  # noqa: PLC0415
    from wenqu.kit.crypto.sealed_folders import folder_store  # noqa: PLC0415

    ruled(made, cast)
    issue = issued(made, cast.chen)
    ring = keys.load(settings.KEYS_FILE)
    settings.KEYS_FILE = tmp_path / "keys.json"
    keys.store(settings.KEYS_FILE, keys.with_new_key(ring, "aes-256-gcm", AT))
    rotated = keys.load(settings.KEYS_FILE)
    first = returned(made, answered(issue, tmp_path / "one.xlsx", {"1": "同意"}), cast.chen)
    assert first.taken and first.counts["closed"] == 1
    # Every kept file of a comparison is met by the rotation, so that the old key can go.
    store = folder_store("x", lambda: Path(settings.UPLOADS_DIR))
    store.renew(rotated, False)
    assert set(store.count()) == {rotated.active}
    old = issue.signature.partition(".")[0]
    keys.store(settings.KEYS_FILE, keys.without(rotated, old))
    second = returned(made, answered(issue, tmp_path / "two.xlsx", {"2": "同意"}), cast.chen)
    assert second.taken and second.counts["closed"] == 1
    third = returned(made, answered(issue, tmp_path / "three.xlsx", change=_change("不一致", "裁定", "以对方为准")), cast.chen)
    assert not third.taken and third.findings


def test_the_sweep_takes_what_nobody_names_and_leaves_the_rest(made: Comparison, cast: Cast, settings: Any, tmp_path: Path) -> None:
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from wenqu.books import keeping  # noqa: PLC0415

    folder = keeping.folder(made)
    (folder / "part-dead-1.parquet").write_bytes(b"x")
    (Path(settings.UPLOADS_DIR) / "books-0123").mkdir()
    (folder / "return-0123.xlsx").write_bytes(b"x")
    ruled(made, cast)
    back = returned(made, answered(issued(made, cast.chen), tmp_path / "back.xlsx", {"1": "同意"}), cast.chen)
    assert keeping.sweep(timezone.now() - timedelta(days=1)) == 0
    assert keeping.sweep(timezone.now() + timedelta(days=1)) == 3
    assert all((folder / part["file"]).exists() for part in made.parts) and keeping.source_file(made).exists() and (folder / back.stored).exists()


def test_a_return_that_is_refused_leaves_no_file_and_spoils_none(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    from wenqu.books import keeping  # noqa: PLC0415

    ruled(made, cast)
    path = answered(issued(made, cast.chen), tmp_path / "back.xlsx", person="")
    kept = keeping.folder(made) / returned(made, path, cast.chen).stored
    before = sorted(keeping.folder(made).iterdir())
    Comparison.objects.filter(pk=made.pk).update(state="closed")
    made.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.receive_return(comparison=made, file=path, file_name="again.xlsx", by=cast.chen, at=AT)
    assert refused.value.code == "wrong_state" and sorted(keeping.folder(made).iterdir()) == before and kept in before


def test_kept_files_are_sealed_and_nothing_lies_open(made: Comparison, cast: Cast, settings: Any) -> None:
    from wenqu.books import keeping  # noqa: PLC0415
    from wenqu.kit.crypto.files import is_sealed  # noqa: PLC0415

    ruled(made, cast)
    issued(made, cast.chen)
    files = [path for path in keeping.folder(made).iterdir() if path.is_file()]
    assert len(files) >= 9 and all(is_sealed(path) for path in files)
    assert not any(Path(settings.WORK_DIR).iterdir())


def test_schemes_are_compared_with_the_people_who_answer_for_them(cast: Cast, tmp_path: Path) -> None:
    from stages import scheme  # noqa: PLC0415

    from wenqu.schemes.models import Responsibility, ResponsibilityKind  # noqa: PLC0415

    one = scheme(cast.town_a, "GA1", "甲镇水厂", design_m3_per_day="120.50", built_year=2016)
    scheme(cast.village_b1, "GB1", "乙村水站", "decentralised")
    Responsibility.objects.create(scheme=one, kind=ResponsibilityKind.OPERATOR, name="马站长", phone="15400000001")
    path = workbook(tmp_path / "schemes.xlsx", [["甲镇", "GA1", "甲镇水厂", "小型集中供水工程", "120.5", "2016年", "马站长", "15400000002"], ["乙镇", "GB1", "乙村水站", "分散式", "", "", "", ""]],
                    ("乡镇", "工程编号", "工程名称", "工程类型", "设计规模（吨/日）", "建成年份", "运行管理责任人", "运行管理责任人电话"))
    made = compared(cast.county, path, cast.chen, kind="schemes")
    row = rows(made, "differs")[0]
    titles = [made.columns[place] for place in row["diff"]]
    assert made.counts["rows"]["matched"] == 1 and "operating_phone" in titles and "design_m3_per_day" not in titles and "scheme_class" not in titles


def test_a_household_gone_to_another_scheme_and_facts_are_as_of_now(cast: Cast, tmp_path: Path) -> None:
    from datetime import date  # noqa: PLC0415

    from stages import facts  # noqa: PLC0415

    every = homes(cast)
    facts(every[0], date(2026, 2, 20), piped="no", litres_per_person_day="35")
    facts(every[0], date(2026, 1, 1), litres_per_person_day="80")
    path = workbook(tmp_path / "theirs.xlsx", [["H1", "否", "35", "共用水厂", "小型"], ["H2", "是", "", "别的水厂", ""]], ("户编号", "是否入户", "人均日用水量", "所属工程", "工程类型"))
    made = compared(cast.county, path, cast.chen)
    assert [row["key"] for row in storing.every_row(made, ("matched",))] == ["H1"]
    assert {made.columns[place] for place in rows(made, "differs")[0]["diff"]} == {"scheme_name", "scheme_class"}


def test_nobodys_number_stays_in_what_people_write(made: Comparison, cast: Cast, tmp_path: Path) -> None:
    actions.rule_row(comparison=made, n=1, verdict="ours", reason="户主 13912345678 说的", version=0, by=cast.chen, at=AT)
    assert actions.rule_row(comparison=made, n=1, verdict="ours", reason="户主 13912345678 说的", version=0, by=cast.chen, at=AT).version == 1
    issue = issued(made, cast.chen)
    returned(made, answered(issue, tmp_path / "back.xlsx", {"1": "同意"}, person="李 13912345678"), cast.chen)
    ruling = Ruling.objects.get()
    assert "13912345678" not in ruling.reason + ruling.answered_by and ruling.closed_at is not None
