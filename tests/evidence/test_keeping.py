"""What nobody attached is swept, keys are changed under the contents, and what is wrong is found."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cast import AT, Cast
from django.conf import settings as live
from django.utils import timezone

from evidence.files import PDF, photo, upload
from evidence.s3_server import BUCKET, KEY_ID, SECRET, s3_server
from wenqu.evidence import keeping
from wenqu.evidence.models import Evidence
from wenqu.evidence.receiving import receive
from wenqu.evidence.stores import SMALL, VIEW, name_of, storage
from wenqu.kit.audit import SYSTEM
from wenqu.kit.crypto import keys
from wenqu.kit.crypto.rotating import retire, rotate
from wenqu.kit.sweeping import sweep_all
from wenqu.operations.findings import PROOF_SECONDS, all_findings
from wenqu.operations.proof_findings import proof_findings

ROOT = Path(__file__).resolve().parents[2]
DAY = timedelta(days=1)


@pytest.fixture(params=["local", "s3"])
def place(request, settings):
    """Both storages, one after the other."""
    if request.param == "local":
        yield None
        return
    with s3_server() as server:
        settings.EVIDENCE_STORAGE, settings.S3_ENDPOINT, settings.S3_BUCKET = "s3", server.endpoint, BUCKET
        settings.S3_KEY_ID, settings.S3_SECRET = KEY_ID, SECRET
        yield server


def age(server, name: str, days: int) -> None:
    if server is None:
        moment = time.time() - days * 86400
        os.utime(live.EVIDENCE_DIR / name, (moment, moment))
    else:
        server.objects[name] = (server.objects[name][0], datetime.now(UTC) - timedelta(days=days))


def names() -> set[str]:
    return {name for name, _at in storage().each()}


def all_of(sha256: str) -> set[str]:
    return {name_of(sha256, copy) for copy in ("", SMALL, VIEW)}


# -- the sweep ----------------------------------------------------------------------------------------------------------


def test_what_nobody_attached_goes_after_a_day_and_what_is_attached_stays(give, place) -> None:
    kept = give(photo(colour=(1, 1, 1)))
    fresh, old = receive(upload(photo(colour=(2, 2, 2)))), receive(upload(photo(colour=(90, 3, 3))))
    for name in all_of(kept.sha256) | all_of(old.sha256):
        age(place, name, 2)
    assert sweep_all(timezone.now())["evidence"] == 3
    assert names() == all_of(kept.sha256) | all_of(fresh.sha256)


def test_what_is_received_again_is_young_again(give, place) -> None:
    old = receive(upload(photo()))
    for name in all_of(old.sha256):
        age(place, name, 2)
    receive(upload(photo()))
    assert keeping.sweep(timezone.now() - DAY) == 0 and names() == all_of(old.sha256)


def test_what_a_kill_left_half_written_goes_too(db) -> None:
    received = receive(upload(PDF, "a.pdf"))
    half = (live.EVIDENCE_DIR / name_of(received.sha256)).with_name(".x.ab12.half")
    half.write_bytes(b"WENQU")
    assert keeping.sweep(timezone.now() - DAY) == 0 and half.exists()
    os.utime(half, (time.time() - 2 * 86400,) * 2)
    assert keeping.sweep(timezone.now() - DAY) == 1 and not half.exists()
    assert f"{half.parent.name}/{half.name}" not in names()


KILLED = """
import os
from wenqu.kit.boot import start
start(migrate=True)
from evidence.files import photo, upload
from wenqu.evidence.models import Evidence
from wenqu.evidence import receiving
print("rows", Evidence.objects.count(), flush=True)
if {early}:
    real = os.fsync
    os.fsync = lambda handle: os._exit(9)
receiving.receive(upload(photo(1200, 900)))
os._exit(9)
"""


@pytest.mark.parametrize("early", [True, False])
def test_killed_between_receiving_and_attaching_leaves_no_row_and_nothing_for_long(tmp_path, early: bool) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("WENQU_", "DATABASE_URL"))}
    env |= {"WENQU_DATA": str(tmp_path / "data"), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"}

    def run(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)

    killed = run(KILLED.replace("{early}", str(early)))
    assert killed.returncode == 9 and "rows 0" in killed.stdout, killed.stderr
    left = [path for path in (tmp_path / "data/evidence").rglob("*") if path.is_file()]
    assert len(left) == (1 if early else 3)
    assert all(path.name.endswith(".half") for path in left) is early
    swept = run("""
