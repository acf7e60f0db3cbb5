"""Text of an expression -> tokens, by the rules of XPath 1.0 as JavaRosa keeps them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wenqu.forms.xpath.errors import XPathError

LENGTH_LIMIT = 10_000
# Names that are operators where an operand has just ended, as XPath says.
WORD_OPERATORS = frozenset({"or", "and", "div", "mod"})
_SIGNS = ("..", "!=", "<=", ">=", "(", ")", "[", "]", ",", "=", "<", ">", "+", "-", "*", "/", ".")
# JavaRosa stops at a name with Chinese characters, though XML has them.
_NAME = re.compile(r"[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?", re.ASCII)
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_VARIABLE = re.compile(r"\$\{\s*([^\s{}]+)\s*\}")
_SPACE = re.compile(r"\s*")
# What people type with a Chinese keyboard, and what they meant.
FULL_WIDTH = {"（": "(", "）": ")", "，": ",", "‘": "'", "’": "'", "“": "'", "”": "'", "＝": "=", "＞": ">", "＜": "<", "。": ".",
              "、": ",", "；": ";", "＋": "+", "－": "-", "＄": "$", "｛": "{", "｝": "}"}


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is number, text, name, variable, sign or end."""

    kind: str
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """All tokens, closed by one of kind ``end``."""
    if len(source) > LENGTH_LIMIT:
        raise XPathError("expression_too_long", str(LENGTH_LIMIT))
    found: list[Token] = []
    at = _skip(source, 0)
    while at < len(source):
        token, after = _next(source, at, found[-1] if found else None)
        found.append(token)
        at = _skip(source, after)
    found.append(Token("end", "", len(source)))
    return found


def _skip(source: str, at: int) -> int:
    match = _SPACE.match(source, at)
    return match.end() if match else at


def _next(source: str, at: int, before: Token | None) -> tuple[Token, int]:
    char = source[at]
    if char in "'\"":
        end = source.find(char, at + 1)
        if end < 0:
            raise XPathError("text_not_closed", char, at)
        return Token("text", source[at + 1 : end], at), end + 1
    if match := _NUMBER.match(source, at):
        return Token("number", match[0], at), match.end()
    if match := _VARIABLE.match(source, at):
        if "#" in match[1]:
            raise XPathError("last_saved", match[0], at)
        return Token("variable", match[1], at), match.end()
    if char not in FULL_WIDTH and (match := _NAME.match(source, at)):
        word = match[0]
        if word in WORD_OPERATORS and before is not None and ends_operand(before):
            return Token("sign", word, at), match.end()
        return Token("name", word, at), match.end()
    for sign in _SIGNS:
        if source.startswith(sign, at):
            return Token("sign", sign, at), at + len(sign)
    raise XPathError("full_width_character" if char in FULL_WIDTH else "unknown_character", char, at)


def ends_operand(token: Token) -> bool:
    """Whether an operand may have ended with this token, so that a word after it is an operator."""
    return token.kind != "sign" or token.text in {")", "]", ".", ".."}
