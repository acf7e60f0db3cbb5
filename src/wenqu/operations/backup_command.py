"""`wenqu backup TARGET`, `wenqu backup verify FILE`, `wenqu backup list FILE`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wenqu.operations.backup.manifest import Manifest

LOOKS = ("verify", "list")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="目标", help="备份文件，或放备份的目录（文件名按时间取）；省略时用 WENQU_BACKUP_DIR")
    parser.add_argument("--verify", metavar="文件", help="校验一个备份（也可写作 wenqu backup verify 文件）")
    parser.add_argument("--list", metavar="文件", help="列出一个备份的内容（也可写作 wenqu backup list 文件）")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 well, 1 wrong use or refused, 2 the backup is broken (or was made with files missing)."""
    words = list(args.words)
    for name in LOOKS:
        if getattr(args, name):
            words = [name, getattr(args, name), *words]
    look = words[0] if words and words[0] in LOOKS else ""
    if len(words) > (2 if look else 1) or (look and len(words) < 2):
        print(f"wenqu backup{' ' + look if look else ''}：请给出一个{'备份文件' if look else '目标'}", file=sys.stderr)
        return 1
    from wenqu.kit.boot import setup

    setup()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    from wenqu.kit.refusal import Refused
    from wenqu.operations.backup.reading import Broken

    try:
        if look == "verify":
            return _verify(Path(words[1]))
        if look == "list":
            return _list(Path(words[1]))
        return _make(words[0] if words else "")
    except Broken as broken:
        print(f"✗ {broken.message}", file=sys.stderr)
        return 2
    except Refused as refusal:
        print(refusal.message, file=sys.stderr)
        return 1


def _make(word: str) -> int:
    from django.conf import settings
    from django.utils import timezone

    from wenqu.kit import audit
    from wenqu.operations.actions import make_backup
    from wenqu.operations.terminal import Stages

    if not word and not settings.BACKUP_DIR:
        print("wenqu backup：请给出目标文件或目录，或设置 WENQU_BACKUP_DIR", file=sys.stderr)
        return 1
    at, started = timezone.now(), time.monotonic()
    target = target_of(word or settings.BACKUP_DIR, at)
    os.umask(0o077)
    with Stages() as told, audit.coming("command"):
        manifest = make_backup(target=target, by=audit.SYSTEM, at=at, told=told)
    print(f"备份完成：{target}（{target.stat().st_size / 1e6:,.1f} MB，用时 {time.monotonic() - started:.0f} 秒）")
    print(_summary(manifest))
    if not manifest.keys:
        print("注意：本机没有密钥文件，备份里没有密钥指纹")
    print("密钥不在备份里，请另外保管密钥文件")
    if manifest.missing:
        print(f"✗ 有 {len(manifest.missing)} 个被引用的文件不在，备份里没有：{'、'.join(manifest.missing[:5])}", file=sys.stderr)
        return 2
    return 0


def target_of(word: str, at: datetime) -> Path:
    """The file to write: as named, or by its time inside a folder."""
    from django.utils import timezone

    path = Path(word).expanduser().resolve()
    if path.is_dir() or word.endswith("/"):
        return path / f"wenqu-{timezone.localtime(at):%Y%m%d-%H%M%S}.tar"
    return path


def _verify(path: Path) -> int:
    from wenqu.operations.backup.checking import check_backup
    from wenqu.operations.terminal import Stages

    with Stages() as told:
        verdict = check_backup(path, told)
    print(f"✓ {path}：{len(verdict.manifest.members)} 个文件的校验和相符，数据库完整，所引用的文件都在")
    print(_summary(verdict.manifest))
    for note in verdict.notes:
        print(f"! {note}")
    return 2 if verdict.manifest.missing else 0


def _list(path: Path) -> int:
    from wenqu.operations.backup.reading import opened

    with opened(path) as archive:
        manifest = archive.manifest
    print(_summary(manifest))
    for member in manifest.members:
        print(f"{member.size:>14,}  {member.sha256[:16]}  {member.name}")
    for table, count in sorted(manifest.rows.items()):
        print(f"{count:>14,} 行  {table}")
    return 0


def _summary(manifest: Manifest) -> str:
    from wenqu.operations.backup import proofs
    from wenqu.operations.backup.manifest import ENGINES

    files = manifest.files
    return "\n".join([
        f"  时间 {manifest.made_at}  版本 {manifest.product}  {ENGINES.get(manifest.engine, manifest.engine)} {manifest.engine_version}",
        f"  {len(manifest.rows)} 张表 {sum(manifest.rows.values()):,} 行，{len(files)} 个文件 {sum(each.size for each in files) / 1e6:,.1f} MB",
        f"  {proofs.summary(manifest)}",
        f"  审计链 {manifest.audit['sealed']} 条，链头 {manifest.audit['head'][:16] or '无'}  密钥指纹 {manifest.keys.get('fingerprint', '无')}",
    ])
