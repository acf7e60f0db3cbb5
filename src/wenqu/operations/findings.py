"""What the doctor looks at, group by group. Each check says how it stands and, where it is not well, what to do."""

from __future__ import annotations

import importlib.util
import math
import os
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from wenqu.jobs import beat
from wenqu.jobs.actions import STALE
from wenqu.jobs.models import Job, State
from wenqu.kit import audit_copy
from wenqu.kit.refusal import Refused
from wenqu.operations import state
from wenqu.operations.backup import postgres
from wenqu.operations.finding import BAD, GOOD, WARN, Finding, well
from wenqu.operations.proof_findings import proof_findings
from wenqu.places.levels import Level
from wenqu.places.models import Account, Duty
from wenqu.places.rights import Role

__all__ = ["BAD", "GOOD", "WARN", "Finding", "all_findings"]

LIBRARIES = ("django", "granian", "duckdb", "pyarrow", "cryptography", "psycopg", "xlsxwriter", "openpyxl", "PIL", "obstore")
BACKUP_LATE = timedelta(hours=26)
# How long the doctor reads evidence unless it is asked to read all of it.
PROOF_SECONDS = 10.0


def of_program() -> Iterator[Finding]:
    fine = sys.version_info >= (3, 11)
    text = ".".join(map(str, sys.version_info[:3]))
    yield well("Python", text) if fine else Finding("Python", BAD, text, "需要 Python 3.11 或更新版本")
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        yield Finding("程序库", BAD, f"缺少 {'、'.join(missing)}", "请重新安装：pip install -r requirements.txt")
    else:
        yield well("程序库", f"问渠 {_version('wenqu')}，Django {_version('django')}，DuckDB {_version('duckdb')}")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "未知"


def of_settings() -> Iterator[Finding]:
    served = settings.SERVICE
    for name, bad, text, advice in (
        ("调试", settings.DEBUG, "WENQU_DEBUG 打开着", "错误页会显示程序内部信息，正式使用请去掉 WENQU_DEBUG"),
        ("演示", settings.DEMO, "WENQU_DEMO 打开着", "演示账号的密码是公开的，正式使用请去掉 WENQU_DEMO"),
    ):
        yield Finding(name, WARN, text, advice) if bad else well(name, "关闭")
    yield well("正式使用", "WENQU_SERVICE=1，必需的设置齐全") if served else Finding(
        "正式使用", WARN, "没有设置 WENQU_SERVICE", "正式使用请设 WENQU_SERVICE=1，缺少必需的设置时程序会拒绝启动")
    yield well("签名密钥", "由 WENQU_SECRET_KEY 给出") if os.environ.get("WENQU_SECRET_KEY") else Finding(
        "签名密钥", WARN if not served else BAD, "保存在数据目录 secret_key", "正式使用请用 WENQU_SECRET_KEY 给出，至少 32 个字符")
    way = "本程序的证书" if settings.CERT_FILE else "前置代理" if settings.PROXY else ""
    if settings.HTTPS and way:
        yield well("https", f"打开（{way}）")
    else:
        text = "没有打开" if not settings.HTTPS else "WENQU_HTTPS=1，但没有证书（WENQU_CERT）也没有代理（WENQU_PROXY=1）"
        yield Finding("https", WARN, text, "密码和个人信息会明文传输：请设置 WENQU_CERT 和 WENQU_CERT_KEY，或在 https 代理后设 WENQU_HTTPS=1、WENQU_PROXY=1")
    local = {"127.0.0.1", "localhost", "[::1]"}
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("主机名", BAD, "WENQU_HOSTS 含 *", "请写明网页的域名")
    else:
        outside = [host for host in settings.ALLOWED_HOSTS if host not in local]
        yield well("主机名", "、".join(outside)) if outside else Finding("主机名", WARN, "只接受本机访问", "其他电脑要用时，请在 WENQU_HOSTS 写上网页的域名")
    now = timezone.localtime()
    sane = 2025 <= now.year < 2100
    clock = f"{settings.TIME_ZONE}，现在 {now:%Y-%m-%d %H:%M:%S}"
    yield well("时区和时钟", clock) if sane else Finding("时区和时钟", BAD, clock, "系统时钟不对：请打开时间同步（timedatectl set-ntp true）")


