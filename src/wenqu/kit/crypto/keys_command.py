"""`wenqu keys create|show|rotate|retire`: the keys that seal personal data."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from wenqu.kit.boot import setup
from wenqu.kit.crypto.keys import ALGORITHMS, BadKeys

if TYPE_CHECKING:
    from collections import Counter

    from wenqu.kit.crypto.keys import Keyring


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="动作")
    create = verbs.add_parser("create", description="为新的系统生成密钥文件；已有的文件不会覆盖", help="生成密钥文件")
    verbs.add_parser("show", description="列出密钥的名称、算法、日期、指纹和各自加密的数据量，不显示密钥本身", help="查看密钥和指纹")
    rotate = verbs.add_parser(
        "rotate", help="换用新密钥，重新加密全部数据",
        description="生成新密钥并启用，把全部数据重新加密。运行期间可以正常使用系统；中断后再运行一次即可接着做",
    )
    for verb in (create, rotate):
        verb.add_argument("--cipher", choices=tuple(ALGORITHMS), default="", help="算法（默认按设置 WENQU_CIPHER）")
    rotate.add_argument("--index", action="store_true", help="同时更换检索密钥，重算检索摘要")
    retire = verbs.add_parser("retire", description="从密钥文件中删除一个不再使用的密钥；还有数据在用时拒绝", help="停用旧密钥")
    retire.add_argument("name", metavar="名称", help="密钥名称，如 k1 或 i1")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 done, 1 refused or unusable, 2 some values are still under an older key."""
    setup()
    try:
        return int({"create": _create, "show": _show, "rotate": _rotate, "retire": _retire}[args.verb](args))
    except BadKeys as error:
        print(error, file=sys.stderr)
        return 1


def _create(args: argparse.Namespace) -> int:
    from django.conf import settings
    from django.utils import timezone

    from wenqu.kit.crypto import keys
    from wenqu.kit.crypto.start import refuse_new_keys

    with keys.alone(settings.KEYS_FILE):
        refuse_new_keys()
        ring = keys.create(settings.KEYS_FILE, args.cipher or settings.CIPHER, timezone.now())
    _record("create_keys", ring)
    print(f"已生成密钥文件 {settings.KEYS_FILE}，指纹 {ring.fingerprint}")
    print("请立即另存一份到数据库备份以外的安全地方：丢失密钥文件，加密的个人信息无法恢复")
    return 0


def _record(verb: str, ring: Keyring) -> None:
    """Into the log, where the database has one already."""
    from django.db import DatabaseError, transaction
    from django.utils import timezone

    from wenqu.kit import audit

    try:
        with transaction.atomic():
            audit.record(by=audit.SYSTEM, verb=verb, at=timezone.now(), subject=f"key:{ring.active}", detail={"fingerprint": ring.fingerprint})
    except DatabaseError:
        return  # a new database has no tables yet


def _show(args: argparse.Namespace) -> int:
    from django.conf import settings

    from wenqu.kit.crypto.keys import load

    ring = load(settings.KEYS_FILE)
    used = _used()
    print(f"密钥文件 {settings.KEYS_FILE}\n指纹 {ring.fingerprint}\n")
    print("名称    算法          状态      生成时间                     数据量")
    for active, known in ((ring.active, ring.keys), (ring.active_index, ring.indexes)):
        for key in known.values():
            state = "在用" if key.name == active else "旧密钥"
            number = "–" if used is None else f"{used[key.name]:,}"
            print(f"{key.name:<7} {key.algorithm:<13} {state:　<4}  {key.made_at:<26} {number:>12}")
    lost = {} if used is None else {name: number for name, number in used.items() if name not in {*ring.keys, *ring.indexes}}
    for name, count in lost.items():
        print(f"警告：{count:,} 个值由密钥文件中没有的密钥 {name} 加密，无法打开，请从密钥备份恢复", file=sys.stderr)
    return 1 if lost else 0


def _used() -> Counter[str] | None:
    """Key -> how many values it made; None where the database cannot tell."""
    from collections import Counter

    from django.db import DatabaseError

    from wenqu.kit.crypto.stores import stores, usage

    try:
        return sum(usage(stores()).values(), Counter())
    except DatabaseError:
        return None


def _rotate(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from wenqu.kit import audit
    from wenqu.kit.crypto.rotating import rotate
    from wenqu.kit.crypto.start import check_keys

    check_keys()
    done = rotate(cipher=args.cipher, index=args.index, by=audit.SYSTEM, at=timezone.now(),
                  tell=lambda name, number: print(f"  {name}：{number:,}", flush=True))
    if done.resumed:
        print("已接着完成上次没有做完的轮换")
    print(f"现用密钥 {done.ring.active}（{done.ring.keys[done.ring.active].algorithm}），检索密钥 {done.ring.active_index}；"
          f"本次重新加密 {done.written:,} 行；指纹 {done.ring.fingerprint}")
    if done.left:
        print(f"还有 {done.left:,} 个值没有换到现用密钥（可能正被导入任务占用），请稍后再运行一次", file=sys.stderr)
        return 2
    old = [name for name in (*done.ring.keys, *done.ring.indexes) if name not in {done.ring.active, done.ring.active_index}]
    if old:
        print(f"旧密钥 {'、'.join(old)} 可以用 wenqu keys retire 停用；轮换前的备份仍要用它们，请先另存密钥文件")
    return 0


def _retire(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from wenqu.kit import audit
    from wenqu.kit.crypto.rotating import retire
    from wenqu.kit.crypto.start import check_keys

    check_keys()
    retire(name=args.name, by=audit.SYSTEM, at=timezone.now())
    print(f"密钥 {args.name} 已停用。用它加密的旧备份只能配合当时的密钥文件恢复")
    return 0
