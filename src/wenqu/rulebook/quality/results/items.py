"""Names of items as laboratories write them -> the key of the item in the packs of drinking water limits.

Old and new names, symbols, English names, with a unit or the basis in brackets: 耗氧量(CODMn法,以O2计), 氨氮（NH3-N） mg/L,
Coliform (Quanti-Tray) (MPN /100mL). A bracket that nobody knows makes the name unknown: 铬(总) is not 铬.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from wenqu.rulebook.quality.results.spellings import BASIS, MORE
from wenqu.rulebook.quality.results.units import UNITS, factor_of, same_kind, unit_of
from wenqu.rulebook.water import Residual, WaterItem, WaterLimits

_METHODS = re.compile(r"(codmn|酸性高锰酸钾|碱性高锰酸钾|铂钴标准比色|散射|散射法|目视比浊|酶底物|滤膜|多管发酵|平皿计数|quanti-?tray|quanti-?tray/?2000|colilert|dpd|玻璃电极|硝酸银容量|edta-?2na滴定)法?|"
                      r"现场|现场检测|现场测定|出厂水|末梢水")
_MICROBIAL = {"total_coliform": ("CFU/100mL", "MPN/100mL"), "e_coli": ("CFU/100mL", "MPN/100mL"), "thermotolerant_coliform": ("CFU/100mL", "MPN/100mL"),
              "plate_count": ("CFU/mL", "MPN/mL")}
# Without a unit of amount. 三卤甲烷 is a sum of ratios, but laboratories also write it in mg/L: there a unit has to be told.
_NO_UNIT = {"odour_taste": ("级",), "visible_matter": (), "ph": ("pH",), "trihalomethanes": ("比值",)}
_PURE_NUMBERS = ("odour_taste", "visible_matter", "ph")
_BRACKET = re.compile(r"\(([^()]*)\)")
_MARKS = re.compile(r"[①-⑳⑴-⒇❶-❿➀-➓*※★☆▲△†‡]+\s*$")
_NUMBERED = re.compile(r"^\(?\d{1,3}\)?[、.．)]?\s*(?=[^\d\s,.-])")
_CUT = re.compile(r"[\s/,，、;；]|(?<=[\u4e00-\u9fff)）])(?=[A-Za-zµμ㎎㎍])")
# A limit in the name says in which unit results are: 浑浊度(≤1NTU).
_LIMIT = re.compile(r"(?:[≤≥<>]=?|不超过|不大于|不小于|不低于)?\d+(?:\.\d+)?(?:[-~～至]\d+(?:\.\d+)?)?")
_DASHES = frozenset({"/", "-", "--", "—", "——", "–", "无", "无单位", "\\"})


@dataclass(frozen=True, slots=True)
class Item:
    """An item that can be read: its key, its name, and the units in which its limit may be held against a result."""

    key: str
    zh: str
    units: tuple[str, ...]
    basis: tuple[str, ...]

    @property
    def needs_unit(self) -> bool:
        """Whether a number without a unit says nothing."""
        return bool(self.units) and self.key not in _PURE_NUMBERS


@dataclass(frozen=True, slots=True)
class Named:
    """What a name says: the item (if known), the unit as written in the name, and a code where it must not be used."""

    item: Item | None
    unit: str = ""
    code: str = ""


class Names:
    """All names of the items of some editions; made once and asked for every header."""

    def __init__(self, editions: Iterable[WaterLimits]) -> None:
        self.items: dict[str, Item] = {}
        self._keys: dict[str, str] = {}
        for limits in editions:
            entries: list[WaterItem | Residual] = [*limits.items.values(), *limits.residuals.values()]
            for entry in entries:
                units = _units_of(entry) if isinstance(entry, WaterItem) else ("mg/L",)
                self.items.setdefault(entry.key, Item(entry.key, entry.zh, units, BASIS.get(entry.key, ())))
                for name in (entry.zh, entry.en, entry.key, *entry.aliases, *MORE.get(entry.key, ())):
                    # 总硬度(以CaCO3计) is also called 总硬度; 铬(六价) is not called 铬 for that.
                    bare = _BRACKET.sub("", _folded(name)) if _is_basis(name) else _folded(name)
                    self._keys.setdefault(_folded(name), entry.key)
                    self._keys.setdefault(bare, entry.key)

    def key_of(self, name: str) -> str | None:
        """The key of a bare name, exactly as it is known."""
        return self._keys.get(_folded(name))

    def read(self, text: str) -> Named:
        """What a header or a cell of names says."""
        whole = _MARKS.sub("", " ".join(text.split()))
        for started in dict.fromkeys((whole, _NUMBERED.sub("", whole))):
            for name, unit in (*_outer_units(started), (started, "")):
                named = self._bracketed(name, unit)
                if named is not None:
                    return named
        return Named(None)

    def _bracketed(self, text: str, unit: str) -> Named | None:
        """The item of a name whose brackets are taken off from the right, each of which must be understood."""
        name, units = _folded(text), [unit] if unit else []
        bases: list[str] = []
        inner: list[str] = []
        while True:
            key = self._keys.get(name)
            if key is not None:
                if any(self._keys.get(each) != key for each in inner):
                    return None
                return self._based(self.items[key], units, bases)
            brackets = list(_BRACKET.finditer(name))
            if not brackets:
                return None
            last = brackets[-1]
            name = (name[:last.start()] + name[last.end():]).strip("/,")
            written = _original(text, last[1])
            for piece in re.split(r"[,;、]", written):
                limit = _LIMIT.match(_folded(piece))
                if limit is not None and (limit.end() == len(_folded(piece)) or unit_of(_folded(piece)[limit.end():]) is not None):
                    units += [_folded(piece)[limit.end():]] if limit.end() < len(_folded(piece)) else []
                elif unit_of(piece) is not None:
                    units.append(piece.strip())
                elif _basis(piece):
                    bases.append(_basis(piece))
                elif not _METHODS.fullmatch(_folded(piece)) and _folded(piece):
                    inner.append(_folded(piece))

    def _based(self, item: Item, units: list[str], bases: list[str]) -> Named:
        if any(basis not in item.basis for basis in bases):
            return Named(item, units[0] if units else "", "basis_differs")
        plain = [unit.strip().strip("()（）") for unit in units]
        if len({unit_of(unit) for unit in plain}) > 1:
            return Named(item, plain[0], "units_conflict")
        return Named(item, plain[0] if plain else "")


def reading_of(item: Item, written: str) -> tuple[str, Decimal, str]:
    """(unit used, factor, code) for results of an item whose unit was written like this; the code is empty when all is well."""
    one = Decimal(1)
    if not written.strip():
        return (item.units[0] if item.key == "ph" else "", one, "unit_missing" if item.needs_unit else "")
    unit = UNITS["pH"] if written.strip() in _DASHES else unit_of(written)
    if unit is None:
        return "", one, "unit_unknown"
    if unit.measures == "none" and item.key in _NO_UNIT:
        return item.units[0] if item.key in ("ph", "trihalomethanes") else "", one, ""
    if unit.name == "度?" and "度" in item.units:
        unit = UNITS["度"]
    wanted = next((name for name in item.units if same_kind(unit, UNITS[name])), None)
    if wanted is None:
        return "", one, "unit_missing" if written.strip() in _DASHES else "unit_differs"
    return wanted, factor_of(unit, UNITS[wanted]), ""


def _units_of(item: WaterItem) -> tuple[str, ...]:
    if item.key in _MICROBIAL or item.key in _NO_UNIT:
        return _MICROBIAL.get(item.key, _NO_UNIT.get(item.key, ()))
    cited = item.limit or item.high or item.low
    return (cited.unit,) if cited is not None and cited.unit in UNITS else ()


def _folded(text: str) -> str:
    """A name as it is looked up: half width, small letters, no blanks, one kind of bracket."""
    flat = unicodedata.normalize("NFKC", text).lower().translate(str.maketrans("【】〔〕[]{}—–−", "()()()()---"))
    return "".join(flat.split()).strip("*:：;,.、/")


def _original(text: str, piece: str) -> str:
    """A bracket's content as it was written, so that the case of a unit's prefix is kept."""
    for found in re.finditer(r"[(（【〔\[]([^()（）【】〔〕\[\]]*)[)）】〕\]]", text):
        if _folded(found[1]) == piece:
            return unicodedata.normalize("NFKC", found[1]) if unit_of(found[1]) is None else found[1]
    return piece


def _outer_units(text: str) -> Iterable[tuple[str, str]]:
    """Ways to cut a unit off the end without brackets: 氟化物 mg/L, 浑浊度/NTU, 砷,μg/L."""
    for found in _CUT.finditer(text):
        unit = text[found.end():].strip()
        if unit and unit_of(unit) is not None and text[:found.start()].strip():
            yield text[:found.start()].strip(), unit


def _basis(piece: str) -> str:
    found = re.fullmatch(r"以(.+?)计?|as(.+)|(.+)计", _folded(piece))
    return next(filter(None, found.groups()), "") if found else ""


def _is_basis(name: str) -> bool:
    return all(_basis(piece) for piece in _BRACKET.findall(_folded(name))) and "(" in _folded(name)
