"""Households that the register does not know: listed where they were met, exported for its import."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from cast import AT, Cast
from django.test import Client
from stages import household

from survey.effects_helper import run, send, xml_of
from survey.field import Field, make_field, phone_of
from wenqu.registers.catalogues import CATALOGUES, HOUSEHOLDS
from wenqu.survey.designing.actions import publish_shipped


@pytest.fixture
def field(cast: Cast) -> Field:
    made = make_field(cast)
    publish_shipped(county=cast.county, shipped="household-new", by=cast.chen, at=AT)
    return made


def met(field: Field, head: str, account=None, village: str = "甲一村", **rest):
    phone = field.phone if account is None else phone_of(account)
    body = f"<home><head>{head}</head><group>东沟组</group><people>3</people><why>other</why><why_other>看护山林</why_other><mode>haul</mode></home>"
    row = send(phone, xml_of("household_new", f"<village>{village}</village><step>new_household</step>{body}", **rest))
    run()
    return row


def test_listed_in_words_with_a_mark_where_the_register_knows_one_by_now(field: Field, client: Client) -> None:
    met(field, "孙新")
    met(field, "张三")
    client.force_login(field.cast.li)
    page = client.get("/survey/outside/").content.decode()
    assert "孙新" in page and "看护山林" in page and "到河沟、水塘挑水" in page and "甲一村" in page
    assert page.count("台账已有同名户") == 1


def test_nobody_sees_those_of_another_town(field: Field, client: Client) -> None:
    met(field, "孙新")
    client.force_login(field.cast.zhao)
    assert "孙新" not in client.get("/survey/outside/").content.decode()
    assert "孙新" not in client.get("/survey/outside/outside.csv").content.decode()


def test_the_export_has_the_columns_of_the_import(field: Field, client: Client) -> None:
    met(field, "孙新")
    met(field, "=1+1")
    client.force_login(field.cast.li)
    rows = list(csv.reader(io.StringIO(client.get("/survey/outside/outside.csv").content.decode("utf-8-sig"))))
    assert set(rows[0][:8]) <= {column.zh for column in CATALOGUES[HOUSEHOLDS].columns} and rows[1][6] == "'=1+1"
    assert rows[2][:8] == ["610199101201", "清泉县", "甲镇", "甲一村", "东沟组", "", "孙新", "3"]
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/survey/outside/outside.xlsx").content)).active
    assert [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)][2] == rows[2]
    assert sheet["G2"].data_type == "s" and sheet["G2"].value == "=1+1"


def test_a_household_of_the_same_head_elsewhere_is_no_mark(field: Field, client: Client) -> None:
    household(field.cast.village_a2, "X9", "孙新")
    met(field, "孙新")
    client.force_login(field.cast.li)
    assert "台账已有同名户" not in client.get("/survey/outside/").content.decode()