def of_folders() -> Iterator[Finding]:
    data = Path(settings.DATA_DIR)
    mode = stat.S_IMODE(data.stat().st_mode)
    if not os.access(data, os.W_OK | os.X_OK):
        yield Finding("数据目录", BAD, f"{data} 不可写", "请用运行问渠的账号检查，或修改目录的属主")
    elif mode & 0o077:
        yield Finding("数据目录", WARN, f"{data} 的权限是 {mode:04o}", f"其他账号可以读：chmod 700 {data}")
    else:
        yield well("数据目录", f"{data}（{mode:04o}）")
    free = state.disk_free()
    text = f"剩余 {free / 1e9:,.1f} GB"
    if free < state.DISK_LEAST:
        yield Finding("磁盘空间", BAD, text, "请立即清理磁盘：写满后数据无法提交")
    else:
        yield Finding("磁盘空间", WARN, text, "请清理磁盘或扩容") if free < state.DISK_LITTLE else well("磁盘空间", text)


def of_database() -> Iterator[Finding]:
    name = str(settings.DATABASES["default"]["NAME"])
    if connection.vendor == "sqlite" and not name.startswith("file:") and not Path(name).exists():
        # Asking would make it.
        yield Finding("数据库", BAD, f"还没有数据库 {name}", "新装的系统请运行 wenqu serve，启动时自动建立；否则请检查 WENQU_DATA")
        return
    fault = state.database_fault()
    if fault:
        yield Finding("数据库", BAD, fault, "请检查 DATABASE_URL、数据库服务是否启动、文件权限")
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            text = f"PostgreSQL {cursor.fetchone()[0]}"
        else:
            cursor.execute("PRAGMA journal_mode")
            text = f"SQLite {sqlite3.sqlite_version}，日志模式 {cursor.fetchone()[0]}"
    yield well("数据库", f"{text}，{state.database_bytes() / 1e6:,.1f} MB")
    pending = state.pending_migrations()
    yield Finding("数据库结构", BAD, f"有 {len(pending)} 步没有更新（如 {pending[0]}）", "请运行 wenqu serve，启动时自动更新") if pending else well("数据库结构", "最新")
    path = state.database_file()
    if path is not None:
        found = _quick_check(path)
        yield well("数据库完整性", "通过") if found == "ok" else Finding("数据库完整性", BAD, found, "数据库已损坏：请停止服务，从最近的备份恢复")
    if connection.vendor == "postgresql":
        try:
            with postgres.snapshot(settings.DATABASES["default"]) as (rows, _name):
                yield well("备份程序", postgres.program("pg_dump", postgres.server_version(rows)))
        except Refused as refusal:
            yield Finding("备份程序", BAD, refusal.message, "没有它不能备份")


