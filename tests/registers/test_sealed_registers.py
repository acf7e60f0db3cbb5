"""Personal numbers in the registers: nowhere in clear at rest, unchanged by imports of the same, exact under undo and rotation."""

from __future__ import annotations

import json

import openpyxl
import pytest
from cast import AT
from django.db import connection
from dump import registers
from opening import clear
from sheets import HOUSEHOLD_HEADERS, id_number, person, workbook

from wenqu.households.models import Household, Member
from wenqu.importing.models import BatchChunk
from wenqu.kit.audit import SYSTEM
from wenqu.kit.crypto import keys
from wenqu.kit.crypto.rotating import retire, rotate
from wenqu.kit.models import AuditEntry
from wenqu.registers.reading import folder
from wenqu.schemes.models import Responsibility

pytestmark = pytest.mark.django_db

ACCOUNT, OTHER_ACCOUNT = "6217000123456789013", "62170001234567"
BAD_ID, BAD_PHONE = "610199197001011239", "1380000999"
CLEAR = (
    "13800001234", "13911112222", "0912-3456789", id_number(11), id_number(12), id_number(21), ACCOUNT, OTHER_ACCOUNT, BAD_ID, BAD_PHONE,
    "汉族", "12000.5",
)
HEADERS = [*HOUSEHOLD_HEADERS, "一卡通账号"]


@pytest.fixture(params=sorted(keys.ALGORITHMS))
def cipher(request, settings, tmp_path):
    settings.KEYS_FILE, settings.CIPHER = tmp_path / "keys.json", request.param
    keys.create(settings.KEYS_FILE, request.param, AT)
    return request.param


