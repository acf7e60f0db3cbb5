"""Sealed files: what comes out is what went in, whatever was changed does not open, and nothing lies open afterwards."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from cast import AT

from wenqu.kit.crypto import keys as key_file
from wenqu.kit.crypto.files import (
    CHUNK,
    HALF,
    MAGIC,
    chunks_of,
    clear_size,
    is_sealed,
    key_of_file,
    seal_file,
    sealing,
)
from wenqu.kit.crypto.seal import TAG, CannotOpen
from wenqu.kit.crypto.workplace import opened, sweep_work, work_folder

SIZES = [0, 1, 15, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]


@pytest.fixture(params=["aes-256-gcm", "sm4-gcm"])
def ring(request, tmp_path: Path) -> key_file.Keyring:
    return key_file.create(tmp_path / "keys.json", request.param, AT)


def sealed(tmp_path: Path, content: bytes, ring: key_file.Keyring | None = None) -> Path:
    (tmp_path / "clear").write_bytes(content)
    seal_file(tmp_path / "clear", tmp_path / "sealed", ring)
    return tmp_path / "sealed"


@pytest.mark.parametrize("size", SIZES)
def test_what_comes_out_is_what_went_in(tmp_path: Path, ring, size) -> None:
    content = random.Random(size).randbytes(size)
    file = sealed(tmp_path, content, ring)
    assert b"".join(chunks_of(file, ring)) == content
    assert clear_size(file) == size
    assert key_of_file(file) == "k1" and is_sealed(file) and not is_sealed(tmp_path / "clear")
    assert size < 8 or content[:8] not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cuts", [[1], [7, CHUNK, 3], [CHUNK], [1] * 50, [CHUNK + 1, CHUNK - 1]])
def test_it_does_not_matter_in_which_pieces_it_is_written(tmp_path: Path, cuts) -> None:
    with sealing(tmp_path / "s") as out:
        for number, cut in enumerate(cuts):
            out.write(bytes([number]) * cut)
    assert b"".join(chunks_of(tmp_path / "s")) == b"".join(bytes([number]) * cut for number, cut in enumerate(cuts))


@pytest.mark.parametrize("size", [5, CHUNK, 2 * CHUNK + 7])
def test_a_file_cut_off_anywhere_does_not_open(tmp_path: Path, size) -> None:
    file = sealed(tmp_path, os.urandom(size))
    whole = file.read_bytes()
    head = len(MAGIC) + 1 + 2 + 32
    for end in {len(MAGIC), head - 1, head, head + 3, head + TAG, head + CHUNK + TAG, head + 2 * (CHUNK + TAG), len(whole) - 1}:
        if end < len(whole):
            file.write_bytes(whole[:end])
            with pytest.raises(CannotOpen):
                b"".join(chunks_of(file))


def test_changed_moved_left_out_and_added_chunks_do_not_open(tmp_path: Path) -> None:
    file = sealed(tmp_path, os.urandom(3 * CHUNK))
    whole, head, step = file.read_bytes(), len(MAGIC) + 1 + 2 + 32, CHUNK + TAG
    first, second, third = (whole[head + number * step : head + (number + 1) * step] for number in range(3))
    changed = [first[:-1] + bytes([first[-1] ^ 1]) + second + third, second + first + third, first + third, second + third, first + second + third + first, first + second + third + b"x"]
    for body in changed:
        file.write_bytes(whole[:head] + body)
        with pytest.raises(CannotOpen):
            b"".join(chunks_of(file))
    for place in range(len(MAGIC), head):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(CannotOpen):
            b"".join(chunks_of(file))


def test_another_key_file_does_not_open_it_and_an_older_key_does(tmp_path: Path, ring) -> None:
    file = sealed(tmp_path, b"x" * 100, ring)
    other = key_file.create(tmp_path / "other.json", "aes-256-gcm", AT)
    with pytest.raises(CannotOpen):
        b"".join(chunks_of(file, other))
    newer = key_file.with_new_key(ring, "aes-256-gcm", AT)
    assert b"".join(chunks_of(file, newer)) == b"x" * 100
    seal_file(file, file, newer)
    assert key_of_file(file) == newer.active and b"".join(chunks_of(file, newer)) == b"x" * 100
    with pytest.raises(CannotOpen):
        b"".join(chunks_of(file, ring))


def test_a_file_from_before_is_read_as_it_is(tmp_path: Path) -> None:
    old = tmp_path / "old.xlsx"
    old.write_bytes(b"PK old")
    assert b"".join(chunks_of(old)) == b"PK old" and clear_size(old) == 6 and key_of_file(old) == ""
    with opened(old) as readable:
        assert readable == old


def test_an_error_while_sealing_leaves_what_was_there(tmp_path: Path) -> None:
    file = sealed(tmp_path, b"old")
    with pytest.raises(RuntimeError), sealing(file) as out:
        out.write(b"new" * CHUNK)
        raise RuntimeError
    assert b"".join(chunks_of(file)) == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clear", "sealed"]


def test_an_opened_copy_is_private_and_gone_afterwards(tmp_path: Path, settings) -> None:
    file = sealed(tmp_path, "张三".encode())
    with opened(file) as copy:
        assert copy.read_text() == "张三" and copy.name == "sealed"
        assert copy.is_relative_to(settings.WORK_DIR)
        assert copy.stat().st_mode & 0o777 == 0o600
        assert {folder.stat().st_mode & 0o777 for folder in (copy.parent, settings.WORK_DIR)} == {0o700}
        assert sweep_work() == 0, "held by a living process"
        assert copy.exists()
    assert list(settings.WORK_DIR.iterdir()) == []


def test_what_a_killed_process_left_open_is_swept(tmp_path: Path, settings) -> None:
    code = textwrap.dedent(f"""
        from django.conf import settings
        from pathlib import Path
        settings.configure(WORK_DIR=Path({str(settings.WORK_DIR)!r}))
        import time
        from wenqu.kit.crypto.workplace import work_folder
        with work_folder() as folder:
            (folder / "clear").write_text("x")
            print("ready", flush=True)
            time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as child:
        assert child.stdout is not None and child.stdout.readline() == b"ready\n"
        assert sweep_work() == 0
        child.send_signal(signal.SIGKILL)
    assert sweep_work() == 1
    assert list(settings.WORK_DIR.iterdir()) == []


def test_a_folder_killed_while_it_was_made_is_swept_later(settings) -> None:
    with work_folder():
        pass
    bare = settings.WORK_DIR / "w-x"
    bare.mkdir()
    assert sweep_work() == 0
    os.utime(bare, (time.time() - 3600,) * 2)
    assert sweep_work() == 1


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    """In a process of its own: the peak of this one may be that of another test."""
    size = 200 * 1024**2
    with (tmp_path / "clear").open("wb") as file:
        file.truncate(size)
    code = textwrap.dedent("""
        import re, sys
        from pathlib import Path
        from wenqu.kit.crypto.files import chunks_of, seal_file
        def peak():
            return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text()).group(1))
        clear, sealed = map(Path, sys.argv[1:])
        clear.with_name("small").write_bytes(b"x")
        seal_file(clear.with_name("small"), sealed)
        assert b"".join(chunks_of(sealed)) == b"x"
        before = peak()
        seal_file(clear, sealed)
        print(sum(map(len, chunks_of(sealed))), peak() - before)
    """)
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "clear"), str(tmp_path / "sealed")], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == 0, done.stderr
    read, more = map(int, done.stdout.split())
    assert read == size and more < 20_000, "KiB more than before"
    assert not list(tmp_path.glob(f"*{HALF}"))
