"""A pack as a readable manual: every number with its date, unit, clause, document and confidence.

The manual walks the resolved content itself, so that no number can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from wenqu.rulebook.cases import cases_of
from wenqu.rulebook.labels import LABELS, WORDS
from wenqu.rulebook.model import Head, Pack
from wenqu.rulebook.names import (
    CONFIDENCE_NAMES,
    KIND_NAMES,
    cited,
    measured,
)
from wenqu.rulebook.quality.judging.cases import sentences_of
from wenqu.rulebook.reasons import REASONS

_HEAD = {"id", "kind", "zh", "en", "edition", "region", "in_force", "until", "notes", "lineage", "sentences"}
# Bounds of which the name says the direction.
_OWN_WORDS = {"raw_over", "level", "points", "near", "near_of", "side", "trend", "warning", "action"}
_AT_LEAST = {"rain", "water", "humid", "arid", "flat", "low", "small_low", "contact", "outlet", "tap", "field", "transport", "least_dose"}


def manual(pack: Pack, lang: str = "zh") -> str:
    """The whole manual of a pack in "zh" or "en", as lines of plain text."""
    lines = [*head(pack, counted(pack, lang), lang)]
    for key, value in pack.content.items():
        if key not in _HEAD and isinstance(value, Mapping | list):
            lines += ["", f"== {_label(key, lang)}", *_body(value, (key,), lang)]
    if pack.sentences:
        lines += ["", "== 原因目录" if lang == "zh" else "== Reasons"]
        for reason in REASONS:
            sentence = pack.sentences[reason.code]
            lines.append(f"  {reason.code}：{sentence.zh}" if lang == "zh" else f"  {reason.code}: {sentence.en}")
    proven = sentences_of(pack.id) if pack.kind in ("water-limits", "quality-control") else (case.sentence for case in cases_of(pack.id))
    lines += tested(proven, lang)
    return "\n".join(lines) + "\n"


def head(pack: Head, own: str, lang: str) -> Iterator[str]:
    """The head of a manual of any kind, with a line of its own."""
    zh = lang == "zh"
    yield f"{pack.zh if zh else pack.en} [{pack.id}]"
    yield f"{'类型' if zh else 'kind'}: {KIND_NAMES[lang][pack.kind]}"
    yield f"{'版本' if zh else 'edition'}: {pack.edition}    {'地区' if zh else 'region'}: {pack.region}"
    until = f" – {pack.until}" if pack.until else ""
    yield f"{'施行' if zh else 'in force'}: {pack.in_force}{until}"
    if pack.lineage:
        yield f"{'继承自' if zh else 'extends'}: {', '.join(pack.lineage)}"
    yield f"{'摘要' if zh else 'digest'}: sha256 {pack.digest}"
    if own:
        yield own
    for note in pack.notes:
        yield f"  * {note}"


def counted(pack: Head, lang: str) -> str:
    """How many citations a pack has, and how many of them nobody has verified."""
    found = list(numbers_of(pack.content))
    unsure = sum(1 for _, number in found if number["confidence"] == "unverified")
    return f"规定：{len(found)} 条，其中未核实 {unsure} 条" if lang == "zh" else f"rules: {len(found)}, of them unverified: {unsure}"


def tested(sentences: Iterable[str], lang: str) -> list[str]:
    """The sentences of a pack's cases, under a heading; nothing where it has none."""
    told = [f"  {sentence}" for sentence in dict.fromkeys(sentences)]
    return ["", "== 逐条用例（每句两侧边界和空值都有测试）" if lang == "zh" else "== Cases tested (in Chinese)", *told] if told else []


def numbers_of(content: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Mapping[str, object]]]:
    """Every cited number (or rule) of a content with the path of its keys."""
    if isinstance(content, Mapping):
        if "value" in content and "confidence" in content:
            yield path, content
            return
        for key, value in content.items():
            yield from numbers_of(value, (*path, str(key)))
    elif isinstance(content, list | tuple):
        for index, value in enumerate(content, start=1):
            yield from numbers_of(value, (*path, str(index)))


def _body(value: object, path: tuple[str, ...], lang: str) -> Iterator[str]:
    indent = "  " * len(path)
    if isinstance(value, list):
        for index, row in enumerate(value, start=1):
            yield f"{indent}{index}. {row.get(lang, '')}".rstrip()
            yield from _body(row, (*path, str(index)), lang)
        return
    assert isinstance(value, Mapping)
    for key, inner in value.items():
        if key in ("zh", "en"):
            continue
        label = _label(key, lang)
        if isinstance(inner, Mapping) and "confidence" in inner:
            yield f"{indent}{label}：{_limit(inner, (*path, key), lang)}" if lang == "zh" else (
                f"{indent}{label}: {_limit(inner, (*path, key), lang)}")
        elif isinstance(inner, Mapping):
            name = inner.get(lang)
            yield f"{indent}{name} [{key}]" if isinstance(name, str) else f"{indent}{label}"
            yield from _body(inner, (*path, key), lang)
        elif isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
            yield f"{indent}{label}"
            yield from _body(inner, (*path, key), lang)
        else:
            yield f"{indent}{label}: {_plain(inner, lang)}"


def _limit(number: Mapping[str, object], path: tuple[str, ...], lang: str) -> str:
    value, unit = number["value"], str(number["unit"])
    if unit == "rule":
        shown = _plain(value, lang)
    else:
        sign = "" if path[0] == "lines" or path[-1] in _OWN_WORDS else "≥ " if _AT_LEAST & set(path) or (unit == "%" and path[-1] not in ("limit", "high", "most_volume")) else "≤ "
        shown = f"{sign}{measured(value, unit, lang)}"
    return with_source(shown, number, lang)


def with_source(shown: str, number: Mapping[str, object], lang: str) -> str:
    """A number as it is shown, with how sure it is, its date, clause and document."""
    zh = lang == "zh"
    parts = [
        f"{'日期' if zh else 'date'} {number['date']}",
        f"{'条款' if zh else 'clause'} {cited(str(number['clause']), lang)}",
        f"{'文件' if zh else 'document'} {cited(str(number['document']), lang)}",
    ]
    if number.get("note"):
        parts.append(f"{'备注' if zh else 'note'} {number['note']}")
    mark = CONFIDENCE_NAMES[lang][str(number["confidence"])]
    return f"{shown} 〔{mark}〕 {'；'.join(parts)}" if zh else f"{shown} [{mark}] {'; '.join(parts)}"


def _label(key: str, lang: str) -> str:
    zh, en = LABELS.get(key, (key, key))
    return zh if lang == "zh" else en


def _plain(value: object, lang: str) -> str:
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(_plain(item, lang) for item in value) or (
            "（无）" if lang == "zh" else "(none)")
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    zh, en = WORDS.get(str(value), (str(value), str(value)))
    return zh if lang == "zh" else en
