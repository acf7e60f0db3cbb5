"""Load the web framework for a command."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Stands in the data folder while a backup is being put back there: what lies there is not whole.
RESTORING = "RESTORING"


def setup(*, restoring: bool = False) -> None:
    """Set Django up for a command; what stands in the way is one clear line, not a traceback."""
    load(restoring=restoring)
    from wenqu.kit.audit import all_comes

    all_comes("command")


def load(*, restoring: bool = False) -> None:
    """Set Django up. A half-restored place is left alone (save by the restore itself)."""
    from wenqu.kit.env import BadSetting

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenqu.settings")
    import django

    try:
        django.setup()
    except BadSetting as error:
        sys.exit(f"设置有误：{error}")
    if not restoring:
        refuse_half_restored()
    from wenqu.kit.logs import scrub_uncaught

    scrub_uncaught()


def refuse_half_restored() -> None:
    """One clear line and status 1 where a restore was broken off."""
    from django.conf import settings

    if Path(settings.DATA_DIR, RESTORING).exists():
        sys.exit(f"数据目录 {settings.DATA_DIR} 的恢复没有做完，不能使用：请重新运行 wenqu restore（会先清理上次留下的内容）")


def start(*, migrate: bool = False) -> None:
    """Set Django up and see that the key file is the one of this database; else one clear line and status 1.

    `migrate` brings the database up to date first, and makes the key file of a new one.
    """
    setup()
    from django.core.management import call_command
    from django.utils import timezone

    from wenqu.kit.crypto.keys import BadKeys
    from wenqu.kit.crypto.start import check_keys, prepare_keys, prove_keys

    try:
        if migrate:
            prepare_keys(timezone.now())
            call_command("migrate", interactive=False, verbosity=0)
            prove_keys(timezone.now())
        else:
            check_keys()
    except BadKeys as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def in_one_line(error: BaseException) -> str:
    """A failure of the surroundings, not of the program, as one sentence that says what to do; "" for all others."""
    from wenqu.kit.crypto.keys import BadKeys
    from wenqu.kit.masking import scrub

    if isinstance(error, BadKeys):
        return str(error)
    reason = scrub(str(error).strip().partition("\n")[0])
    if type(error).__name__ == "OperationalError" and any(sign in reason for sign in _NOT_THERE):
        return f"数据库连接不上（{reason}）：请检查 DATABASE_URL、数据库服务是否启动、数据目录的权限"
    return ""


# As psycopg and sqlite3 put it.
_NOT_THERE = ("connection failed", "connection is bad", "could not translate", "connection timeout", "unable to open database file", "readonly database")
