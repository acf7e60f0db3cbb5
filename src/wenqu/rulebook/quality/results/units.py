"""Units of results: which spelling is which unit, and exact conversion where two units measure the same thing.

Refused on purpose: ppm and mol (another quantity), MPN as CFU (another way to count), FNU or "度" as NTU (another scale),
German degrees of hardness. What may stand for what, an item says (``items``): 总大肠菌群 is counted in CFU or in MPN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext

# (name, what it measures, how many of the base unit it is, spellings in lower case without blanks)
_TABLE: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("mg/L", "mass", "1", ("mg/l", "mgl-1", "mg/dm3", "g/m3", "ug/ml", "毫克/升", "毫克每升", "mg/升", "毫克/l", "milligramsperliter", "mgperl")),
    ("µg/L", "mass", "0.001", ("ug/l", "ugl-1", "ug/dm3", "mg/m3", "ng/ml", "微克/升", "微克每升", "ug/升")),
    ("ng/L", "mass", "0.000001", ("ng/l", "ngl-1", "纳克/升", "纳克每升")),
    ("g/L", "mass", "1000", ("g/l", "gl-1", "mg/ml", "克/升", "克每升")),
    ("CFU/mL", "CFU", "1", ("cfu/ml", "cfuml-1", "个/ml", "个/毫升", "cfu/毫升", "cfuperml")),
    ("CFU/100mL", "CFU", "0.01", ("cfu/100ml", "个/100ml", "/100ml", "个/100毫升", "cfu/100毫升", "cfuper100ml")),
    ("CFU/L", "CFU", "0.001", ("cfu/l", "个/l", "个/升", "cfu/升")),
    ("MPN/mL", "MPN", "1", ("mpn/ml", "mpnml-1", "mpn/毫升", "mpnperml")),
    ("MPN/100mL", "MPN", "0.01", ("mpn/100ml", "mpn/100毫升", "mpnper100ml")),
    ("MPN/L", "MPN", "0.001", ("mpn/l", "mpn/升")),
    ("NTU", "turbidity", "1", ("ntu", "散射浊度单位", "ntu(散射浊度单位)")),
    ("FNU", "turbidity by infrared", "1", ("fnu",)),
    ("FTU", "turbidity by formazin", "1", ("ftu", "jtu")),
    ("度", "colour", "1", ("铂钴色度单位", "pcu", "tcu", "hazen", "pt-co", "ptco", "铂钴度", "mgpt/l", "铂钴色度", "度(铂钴色度单位)", "cu")),
    ("度?", "degrees of something", "1", ("度", "°", "degree")),
    ("倍", "dilution", "1", ("倍", "稀释倍数")),
    ("°dH", "German hardness", "1", ("°dh", "德国度", "dh")),
    ("mmol/L", "amount", "1", ("mmol/l", "毫摩尔/升", "毫摩尔每升")),
    ("mol/L", "amount", "1000", ("mol/l",)),
    ("ppm", "share", "1", ("ppm",)),
    ("ppb", "share", "0.001", ("ppb",)),
    ("%", "share of hundred", "1", ("%",)),
    ("Bq/L", "activity", "1", ("bq/l", "贝可/升", "贝克/升", "贝克勒尔/升", "bq/升", "贝可每升")),
    ("pCi/L", "activity", "0.037", ("pci/l",)),
    ("pH", "none", "1", ("无量纲", "ph", "ph单位", "phunit", "phunits", "s.u.", "无单位", "无因次")),
    ("级", "grade", "1", ("级", "等级")),
    ("比值", "ratio", "1", ("比值", "ratio")),
    ("℃", "temperature", "1", ("℃", "°c", "摄氏度")),
    ("µS/cm", "conductivity", "1", ("us/cm", "微西/厘米")),
)
_MILLI_BECQUEREL = ("mBq/L", "activity", "0.001")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its name, what it measures, and how many base units of that it is."""

    name: str
    measures: str
    factor: Decimal


UNITS: dict[str, Unit] = {name: Unit(name, measures, Decimal(factor)) for name, measures, factor, _ in _TABLE}
UNITS["mBq/L"] = Unit("mBq/L", "activity", Decimal(_MILLI_BECQUEREL[2]))
_SPELT: dict[str, Unit] = {spelling: UNITS[name] for name, _, _, spellings in _TABLE for spelling in spellings}

_MICRO = str.maketrans({"µ": "u", "μ": "u", "㎍": "ug", "㎎": "mg", "㎖": "ml", "ℓ": "l", "·": "", "⋅": "", "•": "", "．": "", "％": "%",
                        "⁻": "-", "−": "-", "－": "-", "³": "3", "¹": "1", "／": "/", "（": "(", "）": ")", "∕": "/", "⁄": "/", "º": "°"})


def folded(text: str) -> str:
    """A unit as it is looked up: one micro sign, no blanks, small letters."""
    return _half(text).lower()


def _half(text: str) -> str:
    tight = "".join(text.translate(_MICRO).split())
    return "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in tight)


def unit_of(text: str) -> Unit | None:
    """The unit that a text names, ``None`` when it names none. Prefixes whose case decides (mBq, MBq) keep it."""
    tight = folded(text)
    if tight == "mbq/l":
        return UNITS["mBq/L"] if _half(text).startswith("mB") else None
    if tight.startswith("(") and tight.endswith(")"):
        tight = tight[1:-1]
    return _SPELT.get(re.sub(r"^单位:?", "", tight))


def same_kind(one: Unit, other: Unit) -> bool:
    """Whether a number in one unit can be said in the other."""
    return one.measures == other.measures


def convert(value: Decimal, written: Unit, wanted: Unit) -> Decimal:
    """The same amount in another unit, exactly. ``ValueError`` where the two do not measure the same thing."""
    if not same_kind(written, wanted):
        raise ValueError(f"{written.name} is not {wanted.name}")
    return value if written == wanted else times(value, factor_of(written, wanted))


def factor_of(written: Unit, wanted: Unit) -> Decimal:
    """What a number in ``written`` is multiplied with to be in ``wanted``; ``ValueError`` where no decimal says it exactly."""
    with localcontext() as exact:
        exact.prec = 60
        factor = (written.factor / wanted.factor).normalize()
        if factor * wanted.factor != written.factor:
            raise ValueError(f"{written.name} is no exact number of {wanted.name}")
        return factor


def times(value: Decimal, factor: Decimal) -> Decimal:
    """The product with all of its digits."""
    with localcontext() as exact:
        exact.prec = len(value.as_tuple().digits) + len(factor.as_tuple().digits) + 2
        return value * factor
