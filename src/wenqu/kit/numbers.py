"""Where numbers of persons stand in a text: told by their form, whatever stands beside them and however they are spaced."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
ID_CHECK = "10X98765432"

# What people put between the digits of one number. A dot parts amounts as well: it counts where the form leaves no doubt.
_GAP = r"[\t \u200b-\u200d\ufeff\-–—_·]{1,3}"
_DOTTED = r"[\t \u200b-\u200d\ufeff\-–—_·.]{1,3}"
_RUN = re.compile(rf"\d(?:(?:{_GAP})?\d)*(?:(?:{_GAP})?[Xx](?![A-Za-z]))?", re.ASCII)
_DOTTED_RUN = re.compile(rf"\d(?:(?:{_DOTTED})?\d)*(?:(?:{_DOTTED})?[Xx](?![A-Za-z]))?", re.ASCII)

# Of every script, as they are folded.
_DIGIT = re.compile(r"\d")
_FEWEST = 10

_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DAY = re.compile(rf"(?:19|20)\d\d{_MONTH_DAY}")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])(?:\1(?:0?[1-9]|[12]\d|3[01])(?!\d)|(?!\d|\1\d))", re.ASCII)
_IDENTITY = re.compile(rf"[1-9]\d{{5}}(?:1[7-9]|20)\d\d{_MONTH_DAY}\d{{3}}[\dXx]")
_OLD_IDENTITY = re.compile(rf"[1-9]\d{{5}}\d\d{_MONTH_DAY}\d{{3}}")
# The class and grade on a card of disabled persons, and how often it was issued.
_CARD = re.compile(r"[1-7][1-4](?:\d\d)?")
_MOBILE = re.compile(r"((?:00)?86|0)?1[3-9]\d{9}")
_GLUED = re.compile(rf"{_DAY.pattern}1[3-9]\d{{9}}|1[3-9]\d{{9}}{_DAY.pattern}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-8]\d{6,7}")
_ACCOUNT = re.compile(r"\d{16,19}")

# How many digits stand together where a number is one of several in a row.
_MOBILE_GROUPS = {(11,), (3, 8), (7, 4), (3, 4, 4), (4, 3, 4), (3, 4, 2, 2)}
_LANDLINE_GROUPS = {(3, 7), (3, 8), (4, 7), (4, 8), (3, 3, 4), (3, 4, 4), (4, 3, 4), (4, 4, 4)}


class _Run(NamedTuple):
    """Digits that follow each other with gaps: what they are, where each stands, and before which of them a group begins."""

    digits: str
    places: list[int]
    begins: list[int]

    def begins_at(self, first: int) -> bool:
        return self.begins[bisect_left(self.begins, first)] == first

    def group_end(self, end: int) -> int:
        """Where the group ends in which the digit before `end` stands."""
        return self.begins[bisect_left(self.begins, end)]

    def groups(self, first: int, end: int) -> tuple[int, ...]:
        """How many digits stand together from the beginning of a group to `end`; none where that cuts a group."""
        if end > len(self.digits) or not self.begins_at(end):
            return ()
        cuts = self.begins[bisect_left(self.begins, first):bisect_left(self.begins, end) + 1]
        return tuple(after - before for before, after in zip(cuts, cuts[1:], strict=False))

    def span(self, first: int, end: int) -> tuple[int, int]:
        return self.places[first], self.places[end - 1] + 1


def personal_spans(text: str) -> list[tuple[int, int]]:
    """Where numbers of persons stand in `text`, from left to right, none overlapping another."""
    if len(_DIGIT.findall(text)) < _FEWEST:
        return []
    folded = _folded(text)
    found = [span for run in _runs(_DOTTED_RUN, folded) for span in _identities(run)]
    rest = without_dates(folded)
    found += [span for run in _runs(_DOTTED_RUN, rest) for span in _grouped(run)]
    found += [run.span(0, len(run.digits)) for run in _runs(_RUN, rest) if _is_personal(run.digits)]
    joined: list[tuple[int, int]] = []
    for first, end in sorted(found):
        if joined and first < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((first, end))
    return joined


def without_dates(text: str) -> str:
    """A text as long as before in which dates like 2026-03-01 and months like 2026.3 are no digits."""
    return _DATE.sub(lambda date: "/" * len(date[0]), text)


def check_digit(number: str) -> str:
    """The 18th character that belongs to the first 17 digits of an ID number."""
    return ID_CHECK[sum(w * int(digit) for w, digit in zip(ID_WEIGHTS, number, strict=False)) % 11]


def _folded(text: str) -> str:
    """The half-width writing, character by character; a number in a circle is a mark, no digit."""
    return "".join(_half(each) for each in text)


def _half(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and not plain.isdecimal() else character


def _runs(form: re.Pattern[str], text: str) -> Iterator[_Run]:
    for found in form.finditer(text):
        places = [place for place in range(*found.span()) if text[place].isalnum()]
        begins = [n for n, place in enumerate(places) if not n or places[n - 1] < place - 1]
        yield _Run("".join(text[place] for place in places), places, [*begins, len(places)])


def _identities(run: _Run) -> Iterator[tuple[int, int]]:
    """ID numbers of 18, and what begins with one. In the middle of digits the check character tells, or a date before."""
    for first in range(len(run.digits) - 17):
        form = _IDENTITY.match(run.digits, first)
        if not form:
            continue
        end = run.group_end(form.end())
        begins = run.begins_at(first) or bool(_DAY.fullmatch(run.digits, max(first - 8, 0), first))
        whole = end == form.end() or _CARD.fullmatch(run.digits, form.end(), end)
        if (begins and whole) or form[0][17].upper() == check_digit(form[0]):
            yield run.span(first, end)


def _grouped(run: _Run) -> Iterator[tuple[int, int]]:
    """Numbers that stand as people write them, among other digits."""
    for first, end in zip(run.begins, run.begins[1:], strict=False):
        if _GLUED.fullmatch(run.digits, first, end) or _OLD_IDENTITY.fullmatch(run.digits, first, end):
            yield run.span(first, end)
        mobile = _MOBILE.match(run.digits, first)
        groups = run.groups(first, mobile.end()) if mobile else ()
        if mobile and groups and (groups[0] - len(mobile[1] or ""), *groups[1:]) in _MOBILE_GROUPS:
            yield run.span(first, mobile.end())
        for size in (10, 11, 12):
            if run.groups(first, first + size) in _LANDLINE_GROUPS and _LANDLINE.fullmatch(run.digits, first, first + size):
                yield run.span(first, first + size)
        for size in (16, 17, 18, 19):
            groups = run.groups(first, first + size)
            if (len(groups) == 1 or groups[:4] == (4, 4, 4, 4)) and _is_account(run.digits[first:first + size].lstrip("0")):
                yield run.span(first, first + size)


def _is_personal(digits: str) -> bool:
    """A number that stands alone, whichever way it is parted."""
    return bool(_MOBILE.fullmatch(digits) or _OLD_IDENTITY.fullmatch(digits)) or _is_account(digits)


def _is_account(digits: str) -> bool:
    if not _ACCOUNT.fullmatch(digits):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
