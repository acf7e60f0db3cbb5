"""What a ledger is made of: the division, what the reader may see, and the runs that judged it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import pyarrow.parquet as pq
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.judging.models import Run
from wenqu.judging.queries import latest_run, pack_of
from wenqu.kit import masking
from wenqu.kit.crypto.fields import Sealed
from wenqu.kit.refusal import Refused
from wenqu.places import paths
from wenqu.places.models import Division, Level
from wenqu.places.scope import Area, below

USED = ("piped", "litres_per_person_day", "round_trip_min", "short_days", "lab_result", "sensory_ok")
GRADED = ("quantity", "quality", "convenience", "reliability", "overall")
T = TypeVar("T")
_READ = ("household_id", "path", "scheme_id", *USED, *GRADED)


@dataclass(frozen=True)
class Part:
    """A county (or what of it is exported) and the newest run that judged it, if any."""

    path: str
    run: Run | None


@dataclass(frozen=True)
class Scope:
    """One export: where, how much of personal numbers is shown, and as of which runs."""

    division: Division
    area: Area
    whole_phones: bool
    at: datetime
    parts: tuple[Part, ...]
    names: dict[str, str]
    town_length: int
    # When the file is made; `at` is the instant that its figures are of.
    made_at: datetime
    # The number by which the same figures are handed out again, and what to say when they are.
    snapshot: str = ""
    again: str = ""
    # Only problems found in this period, where one is given.
    since: date | None = None
    found_until: date | None = None
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, work_out: Callable[[Scope], T]) -> T:
        """What several sheets and their notes are made of, worked out for the first of them."""
        if work_out not in self._kept:
            self._kept[work_out] = work_out(self)
        kept: T = self._kept[work_out]
        return kept

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    @property
    def runs(self) -> list[Run]:
        return list({part.run.pk: part.run for part in self.parts if part.run}.values())

    @property
    def place(self) -> str:
        """The division with what holds it from the county down: 蓝田县灞源镇."""
        above = [self.names[path] for path in paths.ancestors(self.division.path) if path in self.names]
        return "".join(above) or self.division.name

    @property
    def closing(self) -> list[str]:
        """The last notes of every sheet: what is as of the instant and what is not."""
        said = [f"本表各项按 {timezone.localtime(self.at):%Y-%m-%d %H:%M:%S} 以前登记的办理步骤、评价批次、用水情况和供水关系生成；农户和工程的登记项、区划及三个责任的责任人只有现在的值。"]
        if self.snapshot:
            said.append(f"凭快照编号 {self.snapshot} 可重新出具相同数字。")
        return said + ([self.again] if self.again else [])

    def phone(self, number: Sealed) -> str:
        return number.open() if self.whole_phones else masking.phone(number.open())

    def town(self, path: str) -> str:
        """The town of a row; with its county before it where the export holds several counties."""
        if len(path) < self.town_length:
            return ""
        town = self.names.get(path[: self.town_length], "")
        if self.division.level >= Level.COUNTY:
            return town
        return self.names.get(path[: self.town_length - paths.STEP], "") + town

    def village(self, path: str) -> str:
        return self.names.get(path, "") if len(path) > self.town_length else ""

    def unit_row(self) -> str:
        """The second row of every sheet: who, when, by which rules and which snapshot."""
        day = timezone.localdate(self.made_at)
        parts = [f"填报单位：{self.division.name}", f"填报日期：{day.year}年{day.month}月{day.day}日"]
        parts.append(f"数据截至：{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S}")
        if self.snapshot:
            parts.append(f"快照编号：{self.snapshot}")
        if self.since or self.found_until:
            parts.append(f"发现日期：{self.since or '最早'} 至 {self.found_until or '截至日'}")
        runs = self.runs
        if not runs:
            parts.append("评价：尚未评价")
        else:
            run = runs[0]
            parts.append(f"规则包：{run.pack_title}（{pack_of(run).edition}，{run.pack_id}，摘要 {run.digest[:12]}）")
            shown = "、".join(f"#{each.pk}（基准日 {each.as_of:%Y-%m-%d}）" for each in runs[:3])
            parts.append(f"评价批次：{shown}" + (f"等 {len(runs)} 个" if len(runs) > 3 else ""))
        return "　　".join(parts)


def make_scope(division: Division, *, area: Area, whole_phones: bool, at: datetime, made_at: datetime | None = None, **more: Any) -> Scope:
    """The scope of an export of a division of any level. A division above the county is made of its counties."""
    counties = list(Division.objects.filter(below(division.path), level=Level.COUNTY).order_by("path").values_list("path", flat=True))
    covered = division.level >= Level.COUNTY or not counties
    tops = [division.path] if covered else counties
    lineage = Division.objects.filter(path__in=paths.ancestors(division.path), level__gte=Level.COUNTY)
    inside = Division.objects.filter(below(division.path))
    names = dict(lineage.values_list("path", "name")) | dict(inside.values_list("path", "name"))
    town = (lineage | inside).filter(level=Level.TOWN).order_by("path").first()
    length = len(town.path) if town else len(division.path) + paths.STEP
    parts = tuple(Part(path, latest_run(path, at)) for path in tops)
    return Scope(division, area, whole_phones, at, parts, names, length, made_at or at, **more)


def verdicts(part: Part) -> Iterator[tuple[Any, ...]]:
    """The rows of the part's run inside its path, in the order of (path, household): the columns of `_READ` as tuples."""
    if part.run is None:
        return
    file = settings.RUNS_DIR / part.run.file
    if not file.is_file():
        raise Refused("run_file_missing", _("评价批次 #{number} 的结果文件不在，无法导出；请重新评价一次").format(number=part.run.pk))
    with pq.ParquetFile(file) as table:
        place = table.schema_arrow.names.index("path")
        end = paths.after(part.path)
        groups = [
            number for number in range(table.num_row_groups)
            if not (stats := table.metadata.row_group(number).column(place).statistics)
            or not stats.has_min_max or (stats.max >= part.path and stats.min < end)
        ]
        for batch in table.iter_batches(batch_size=8192, row_groups=groups, columns=list(_READ)):
            columns = batch.to_pydict()
            for row in zip(*(columns[name] for name in _READ), strict=True):
                if part.path <= row[1] < end:
                    yield row
