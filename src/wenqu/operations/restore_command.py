"""`wenqu restore FILE`: put a backup into an empty data folder and an empty database."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="备份文件", help="wenqu backup 所做的文件")
    parser.add_argument("--without-keys", action="store_true", help="密钥文件丢失也恢复：已加密的号码将无法打开")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 restored, 1 refused, 2 the backup is broken."""
    from wenqu.kit.boot import setup

    setup(restoring=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    from django.conf import settings
    from django.utils import timezone

    from wenqu.kit import audit
    from wenqu.kit.refusal import Refused
    from wenqu.operations.actions import restore_backup
    from wenqu.operations.backup import proofs
    from wenqu.operations.backup.reading import Broken
    from wenqu.operations.terminal import Stages

    os.umask(0o077)
    started = time.monotonic()
    try:
        with Stages() as told, audit.coming("command"):
            manifest = restore_backup(
                file=args.file, keys_needed=not args.without_keys, by=audit.SYSTEM, at=timezone.now(), told=told,
                warn=lambda text: print(text, file=sys.stderr),
            )
    except Broken as broken:
        print(f"✗ {broken.message}。没有恢复；换一个备份后可以直接重新运行本命令", file=sys.stderr)
        return 2
    except Refused as refusal:
        print(refusal.message, file=sys.stderr)
        return 1
    print(f"恢复完成：{settings.DATA_DIR}（{sum(manifest.rows.values()):,} 行，{len(manifest.files)} 个文件，用时 {time.monotonic() - started:.0f} 秒）")
    print(proofs.summary(manifest))
    if proofs.is_elsewhere(manifest) and settings.EVIDENCE_STORAGE != "s3":
        print("注意：备份时佐证材料在 S3，这里设置的是本机目录：请设置 WENQU_EVIDENCE_STORAGE=s3 和同一个存储桶，再运行 wenqu doctor", file=sys.stderr)
    print(f"数据截至 {manifest.made_at}；所有人需要重新登录，当时正在运行的后台任务会重新运行。现在可以运行 wenqu serve")
    return 0