from wenqu.kit.boot import start
start()
from datetime import timedelta
from django.utils import timezone
from wenqu.evidence.models import Evidence
from wenqu.kit.sweeping import sweep_all
print(sweep_all(timezone.now())["evidence"], sweep_all(timezone.now() + timedelta(days=2))["evidence"], Evidence.objects.count())
""")
    assert swept.stdout.split() == ["0", str(len(left)), "0"], swept.stderr
    assert not [path for path in (tmp_path / "data/evidence").rglob("*") if path.is_file()]


# -- keys ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def own_keys(settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "keys" / "keys.json"
    keys.create(settings.KEYS_FILE, "aes-256-gcm", AT)


def test_a_new_key_seals_every_content_anew_and_the_old_one_can_go(own_keys, give, place) -> None:
    row = give()
    rotation = rotate(cipher="sm4-gcm", index=False, by=SYSTEM, at=AT, tell=lambda *_: None)
    assert rotation.left == 0 and rotation.written >= 3
    assert {storage().key_of(name) for name in names()} == {"k2"}
    retire(name="k1", by=SYSTEM, at=AT)
    assert b"".join(storage().pieces(name_of(row.sha256))) == photo()
    assert keeping.count() == {"k2": 3}


def test_a_content_still_under_the_old_key_holds_it(own_keys, give) -> None:
    give()
    fresh = keys.with_new_key(keys.load(live.KEYS_FILE), "aes-256-gcm", AT)
    keys.store(live.KEYS_FILE, fresh)
    with pytest.raises(keys.BadKeys, match="佐证材料 3 个"):
        retire(name="k1", by=SYSTEM, at=AT)


# -- what is wrong ------------------------------------------------------------------------------------------------------


def spoil(server, name: str) -> None:
    if server is None:
        file = live.EVIDENCE_DIR / name
        file.write_bytes(changed(file.read_bytes()))
    else:
        server.objects[name] = (changed(server.objects[name][0]), server.objects[name][1])


def changed(content: bytes) -> bytes:
    """Another last byte, whatever it was."""
    return content[:-1] + bytes([content[-1] ^ 1])


def test_doctor_finds_what_is_missing_and_what_was_changed(give, place) -> None:
    rows = [give(photo(colour=(number, 0, 0)), subject=f"problem:{number}") for number in (5, 50, 200)]
    (fine,) = proof_findings(PROOF_SECONDS)
    assert (fine.level, fine.text) == ("ok", "3 份都在，内容逐份核对无误")
    spoil(place, name_of(rows[0].sha256))
    storage().remove(name_of(rows[1].sha256), timezone.now() + DAY)
    missing, changed = proof_findings(PROOF_SECONDS)
    assert missing.level == changed.level == "error"
    assert "1 份不在" in missing.text and "problem:50" in missing.text and rows[1].sha256[:12] in missing.text and "备份" in missing.advice
    assert "1 份打不开或内容被改动" in changed.text and "problem:5（" in changed.text


def test_doctor_finds_a_content_that_opens_and_is_another(give) -> None:
    row, other = give(photo(colour=(9, 9, 9))), give(photo(colour=(200, 9, 9)), subject="problem:2")
    (live.EVIDENCE_DIR / name_of(row.sha256)).write_bytes((live.EVIDENCE_DIR / name_of(other.sha256)).read_bytes())
    (changed,) = proof_findings(PROOF_SECONDS)
    assert "problem:1" in changed.text and "内容被改动" in changed.text


def test_doctor_without_time_says_what_was_not_read(give) -> None:
    give()
    (found,) = proof_findings(0)
    assert found.level == "warning" and "1 份都在，内容没有核对" in found.text and "--evidence" in found.advice
    every = {each.name: each for each in all_findings(every_proof=True)}
    assert every["佐证材料"].text == "1 份都在，内容逐份核对无误"


def test_doctor_tells_of_a_storage_that_does_not_answer(db, settings) -> None:
    settings.EVIDENCE_STORAGE, settings.S3_ENDPOINT, settings.S3_BUCKET = "s3", "http://127.0.0.1:1", BUCKET
    settings.S3_KEY_ID, settings.S3_SECRET = KEY_ID, SECRET
    (found,) = proof_findings(PROOF_SECONDS)
    assert found.level == "error" and "连接不上" in found.text and SECRET not in found.text + found.advice


def test_nothing_is_fine(cast: Cast) -> None:
    assert not Evidence.objects.exists()
    (found,) = proof_findings(PROOF_SECONDS)
    assert (found.level, found.text) == ("ok", "还没有")
