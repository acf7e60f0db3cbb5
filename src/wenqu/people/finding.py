"""Find a division by what people write: a code of any system, a name, or a name with the place above it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places import naming
from wenqu.places.levels import Level
from wenqu.places.models import Division, DivisionCode
from wenqu.places.naming import stem
from wenqu.places.rights import LEVELS
from wenqu.places.scope import Area, within

_CODE = re.compile(r"\d{2,12}")


def folded(text: str) -> str:
    """Half width, without blanks and strokes: «灞源镇 / 青坪村» and «灞源镇青坪村» are one."""
    return re.sub(r"[/、·>\-]+", "", naming.folded(text))


class Finder:
    """The divisions of an area by code and by name. Built once for a sheet, with two queries."""

    def __init__(self, area: Area) -> None:
        rows = list(within(Division.objects.all(), area).order_by("path"))
        self.by_path = {row.path: row for row in rows}
        self.by_code: dict[str, set[str]] = defaultdict(set)
        for code, path in within(DivisionCode.objects.all(), area, "division__path").values_list("code", "division__path"):
            self.by_code[_short(code)].add(path)
        self.by_name: dict[str, set[str]] = defaultdict(set)
        # 湖滩村 is written for 湖滩村委会: names without the kind of place, by level.
        self.by_stem: dict[tuple[int, str], set[str]] = defaultdict(set)
        for row in rows:
            for name in self._names(row, row.name):
                self.by_name[folded(name)].add(row.path)
            for name in self._names(row, stem(row.name, row.level)):
                self.by_stem[row.level, folded(name)].add(row.path)

    def _names(self, row: Division, name: str) -> Iterable[str]:
        """«青坪村», «灞源镇青坪村», «蓝田县灞源镇青坪村»."""
        yield name
        path = row.path
        while path := path[:-4]:
            above = self.by_path.get(path)
            if above is None:
                return
            name = above.name + name
            yield name

    def title(self, row: Division) -> str:
        """The shortest way to write a division that means no other."""
        names = list(self._names(row, row.name))
        return next((name for name in names if len(self.by_name[folded(name)]) == 1), names[-1])

    def find(self, text: str, role: str = "") -> Division:
        """The one division that a text means; with a role, of several only those at its levels count."""
        plain = folded(text)
        found = self.by_code.get(_short(plain), set()) if _CODE.fullmatch(plain) else self._named(plain)
        rows = [self.by_path[path] for path in sorted(found)]
        if len(rows) > 1 and role in LEVELS:
            highest, lowest = LEVELS[role]
            rows = [row for row in rows if highest <= row.level <= lowest] or rows
        if not rows:
            raise Refused("no_division", _("您管理的区域内没有“%(text)s”这个区划，请核对名称或代码") % {"text": text.strip()[:40]})
        if len(rows) > 1:
            raise Refused("division_ambiguous", _("“%(text)s”有 %(n)s 个，请写上所在乡镇，或填 12 位代码") % {"text": text.strip()[:40], "n": len(rows)})
        return rows[0]

    def _named(self, plain: str) -> set[str]:
        """By the whole name where there is one; else by what is left without the kind of place."""
        stems = (self.by_stem.get((level, stem(plain, level)), set()) for level in Level)
        return self.by_name.get(plain) or set().union(*stems)

    def titles(self, highest: int = 1, lowest: int = 5) -> list[str]:
        return [self.title(row) for row in self.by_path.values() if highest <= row.level <= lowest]


def _short(code: str) -> str:
    """A code without the zeros that only fill it up: 610122 and 610122000000 are one county, 610122110 one town."""
    code = code.ljust(12, "0")
    for end in (2, 4, 6, 9):
        if not code[end:].strip("0"):
            return code[:end]
    return code
