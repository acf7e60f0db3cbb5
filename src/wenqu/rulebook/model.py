"""The words of the rulebook: facts that go in, verdicts that come out, and the pack between them.

Everything here is frozen data. A *grade* is one indicator's answer (T/CHES 18-2018, clause 2.2 and appendix A), an
*overall* grade combines four of them (clause 2.3). A *number* is a limit with its date, unit, clause, document and
confidence; there is no limit without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

INDICATORS = ("quantity", "quality", "convenience", "reliability")


class Grade(StrEnum):
    """Answer of one indicator: 达标, 基本达标, 不达标, 无法判定."""

    MET = "met"
    BASIC = "basic"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Overall(StrEnum):
    """Answer of all four indicators: 安全, 基本安全, 不安全, 无法判定."""

    SAFE = "safe"
    BASIC = "basic"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"


class SchemeClass(StrEnum):
    """Class of a supply scheme: 城乡一体化, 千吨万人, 千人以上, 小型集中, 分散."""

    URBAN_RURAL = "urban_rural"
    LARGE = "large"
    THOUSAND = "thousand"
    SMALL = "small"
    DECENTRALISED = "decentralised"

    @property
    def centralised(self) -> bool:
        """集中式: designed for 20 people or more, that is every class but the decentralised one."""
        return self is not SchemeClass.DECENTRALISED


class LabResult(StrEnum):
    """What a laboratory report says of the water: 合格, 不合格, 未判定."""

    PASS = "pass"
    FAIL = "fail"
    UNDETERMINED = "undetermined"


Amount = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one household on one date; ``None`` is *not known*, never zero and never "no".

    Units are in the names: litres a person and day, millimetres, cubic metres a head and year, minutes, metres, days.
    """

    scheme_class: str | None = None
    piped: bool | None = None
    litres_per_person_day: Amount | None = None
    rain_mm: Amount | None = None
    water_m3_per_head: Amount | None = None
    round_trip_min: Amount | None = None
    horizontal_m: Amount | None = None
    vertical_m: Amount | None = None
    short_days: Amount | None = None
    year_days: Amount | None = None
    longest_short_spell_days: Amount | None = None
    lab_result: str | None = None
    sensory_ok: bool | None = None
    has_plant: bool | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A limit (or a rule that is a word, such as a join) with everything a reader needs to check it.

    ``date`` is ISO, with reduced precision allowed ("2018"); ``confidence`` is "sourced" or "unverified";
    ``document`` is "not found" where no source is known.
    """

    value: Decimal | int | str
    unit: str
    date: str
    clause: str
    document: str
    confidence: str
    note: str = ""

    @property
    def verified(self) -> bool:
        """True when the number rests on a document that was seen."""
        return self.confidence == "sourced"


@dataclass(frozen=True, slots=True)
class Levels:
    """Limits of one measure: ``met`` and, in packs with two levels, ``basic``."""

    met: Number
    basic: Number | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """水量. Either zoned by rain and water resources (humid, arid), or one flat pair of levels."""

    rain: Number | None
    water: Number | None
    humid: Levels | None
    arid: Levels | None
    flat: Levels | None


@dataclass(frozen=True, slots=True)
class Quality:
    """水质. ``classes`` are judged by the senses; ``without_plant`` only where there is no treatment plant."""

    classes: tuple[SchemeClass, ...]
    without_plant: tuple[SchemeClass, ...]
    good: Grade
    lab: Number
    senses: Number


@dataclass(frozen=True, slots=True)
class Distance:
    """The way of measuring by distance; ``join`` is "all" (horizontal and vertical) or "any" (either)."""

    horizontal: Levels
    vertical: Levels
    join: Number


@dataclass(frozen=True, slots=True)
class Convenience:
    """用水方便程度. A pack may measure time, distance, or both."""

    piped: Number
    time: Levels | None
    distance: Distance | None


@dataclass(frozen=True, slots=True)
class Supply:
    """One way of measuring reliability: ``measure`` is "ratio" (percent), "days" or "spell" (days)."""

    measure: str
    levels: Levels


@dataclass(frozen=True, slots=True)
class Reliability:
    """供水保证率. One rule for all classes, or one for centralised and one for decentralised schemes."""

    every: Supply | None
    centralised: Supply | None
    decentralised: Supply | None


@dataclass(frozen=True, slots=True)
class Indicators:
    """Body of a pack of the kind "four-indicators"."""

    quantity: Quantity
    quality: Quality
    convenience: Convenience
    reliability: Reliability


@dataclass(frozen=True, slots=True)
class Switch:
    """An allowance that a place may use (data shown in the manual, not used by the engine)."""

    key: str
    zh: str
    en: str
    default: bool
    source: Number


@dataclass(frozen=True, slots=True)
class Sentence:
    """One reason in both languages, with placeholders such as ``{value}`` and ``{limit}``."""

    zh: str
    en: str


@dataclass(frozen=True)
class Head:
    """What a pack of any kind has: a dated edition of data. ``content`` is the resolved data, ``text`` the same as
    self-contained TOML.

    ``digest`` is the SHA-256 of the resolved content: two packs that judge alike under other words still differ,
    two files that differ only in comments do not.
    """

    id: str
    kind: str
    zh: str
    en: str
    edition: str
    region: str
    in_force: str
    until: str
    lineage: tuple[str, ...]
    notes: tuple[str, ...]
    origin: str
    text: str
    digest: str
    content: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Pack(Head):
    """An edition of rules. Exactly one of the bodies is set, according to ``kind``."""

    indicators: Indicators | None = field(default=None, repr=False)
    water: object | None = field(default=None, repr=False)
    income: object | None = field(default=None, repr=False)
    control: object | None = field(default=None, repr=False)
    sentences: Mapping[str, Sentence] = field(default_factory=dict, repr=False)
    switches: tuple[Switch, ...] = field(default=(), repr=False)

    @property
    def rules(self) -> Indicators:
        """The four indicators; raises ``TypeError`` for a pack of another kind."""
        if self.indicators is None:
            raise TypeError(f"pack {self.id} is of kind {self.kind}, not four-indicators")
        return self.indicators


@dataclass(frozen=True, slots=True)
class Verdict:
    """Grade of one indicator and why.

    ``value`` and ``limit`` are the deciding pair; ``used`` names every fact that was looked at and ``limits`` every
    limit that the sentence may mention (by the placeholder's name).
    """

    indicator: str
    grade: Grade
    reason: str
    value: Amount | str | bool | None
    limit: Number | None
    clause: str
    used: Mapping[str, Amount | str | bool | None] = field(default_factory=dict)
    limits: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Four verdicts and what they add up to."""

    quantity: Verdict
    quality: Verdict
    convenience: Verdict
    reliability: Verdict
    overall: Overall

    @property
    def verdicts(self) -> tuple[Verdict, Verdict, Verdict, Verdict]:
        """The verdicts in the order of ``INDICATORS``."""
        return (self.quantity, self.quality, self.convenience, self.reliability)
