"""What must stand in an expression as a literal, because the phone needs to know it beforehand or to do exactly the same."""

from __future__ import annotations

import re

from wenqu.forms.xpath.errors import XPathError
from wenqu.forms.xpath.trees import Tree, walk

# Of format-date: nothing that depends on the language of the telephone (%a, %b).
DATE_MARKS = frozenset("YymndeHhMS3")
_ESCAPES = frozenset("dDwWsStnr.*+?()[]{}^$|\\/")
_BLANKS = r" \t\n\v\f\r"


def check_literals(tree: Tree) -> None:
    """Refuse patterns, formats and file names that are not literals, or not alike in Java and in a browser."""
    for node in walk(tree):
        if not isinstance(node, list):
            continue
        if node[0] == "regex":
            portable_pattern(_literal(node, 2))
        elif node[0] in {"format-date", "format-date-time"}:
            _check_format(_literal(node, 2))
        elif node[0] == "pulldata":
            for place in (1, 2, 3):
                _literal(node, place)
        elif node[0] == "jr:choice-name":
            _literal(node, 2)


def _literal(node: list[Tree], place: int) -> str:
    value = node[place]
    if not isinstance(value, str):
        raise XPathError("literal_needed", str(node[0]))
    return value


def _check_format(text: str) -> None:
    for mark in re.findall(r"%(.?)", text, re.DOTALL):
        if mark not in DATE_MARKS or not mark:
            raise XPathError("date_format", f"%{mark}")


def portable_pattern(pattern: str) -> str:
    """The pattern for a browser (``u`` flag) that means what Java means by this one; refuses what would mean another thing."""
    out: list[str] = []
    inside, at = False, 0
    while at < len(pattern):
        char, after = pattern[at], pattern[at + 1 : at + 2]
        if char == "\\":
            out.append(_escape(pattern, after, inside))
            at += 2
            continue
        if inside and (char == "[" or pattern.startswith("&&", at)):
            raise XPathError("pattern_not_portable", pattern)
        if not inside and (pattern.startswith("(?", at) and pattern[at : at + 3] not in {"(?:", "(?=", "(?!"}):
            raise XPathError("pattern_not_portable", pattern)
        if not inside and char in "*+?}" and after == "+":
            raise XPathError("pattern_not_portable", pattern)
        inside = char != "]" if inside else char == "["
        out.append(char)
        at += 1
    try:
        re.compile(pattern)
    except re.error:
        raise XPathError("pattern_broken", pattern) from None
    return "".join(out)


def _escape(pattern: str, after: str, inside: bool) -> str:
    if after == "s":
        return _BLANKS if inside else f"[{_BLANKS}]"
    if after == "S" and not inside:
        return f"[^{_BLANKS}]"
    if after == "-" and inside:
        return "\\-"
    if after not in _ESCAPES or not after or after == "S":
        raise XPathError("pattern_not_portable", pattern)
    return "\\" + after
