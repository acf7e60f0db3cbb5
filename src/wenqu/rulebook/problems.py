"""What can be wrong with a pack, as data: every problem has a stable code, the file, the key and a Chinese sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

# code -> what it means; each is raised by a test.
PROBLEM_CODES: dict[str, str] = {
    "pack_not_found": "没有这个规则包或文件",
    "file_unreadable": "文件无法读取",
    "toml_syntax": "TOML 语法错误",
    "key_missing": "缺少必填项",
    "key_unknown": "不认识的键",
    "type_wrong": "值的类型不对",
    "value_range": "数值不合理",
    "choice_wrong": "值不在可选范围内",
    "unit_wrong": "单位不对",
    "date_wrong": "日期不对",
    "citation_missing": "标为有出处，却没有出处文件",
    "levels_order": "达标限值比基本达标限值宽",
    "shape_wrong": "几种写法混用或都没有写",
    "kind_wrong": "规则包类型不对",
    "extends_cycle": "规则包互相继承",
    "sentence_missing": "原因缺少说明句",
    "placeholder_unknown": "说明句里有不认识的占位符",
    "reference_unknown": "指向不存在的条目",
}


@dataclass(frozen=True, slots=True)
class PackProblem:
    """One problem: where (file and dotted key), which (code) and a sentence for people."""

    origin: str
    key: str
    code: str
    message: str

    def __str__(self) -> str:
        where = f"{self.origin}：{self.key}" if self.key else self.origin
        return f"{where}：{self.message}［{self.code}］"


class PackError(ValueError):
    """A pack that cannot be used, with all its problems at once."""

    def __init__(self, problems: Iterable[PackProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Problems:
    """Collects the problems of one file."""

    origin: str
    found: list[PackProblem] = field(default_factory=list)

    def add(self, key: str, code: str, message: str = "") -> None:
        """Note one problem; the message defaults to the meaning of the code."""
        self.found.append(PackProblem(self.origin, key, code, message or PROBLEM_CODES[code]))

    def refuse(self) -> None:
        """Raise ``PackError`` when anything was found."""
        if self.found:
            raise PackError(self.found)
