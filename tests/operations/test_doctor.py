"""`wenqu doctor`, and settings that cannot be used: one Chinese line that names them, from every command and every process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cast import Cast
from places import Place, Places

from wenqu.operations import findings
from wenqu.operations.findings import BAD, GOOD, WARN, Finding

ROOT = Path(__file__).resolve().parents[2]


def levels(found: list[Finding]) -> dict[str, str]:
    return {each.name: each.level for each in found}


def test_a_new_place_is_looked_at_from_end_to_end(places: Places) -> None:
    place = places.new()
    place.run("-c", "from wenqu.kit.boot import start; start(migrate=True)")
    done = place.wenqu("doctor", ok=1)
    assert "✓ 数据库结构" in done.stdout and "! 后台任务进程" in done.stdout and "✗" not in done.stdout
    told = json.loads(place.wenqu("doctor", "--json", ok=1).stdout)
    assert told["status"] == "warning" and {"Python", "个人信息密钥", "审计链", "备份"} <= {each["name"] for each in told["checks"]}
    assert all(each["advice"] for each in told["checks"] if each["level"] != "ok")

    place.keys.chmod(0o644)
    place.data.chmod(0o755)
    done = place.wenqu("doctor", ok=2)
    assert "✗ 密钥文件权限" in done.stdout and "chmod 600" in done.stdout and "! 数据目录" in done.stdout
    place.keys.unlink()
    assert "没有找到" in place.wenqu("doctor", ok=2).stdout


def test_a_database_without_tables_is_told_and_nothing_breaks(places: Places) -> None:
    place = places.new()
    done = place.wenqu("doctor", ok=2)
    assert "✗ 数据库" in done.stdout and "出错" not in done.stdout
    assert not list(place.data.glob("*.sqlite3")), "looking makes nothing"


def test_people_backups_and_service_are_judged(cast: Cast, settings, tmp_path: Path) -> None:
    settings.BACKUP_DIR, settings.DEBUG, settings.DEMO, settings.ALLOWED_HOSTS = str(tmp_path), True, True, ["*"]
    people = levels(list(findings.of_people()))
    assert people == {"管理员": WARN, "两步验证": WARN}
    assert levels(list(findings.of_backups())) == {"备份": BAD}
    (tmp_path / "wenqu-x.tar").write_bytes(b"x")
    assert levels(list(findings.of_backups())) == {"备份": GOOD}
    told = levels(list(findings.of_settings()))
    assert (told["调试"], told["演示"], told["主机名"], told["时区和时钟"]) == (WARN, WARN, BAD, GOOD)


@pytest.mark.parametrize(("name", "value"), [
    ("WENQU_DEBUG", "maybe"), ("WENQU_TIME_ZONE", "Mars/Base"), ("DATABASE_URL", "mysql://u:geheim@h/x"), ("DATABASE_URL", "postgres://u:geheim@[h/x"),
    ("WENQU_LOG_LEVEL", "loud"), ("WENQU_LOG_FORMAT", "xml"), ("WENQU_DATA", "/proc/none"), ("WENQU_PACK", "nope"), ("WENQU_ORIGINS", "example.cn"),
    ("WENQU_CERT", "/none.pem"), ("WENQU_UPLOAD_MB", "many"), ("WENQU_CIPHER", "rot13"), ("WENQU_SERVICE", "1"),
])
def test_a_bad_setting_is_one_line_that_names_it(places: Places, monkeypatch, name: str, value: str) -> None:
    place = places.new()
    given = {**place.env, name: value}
    monkeypatch.setattr(Place, "env", given)
    words = ["-m", "wenqu.cli", "worker"] if name != "WENQU_SERVICE" else ["-c", "import wenqu.wsgi"]
    said = place.run(*words, ok=1).stderr.strip()
    assert said.startswith("设置有误：") and name in said and "\n" not in said and "geheim" not in said


def test_service_needs_what_service_needs_and_no_more(places: Places, monkeypatch) -> None:
    place = places.new()
    given = {**place.env, "WENQU_SERVICE": "1"}
    needs = {"WENQU_SECRET_KEY": "x" * 40, "WENQU_HOSTS": "water.example.cn", "WENQU_HTTPS": "1"}
    monkeypatch.setattr(Place, "env", given)
    said = place.wenqu("doctor", ok=2).stderr
    assert all(name in said for name in needs)
    for name, value in needs.items():
        assert name in said
        given[name] = value
        said = place.run("-c", "from wenqu.kit.boot import load; load()", ok=0 if len([each for each in needs if each in given]) == 3 else 1).stderr
    given["WENQU_DEBUG"] = "1"
    assert "WENQU_DEBUG" in place.run("-c", "from wenqu.kit.boot import load; load()", ok=1).stderr


def test_a_database_that_is_not_there_is_one_line(places: Places, monkeypatch) -> None:
    place = places.new()
    monkeypatch.setattr(Place, "env", {**place.env, "DATABASE_URL": "postgres://u:geheim@127.0.0.1:1/x"})
    for command in ("worker", "serve"):
        said = place.wenqu(command, ok=1).stderr.strip()
        assert said.startswith("数据库连接不上") and "geheim" not in said and "\n" not in said
    assert "数据库连接不上" in place.wenqu("doctor", ok=2).stdout


def test_the_manual_names_every_setting_of_service() -> None:
    manual = (ROOT / "docs/operations.zh-CN.md").read_text(encoding="utf-8")
    for name in ("WENQU_SERVICE", "WENQU_SECRET_KEY", "WENQU_KEYS", "WENQU_HOSTS", "WENQU_HTTPS", "WENQU_PROXY", "WENQU_CERT", "WENQU_BACKUP_DIR",
                 "WENQU_METRICS_TOKEN", "WENQU_LOG_FORMAT", "DATABASE_URL", "WENQU_DATA", "WENQU_AUDIT_DIR"):
        assert name in manual, name
    for command in ("wenqu backup", "wenqu backup verify", "wenqu restore", "wenqu doctor", "/healthz", "/metrics"):
        assert command in manual, command
