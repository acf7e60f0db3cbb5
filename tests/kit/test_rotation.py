"""Keys are made, shown, rotated and retired; a rotation survives kill -9 with readers and writers beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cast import AT
from server import server_database
from stages import household

from wenqu import cli
from wenqu.households.models import Household, Member
from wenqu.kit.audit import SYSTEM
from wenqu.kit.crypto import keys
from wenqu.kit.crypto.fields import Sealed
from wenqu.kit.crypto.keys import BadKeys
from wenqu.kit.crypto.rotating import retire, rotate
from wenqu.kit.crypto.start import check_keys, prove_keys
from wenqu.kit.models import AuditEntry, KeyProof

HOUSES = 12_000
PREPARE = f"""
from wenqu.kit import boot
boot.start(migrate=True)
import sys; sys.path[:0] = [{str(Path(__file__).parent.parent)!r}]
from cast import make_cast
from wenqu.households.models import Household, Member
from wenqu.kit.bulk import insert_rows
cast = make_cast()
village = cast.village_a1
insert_rows(Household, ("id", "county_id", "division_id", "path", "number", "head_name", "phone", "group_name", "kind", "watch_kind"), (
    (n, cast.county.pk, village.pk, village.path, f"H{{n}}", "张三", f"138{{n:08d}}", "", "", "") for n in range(1, {HOUSES} + 1)))
insert_rows(Member, ("household_id", "number", "name", "id_number", "account_number", "relation", "details"), (
    (n, f"M{{n}}", "张三", f"6101991970{{n:08d}}", f"62170{{n:011d}}", "户主", "") for n in range(1, {HOUSES} + 1)))
"""
# Reads, looks up and changes rows of its own (every second one) all the time; what does not open or is not found ends it.
BESIDE = f"""
import sys, random, time
from pathlib import Path
from wenqu.kit import boot
boot.start()
from wenqu.households.models import Household
from wenqu.kit.crypto.seal import digests
stop, first, rounds = Path(sys.argv[1]), int(sys.argv[2]), 0
while not stop.exists():
    row = Household.objects.get(pk=random.randrange(first, {HOUSES} + 1, 2))
    phone = row.phone.open()
    assert phone.endswith(f"{{row.pk:08d}}"), phone
    found = Household.objects.filter(phone_digest__in=digests(phone, "household.phone")).values_list("pk", flat=True)
    assert list(found) == [row.pk], (row.pk, list(found))
    row.phone = f"{{random.choice((138, 139, 150))}}{{row.pk:08d}}"
    row.save()
    rounds += 1
    time.sleep(0.002)
print(rounds)
"""
# Rotates, and is killed when it has written its n-th chunk and not committed it.
KILLED = """
import os, signal, sys
from wenqu.kit import boot
boot.setup()
from django.db import connection
left = int(sys.argv[1])
def die(execute, sql, params, many, context):
    global left
    done = execute(sql, params, many, context)
    left -= many and sql.startswith("UPDATE")
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
from wenqu.cli import main
with connection.execute_wrapper(die):
    main(["keys", "rotate", "--cipher", "sm4-gcm", "--index"])
