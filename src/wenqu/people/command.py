"""``wenqu people add-admin|list|invite|approve|leave``: people from the server itself, where there is no administrator yet or no second one.

Exit status: 0 done; 1 refused or wrong use. Everything is written into the audit log as the system's, by command.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from wenqu.kit.refusal import Refused

if TYPE_CHECKING:
    from wenqu.people.invitations.actions import Link
    from wenqu.places.models import Account


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs and their arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="动作")
    first = verbs.add_parser("add-admin", description="添加管理员，打印邀请链接", help="添加管理员（省、市或县），打印邀请链接")
    first.add_argument("--name", required=True, metavar="姓名", help="管理员的姓名")
    first.add_argument("--username", required=True, metavar="用户名", help="登录用的用户名")
    first.add_argument("--division", required=True, metavar="区划", help="管理哪个省、市或县：区划代码或名称")
    verbs.add_parser("list", description="列出所有人员及现任职责", help="列出所有人员及现任职责")
    invite = verbs.add_parser("invite", description="给已有的人发新的邀请链接（旧链接作废）", help="给已有的人发新的邀请链接")
    invite.add_argument("username", metavar="用户名")
    invite.add_argument("--reset-factor", action="store_true", help="同时解除两步验证")
    approve = verbs.add_parser("approve", description="审批权限变更申请（本区域没有别的管理员时）", help="同意一项权限变更申请")
    approve.add_argument("id", type=int, metavar="编号", help="申请的编号")
    leave = verbs.add_parser("leave", description="停用账号，把没办完的工作交接给别人", help="停用账号，交接工作")
    leave.add_argument("username", metavar="用户名")
    leave.add_argument("--to", metavar="用户名", help="由谁接手")
    leave.add_argument("--reason", default="", metavar="原因", help="原因，记入交接记录")
    for verb in (first, invite, approve):
        verb.add_argument("--address", default="", metavar="网址", help="系统的网址，如 https://shui.example.gov.cn；默认取 WENQU_ORIGINS 的第一个")


def run(args: argparse.Namespace) -> int:
    """Run one verb and give the exit status."""
    from wenqu.kit import boot  # noqa: PLC0415  the framework is loaded only when the command runs

    boot.setup()
    from django.db.utils import OperationalError, ProgrammingError  # noqa: PLC0415

    from wenqu.kit import audit  # noqa: PLC0415

    verbs = {"add-admin": _add_admin, "list": _list, "invite": _invite, "approve": _approve, "leave": _leave}
    try:
        with audit.coming("command"):
            print("\n".join(verbs[args.verb](args)))
    except Refused as refusal:
        print(f"没有执行：{refusal.message}", file=sys.stderr)
        return 1
    except (OperationalError, ProgrammingError):
        print("没有执行：数据库还没有建好或连不上。请先运行一次 wenqu serve，再执行这个命令。", file=sys.stderr)
        return 1
    return 0


def _now() -> dict[str, Any]:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415

    return {"by": SYSTEM, "at": timezone.now()}


def _person(username: str) -> Account:
    from wenqu.places.models import Account  # noqa: PLC0415

    found = Account.objects.filter(username=username).first()
    if found is None:
        raise Refused("no_account", f"没有用户名为“{username}”的人员；用 wenqu people list 查看")
    return found


def _told(link: Link | None, args: argparse.Namespace) -> list[str]:
    from django.conf import settings  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    if link is None:
        return []
    origin = args.address or (settings.CSRF_TRUSTED_ORIGINS[0] if settings.CSRF_TRUSTED_ORIGINS else "http://127.0.0.1:8000")
    return [
        f"邀请链接（只显示这一次，{timezone.localtime(link.until):%Y-%m-%d %H:%M} 前有效，用一次即失效）：",
        f"  {origin.rstrip('/')}{reverse('people:arrive', args=[link.secret])}",
    ]


def _add_admin(args: argparse.Namespace) -> list[str]:
    from django.core.exceptions import ValidationError  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.people.finding import Finder  # noqa: PLC0415
    from wenqu.people.persons.actions import NewDuty, add_person  # noqa: PLC0415
    from wenqu.people.persons.forms import USERNAME  # noqa: PLC0415
    from wenqu.places.models import Division, Role  # noqa: PLC0415
    from wenqu.places.scope import EVERYWHERE  # noqa: PLC0415

    try:
        USERNAME(args.username)
    except ValidationError as error:
        raise Refused("bad_username", str(error.message)) from None
    if not Division.objects.exists():
        raise Refused("no_divisions", "还没有任何区划。请先建立本县：wenqu county 陕西省 西安市 蓝田县 --code 610122（换成本县的名称和代码）")
    division = Finder(EVERYWHERE).find(args.division, Role.COUNTY_ADMIN)
    duty = NewDuty(role=Role.COUNTY_ADMIN, division=division, from_on=timezone.localdate())
    added = add_person(name=args.name, username=args.username, duty=duty, reason="", **_now())
    return [f"已添加管理员 {added.account.name}（用户名 {added.account.username}，{division.name}）。", *_told(added.link, args)]


def _list(args: argparse.Namespace) -> list[str]:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.people.persons.queries import state_of  # noqa: PLC0415
    from wenqu.places.models import Account, Duty  # noqa: PLC0415

    states = {"active": "在用", "invited": "未接受邀请", "left": "已停用"}
    duties: dict[int, list[str]] = {}
    for duty in Duty.objects.not_over(timezone.localdate()).select_related("division").order_by("division__path", "pk"):
        duties.setdefault(duty.account_id, []).append(f"{duty.division.name} {duty.get_role_display()}")
    lines = [
        f"{account.username}\t{account.name}\t{states[state_of(account)]}\t{'；'.join(duties.get(account.pk, [])) or '没有职责'}"
        for account in Account.objects.order_by("username")
    ]
    return lines or ["还没有人员。用 wenqu people add-admin 添加第一位管理员。"]


def _invite(args: argparse.Namespace) -> list[str]:
    from wenqu.people.invitations.actions import invite  # noqa: PLC0415

    person = _person(args.username)
    return [f"{person.name}（{person.username}）：", *_told(invite(account=person, reset_factor=args.reset_factor, **_now()), args)]


def _approve(args: argparse.Namespace) -> list[str]:
    from wenqu.people.four_eyes.actions import decide  # noqa: PLC0415
    from wenqu.people.models import RightsRequest  # noqa: PLC0415

    request = RightsRequest.objects.select_related("account").filter(pk=args.id).first()
    if request is None:
        raise Refused("no_request", f"没有编号为 {args.id} 的申请")
    link = decide(request=request, approve=True, **_now())
    return [f"已同意：{request.get_change_display()}，{request.account.name}。已记入审计（服务器命令行）。", *_told(link, args)]


def _leave(args: argparse.Namespace) -> list[str]:
    from wenqu.people.leaving.actions import hand_over_and_leave  # noqa: PLC0415

    person, taker = _person(args.username), _person(args.to) if args.to else None
    moved = hand_over_and_leave(account=person, taker=taker, reason=args.reason, **_now())
    counted = sum(moved.counts.values()) if moved else 0
    return [f"{person.name}的账号已停用，职责已结束。", *([f"已交接 {counted} 项工作给{moved.taker.name}。"] if moved else [])]
