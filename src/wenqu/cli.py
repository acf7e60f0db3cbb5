"""The one command line of Wenqu: ``wenqu <command> ...``.

Each command lives in its own module with two functions, ``add_arguments(parser)`` and ``run(args) -> int``
(the exit status). The module is imported only when its command runs, so that judging a table never pays for
the web framework. A wrong use of any command exits with 1 and says why in Chinese.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

# command -> (module, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "judge": ("wenqu.judging.headless", "按规则包评价一张表（xlsx、xls、csv、parquet），不需要数据库"),
    "serve": ("wenqu.serving", "启动服务：数据库、后台任务和网页"),
    "worker": ("wenqu.jobs.worker", "只运行后台任务（服务启动时会自动运行一个）"),
    "demo": ("wenqu.demo.commands", "装入演示县（蓝田县，虚构的农户和工程），打印演示账号"),
    "demo-county": ("wenqu.demo.county_command", "装入任一随附县的虚构数据，户数任选"),
    "demo-province": ("wenqu.demo.province_command", "装入省级规模的虚构数据，分布在随附的各县"),
    "county": ("wenqu.places.command", "建立一个县（连同所在的省、市），之后才能导入区划和添加管理员"),
    "import": ("wenqu.registers.import_command", "从 Excel 导入区划、供水工程或农户台账"),
    "undo": ("wenqu.registers.undo_command", "撤销一个导入批次"),
    "export": ("wenqu.reports.ledgers.commands", "导出台账（农户、工程、问题、资金、六见、发现与整改）为 Excel，或凭快照编号重新出具"),
    "people": ("wenqu.people.command", "人员：建立第一位管理员、发邀请链接、查看职责"),
    "audit": ("wenqu.people.audit_command", "审计记录：导出、查看链头、离线校验导出的文件"),
    "keys": ("wenqu.kit.crypto.keys_command", "个人信息密钥：生成、轮换、停用、查看指纹"),
    "backup": ("wenqu.operations.backup_command", "备份：数据库和文件，运行中也可以做；校验已有的备份"),
    "restore": ("wenqu.operations.restore_command", "从备份恢复到空的数据目录或空的数据库"),
    "doctor": ("wenqu.operations.doctor", "检查本机的设置、数据库、密钥、磁盘和后台任务"),
    "ledger": ("wenqu.ledger.command", "问题台账：按时钟走一遍（挂起到期、逾期上提、区域告警）"),
    "books": ("wenqu.books.headless", "比对两本台账（xlsx、xls、csv、parquet），写出结果工作簿，不需要数据库"),
    "results": ("wenqu.importing.laboratory.command", "试读实验室的水质检测结果表（xlsx、xls、csv），不需要数据库"),
    "pack": ("wenqu.rulebook.pack_command", "查看、检查、比较规则包"),
}

# argparse explains itself in English; these are the sentences a user can meet.
_ERRORS = (
    (r"the following arguments are required: (.*)", r"缺少必填参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): expected one argument", r"参数 \1 后面要跟一个值"),
    (r"argument (.*): expected at least one argument", r"参数 \1 后面至少要跟一个值"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"参数 \1 的值 \2 不在可选范围内：\3"),
    (r"argument (.*): invalid (?:\w+) value: (.*)", r"参数 \1 的值 \2 写法不对"),
    (r"argument (.*): not allowed with argument (.*)", r"参数 \1 不能和 \2 同时使用"),
    (r"ambiguous option: (.*) could match (.*)", r"参数 \1 不明确，可能是 \2"),
)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese and exits with 1 on wrong use."""

    def __init__(self, prog: str, description: str) -> None:
        super().__init__(prog=prog, description=description, add_help=False, allow_abbrev=False)
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def format_usage(self) -> str:
        """Usage line with a Chinese prefix."""
        return super().format_usage().replace("usage: ", "用法：", 1)

    def format_help(self) -> str:
        """Whole help with a Chinese prefix."""
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in Chinese and leave with status 1."""
        for pattern, chinese in _ERRORS:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, chinese, message)
                break
        self.exit(1, f"{self.format_usage()}{self.prog}：{message}\n")


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {text}" for name, (_, text) in COMMANDS.items()]
    return "\n".join(["用法：wenqu 命令 [参数]", "", "命令：", *lines, "", "每个命令的详细说明：wenqu 命令 --help"])


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status (0 well, 1 wrong use or nothing readable, 2 with refusals)."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0 if words else 1
    name = words[0]
    if name not in COMMANDS:
        print(f"wenqu：没有“{name}”这个命令\n\n{_overview()}", file=sys.stderr)
        return 1
    module_name, text = COMMANDS[name]
    module = importlib.import_module(module_name)
    parser = Parser(prog=f"wenqu {name}", description=text)
    module.add_arguments(parser)
    try:
        args = parser.parse_args(words[1:])
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return int(module.run(args))
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("已中断", file=sys.stderr)
        return 130
    except Exception as error:
        from wenqu.kit.boot import in_one_line

        line = in_one_line(error)
        if not line:
            raise
        print(line, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
