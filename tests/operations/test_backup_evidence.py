"""Evidence in a backup: along with it from a folder, by hash alone from a bucket."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from evidence.s3_server import BUCKET, KEY_ID, SECRET, S3Server, s3_server
from places import Place, Places

FILL = """
from wenqu.kit.boot import start
start(migrate=True)
from cast import AT, make_cast
from evidence.files import PDF, photo, upload
from wenqu.evidence.actions import attach
from wenqu.evidence.receiving import receive
from wenqu.kit.audit import SYSTEM
cast = make_cast()
for number, (content, name) in enumerate(((photo(), "a.jpg"), (PDF, "b.pdf"), (PDF, "c.pdf"))):
    row = attach(received=receive(upload(content, name)), subject=f"problem:{number}", path=cast.county.path, division_id=cast.county.pk, about="found", by=SYSTEM, at=AT)
    print(row.sha256)
"""


class Bucketed(Place):
    """A place whose evidence lies in a bucket."""

    server: S3Server | None = None

    @property
    def env(self) -> dict[str, str]:
        assert self.server is not None
        return super().env | {
            "WENQU_EVIDENCE_STORAGE": "s3", "WENQU_S3_ENDPOINT": self.server.endpoint, "WENQU_S3_BUCKET": BUCKET,
            "WENQU_S3_KEY_ID": KEY_ID, "WENQU_S3_SECRET": SECRET,
        }


@pytest.fixture
def bucket() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


def bucketed(place: Place, server: S3Server) -> Bucketed:
    found = Bucketed(place.data, place.keys, place.database)
    found.server = server
    return found


def manifest(path: Path) -> dict:
    with tarfile.open(path) as tar:
        return json.loads(tar.extractfile("manifest.json").read())  # type: ignore[union-attr]


def test_a_content_that_is_gone_is_named_by_the_backup(places: Places, tmp_path: Path) -> None:
    place = places.new()
    hashes = place.run("-c", FILL).stdout.split()
    assert len(set(hashes)) == 2
    (place.data / "evidence" / hashes[0][:2] / hashes[0]).unlink()
    said = place.wenqu("backup", str(tmp_path / "b.tar"), ok=2)
    assert f"evidence/{hashes[0][:2]}/{hashes[0]}" in said.stderr
    assert place.wenqu("backup", "verify", str(tmp_path / "b.tar"), ok=2).stdout.count("引用的文件不在") == 1


def test_from_a_bucket_only_the_hashes_go_along(places: Places, bucket: S3Server, tmp_path: Path) -> None:
    place = bucketed(places.new(), bucket)
    hashes = sorted(set(place.run("-c", FILL).stdout.split()))
    assert len(bucket.objects) == 4
    file = tmp_path / "b.tar"
    said = place.wenqu("backup", str(file)).stdout
    assert "佐证材料 2 份" in said and "不在备份里" in said and bucket.endpoint in said
    told = manifest(file)
    assert told["evidence"] == {"storage": "s3", "where": f"{bucket.endpoint} {BUCKET}", "contents": 2, "hashes": hashes}
    assert told["missing"] == [] and not any(each["name"].startswith("evidence/") for each in told["members"])
    assert SECRET not in json.dumps(told) and KEY_ID not in json.dumps(told)
    # Checked anywhere, whatever the settings there are.
    assert "不在备份里" in Place(place.data, place.keys, place.database).wenqu("backup", "verify", str(file)).stdout

    plain = places.new()
    restored = plain.wenqu("restore", str(file))
    assert "不在备份里" in restored.stdout and "WENQU_EVIDENCE_STORAGE=s3" in restored.stderr
    assert "2 份不在" in plain.wenqu("doctor", ok=2).stdout
    assert "✓ 佐证材料" in bucketed(plain, bucket).wenqu("doctor", "--evidence", ok=1).stdout
