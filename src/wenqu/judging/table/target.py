"""Result files appear whole or not at all: written beside their place, renamed when everything is done."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wenqu.importing.refusal import TableError

RESULTS = ("verdicts.parquet", "verdicts.csv", "ledger.xlsx", "summary.json", "errors.xlsx")
_PREFIX = ".wenqu-"


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """A directory inside ``out`` for everything half done; gone afterwards, whatever happens."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        place = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=out))
    except OSError as error:
        raise TableError("no_output", f"结果目录 {out} 不能写入：{error.strerror}") from None
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def publish(place: Path, out: Path) -> list[str]:
    """Move the finished files into place and drop those of an earlier run that this run did not write."""
    done = [name for name in RESULTS if (place / name).exists()]
    for name in done:
        os.replace(place / name, out / name)
    for name in RESULTS:
        if name not in done:
            # A ledger or an error list of an earlier table next to new verdicts would be believed.
            (out / name).unlink(missing_ok=True)
    return done


def _sweep(out: Path) -> None:
    """Remove what a killed run left behind, unless that process still lives."""
    for left in out.glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).split("-")[0]
        if not (pid.isdigit() and _alive(int(pid))):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
