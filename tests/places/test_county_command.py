"""`wenqu county`: an empty database gets its first county without any demo."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wenqu import cli
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.places.actions import add_county
from wenqu.places.models import Account, Division, Level

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command in this process; gives status, output and errors."""
    monkeypatch.setattr("wenqu.kit.boot.setup", lambda: None)

    def command(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.main(list(words))
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


def test_an_empty_database_comes_to_its_first_administrator(run) -> None:
    person = ("people", "add-admin", "--name", "首管", "--username", "shouguan", "--division", "610122")
    status, _out, err = run(*person)
    assert status == 1 and "wenqu county" in err
    status, out, _err = run("county", "陕西省", "西安市", "蓝田县", "--code", "610122")
    assert status == 0 and "陕西省西安市蓝田县" in out
    county = Division.objects.get(level=Level.COUNTY)
    assert [county.name, county.parent.name, county.parent.parent.name] == ["蓝田县", "西安市", "陕西省"]
    assert county.codes.get().code == "610122000000"
    assert set(AuditEntry.objects.filter(verb="add_division").values_list("via", flat=True)) == {"command"}
    assert run(*person)[0] == 0
    assert Account.objects.get().username == "shouguan"


def test_a_second_county_stands_below_the_same_province(run) -> None:
    run("county", "陕西省", "西安市", "蓝田县", "--code", "610122")
    assert run("county", "陕西省", "西安市", "周至县", "--code", "610124")[0] == 0
    assert run("county", "陕西省", "汉中市", "洋县", "--code", "610723")[0] == 0
    assert Division.objects.filter(level=Level.PROVINCE).count() == 1
    assert sorted(Division.objects.filter(level=Level.COUNTY).values_list("name", "parent__name")) == [
        ("周至县", "西安市"), ("洋县", "汉中市"), ("蓝田县", "西安市"),
    ]


@pytest.mark.parametrize(("names", "code", "words"), [
    (("陕西省", "西安市", "蓝田县"), "610122", "已有“蓝田县”"),
    (("陕西省", "西安市", "蓝天县"), "610122", "已有“蓝田县”"),
    (("陕西省", "西安市", "蓝田县"), "610124", "已有“蓝田县”"),
    (("陕西", "西安市", "周至县"), "610124", "已有“陕西省”"),
    (("陕西省", "西安市", "周至县"), "6101", "应为 6 位数字"),
    (("陕西省", "西安市", "周至县"), "610100", "应为 6 位数字"),
    (("陕西省", "西安市", " "), "610124", "请写全"),
])
def test_what_cannot_be_is_one_clear_line(run, names: tuple[str, ...], code: str, words: str) -> None:
    run("county", "陕西省", "西安市", "蓝田县", "--code", "610122")
    status, out, err = run("county", *names, "--code", code)
    assert (status, out) == (1, "")
    assert words in err and err.startswith("没有执行：")
    assert Division.objects.count() == 3


def test_its_codes_are_of_the_year_here() -> None:
    """The first hours of a year are still the year before in the time that the database keeps."""
    made = add_county(province="陕西省", prefecture="西安市", county="蓝田县", code="610122", system="nbs", by=SYSTEM, at=datetime(2026, 12, 31, 17, tzinfo=UTC))
    assert made.codes.get().edition == "2027"
