"""Text tables of cases: sentences of the clauses with households, their items, and the answers they must get.

The shape is that of ``text_tables``; "-" is blank. Columns of a household and of its
facts go in; a column ``items`` holds items one after another (``wages 202006-202105 24000; medical 202009 3999.99 away``, in
yuan; ``?`` is an amount that is not known, ``away`` somebody who does not live here, ``unsure`` where that is not known,
``asked`` stands for a zero of every kind over the window, ``asked -wages`` for all but that one). All other columns must come
out. Money is in yuan throughout; ``income`` is both bounds, ``low..high`` or one number, with ``*`` for no bound. A line
``@ average.limit 16000`` changes a number of the pack for the block that follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from wenqu.rulebook.text_tables import table_rows
from wenqu.rulebook.watch.judging.facts import COLUMNS, Household, Item, household_columns
from wenqu.rulebook.watch.judging.model import JudgingPack
from wenqu.rulebook.watch.judging.whatif import Value
from wenqu.rulebook.watch.judging.window import Window

CASES = Path(__file__).parent / "cases"
WINDOW = Window(202006, 202105)
_WORDS: Mapping[str, bool | None] = {"yes": True, "no": False, "-": None}
# A household that everything is known of and nothing is wrong with: what a case does not say.
_PLAIN: Mapping[str, str] = {"was_poor": "yes", "registered": "2", "cause": "none", "stable": "yes", "marked": "no", "heavy": "-", "collapsed": "no",
                              "income_before_fen": "20000"}


@dataclass(frozen=True, slots=True)
class JudgingCase:
    """One row: the sentence it belongs to, the household with its items, the answers expected, and the line of the file."""

    sentence: str
    household: Household
    items: tuple[Item, ...]
    expected: dict[str, str]
    line: int
    changes: Mapping[str, Value]


def judging_cases_of(pack: JudgingPack) -> tuple[JudgingCase, ...]:
    """Cases of a pack that comes with Wenqu; empty when it has no table."""
    path = CASES / f"{pack.id}.txt"
    return tuple(read_judging_cases(path.read_text(encoding="utf-8"), pack)) if path.exists() else ()


def read_judging_cases(text: str, pack: JudgingPack) -> Iterator[JudgingCase]:
    """Cases of a text; ``ValueError`` names the line that cannot be read."""
    for row in table_rows(text, "@"):
        yield _case(row.sentence, row.cells, pack, row.line, dict(map(_change, row.marked)))


def _change(marked: str) -> tuple[str, Value]:
    _, name, value = marked.split()
    return name, Decimal(value) if value.replace(".", "").isdecimal() else value


def shown(row: Mapping[str, object]) -> dict[str, str]:
    """An output row in the words of the tables."""
    low, high = (_yuan(row[name]) for name in ("income_low_fen", "income_high_fen"))
    words = {True: "yes", False: "no", None: "-"}
    found = {name: words[value] if value is None or isinstance(value, bool) else str(value) for name, value in row.items()}
    # A household has columns of these names as well: what a visit found.
    found |= {f"is_{name}": found[name] for name in ("heavy", "collapsed")}
    return found | {"income": low if low == high != "*" else f"{low}..{high}"}


def _yuan(fen: object) -> str:
    return "*" if fen is None else format((Decimal(str(fen)) / 100).normalize(), "f")


def _case(sentence: str, row: Mapping[str, str], pack: JudgingPack, line: int, changes: Mapping[str, Value]) -> JudgingCase:
    columns = household_columns(pack)
    facts = {name: name.startswith("secured_") for name, kind in columns.items() if name not in COLUMNS and kind == "BOOLEAN"}
    measures: dict[str, Decimal | None] = {name: None for name, kind in columns.items() if kind == "DOUBLE"}
    given = dict(_PLAIN)
    expected = {}
    for name, cell in row.items():
        if name in COLUMNS:
            given[name] = cell
        elif name in measures:
            measures[name] = None if cell == "-" else Decimal(cell)
        elif name in facts:
            facts[name] = _WORDS[cell]  # type: ignore[assignment]
        elif name != "items":
            expected[name] = cell
    house = Household(**{name: _value(name, cell) for name, cell in given.items()}, facts=facts, measures=measures)  # type: ignore[arg-type]
    try:
        items = tuple(_items(row.get("items", "asked"), pack))
    except (ValueError, ArithmeticError, IndexError) as error:
        raise ValueError(f"line {line}: {error}") from None
    return JudgingCase(sentence, house, items, expected, line, changes)


def _value(name: str, cell: str) -> object:
    if cell == "-":
        return None
    kind = COLUMNS[name]
    if kind == "BOOLEAN":
        return _WORDS[cell]
    return cell if kind == "VARCHAR" else int(Decimal(cell) * 100) if kind == "BIGINT" else int(cell)


def _items(cell: str, pack: JudgingPack) -> Iterator[Item]:
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        words = part.split()
        if words[0] == "asked":
            for kind in (kind for kind in pack.items if f"-{kind}" not in words):
                yield Item(kind, WINDOW.first, WINDOW.last, 0)
            continue
        if words == ["-"]:
            continue
        kind, months, amount, *marks = words
        first, _, last = months.partition("-")
        together = {"away": False, "unsure": None}[marks[0]] if marks else True
        yield Item(None if kind == "?" else kind, None if first == "?" else int(first), int(last) if last else None,
                   None if amount == "?" else int(Decimal(amount) * 100), together)
