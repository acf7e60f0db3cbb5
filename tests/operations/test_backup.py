"""Backups: whole or not at all, checked member by member, put back into empty places only. On the engine of the suite."""

from __future__ import annotations

import hashlib
import io
import json
import signal
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from places import Place, Places, places_in

from wenqu.operations.backup.checking import check_backup
from wenqu.operations.backup.reading import Broken

# A small place with a run, an upload and a job that was running; sealed by the keys of the test.
FILL = """
from datetime import UTC, date, datetime
from wenqu.kit.boot import start
start(migrate=True)
from cast import AT, make_cast
from judged import make_county
from wenqu.jobs.models import Job, State
from wenqu.importing.models import Batch
from wenqu.people.models import SignedIn, Throttle
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from wenqu.kit.audit_chain import seal_pending
county = make_county(make_cast())
cast = county.cast
Job.objects.create(kind="x", title="在跑", path=cast.county.path, state=State.RUNNING, created_at=AT, beat_at=AT)
Batch.objects.create(division=cast.county, path=cast.county.path, kind="households", file_name="a.xlsx", stored="abc", sha256="0", observed_on=date(2026, 1, 1), created_at=AT)
folder = settings.UPLOADS_DIR / "abc"
folder.mkdir(parents=True)
(folder / "source.xlsx").write_bytes(b"delivered")
from evidence.files import PDF, photo, upload
from wenqu.evidence.actions import attach
from wenqu.evidence.receiving import receive
from wenqu.kit.audit import SYSTEM
for content, name in ((photo(), "a.jpg"), (PDF, "b.pdf")):
    attach(received=receive(upload(content, name)), subject="problem:1", path=cast.county.path, division_id=cast.county.pk, about="found", by=SYSTEM, at=AT)
SessionStore().save()
Throttle.objects.create(key="k", failures=3, last_at=AT)
seal_pending(timezone.now())
"""
ASK = """
from wenqu.kit.boot import start
start()
import json
from django.contrib.sessions.models import Session
from wenqu.households.models import Household
from wenqu.jobs.models import Job
from wenqu.kit.models import AuditEntry
from wenqu.operations.proof_findings import proof_findings
from wenqu.people.models import Throttle
print(json.dumps({
    "households": Household.objects.count(), "jobs": list(Job.objects.filter(kind="x").values_list("state", flat=True)), "sessions": Session.objects.count(),
    "throttles": Throttle.objects.count(), "phone": Household.objects.order_by("pk").first().phone.open(),
    "evidence": [finding.text for finding in proof_findings(60)], "audit": list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))[-1],
}))
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with places_in(tmp_path_factory.mktemp("stock")) as found:
        yield found


@pytest.fixture(scope="module")
def place(places: Places) -> Place:
    """Filled once; a test that changes more than the audit log takes a copy."""
    found = places.new()
    found.run("-c", FILL)
    return found


@pytest.fixture(scope="module")
def backup(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("backup") / "b.tar"
    place.wenqu("backup", str(target))
    return target


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]


def write(path: Path, content: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def test_a_place_comes_back_with_its_files_without_its_sessions(place: Place, places: Places, backup: Path) -> None:
    restored = places.new()
    said = restored.wenqu("restore", str(backup)).stdout
    assert "恢复完成" in said
    found = json.loads(restored.run("-c", ASK).stdout)
    assert "佐证材料 2 份，4 个文件" in said
    assert found == {
        "households": 5, "jobs": ["queued"], "sessions": 0, "throttles": 0, "phone": "13800001234", "audit": "restore_backup",
        "evidence": ["2 份都在，内容逐份核对无误"],
    }
    assert (restored.data / "uploads/abc/source.xlsx").read_bytes() == b"delivered"
    for kept in ("runs/*.parquet", "audit/*.jsonl"):
        assert {p.name: p.read_bytes() for p in place.data.glob(kept)} == {p.name: p.read_bytes() for p in restored.data.glob(kept)}
    assert list((place.data / "audit").glob("*.jsonl")), "the second copy was there to be carried"
    assert not list(restored.data.glob("[.R]*")), "neither marker nor stage is left"


def test_a_backup_is_private_has_no_key_and_is_named_by_its_time_in_a_folder(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    place.wenqu("backup", str(folder))
    (target,) = folder.iterdir()
    assert target.name.startswith("wenqu-2") and target.suffix == ".tar" and target.stat().st_mode & 0o777 == 0o600
    content = members(target)
    assert list(content)[0].startswith("database/") and list(content)[-2:] == ["manifest.json", "manifest.sha256"]
    manifest = json.loads(content["manifest.json"])
    assert manifest["rows"]["households_household"] == 5
    assert manifest["audit"]["sealed"] > 0 and len(manifest["audit"]["head"]) == 64
    assert {pack["id"] for pack in manifest["packs"]} >= {"national-2018"} and "packs/national-2018.toml" in content
    raw, keys = target.read_bytes(), json.loads(place.keys.read_text())
    for each in (*keys["keys"].values(), *keys["indexes"].values()):
        assert each["secret"].encode() not in raw
    assert (place.data / "secret_key").exists() is False or (place.data / "secret_key").read_bytes() not in raw


def test_what_stands_in_the_way_is_said_and_leaves_nothing(place: Place, backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    assert "已存在" in place.wenqu("backup", str(backup), ok=1).stderr
    assert backup.read_bytes() == before
    assert "不存在" in place.wenqu("backup", str(tmp_path / "nowhere" / "b.tar"), ok=1).stderr
    assert "请给出目标" in place.wenqu("backup", ok=1).stderr
    assert "没有找到备份文件" in place.wenqu("backup", "verify", str(tmp_path / "none.tar"), ok=1).stderr
    assert not list(tmp_path.glob(".wenqu-backup-*"))


def test_a_missing_file_that_a_row_refers_to_is_named(places: Places, place: Place, tmp_path: Path) -> None:
    place = places.copy(place)
    (run,) = (place.data / "runs").glob("*.parquet")
    run.unlink()
    target = tmp_path / "b.tar"
    assert run.name in place.wenqu("backup", str(target), ok=2).stderr
    assert run.name in place.wenqu("backup", "verify", str(target), ok=2).stdout


def why_broken(path: Path) -> str:
    with pytest.raises(Broken) as caught:
        check_backup(path, lambda stage, done, total: None)
    return caught.value.message


def test_verify_names_the_first_broken_member(place: Place, backup: Path, tmp_path: Path) -> None:
    assert place.wenqu("backup", "verify", str(backup)).stdout.startswith("✓")
    good = members(backup)
    names = list(good)
    (run,) = [name for name in names if name.startswith("runs/")]

    def broken(content: dict[str, bytes]) -> str:
        return why_broken(write(tmp_path / "bad.tar", content))

    flipped = bytearray(good[run])
    flipped[len(flipped) // 2] ^= 1
    assert run in broken({**good, run: bytes(flipped)})
    assert run in place.wenqu("backup", "--verify", str(tmp_path / "bad.tar"), ok=2).stderr
    assert run in broken({name: data for name, data in good.items() if name != run})
    assert "extra" in broken({"runs/extra": b"x", **good})
    assert "manifest.json" in broken({**good, "manifest.json": good["manifest.json"].replace(b'"engine"', b'"engime"')})
    assert names[0] in broken({**good, names[0]: good[names[0]][:-5] + b"12345"})

    whole = backup.read_bytes()
    end = whole.rindex(b"manifest.json")
    for part in (end // 3, end // 2, end - 600, end, end + 100):
        cut = tmp_path / "cut.tar"
        cut.write_bytes(whole[:part])
        assert "断了" in why_broken(cut) or "不到末尾" in why_broken(cut), part
    (tmp_path / "text.tar").write_text("not a backup at all" * 100)
    assert "不是问渠的备份" in why_broken(tmp_path / "text.tar")


def test_nothing_leaves_the_place_it_is_unpacked_into(places: Places, place: Place, backup: Path, tmp_path: Path) -> None:
    good = members(backup)
    for name in ("/tmp/evil", "runs/../../evil", "runs//evil", "elsewhere/evil", "evil", "../evil"):
        bad = write(tmp_path / "evil.tar", {name: b"x", **good})
        assert "不该有" in why_broken(bad), name
    empty = places.new()
    assert "不该有" in empty.wenqu("restore", str(bad), ok=2).stderr
    assert not list(places.folder.rglob("evil")) and not (empty.data / "RESTORING").exists()
    link = tmp_path / "link.tar"
    with tarfile.open(link, "w") as tar:
        info = tarfile.TarInfo("runs/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    assert "不该有" in why_broken(link)


def test_only_an_empty_place_takes_a_backup(place: Place, backup: Path) -> None:
    before = (place.data / "uploads/abc/source.xlsx").read_bytes()
    said = place.wenqu("restore", str(backup), ok=1).stderr
    assert "只能恢复到空的" in said and str(place.data) in said
    assert (place.data / "uploads/abc/source.xlsx").read_bytes() == before
    assert json.loads(place.run("-c", ASK).stdout)["households"] == 5


def test_another_key_file_is_refused_before_anything_is_written(places: Places, backup: Path, tmp_path: Path) -> None:
    empty = places.new()
    empty.keys = tmp_path / "gone.json"
    assert "没有找到密钥文件" in empty.wenqu("restore", str(backup), ok=1).stderr
    other = Places(tmp_path / "other")
    empty.keys = other.keys
    assert "密钥不同" in empty.wenqu("restore", str(backup), ok=1).stderr
    assert {path.name for path in empty.data.iterdir()} <= {"secret_key"}
    done = empty.wenqu("restore", str(backup), "--without-keys")
    assert "无法打开" in done.stderr and "恢复完成" in done.stdout
    assert "不匹配" in empty.run("-c", ASK, ok=1).stderr


def test_a_restore_that_was_broken_off_never_serves_and_can_be_done_again(places: Places, backup: Path, tmp_path: Path) -> None:
    good = members(backup)
    (run,) = [name for name in good if name.startswith("runs/")]
    bad = write(tmp_path / "bad.tar", {**good, run: good[run][:-1] + bytes([good[run][-1] ^ 1])})
    empty = places.new()
    assert run in empty.wenqu("restore", str(bad), ok=2).stderr
    for command in (("worker",), ("serve",), ("backup", str(tmp_path / "x.tar"))):
        assert "恢复没有做完" in empty.wenqu(*command, ok=1).stderr
    assert "恢复没有做完" in empty.run("-c", "import wenqu.wsgi", ok=1).stderr
    empty.wenqu("restore", str(backup))
    assert json.loads(empty.run("-c", ASK).stdout)["households"] == 5


KILLED = """
import os, signal, sys
from wenqu.kit import boot
from wenqu.operations.backup import restoring
def die(*words, **more): os.kill(os.getpid(), signal.SIGKILL)
setattr({where}, "{name}", die)
from wenqu.cli import main
main(["restore", sys.argv[1]])
"""


@pytest.mark.parametrize(("where", "name"), [("restoring", "_move_files"), ("actions", "call_command"), ("actions", "finish")])
def test_a_restore_killed_at_any_step_is_done_again(places: Places, backup: Path, where: str, name: str) -> None:
    empty = places.new()
    script = KILLED.format(where=where, name=name)
    if where == "actions":
        script = script.replace("from wenqu.kit import boot\n", "from wenqu.kit import boot\nboot.setup(restoring=True)\nfrom wenqu.operations import actions\n")
    else:
        script = script.replace("from wenqu.kit import boot\n", "from wenqu.kit import boot\nboot.setup(restoring=True)\n")
    empty.run("-c", script, str(backup), ok=-signal.SIGKILL)
    assert "恢复没有做完" in empty.wenqu("worker", ok=1).stderr
    empty.wenqu("restore", str(backup))
    found = json.loads(empty.run("-c", ASK).stdout)
    assert (found["households"], found["sessions"], found["jobs"]) == (5, 0, ["queued"])


def test_another_engine_is_refused_with_a_sentence(places: Places, backup: Path, tmp_path: Path) -> None:
    good = members(backup)
    text = json.loads(good["manifest.json"])
    mine, other = ("postgresql", "sqlite") if places.postgres else ("sqlite", "postgresql")
    names = {"sqlite": "database/wenqu.sqlite3.zst", "postgresql": "database/wenqu.pgdump"}
    text["engine"] = other
    text["members"] = [{**each, "name": each["name"].replace(names[mine], names[other])} for each in text["members"]]
    raw = json.dumps(text).encode()
    changed = {name.replace(names[mine], names[other]): data for name, data in good.items()}
    changed |= {"manifest.json": raw, "manifest.sha256": hashlib.sha256(raw).hexdigest().encode()}
    assert "不能跨数据库恢复" in places.new().wenqu("restore", str(write(tmp_path / "other.tar", changed)), ok=1).stderr


def test_a_killed_backup_leaves_nothing_that_looks_like_one(places: Places, place: Place, tmp_path: Path) -> None:
    place = places.copy(place)
    big = place.data / "results" / "big.bin"
    big.parent.mkdir(exist_ok=True)
    with big.open("wb") as file:
        file.truncate(3 << 30)
    folder = tmp_path / "backups"
    folder.mkdir()
    left: set[Path] = set()
    for number in (signal.SIGKILL, signal.SIGTERM):
        process = place.start("-m", "wenqu.cli", "backup", str(folder / "b.tar"))
        end = time.monotonic() + 120
        while not (halves := set(folder.glob(".wenqu-backup-*/half")) - left) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(number)
        told = process.communicate()
        assert halves and process.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 143), told
        left = set(folder.glob(".wenqu-backup-*/half"))
        assert not [path for path in folder.iterdir() if not path.name.startswith(".")], number
        assert left == (halves if number == signal.SIGKILL else set()), "only a kill leaves a half, and the next one sweeps it"
    big.unlink()
    place.wenqu("backup", str(folder / "b.tar"))
    assert [path.name for path in folder.iterdir()] == ["b.tar"], "the next one sweeps what a killed one left"


def test_half_written_files_are_left_out(places: Places, place: Place, tmp_path: Path) -> None:
    place = places.copy(place)
    results = place.data / "results"
    results.mkdir(exist_ok=True)
    (results / ".x.half").write_bytes(b"half")
    (place.data / "runs" / "spill").mkdir()
    (place.data / "runs" / "spill" / "s").write_bytes(b"s")
    (results / "whole.xlsx").write_bytes(b"whole")
    target = tmp_path / "b.tar"
    place.wenqu("backup", str(target))
    names = set(members(target))
    assert "results/whole.xlsx" in names and not {name for name in names if "half" in name or "spill" in name}


def test_a_place_without_a_database_is_one_line_and_gets_none(tmp_path: Path) -> None:
    place = Place(tmp_path / "empty", tmp_path / "keys.json")
    if connection.vendor != "sqlite":
        pytest.skip("a database of PostgreSQL is there or cannot be reached")
    told = place.wenqu("backup", str(tmp_path / "b.tar"), ok=1)
    assert "没有找到数据库" in told.stderr and "Traceback" not in told.stderr
    assert not list(place.data.glob("*.sqlite3"))
