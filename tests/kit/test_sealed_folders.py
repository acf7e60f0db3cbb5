"""Rotation and sweep of the folders in which sealed files lie."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cast import AT
from django.utils import timezone

from wenqu.kit.crypto import keys as key_file
from wenqu.kit.crypto.files import chunks_of, key_of_file, seal_file, sealing
from wenqu.kit.crypto.sealed_folders import folder_store, reseal
from wenqu.kit.sweeping import KEPT, older, remove


@pytest.fixture
def ring(tmp_path: Path) -> key_file.Keyring:
    return key_file.create(tmp_path / "keys.json", "aes-256-gcm", AT)


@pytest.fixture
def folder(tmp_path: Path, ring) -> Path:
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    (folder / "old.txt").write_text("from before")
    with sealing(folder / "deep" / "a.txt", ring) as out:
        out.write(b"sealed")
    (folder / ".half").write_text("half")
    return folder


def test_a_rotation_seals_every_file_anew_and_those_from_before(folder: Path, ring) -> None:
    store = folder_store("x", lambda: folder)
    assert store.count() == {"k1": 1}
    newer = key_file.with_new_key(ring, "sm4-gcm", AT)
    done = store.renew(newer, False)
    assert (done.seen, done.written, done.stuck) == (2, 2, 0)
    assert store.count() == {"k2": 2}
    assert b"".join(chunks_of(folder / "deep" / "a.txt", newer)) == b"sealed"
    assert b"".join(chunks_of(folder / "old.txt", newer)) == b"from before"
    again = store.renew(newer, False)
    assert (again.seen, again.written) == (0, 0)


def test_a_file_that_does_not_open_is_left_and_counted(folder: Path, ring, tmp_path: Path) -> None:
    other = key_file.create(tmp_path / "other.json", "aes-256-gcm", AT)
    strange = key_file.with_new_key(other, "aes-256-gcm", AT)
    before = (folder / "deep" / "a.txt").read_bytes()
    done = folder_store("x", lambda: folder).renew(key_file.Keyring("k2", {"k2": strange.keys["k2"]}, "i1", strange.indexes), False)
    assert (done.seen, done.written, done.stuck) == (2, 1, 1)
    assert (folder / "deep" / "a.txt").read_bytes() == before


def test_what_a_job_wrote_meanwhile_is_not_taken_back(folder: Path, ring, monkeypatch) -> None:
    path = folder / "deep" / "a.txt"
    newer = key_file.with_new_key(ring, "aes-256-gcm", AT)

    def slowly(*args: object) -> object:
        pieces = list(chunks_of(path, ring))
        (folder / "clear").write_text("newer")
        seal_file(folder / "clear", path, ring)
        return iter(pieces)

    monkeypatch.setattr("wenqu.kit.crypto.sealed_folders.chunks_of", slowly)
    assert not reseal(path, newer)
    assert b"".join(chunks_of(path, ring)) == b"newer" and key_of_file(path) == "k1"


def test_a_file_taken_away_meanwhile_does_not_come_back(folder: Path, ring, monkeypatch) -> None:
    path = folder / "deep" / "a.txt"

    def slowly(*args: object) -> object:
        pieces = list(chunks_of(path, ring))
        path.unlink()
        return iter(pieces)

    monkeypatch.setattr("wenqu.kit.crypto.sealed_folders.chunks_of", slowly)
    assert not reseal(path, key_file.with_new_key(ring, "aes-256-gcm", AT))
    assert list(path.parent.iterdir()) == []


def test_only_what_is_older_than_a_day_is_swept(tmp_path: Path) -> None:
    for name, age in (("old", 2 * 86400), ("new", 60)):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    found = older(tmp_path, timezone.now() - KEPT)
    assert [path.name for path in found] == ["old"]
    assert remove(found) == 1 and [path.name for path in tmp_path.iterdir()] == ["new"]
    assert timedelta(days=1) == KEPT
    assert older(tmp_path / "missing", timezone.now()) == []
