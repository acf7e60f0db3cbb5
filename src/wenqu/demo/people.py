"""Made-up people. Pure, fast (hundreds of thousands a minute), and never to be mistaken for real ones.

* ID numbers have the right length, county and check character (GB 11643), but every year of birth is two hundred years
  too early (a person shown as born in 1796 is meant to be 30): nobody alive can hold such a number.
* Telephone numbers begin with 1540: mobile prefix 154 is, to our knowledge, given to no operator.
* Account numbers of the heads begin with eight zeros: no bank gives such.
* Names are drawn from lists of common surnames and given names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from wenqu.kit.numbers import ID_CHECK, ID_WEIGHTS

CENTURIES_EARLY = 200
PHONE_PREFIX = "1540"
ACCOUNT_PREFIX = "00000000"
_BORN_FIRST = date(1934, 1, 1)
_BORN_DAYS = 92 * 365

SURNAMES = (
    "王王王王李李李李张张张张刘刘刘陈陈杨杨杨赵赵黄周周吴吴徐孙孙胡朱高高林何郭郭马马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_MALE = "军伟强勇建国平明志文刚波辉涛斌峰磊鹏飞亮东海龙全荣发民生贵福林祥德成宝根新春喜财旺栓牢堂"
_FEMALE = "芳秀英娟敏静丽艳霞燕玲红梅兰凤琴云莲珍香桂荣爱玉巧娥菊花叶莉萍蓉倩雅欣悦婷慧洁"
_MIDDLE = "小文志永玉春建国秀晓红金海新亚俊天宏思子佳雨少长忠孝德义永正"
# relation, woman, years younger than the head, how likely
_ROLES = (
    ("配偶", 1, 0, 0.82), ("之子", 0, 27, 0.55), ("之女", 1, 27, 0.45), ("之母", 1, -25, 0.20), ("之父", 0, -25, 0.12),
    ("孙子", 0, 52, 0.10), ("孙女", 1, 52, 0.10),
)
_MADE = 700


def _json(health: str, skill: str) -> str:
    return f'{{"健康状况": "{health}", "劳动技能": "{skill}"}}'


_DETAILS = tuple(
    _json(health, skill)
    for health, skill, share in (
        ("健康", "普通劳动力", 12), ("健康", "弱劳动力或半劳动力", 4), ("长期慢性病", "弱劳动力或半劳动力", 2),
        ("健康", "技能劳动力", 1), ("残疾", "丧失劳动力", 1),
    )
    for _ in range(share)
)
MemberRow = tuple[int, str, str, str, str, str, str]


@dataclass(frozen=True)
class Head:
    """Of a made household: the head's name, a phone ("" for none) and how many members."""

    name: str
    phone: str
    people: int


class PeopleMaker:
    """Makes the members of one household after the other, with ID numbers that are unique within the county."""

    def __init__(self, county_code: str, random: Random) -> None:
        self.random = random.random
        self.county = county_code
        self.county_sum = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, county_code, strict=False))
        self.given = (_given_names(_MALE, random), _given_names(_FEMALE, random))
        self.surnames = SURNAMES
        self.births = [_birth(day) for day in range(_BORN_DAYS)]
        self.used = [0] * (_BORN_DAYS * 2)
        self.phones = int(county_code) * 300_007
        self.accounts = int(county_code) * 10_000

    def household(self, household_id: int, number: str, rows: list[MemberRow]) -> Head:
        """Append the members of one household to `rows`."""
        random = self.random
        surname = self.surnames[int(random() * len(self.surnames))]
        woman = int(random() < 0.16)
        born = int((0.12 + 0.55 * random()) * _BORN_DAYS)
        name = surname + self.given[woman][int(random() * _MADE)]
        details = _DETAILS[int(random() * len(_DETAILS))]
        rows.append((household_id, number + "01", name, self.identity(born, woman), self.account(), "户主", details))
        people = 1
        for relation, female, years, likely in _ROLES:
            if random() >= likely:
                continue
            sex = 1 - woman if relation == "配偶" else female
            theirs = born + years * 365 + int((random() - 0.5) * 2500)
            if not 0 <= theirs < _BORN_DAYS:
                # Spread over the oldest or the youngest years: a heap on one day would run out of serial numbers.
                theirs = int(random() * 5000) + (0 if theirs < 0 else _BORN_DAYS - 5000)
            family = surname if years > 0 or relation == "之父" else self.surnames[int(random() * len(self.surnames))]
            people += 1
            rows.append((household_id, f"{number}{people:02d}", family + self.given[sex][int(random() * _MADE)], self.identity(theirs, sex), "", relation, ""))
        return Head(name, self.phone() if random() < 0.94 else "", people)

    def name(self) -> str:
        return self.surnames[int(self.random() * len(self.surnames))] + self.given[int(self.random() < 0.3)][int(self.random() * _MADE)]

    def phone(self) -> str:
        self.phones += 1
        return f"{PHONE_PREFIX}{self.phones * 7654321 % 10_000_000:07d}"

    def account(self) -> str:
        """The number of a head's subsidy account, of 19 digits."""
        self.accounts += 1
        return f"{ACCOUNT_PREFIX}{self.accounts:011d}"

    def identity(self, born: int, woman: int) -> str:
        """A number with the county, the birth date two hundred years early, a running number of the day and the check."""
        place = born * 2 + woman
        serial = (self.used[place] * 2 + (0 if woman else 1)) % 1000
        self.used[place] += 1
        text, weight = self.births[born]
        a, rest = divmod(serial, 100)
        b, c = divmod(rest, 10)
        check = ID_CHECK[(self.county_sum + weight + 8 * a + 4 * b + 2 * c) % 11]
        return f"{self.county}{text}{serial:03d}{check}"


def _given_names(last: str, random: Random) -> list[str]:
    return [
        random.choice(last) if random.random() < 0.25 else random.choice(_MIDDLE) + random.choice(last)
        for _ in range(_MADE)
    ]


def _birth(day: int) -> tuple[str, int]:
    born = _BORN_FIRST + timedelta(days=day)
    text = f"{born.year - CENTURIES_EARLY:04d}{born.month:02d}{born.day if (born.month, born.day) != (2, 29) else 28:02d}"
    return text, sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS[6:14], text, strict=True))
