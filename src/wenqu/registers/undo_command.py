"""``wenqu undo``: take a whole import batch back, from the terminal."""

from __future__ import annotations

import argparse
import sys

from wenqu.kit.refusal import Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("batch", metavar="BATCH", type=int, help="批次编号（导入时打印，也在“导入”页面）")


def run(args: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from wenqu.kit import boot  # noqa: PLC0415  the framework is loaded only when the command runs

    boot.start()
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.importing.models import Batch  # noqa: PLC0415
    from wenqu.kit import audit  # noqa: PLC0415
    from wenqu.registers import actions  # noqa: PLC0415
    from wenqu.registers.terminal import bar  # noqa: PLC0415

    batch = Batch.objects.select_related("division").filter(pk=args.batch).first()
    if batch is None:
        print(f"没有批次 {args.batch}", file=sys.stderr)
        return 1
    try:
        with bar("撤销") as progress:
            actions.undo_batch(batch=batch, by=audit.SYSTEM, at=timezone.now(), progress=progress)
    except Refused as refusal:
        audit.refused(by=audit.SYSTEM, code=refusal.code, what="undo", at=timezone.now(), subject=f"batch:{batch.pk}", path=batch.path)
        print(f"未撤销：{refusal.message}", file=sys.stderr)
        return 1
    print(f"批次 {batch.pk}（{batch.file_name}）已撤销")
    return 0
