"""A pack of measures as a readable manual: every rule and every cost with its source, or the word that there is none."""

from __future__ import annotations

from collections.abc import Iterator

from wenqu.rulebook.manual import counted, head, with_source
from wenqu.rulebook.model import Number
from wenqu.rulebook.names import measured
from wenqu.rulebook.watch.measures.model import MeasurePack


def manual(pack: MeasurePack, lang: str = "zh") -> str:
    """The whole manual of a pack in "zh" or "en", as lines of plain text."""
    zh = lang == "zh"
    lines = [*head(pack, counted(pack, lang), lang)]
    lines += ["", "== 措施种类" if zh else "== Kinds of measures", *_kinds(pack, lang)]
    lines += ["", "== 各类风险通常采取的措施" if zh else "== Usual measures by cause", *_usual(pack, lang)]
    if pack.visits is not None:
        ways = ("、" if zh else ", ").join(names[0 if zh else 1] for names in pack.visits.ways.values())
        lines += ["", "== 联系人走访" if zh else "== Visits of the contact person",
                  f"  every = {_told(pack.visits.every, lang)}", f"  whom = {_told(pack.visits.whom, lang)}", f"  {ways}"]
    if pack.insurance is not None:
        lines += ["", "== 防贫保险" if zh else "== Insurance against poverty",
                  *(f"  {name} = {_told(getattr(pack.insurance, name), lang)}" for name in ("list_day", "notice_days", "sample"))]
    return "\n".join(lines) + "\n"


def _told(number: Number, lang: str) -> str:
    shown = str(number.value) if number.unit == "rule" else measured(number.value, number.unit, lang)
    return with_source(shown, {name: getattr(number, name) for name in Number.__dataclass_fields__}, lang)


def _kinds(pack: MeasurePack, lang: str) -> Iterator[str]:
    for kind in pack.kinds.values():
        name, unit = (kind.zh, pack.departments[kind.department].zh) if lang == "zh" else (kind.en, pack.departments[kind.department].en)
        yield f"  {name} [{kind.id}]  {unit}  applies = {_told(kind.applies, lang)}"
        if kind.cost is not None:
            yield f"      {'通常费用' if lang == 'zh' else 'usual cost'} = {_told(kind.cost, lang)}"


def _usual(pack: MeasurePack, lang: str) -> Iterator[str]:
    for usual in pack.usual.values():
        names = ("、" if lang == "zh" else ", ").join(pack.kinds[name].zh if lang == "zh" else pack.kinds[name].en for name in usual.kinds)
        yield f"  {usual.cause}: {names}  applies = {_told(usual.applies, lang)}"
