"""Which of the three layouts a sheet has, by the words in its first rows; what a saved mapping says goes first."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wenqu.importing.headers import normal
from wenqu.importing.laboratory.layout import Block, Grid, Layout, Stated, cell, filled, width
from wenqu.importing.laboratory.mapping import FACTS, LabMapping, looked_up, same
from wenqu.importing.laboratory.wide import read_wide
from wenqu.importing.laboratory.words import SAMPLE_WORDS, is_left_out, role_word, sample_word
from wenqu.rulebook.quality.results.items import Item, Named, Names
from wenqu.rulebook.quality.results.units import unit_of

_WITHIN = 25
_TURNED = "检测项目竖着排、没有“检测结果”一列：每列一个样品的表请先转置（复制，选择性粘贴，转置）再用；只有一个样品的，给结果一列加上表头“检测结果”"
_TITLE_UNIT = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s,，;；)）(（]+)")


class Knowing:
    """What is known while a workbook is read: names of items, and what the mapping says of them."""

    def __init__(self, names: Names, mapping: LabMapping) -> None:
        self.names, self.mapping = names, mapping

    def named(self, text: str) -> Named | None:
        """The item that a text names; ``None`` where the mapping leaves it out."""
        said = looked_up(self.mapping.items, text)
        if said == "":
            return None
        named = self.names.read(text)
        if said is not None:
            named = Named(self.names.items[said], named.unit if named.item else _unit_in(text))
        return named

    def unit(self, name: str, item: Item | None) -> str:
        """The unit that the mapping gives a name or an item, empty where it says nothing."""
        return looked_up(self.mapping.units, name) or (looked_up(self.mapping.units, item.zh) or looked_up(self.mapping.units, item.key) or "" if item else "")


def _unit_in(text: str) -> str:
    found = re.search(r"[(（]([^()（）]*)[)）]\s*$", text)
    return found[1] if found and unit_of(found[1]) else ""


def recognise(grid: Grid, knowing: Knowing) -> Layout | str:
    """The layout of a sheet, or why nothing is read from it (Chinese)."""
    mapping = knowing.mapping
    rows = [mapping.header_row - 1] if mapping.header_row else [row for row in range(len(grid)) if filled(grid, row)][:_WITHIN]
    table = next(((row, blocks) for row in rows if (blocks := _blocks(grid, row, mapping))), None)
    if table is not None and mapping.layout != "wide":
        row, blocks = table
        taken = {at for block in blocks for at in (block.item, block.result, block.unit) if at is not None}
        sample, otherwise = sample_columns(grid, row, row + 1, taken, mapping)
        left, title = _left_out(grid, row), _title_unit(grid, row)
        if mapping.layout == "long" or (sample.get("number") or otherwise) and mapping.layout != "report":
            return Layout("long", row + 1, sample, otherwise, blocks=blocks[:1], facts=_above(grid, row, sample, mapping), title_unit=title, left_out=left)
        return Layout("report", row + 1, {}, blocks=blocks, facts=facts_beside(grid, row, len(grid), mapping), title_unit=title, left_out=left)
    if mapping.layout in ("long", "report"):
        return "没有找到“检测项目”和“检测结果”两列；请核对表头，或在对应关系里指定"
    head = _item_row(grid, rows, knowing)
    if head is None:
        return _TURNED if _is_turned(grid, knowing) else "没有认识的检测项目；请核对表头，或在对应关系里指定"
    wide = read_wide(grid, head, knowing)
    taken = {column.index for column in wide.items}
    sample, otherwise = sample_columns(grid, head, wide.last_header, taken, mapping)
    used = taken | set(otherwise) | {at for places in sample.values() for at in places}
    unknown = tuple(text for at, text in wide.others.items() if at not in used and not is_left_out(text) and sample_word(text) is None)
    left = tuple(text for at, text in wide.others.items() if at not in used and is_left_out(text))
    return Layout("wide", wide.last_header, sample, otherwise, wide.items, facts=_above(grid, head, sample, mapping), title_unit=_title_unit(grid, head),
                  left_out=left, unknown=unknown)


def _is_turned(grid: Grid, knowing: Knowing) -> bool:
    """Whether items stand below each other with a column for each sample."""
    down = [sum((named := knowing.named(cell(grid, row, at))) is not None and named.item is not None for row in range(len(grid))) for at in range(min(4, width(grid)))]
    return max(down, default=0) >= 3


def _item_row(grid: Grid, rows: Iterable[int], knowing: Knowing) -> int | None:
    """The row with the most different items; two at least, or one beside a column of the sample."""
    best, most = None, 0
    for row in rows:
        cells = filled(grid, row)
        items = {named.item.key for _at, text in cells if (named := knowing.named(text)) is not None and named.item is not None}
        told = [text for at, text in cells if sample_word(text) or sample_word(cell(grid, row - 1, at))]
        if len(items) > most and (len(items) > 1 or told or knowing.mapping.header_row):
            best, most = row, len(items)
    return best


def _blocks(grid: Grid, row: int, mapping: LabMapping) -> tuple[Block, ...]:
    """The tables of results whose header stands in a row: each begins with a column of items."""
    places: list[dict[str, int]] = []
    for at, text in filled(grid, row):
        role = next((name for name, header in mapping.columns.items() if same(header, text)), None)
        word = role_word(text)
        role = role or (word[0] if word and word[0] not in mapping.columns else None)
        if role == "item":
            places.append({"item": at})
        elif role and places and role not in places[-1]:
            places[-1][role] = at
    return tuple(Block(found["item"], found["result"], found.get("unit")) for found in places if "result" in found)


def sample_columns(grid: Grid, head: int, end: int, taken: set[int], mapping: LabMapping) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """Where the facts of the samples stand, and what stands for a blank number. Header rows are ``head`` until ``end``; the
    row above belongs to it where a cell is merged downwards."""
    texts = {at: [text for row in range(head, end) if (text := cell(grid, row, at))] or list(filter(None, [cell(grid, head - 1, at)]))
             for at in range(width(grid)) if at not in taken}
    found: dict[str, tuple[int, ...]] = {}
    for fact in FACTS:
        if fact in mapping.sample:
            found[fact] = _placed(texts, mapping.sample[fact])
            continue
        claims = [(word[1], at) for at, written in texts.items() for text in written if (word := sample_word(text)) and word[0] == fact]
        if claims:
            found[fact] = (min(claims)[1],)
    together = (*found.get("point", ()), *found.get("day", ())) if "point" in found else ()
    return found, _placed(texts, mapping.sample["number_otherwise"]) if "number_otherwise" in mapping.sample else together


def _placed(texts: dict[int, list[str]], headers: Iterable[str]) -> tuple[int, ...]:
    return tuple(at for header in headers for at, written in texts.items() if any(same(text, header) for text in written))


def _title_unit(grid: Grid, row: int) -> str:
    """The unit that a title names for the whole table: 单位：mg/L."""
    for above in range(row):
        for _at, text in filled(grid, above):
            found = _TITLE_UNIT.search(text)
            if found and unit_of(found[1]) is not None:
                return found[1]
    return ""


def _left_out(grid: Grid, row: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for _at, text in filled(grid, row) if is_left_out(text)))


def _above(grid: Grid, header: int, sample: dict[str, tuple[int, ...]], mapping: LabMapping) -> dict[str, Stated]:
    """What the titles above a table say of all of its samples; a number is never one of them."""
    told = facts_beside(grid, header, header + 1, mapping) if header else {}
    return {fact: stated for fact, stated in told.items() if fact not in sample and fact != "number"}


class _Labels:
    """The words by which facts of a sample are told, put together once for all cells of a sheet."""

    def __init__(self, mapping: LabMapping) -> None:
        labels = [(fact, rank, word) for fact, words in SAMPLE_WORDS.items() for rank, word in enumerate((*mapping.sample.get(fact, ()), *words))]
        labels.sort(key=lambda label: -len(label[2]))
        self.known: dict[str, tuple[str, int]] = {}
        for fact, rank, word in labels:
            self.known.setdefault(normal(word), (fact, rank))
        spread = [r"\s*".join(map(re.escape, word)) for _fact, _rank, word in labels]
        self.within = re.compile(rf"(?<![\w])(?:{'|'.join(spread)})\s*(?:[(（][^()（）]*[)）])?\s*[:：]", re.IGNORECASE)

    def told(self, text: str) -> list[tuple[str, int, str]]:
        """(fact, rank, what is said) for each label in a text; 样品编号：W01 采样日期：2024-05-06 has two."""
        whole = self.known.get(normal("".join(text.split()).rstrip(":：")))
        if whole is not None:
            return [(*whole, "")]
        marks = list(self.within.finditer(text)) if ":" in text or "：" in text else []
        found = []
        for number, mark in enumerate(marks):
            end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
            said = re.split(r"\s{1,}[\u4e00-\u9fff]{2,8}\s*[:：]", text[mark.end():end])[0].strip(" ,，;；")
            fact, rank = self.known[normal(re.sub(r"\s|[(（].*", "", mark[0].rstrip(":： ")))]
            found.append((fact, rank, said))
        return found


def facts_beside(grid: Grid, header: int, end: int, mapping: LabMapping) -> dict[str, Stated]:
    """Facts of a report's one sample: "样品编号：W01" in one cell, or the label and the text to its right."""
    labels, found = _Labels(mapping), dict[str, tuple[int, Stated]]()
    for row in (*range(header), *range(header + 1, end)):
        cells = filled(grid, row)
        for position, (at, text) in enumerate(cells):
            for fact, rank, said in labels.told(text):
                stated = Stated(said, row + 1, at)
                if not said and position + 1 < len(cells) and not labels.told(cells[position + 1][1]):
                    stated = Stated(cells[position + 1][1], row + 1, cells[position + 1][0])
                if stated.text and (fact not in found or rank < found[fact][0]):
                    found[fact] = (rank, stated)
    return {fact: stated for fact, (_rank, stated) in found.items()}