"""
CHECK = f"""
from wenqu.kit import boot
boot.start()
from wenqu.households.models import Household, Member
from wenqu.kit.crypto.seal import digests
assert sum(row.phone.open().endswith(f"{{row.pk:08d}}") for row in Household.objects.all()) == {HOUSES}
assert sum(row.id_number.open() == f"6101991970{{row.household_id:08d}}" for row in Member.objects.all()) == {HOUSES}
for n in (1, {HOUSES // 2}, {HOUSES}):
    assert Member.objects.get(account_digest__in=digests(f"62170{{n:011d}}", "member.account_number")).household_id == n
print("ok")
"""


def run(*arguments: str, environment: dict[str, str], code: str = "") -> subprocess.CompletedProcess[str]:
    command = ["-c", code, *arguments] if code else ["-m", "wenqu.cli", *arguments]
    return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_a_rotation_goes_on_after_kills_with_readers_and_writers_beside_it(tmp_path):
    with server_database() as url:
        environment = {**os.environ, "WENQU_DATA": str(tmp_path / "data"), "DATABASE_URL": url, "WENQU_KEYS": "", "DJANGO_SETTINGS_MODULE": "wenqu.settings"}
        prepared = run(environment=environment, code=PREPARE)
        assert prepared.returncode == 0, prepared.stderr
        stop, file = tmp_path / "stop", tmp_path / "data" / "keys.json"
        beside = [subprocess.Popen([sys.executable, "-c", BESIDE, str(stop), str(first)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                  for first in (1, 2)]
        try:
            # 24 chunks of households, of which the writers beside take some away, and 48 of members.
            for chunks in (10, 20, 20):
                killed = run(str(chunks), environment=environment, code=KILLED)
                assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
                checked = run(environment=environment, code=CHECK)
                assert checked.stdout == "ok\n", checked.stderr
                raw = json.loads(file.read_text())
                assert (set(raw["keys"]), set(raw["indexes"])) == ({"k1", "k2"}, {"i1", "i2"}), "a rotation that goes on makes no further key"
                refused = run("keys", "retire", "k1", environment=environment)
                assert refused.returncode == 1 and "还有数据在用" in refused.stderr
            done = run("keys", "rotate", "--index", environment=environment)
            assert done.returncode == 0 and "接着完成" in done.stdout, done.stdout + done.stderr
            for name in ("k1", "i1"):
                retired = run("keys", "retire", name, environment=environment)
                assert retired.returncode == 0, retired.stderr
            time.sleep(0.5)
        finally:
            stop.touch()
            told = [child.communicate(timeout=60) for child in beside]
        assert [child.returncode for child in beside] == [0, 0], told
        assert all(int(out) > 50 for out, _err in told), told
        checked = run(environment=environment, code=CHECK)
        assert checked.stdout == "ok\n", checked.stderr
        raw = json.loads(file.read_text())
        assert (set(raw["keys"]), set(raw["indexes"])) == ({"k2"}, {"i2"})
        assert raw["keys"]["k2"]["algorithm"] == "sm4-gcm" and file.stat().st_mode & 0o777 == 0o600
        if not url:
            written = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("wenqu.sqlite3*"))
            for number in ("13800000077", "13900000077", "610199197000000077", "6217000000000077"):
                assert number.encode() not in written


@pytest.fixture
def own_file(settings, tmp_path):
    settings.KEYS_FILE, settings.CIPHER, settings.KEYS_GIVEN = tmp_path / "keys.json", "aes-256-gcm", False
    return settings.KEYS_FILE


def quiet(name: str, number: int) -> None:
    return None


@pytest.mark.django_db
def test_keys_from_the_command_line(own_file, cast, capsys):
    assert cli.main(["keys", "rotate"]) == 1 and "没有找到密钥文件" in capsys.readouterr().err
    assert cli.main(["keys", "create", "--cipher", "sm4-gcm"]) == 0
    assert cli.main(["keys", "create"]) == 1 and "不会覆盖" in capsys.readouterr().err
    prove_keys(AT)
    household(cast.village_a1, "H1")
    first = keys.load(own_file)
    assert cli.main(["keys", "show"]) == 0
    shown = capsys.readouterr().out
    assert first.fingerprint in shown and "sm4-gcm" in shown and "hmac-sm3" in shown
    assert not any(key.secret.hex() in shown for key in first.keys.values())
    assert cli.main(["keys", "retire", "k1"]) == 1 and "正在使用" in capsys.readouterr().err
    assert cli.main(["keys", "retire", "k7"]) == 1 and "没有名为 k7" in capsys.readouterr().err
    assert cli.main(["keys", "rotate"]) == 0
    told = capsys.readouterr().out
    assert "现用密钥 k2（aes-256-gcm），检索密钥 i1" in told and "旧密钥 k1 可以" in told
    assert Household.objects.get().phone.open() == "13800001234"
    assert cli.main(["keys", "retire", "k1"]) == 0
    assert set(keys.load(own_file).keys) == {"k2"}
    check_keys()
    assert list(AuditEntry.objects.filter(verb__contains="key").order_by("pk").values_list("verb", "subject")) == [
        ("create_keys", "key:k1"), ("rotate_keys", "key:k2"), ("rotated_keys", "key:k2"), ("retire_key", "key:k1")]


@pytest.mark.django_db
def test_new_keys_are_refused_for_a_database_that_others_sealed(own_file, capsys):
    keys.create(own_file, "aes-256-gcm", AT)
    prove_keys(AT)
    own_file.unlink()
    assert cli.main(["keys", "create"]) == 1
    assert "已用另一个密钥文件加密" in capsys.readouterr().err and not own_file.exists()


@pytest.mark.django_db
def test_every_sealed_value_is_moved_and_an_index_key_only_when_asked(own_file, cast):
    keys.create(own_file, "aes-256-gcm", AT)
    prove_keys(AT)
    household(cast.village_a1, "H1")
    before = Member.objects.get()
    rotate(cipher="sm4-gcm", index=False, by=SYSTEM, at=AT, tell=quiet)
    after = Member.objects.get()
    assert after.id_number.key == "k2" and after.id_digest == before.id_digest
    assert KeyProof.objects.get().token.startswith("k2.")
    rotate(cipher="", index=True, by=SYSTEM, at=AT, tell=quiet)
    last = Member.objects.get()
    assert last.id_number.key == "k3" and last.id_digest.startswith("i2.") and last.id_number.open() == before.id_number.open()
    retire(name="i1", by=SYSTEM, at=AT)
    retire(name="k1", by=SYSTEM, at=AT)


@pytest.mark.django_db
def test_a_value_that_comes_late_with_the_old_key_is_moved_without_another_key(own_file, cast):
    """An import that began before the rotation may commit after it."""
    old = keys.create(own_file, "aes-256-gcm", AT)
    prove_keys(AT)
    late = household(cast.village_a1, "H1")
    token = late.phone.token
    rotate(cipher="", index=False, by=SYSTEM, at=AT, tell=quiet)
    Household.objects.update(phone=Sealed(token, "household.phone"))
    with pytest.raises(BadKeys, match="联系电话 1 个"):
        retire(name=old.active, by=SYSTEM, at=AT)
    done = rotate(cipher="", index=False, by=SYSTEM, at=AT, tell=quiet)
    assert done.resumed and done.written == 1 and done.left == 0
    retire(name=old.active, by=SYSTEM, at=AT)
    assert Household.objects.get().phone.open() == "13800001234"


@pytest.mark.django_db
def test_a_value_that_opens_with_no_key_is_told_of_and_left(own_file, cast, capsys):
    keys.create(own_file, "aes-256-gcm", AT)
    prove_keys(AT)
    broken = household(cast.village_a1, "H1").phone.token[:-3] + "AAA"
    household(cast.village_a1, "H2")
    Household.objects.filter(number="H1").update(phone=Sealed(broken, "household.phone"))
    assert cli.main(["keys", "rotate"]) == 2
    assert "还有 1 个值" in capsys.readouterr().err
    assert Household.objects.get(number="H2").phone.open() == "13800001234"
    assert cli.main(["keys", "retire", "k1"]) == 1


def test_two_changes_of_the_key_file_at_once_are_refused(own_file):
    with keys.alone(own_file), pytest.raises(BadKeys, match="另一个密钥操作"), keys.alone(own_file):
        pass


@pytest.mark.parametrize("command", ["serve", "worker", "import", "export"])
def test_a_wrong_or_missing_key_file_is_one_clear_line(tmp_path, command):
    environment = {**os.environ, "WENQU_DATA": str(tmp_path), "DATABASE_URL": "", "WENQU_KEYS": "", "DJANGO_SETTINGS_MODULE": "wenqu.settings"}
    assert run(environment=environment, code="from wenqu.kit import boot; boot.start(migrate=True)").returncode == 0
    words = {"import": ["import", "households", "x.xlsx", "--county", "清泉县"],
             "export": ["export", "households", "--division", "清泉县", "--out", str(tmp_path / "x.xlsx")]}.get(command, [command])
    (tmp_path / "keys.json").rename(tmp_path / "other.json")
    for step, sentence in (("missing", "没有找到密钥文件"), ("wrong", "与数据库不匹配"), ("broken", "内容有误")):
        if step == "wrong":
            keys.create(tmp_path / "keys.json", "aes-256-gcm", AT)
        elif step == "broken":
            (tmp_path / "keys.json").write_text("{}")
        refused = run(*words, environment=environment)
        assert refused.returncode == 1 and sentence in refused.stderr and "Traceback" not in refused.stderr, refused.stderr
