"""`wenqu people`: the first administrator, links, decisions and leaving from the server itself."""

from __future__ import annotations

import re

import pytest
from cast import Cast
from django.test import Client
from django.utils import timezone
from staff import Staff, duty

from wenqu import cli
from wenqu.kit.models import AuditEntry
from wenqu.people.models import HandOver, RightsRequest
from wenqu.people.persons.actions import give_or_ask
from wenqu.places.models import Account, Duty, Role


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command in this process; gives status, output and errors."""
    monkeypatch.setattr("wenqu.kit.boot.setup", lambda: None)

    def command(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.main(["people", *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


def test_the_first_administrator_comes_in_by_the_link(run, cast: Cast) -> None:
    status, out, _err = run("add-admin", "--name", "首管", "--username", "shouguan", "--division", "610199", "--address", "https://shui.example.cn")
    assert status == 0
    found = re.search(r"https://shui\.example\.cn(/people/join/[\w-]{43}/)", out)
    assert found and "清泉县" in out
    assert "您的用户名是" in Client().get(found[1], follow=True).content.decode()
    row = Duty.objects.get(account__username="shouguan")
    assert (row.role, row.division) == (Role.COUNTY_ADMIN, cast.county)
    entry = AuditEntry.objects.get(verb="add_account", subject=f"account:{row.account_id}")
    assert (entry.actor_name, entry.via) == ("系统", "command")


@pytest.mark.parametrize(("change", "words"), [
    (["--username", "wang"], "已被使用"), (["--username", "a b"], "用户名用"), (["--division", "没有县"], "没有“没有县”"), (["--division", "甲镇"], "只能设在省至县"),
])
def test_what_cannot_be_is_one_clear_line(run, cast: Cast, change: list[str], words: str) -> None:
    wanted = {"--name": "首管", "--username": "shouguan", "--division": "清泉县"} | dict([change])
    status, out, err = run("add-admin", *[word for pair in wanted.items() for word in pair])
    assert (status, out) == (1, "")
    assert words in err and err.startswith("没有执行：") and "Traceback" not in err
    assert not Account.objects.filter(name="首管").exists()


def test_the_list_names_everybody_with_their_duties(run, cast: Cast, staff: Staff) -> None:
    _status, out, _err = run("list")
    assert "wang\t王管\t在用\t甲一村 村级管水员" in out
    assert "nobody\t无职\t在用\t没有职责" in out


def test_the_console_decides_and_the_audit_says_so(run, cast: Cast, staff: Staff) -> None:
    request = give_or_ask(account=cast.wang, duty=duty(Role.COUNTY_ADMIN, cast.county), reason="x", by=staff.guan, at=timezone.now())
    status, out, _err = run("approve", str(request.pk))
    assert status == 0 and "已同意：授予职责，王管" in out
    entry = AuditEntry.objects.get(verb="decide_change")
    assert (entry.actor_name, entry.via, entry.detail["asked_by"]) == ("系统", "command", "管一")
    assert RightsRequest.objects.get().at_console
    assert run("approve", str(request.pk))[0] == 1
    assert "没有编号为 999" in run("approve", "999")[2]


def test_leaving_and_new_links(run, cast: Cast, staff: Staff) -> None:
    assert "/people/join/" in run("invite", "wang")[1]
    assert "没有用户名为“x”" in run("invite", "x")[2]
    status, out, _err = run("leave", "li", "--to", "chen", "--reason", "退休")
    assert status == 0 and "李站的账号已停用" in out and "陈县" in out
    assert HandOver.objects.get().by is None
    assert run("leave", "li")[0] == 1
    assert run("nonsense")[0] == 1