def everything() -> str:
    """All that the database holds, table by table."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(found)


def no_clear_number() -> bool:
    text = everything()
    assert [(number, [line for line in text.splitlines() if number in line][0]) for number in CLEAR if number in text] == []
    return True


def sheet(tmp_path, name, *rows):
    return workbook(tmp_path / name, [list(row) for row in rows], HEADERS)


def turn(index=True, cipher=""):
    return rotate(cipher=cipher, index=index, by=SYSTEM, at=AT, tell=lambda name, number: None)


def test_no_number_lies_in_clear_after_import_rotation_and_undo(load, undo, tmp_path, cipher):
    first = sheet(tmp_path, "a.xlsx", [*person("H01"), "6217 0001-2345 6789 013"], [*person("H01", 2), None], [*person("H02", 户联系电话="0912-3456789"), OTHER_ACCOUNT],
                  [*person("H03", 证件号码=BAD_ID, 户联系电话=BAD_PHONE), "约定"])
    batch = load(first)
    assert {error["code"] for error in batch.report["errors"]} == {"bad_id_checksum", "bad_phone", "bad_account"}
    assert Member.objects.get(number="H0101").account_number.open() == ACCOUNT
    assert no_clear_number()
    before = registers()
    second = load(sheet(tmp_path, "b.xlsx", [*person("H01", 户联系电话="13911112222"), OTHER_ACCOUNT], [*person("H02", 户联系电话="0912-3456789", 证件号码=id_number(99), 民族="苗族"), None]))
    assert second.counts["changed"] == 2
    assert no_clear_number()
    earlier = tokens()
    assert turn().left == 0
    assert len(earlier) > 8 and earlier.isdisjoint(tokens())
    retire(name="k1", by=SYSTEM, at=AT)
    retire(name="i1", by=SYSTEM, at=AT)
    assert no_clear_number()
    undo(second)
    assert digests_left_out(registers()) == digests_left_out(before)
    assert all(row.phone_digest.startswith("i2.") for row in Household.objects.exclude(phone=""))
    assert no_clear_number()
    undo(batch)
    assert not Household.objects.exists() and no_clear_number()


def tokens() -> set[str]:
    sealed = [*Household.objects.values_list("phone"), *Member.objects.values_list("id_number", "account_number", "details")]
    return {each.token for row in sealed for each in row if each}


def digests_left_out(rows):
    return {name: [{key: value for key, value in row.items() if not key.endswith("_digest")} for row in some] for name, some in rows.items()}


def test_the_same_sheet_again_changes_nothing_also_after_a_rotation(load, tmp_path, cipher):
    path = sheet(tmp_path, "a.xlsx", [*person("H01"), ACCOUNT], [*person("H02", 户联系电话=None), None])
    load(path)
    for _again in range(2):
        counts = load(path).counts
        assert (counts["created"], counts["changed"], counts["unchanged"]) == (0, 0, 2)
        turn(cipher="sm4-gcm")


def test_a_batch_imported_before_a_rotation_is_seen_as_changed_only_if_it_was(load, undo, tmp_path, cipher):
    load(sheet(tmp_path, "a.xlsx", [*person("H01"), ACCOUNT]))
    second = load(sheet(tmp_path, "b.xlsx", [*person("H01", 户联系电话="13911112222"), ACCOUNT]))
    turn()
    household = Household.objects.get()
    assert household.phone.open() == "13911112222"
    undo(second)
    household.refresh_from_db()
    assert household.phone.open() == "13800001234"


def test_the_kept_changes_hold_tokens_of_their_own_fields(load, tmp_path, cipher):
    load(sheet(tmp_path, "a.xlsx", [*person("H01"), ACCOUNT]))
    batch = load(sheet(tmp_path, "b.xlsx", [*person("H01", 户联系电话="13911112222"), OTHER_ACCOUNT]))
    changes = BatchChunk.objects.get(batch=batch).changes
    fields = {name: pair for _label, _key, fields in changes if fields for name, pair in fields.items()}
    assert set(fields) == {"phone", "account_number"}
    assert all(token.startswith("k1.") for pair in fields.values() for token in pair)


def test_phones_of_responsible_persons_are_sealed_compared_and_restored(load, undo, tmp_path, cipher):
    headers = ["工程编号", "工程名称", "运行管理责任人", "运行管理责任人电话"]
    load(workbook(tmp_path / "a.xlsx", [["G1", "甲水厂", "马站长", "13800001234"]], headers), "schemes")
    again = load(workbook(tmp_path / "b.xlsx", [["G1", "甲水厂", "马站长", "13800001234"]], headers), "schemes")
    assert again.counts["changed"] == 0
    changed = load(workbook(tmp_path / "c.xlsx", [["G1", "甲水厂", "马站长", "13911112222"]], headers), "schemes")
    assert Responsibility.objects.get().phone.open() == "13911112222" and no_clear_number()
    turn()
    undo(changed)
    assert Responsibility.objects.get().phone.open() == "13800001234" and no_clear_number()


def test_numbers_are_masked_where_wrong_cells_are_told_of(check, tmp_path):
    batch = check(sheet(tmp_path, "a.xlsx", [*person("H01", 证件号码=BAD_ID, 户联系电话=BAD_PHONE, 缺水天数="13800001234"), "6.217E+18"]))
    told = {error["code"]: error["raw"] for error in batch.report["errors"]}
    assert told == {"bad_id_checksum": "610*************39", "bad_phone": "138*****99", "out_of_range": "138******34", "damaged_account": "6.2****18"}
    listed = openpyxl.load_workbook(clear(folder(batch) / "annotated.xlsx"))["错误清单"]
    raws = {row[3].value for row in listed.iter_rows(min_row=2)}
    assert raws == set(told.values())
    assert BAD_ID not in json.dumps(batch.report)


def test_opening_the_register_for_a_comparison_is_written_down(load, tmp_path):
    batch = load(sheet(tmp_path, "a.xlsx", [*person("H01"), ACCOUNT]))
    entries = AuditEntry.objects.filter(verb="open_register", subject=f"batch:{batch.pk}")
    assert [entry.actor_name for entry in entries] == ["陈县", "陈县"], "once to check, once to write"
