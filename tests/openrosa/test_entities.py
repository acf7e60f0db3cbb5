"""Lists of entities: forms whose answers change them, and what Collect asks of such a list."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from cast import AT, TODAY, Cast
from django.test import Client
from survey.field import Field, make_field, phone_of, round_of

from openrosa.client import Collect
from wenqu.importing.models import Batch
from wenqu.places.models import Division
from wenqu.registers import actions as registers
from wenqu.survey.designing.actions import publish_version
from wenqu.survey.models import Submission

SHEETS = {
    "survey": [["type", "name", "label", "save_to"], ["csv-external", "households", "", ""], ["select_one_from_file households.csv", "pick", "选择农户", ""],
               ["integer", "people", "人数", "people"]],
    "settings": [["form_id", "form_title", "version"], ["visit", "走访", "1"]],
    "entities": [["list_name", "entity_id"], ["households", "${pick}"]],
}


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


@pytest.fixture
def field(cast: Cast) -> Field:
    field = make_field(cast)
    version = publish_version(county=cast.county, workbook=workbook(), name="visit.xlsx", by=cast.chen, at=AT)
    round_of(cast, version.form, [cast.wang], [cast.village_a1])
    return field


@pytest.fixture
def phone(field: Field) -> Collect:
    return Collect(f"http://testserver/x/{field.phone.token}", Client())


def visit(phone: Collect):
    return phone.download(next(form for form in phone.form_list() if form.form_id == "visit"))


def versions(form) -> dict[str, str]:
    return {row["name"]: row["__version"] for row in csv.DictReader(io.StringIO(form.media["households.csv"].decode()))}


def test_a_list_that_answers_change_is_an_entity_list_with_name_label_and_version(phone: Collect, field: Field) -> None:
    form = visit(phone)
    assert set(form.entities) == {"households"}
    assert versions(form) == {str(field.home.pk): "1", str(field.neighbour.pk): "1"}
    plain = phone.download(next(form for form in phone.form_list() if form.form_id == "household_check"))
    assert plain.entities == {} and "__version" not in plain.media["households.csv"].decode()


def test_the_hash_and_the_version_change_with_every_entity(phone: Collect, field: Field) -> None:
    before = visit(phone)
    hashes = phone.manifest_hashes(before)
    phone.post(f'<data id="visit" version="1"><pick>{field.home.pk}</pick><people>5</people><meta><instanceID>uuid:v</instanceID></meta></data>'.encode())
    assert Submission.objects.get().state == "accepted"
    after = visit(phone)
    assert versions(after) == {str(field.home.pk): "2", str(field.neighbour.pk): "1"} and phone.manifest_hashes(after) != hashes


def test_a_correction_raises_the_version_too(phone: Collect, field: Field) -> None:
    def answer(instance: str, deprecated: str = "") -> bytes:
        meta = f"<instanceID>{instance}</instanceID>" + (f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else "")
        return f'<data id="visit" version="1"><pick>{field.home.pk}</pick><people>5</people><meta>{meta}</meta></data>'.encode()

    phone.post(answer("uuid:v"))
    phone.post(answer("uuid:w", "uuid:v"))
    assert set(Submission.objects.values_list("state", flat=True)) == {"accepted", "replaced"}
    assert versions(visit(phone))[str(field.home.pk)] == "3"


def imported(cast: Cast, folder: Path, head: str) -> Batch:
    """The register edited as registers are: the sheet delivered again."""
    row = {"县(市、区、旗)": "清泉县", "乡(镇)": "甲镇", "行政村": "甲一村", "户编号": "610199101201001", "姓名": head, "与户主关系": "户主", "人数": 3}
    book = openpyxl.Workbook()
    for line in (list(row), list(row.values())):
        book.active.append(line)
    book.save(folder / "农户.xlsx")
    batch = registers.receive_workbook(
        kind="households", county=cast.county, file=folder / "农户.xlsx", file_name="农户.xlsx", code_system="nbs", observed_on=TODAY, by=cast.chen, at=AT)
    registers.check_batch(batch=batch, by=cast.chen, at=AT)
    return registers.import_batch(batch=batch, by=cast.chen, at=AT)


def test_an_edit_of_the_register_raises_the_version_and_so_does_taking_it_back(phone: Collect, field: Field, tmp_path: Path) -> None:
    def seen() -> tuple[str, int]:
        form = visit(phone)
        (row,) = (row for row in csv.DictReader(io.StringIO(form.media["households.csv"].decode())) if row["name"] == str(field.home.pk))
        return row["head"], int(row["__version"])

    name, first = seen()
    batch = imported(field.cast, tmp_path, "张三改")
    changed, second = seen()
    registers.undo_batch(batch=batch, by=field.cast.chen, at=AT)
    back, third = seen()
    assert (name, changed, back) == ("张三", "张三改", "张三") and first < second < third
    # Dry-run and imported again: the counter of the batch itself begins anew, the version does not.
    registers.check_batch(batch=batch, by=field.cast.chen, at=AT)
    assert seen() == ("张三", third)
    registers.import_batch(batch=batch, by=field.cast.chen, at=AT)
    again, fourth = seen()
    assert again == "张三改" and fourth > third


def test_an_edit_in_another_county_raises_nothing(phone: Collect, field: Field) -> None:
    before = versions(visit(phone))
    other = Division.objects.create(parent=field.cast.county.parent, level=3, name="邻县", path=field.cast.county.parent.path + "0077")
    Batch.objects.create(
        division=other, path=other.path, kind="households", file_name="x", stored="x", sha256="0" * 64, observed_on=TODAY, created_at=AT, writes=5)
    assert versions(visit(phone)) == before


def test_the_integrity_address_says_which_entities_are_gone(phone: Collect, field: Field) -> None:
    form = visit(phone)
    gone, kept, new = field.neighbour.pk, field.home.pk, "0b1f8a5e-5d9c-4a51-9a39-3f2f6a9c1d77"
    field.neighbour.delete()
    assert phone.deleted(form.entities["households"], [str(gone), str(kept), new]) == {str(gone): True, str(kept): False, new: False}


def test_a_household_of_elsewhere_is_gone_from_this_phone(phone: Collect, field: Field) -> None:
    assert phone.deleted(visit(phone).entities["households"], [str(field.far.pk)]) == {str(field.far.pk): True}


def test_a_phone_of_somebody_without_a_task_gets_no_form_and_no_household(field: Field) -> None:
    li = Collect(f"http://testserver/x/{phone_of(field.cast.li).token}", Client())
    assert li.form_list() == []
    answer = li.ask(f"{li.server_url}/forms/{field.version.pk}/files/households.csv")
    assert answer.content.decode().splitlines() == ["name,label,number,village,head,group,people,scheme,scheme_name,scheme_class"]


def test_a_form_of_another_county_is_not_there(field: Field, phone: Collect) -> None:
    assert phone.ask(f"{phone.server_url}/forms/{field.version.pk + 999}/form.xml").status_code == 404
