"""A county's own CSV files: uploaded with the form that needs them, looked at, given to phones with it, taken over by its next version."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from cast import AT, Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from forms.books import ask, form
from openrosa.client import Collect

from survey.field import Field, make_field, round_of
from survey.page import Page
from wenqu.forms.problems import FormRefused
from wenqu.kit.models import AuditEntry
from wenqu.survey.designing import tables
from wenqu.survey.designing.actions import publish_version
from wenqu.survey.models import FormTable, FormVersion

PLANTS = "name,label,town\np1,甲水厂,甲镇\np2,乙水厂,乙镇\n"


def book(version: str = "1", *more: dict[str, str], file: str = "plants.csv") -> bytes:
    settings = [["form_id", "form_title", "version"], ["visit", "走访", version]]
    return form(ask(f"select_one_from_file {file}", "plant"), *more, settings=settings)


def publish(cast: Cast, version: str = "1", *more: dict[str, str], **files: str | bytes) -> FormVersion:
    given = {f"{name}.csv": text.encode() if isinstance(text, str) else text for name, text in files.items()}
    return publish_version(county=cast.county, workbook=book(version, *more), name="走访.xlsx", files=given, by=cast.chen, at=AT)


def refused(cast: Cast, **files: str | bytes) -> list[tuple[str, int, str, str]]:
    with pytest.raises(FormRefused) as told:
        publish(cast, **files)
    assert not FormVersion.objects.filter(form__form_id="visit").exists()
    return [(each.sheet, each.row, each.column, each.code) for each in sorted(told.value.problems)]


class TestLookedAt:
    @pytest.mark.parametrize(("text", "where"), [
        ("", (1, "", "csv_empty")),
        ("\n\n", (1, "", "csv_empty")),
        ("name,town\np1,甲镇\n", (1, "label", "csv_column_missing")),
        ("name;label\np1;甲\n", (1, "label", "csv_column_missing")),
        ("name,label,,x\np1,甲,,\n", (1, "", "csv_header_blank")),
        ("name,label,label\np1,甲,乙\n", (1, "label", "csv_header_twice")),
        ("name,label\np1,甲\n\np2\n", (4, "", "csv_width")),
        ("name,label\np1,甲,多\n", (2, "", "csv_width")),
        ("name,label\n,甲\n", (2, "name", "csv_value")),
        ("name,label\np 1,甲\n", (2, "name", "csv_value")),
        ("name,label\np1,甲\x07\n", (2, "label", "csv_control")),
        ('name,label\np1,"甲\np2,乙\n', (3, "", "csv_broken")),
        (b"name,label\np1,\xff\xff\xff\n", (0, "", "csv_encoding")),
    ])
    def test_what_is_wrong_is_told_by_file_row_and_column(self, cast: Cast, text: str | bytes, where: tuple[int, str, str]) -> None:
        assert ("plants.csv", *where) in refused(cast, plants=text)

    def test_what_is_too_large_is_refused(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tables, "MOST_ROWS", 1)
        assert refused(cast, plants=PLANTS) == [("plants.csv", 3, "", "csv_too_long")]
        monkeypatch.setattr(tables, "MOST_BYTES", 10)
        assert refused(cast, plants=PLANTS) == [("plants.csv", 0, "", "file_too_large")]

    def test_what_is_missing_not_needed_or_the_registers_is_refused(self, cast: Cast) -> None:
        assert refused(cast) == [("plants.csv", 0, "", "file_missing")]
        assert refused(cast, plants=PLANTS, towns=PLANTS, households=PLANTS) == [
            ("households.csv", 0, "", "file_of_register"), ("towns.csv", 0, "", "file_not_used")]

    def test_what_spreadsheet_programs_write_is_taken(self, cast: Cast) -> None:
        """A mark at the beginning, the encoding of this country, blanks, nameless columns at the end, lines of Windows."""
        publish(cast, "a", plants="\ufeff" + PLANTS)
        publish(cast, "b", plants=PLANTS.replace("\n", "\r\n").encode("gb18030"))
        publish(cast, "c", plants="name , label,town,,\n p1,甲水厂 ,甲镇,,\n\np2,乙水厂,乙镇,,\n,,,,\n")
        assert {row.content.open() for row in FormTable.objects.all()} == {PLANTS} and FormTable.objects.count() == 3
        assert {row.rows for row in FormTable.objects.all()} == {2}

    def test_a_lookup_in_another_file_needs_its_columns_too(self, cast: Cast) -> None:
        settings = [["form_id", "form_title", "version"], ["visit", "走访", "1"]]
        workbook = form(ask("text", "code"), ask("calculate", "price", calculation="pulldata('prices', 'price', 'code', ${code})"), settings=settings)
        with pytest.raises(FormRefused) as told:
            publish_version(county=cast.county, workbook=workbook, name="x.xlsx", files={"prices.csv": b"code,other\n1,2\n"}, by=cast.chen, at=AT)
        assert [(each.row, each.column, each.code) for each in told.value.problems] == [(1, "price", "csv_column_missing")]
        # What is only looked up may have blanks: it is no answer to choose.
        publish_version(county=cast.county, workbook=workbook, name="x.xlsx", files={"prices.csv": b"code,price\na b,\n"}, by=cast.chen, at=AT)


class TestKept:
    def test_what_is_not_given_again_is_taken_over_from_the_version_before(self, cast: Cast) -> None:
        publish(cast, "1", plants=PLANTS)
        second = publish(cast, "2")
        assert second.tables.get().content.open() == PLANTS
        third = publish(cast, "3", plants=PLANTS + "p3,丙水厂,丙镇\n")
        assert third.tables.get().rows == 3 and FormVersion.objects.get(version="1").tables.get().rows == 2, "a version never changes"

    def test_what_is_taken_over_is_looked_at_again(self, cast: Cast) -> None:
        publish(cast, "1", plants=PLANTS)
        workbook = book("2", ask("calculate", "owner", calculation="instance('plants')/root/item[name = ${plant}]/owner"))
        with pytest.raises(FormRefused) as told:
            publish_version(county=cast.county, workbook=workbook, name="x.xlsx", by=cast.chen, at=AT)
        assert [(each.sheet, each.column, each.code) for each in told.value.problems] == [("plants.csv", "owner", "csv_column_missing")]

    def test_it_lies_sealed(self, cast: Cast) -> None:
        publish(cast, "1", plants=PLANTS)
        (stored,) = FormTable.objects.extra(select={"raw": "content"}).values_list("raw", flat=True)  # noqa: S610
        assert "甲水厂" not in str(stored)


@pytest.fixture
def field(cast: Cast) -> Field:
    field = make_field(cast)
    version = publish(cast, "1", ask("select_one_from_file households.csv", "pick"), plants=PLANTS)
    round_of(cast, version.form, [cast.wang], [cast.village_a1])
    return field


class TestPhones:
    def test_collect_gets_it_beside_the_register(self, field: Field) -> None:
        phone = Collect(f"http://testserver/x/{field.phone.token}", Client())
        told = phone.download(next(each for each in phone.form_list() if each.form_id == "visit"))
        assert told.media["plants.csv"].decode() == PLANTS and told.entities == {}
        assert [row["head"] for row in csv.DictReader(io.StringIO(told.media["households.csv"].decode()))] == ["张三", "李四"]
        assert AuditEntry.objects.filter(verb="download_list", detail__file="plants.csv").count() == 1

    def test_the_page_gets_it_by_its_hash_and_keeps_it(self, field: Field) -> None:
        page = Page(field.phone.token)
        told = next(each for each in page.tasks()["forms"] if each["id"] == "visit")
        assert [(file["name"], file["register"]) for file in told["files"]] == [("households.csv", True), ("plants.csv", False)]
        before = told["files"][1]["hash"]
        answer = page.get(f"forms/{told['pk']}/files/plants.csv")
        assert answer.content.decode() == PLANTS and answer.headers["Content-Type"].startswith("text/csv") and "immutable" in answer.headers["Cache-Control"]
        assert page.get(f"forms/{told['pk']}/files/households.csv").status_code == 404, "the phone makes it itself"
        publish(field.cast, "2", ask("select_one_from_file households.csv", "pick"), plants=PLANTS + "p3,丙水厂,丙镇\n")
        told = next(each for each in page.tasks()["forms"] if each["id"] == "visit")
        assert before and told["files"][1]["hash"] not in {"", before}


class TestOffice:
    def files(self, *names: str) -> dict[str, Any]:
        return {"tables": [SimpleUploadedFile(name, PLANTS.encode()) for name in names], "file": SimpleUploadedFile("走访.xlsx", book())}

    def test_uploaded_with_the_workbook_shown_and_downloaded(self, cast: Cast, sign_in: Any) -> None:
        http = sign_in(cast.chen)
        answer = http.post("/survey/forms/upload/", {"county": cast.county.pk, **self.files("plants.csv")})
        assert answer.status_code == 302
        version = FormVersion.objects.get()
        page = http.get(answer.url).content.decode()
        assert f"/survey/versions/{version.pk}/files/plants.csv/" in page and "2 行" in page
        answer = http.get(f"/survey/versions/{version.pk}/files/plants.csv/")
        assert answer.content.decode() == "\ufeff" + PLANTS
        assert AuditEntry.objects.get(verb="download_list").subject == f"form:{version.form_id}"
        assert http.get(f"/survey/versions/{version.pk}/files/other.csv/").status_code == 404

    def test_checked_first_and_then_confirmed_without_choosing_again(self, cast: Cast, sign_in: Any) -> None:
        http = sign_in(cast.chen)
        page = http.post("/survey/forms/upload/", {"county": cast.county.pk, "step": "check", **self.files("plants.csv")})
        assert page.status_code == 200 and not FormVersion.objects.exists()
        held = page.context["held"]
        answer = http.post("/survey/forms/upload/", {
            "county": cast.county.pk, "step": "publish", "name": "走访.xlsx", "workbook": held["workbook"], "held_table": held["files"]})
        assert answer.status_code == 302 and FormTable.objects.get().content.open() == PLANTS

    def test_refusals_are_shown_by_file_row_and_column(self, cast: Cast, sign_in: Any) -> None:
        for step in ("check", "publish"):
            answer = sign_in(cast.chen).post("/survey/forms/upload/", {"county": cast.county.pk, "step": step, **self.files("plants.csv", "towns.csv")})
            page = answer.content.decode()
            assert answer.status_code == 422 and "表单没有用到“towns.csv”" in page and not FormVersion.objects.exists()

    def test_nobody_of_elsewhere_downloads_it(self, field: Field, sign_in: Any) -> None:
        version = FormVersion.objects.get(form__form_id="visit")
        assert sign_in(field.cast.zhao).get(f"/survey/versions/{version.pk}/files/plants.csv/").status_code == 403