def _quick_check(path: Path) -> str:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)) as con:
            return str(con.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def of_keys() -> Iterator[Finding]:
    path = Path(settings.KEYS_FILE)
    if not path.exists():
        yield Finding("个人信息密钥", BAD, f"没有找到 {path}", "请从密钥备份恢复（WENQU_KEYS 指定位置）；新装的系统在第一次启动时生成")
        return
    fault = state.keys_fault()
    yield Finding("个人信息密钥", BAD, fault, "密钥不对时已加密的号码无法打开") if fault else well("个人信息密钥", f"{path}，与数据库匹配")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield Finding("密钥文件权限", BAD, f"{mode:04o}", f"其他账号可以读：chmod 600 {path}")
    else:
        yield well("密钥文件权限", f"{mode:04o}")
    beside = path.is_relative_to(settings.DATA_DIR)
    yield Finding("密钥位置", WARN, "和数据在同一个目录", "数据目录被拷走时密钥也会被拷走：请移到别处，用 WENQU_KEYS 指定") if beside else well("密钥位置", "在数据目录之外")


def of_work() -> Iterator[Finding]:
    age = beat.age()
    if age is None or age > beat.DEAD_SECONDS:
        text = "从未运行" if age is None else f"{_long(age)}没有动静"
        yield Finding("后台任务进程", WARN, text, "导入、评价、导出不会进行：请确认 wenqu serve（或 wenqu worker）在运行")
    else:
        yield well("后台任务进程", f"{age:.0f} 秒前有动静")
    now = timezone.now()
    stuck = Job.objects.filter(state=State.RUNNING).filter(Q(beat_at__lt=now - STALE) | Q(beat_at__isnull=True)).count()
    waiting = state.queue_age(now)
    if stuck:
        yield Finding("任务", WARN, f"有 {stuck} 个任务超时没有报进度", "重新启动服务后会自动接着做")
    elif waiting > 3600:
        yield Finding("任务", WARN, f"最早的任务已排队 {_long(waiting)}", "请看后台任务页面，确认没有任务占住")
    else:
        yield well("任务", "没有停住的任务")


def of_audit() -> Iterator[Finding]:
    lag = state.audit_lag()
    yield Finding("审计链", WARN, f"有 {lag} 条还没有成链", "后台任务进程运行后会自动补上") if lag > 1000 else well("审计链", f"待成链 {lag} 条")
    copy = audit_copy.second_copy_state()
    if copy.fault:
        yield Finding("审计副本", BAD, copy.fault, "请检查 WENQU_AUDIT_DIR；副本与数据库不一致时请先查明原因，不要删除任何一份")
    elif copy.behind > 1000:
        yield Finding("审计副本", WARN, f"落后 {copy.behind} 条", "后台任务进程运行后会自动补上")
    else:
        yield well("审计副本", f"{copy.copied} 条，与审计链一致；逐条校验用 wenqu audit verify")


def of_backups() -> Iterator[Finding]:
    if not settings.BACKUP_DIR:
        yield Finding("备份", WARN, "没有设置 WENQU_BACKUP_DIR", "请设置备份目录并每天运行 wenqu backup（见 docs/operations.zh-CN.md）")
        return
    folder, newest = Path(settings.BACKUP_DIR), state.newest_backup()
    if newest is None:
        yield Finding("备份", BAD, f"{folder} 里没有备份", "请运行 wenqu backup，并设好每天的定时任务")
        return
    age = time.time() - newest.stat().st_mtime
    text = f"{newest.name}，{_long(age)}前"
    yield Finding("备份", WARN, text, "超过一天没有新的备份：请检查定时任务") if age > BACKUP_LATE.total_seconds() else well("备份", text)


def of_people() -> Iterator[Finding]:
    today = timezone.localdate()
    held: Any = Duty.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=today), from_on__lte=today, account__is_active=True)
    admins = held.filter(role=Role.COUNTY_ADMIN).values("account_id").distinct().count()
    if admins == 0:
        yield Finding("管理员", WARN, "一位也没有", "请运行 wenqu people 建立第一位管理员")
    else:
        yield Finding("管理员", WARN, "只有一位", "管理员的权限变更需要两人：请再设一位") if admins == 1 else well("管理员", f"{admins} 位")
    upper = held.filter(division__level__lte=Level.COUNTY, account__second_factor__confirmed_at__isnull=True)
    bare = Account.objects.filter(pk__in=upper.values("account_id"), demo=False).count()
    yield Finding("两步验证", WARN, f"{bare} 个县级以上账号还没有设置", "下次登录时会要求设置；长期不用的账号请停用") if bare else well("两步验证", "县级以上账号都已设置")


def _long(seconds: float) -> str:
    return f"{seconds / 86400:.0f} 天" if seconds >= 172800 else f"{seconds / 3600:.0f} 小时" if seconds >= 7200 else f"{seconds / 60:.0f} 分钟"


def _groups(seconds: float) -> list[tuple[str, Callable[[], Iterator[Finding]], bool]]:
    """Name, check, and whether it cannot be asked without a database; in the order of the table."""
    return [
        ("program", of_program, False), ("settings", of_settings, False), ("folders", of_folders, False), ("database", of_database, False),
        ("keys", of_keys, True), ("work", of_work, True), ("audit", of_audit, True), ("evidence", partial(proof_findings, seconds), True),
        ("backups", of_backups, False), ("people", of_people, True),
    ]


def all_findings(*, every_proof: bool = False) -> list[Finding]:
    """Everything, in the order of the table. A check that itself breaks is a finding too. `every_proof` reads all evidence."""
    found: list[Finding] = []
    for name, check, asks in _groups(math.inf if every_proof else PROOF_SECONDS):
        if asks and any(each.name in {"数据库", "数据库结构"} and each.level == BAD for each in found):
            continue
        try:
            found.extend(check())
        except (DatabaseError, OSError) as error:
            found.append(Finding(name, BAD, f"检查时出错（{type(error).__name__}）", "请查看数据库和磁盘是否正常"))
    return found
