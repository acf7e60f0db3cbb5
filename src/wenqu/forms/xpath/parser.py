"""Tokens -> tree. Refused is what JavaRosa does not evaluate, and what the phone would evaluate otherwise."""

from __future__ import annotations

from typing import Any

from wenqu.forms.supported import FUNCTIONS
from wenqu.forms.xpath.errors import XPathError
from wenqu.forms.xpath.literals import check_literals
from wenqu.forms.xpath.tokens import Token, tokens
from wenqu.forms.xpath.trees import LEVELS, OPERATORS, Tree

# Brackets inside brackets, and operators in a row: far above any form, far below the stack of a small phone.
NESTING_LIMIT = 40
DEPTH_LIMIT = 150


def parse(source: str) -> Tree:
    """The tree of an expression; ``XPathError`` says what is refused, and where."""
    parser = _Parser(tokens(source))
    tree = parser.expression()
    last = parser.peek()
    if last.kind != "end":
        raise XPathError("unexpected", last.text, last.at)
    if _depth(tree) > DEPTH_LIMIT:
        raise XPathError("expression_too_deep", str(DEPTH_LIMIT))
    check_literals(tree)
    return tree


def _depth(tree: Tree) -> int:
    """How deep lists lie in lists, without recursion: the tree may still be as deep as it likes."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(node, list):
            waiting += [(child, depth + 1) for child in node if isinstance(child, list)]
    return deepest


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._nesting = 0

    def peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _take(self) -> Token:
        token = self.peek()
        self._at += 1
        return token

    def _is(self, *signs: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token.kind == "sign" and token.text in signs

    def _expect(self, sign: str) -> None:
        token = self._take()
        if token.kind != "sign" or token.text != sign:
            raise XPathError("ends_early" if token.kind == "end" else "unexpected", token.text or sign, token.at)

    def expression(self) -> Tree:
        self._nesting += 1
        if self._nesting > NESTING_LIMIT:
            raise XPathError("expression_too_deep", str(NESTING_LIMIT), self.peek().at)
        tree = self._level(0)
        self._nesting -= 1
        return tree

    def _level(self, level: int) -> Tree:
        if level == len(LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self.peek().kind == "sign" and OPERATORS.get(self.peek().text) == level:
            sign = self._take().text
            left = [sign, left, self._level(level + 1)]
        return left

    def _unary(self) -> Tree:
        signs = 0
        while self._is("-"):
            self._take()
            signs += 1
        tree = self._primary()
        for _each in range(signs):
            tree = ["neg", tree]
        return tree

    def _primary(self) -> Tree:
        token = self.peek()
        if token.kind == "number":
            return _number(self._take().text)
        if token.kind == "text":
            return self._take().text
        if token.kind == "variable":
            return self._after_value(["var", self._take().text])
        if self._is("("):
            self._take()
            tree = self.expression()
            self._expect(")")
            return self._after_value(tree)
        if token.kind == "name" and self._is("(", ahead=1):
            return self._call()
        if token.kind == "name" or self._is("/", ".", ".."):
            return self._path()
        raise XPathError("ends_early" if token.kind == "end" else "unexpected", token.text, token.at)

    def _after_value(self, tree: Tree) -> Tree:
        """Steps and predicates stand after paths only."""
        if self._is("/", "["):
            raise XPathError("unexpected", self.peek().text, self.peek().at)
        return tree

    def _call(self) -> Tree:
        name = self._take()
        self._take()
        arguments: list[Tree] = []
        if not self._is(")"):
            arguments.append(self.expression())
            while self._is(","):
                self._take()
                arguments.append(self.expression())
        self._expect(")")
        if name.text in {"current", "instance"}:
            return self._from(name, arguments)
        function = FUNCTIONS.get(name.text)
        if function is None:
            raise XPathError("unknown_function", name.text, name.at)
        if not function.takes(len(arguments)):
            raise XPathError("wrong_argument_count", name.text, name.at)
        return self._after_value([name.text, *arguments])

    def _from(self, name: Token, arguments: list[Tree]) -> Tree:
        if name.text == "current":
            if arguments:
                raise XPathError("wrong_argument_count", name.text, name.at)
            return ["path", ["current"], *self._further(ups=True)]
        if len(arguments) != 1 or not isinstance(arguments[0], str):
            raise XPathError("literal_needed", name.text, name.at)
        steps = self._further(ups=False)
        names = [step[0] if isinstance(step, list) else step for step in steps]
        if names[:2] != ["root", "item"] or len(names) > 3 or isinstance(steps[0], list) or (len(names) == 3 and isinstance(steps[2], list)):
            raise XPathError("instance_form", arguments[0], name.at)
        return ["path", ["instance", arguments[0]], *steps]

    def _further(self, ups: bool) -> list[Any]:
        """Steps, each after a slash."""
        steps: list[Any] = []
        while self._is("/"):
            self._take()
            steps += self._step(ups and all(step == ".." for step in steps))
        return steps

    def _path(self) -> Tree:
        if self._is("/"):
            steps = self._further(ups=False)
            return ["path", "/", *steps]
        return ["path", ".", *(first := self._step(ups=True)), *self._further(ups=all(step == ".." for step in first))]

    def _step(self, ups: bool) -> list[Any]:
        """One step; ``.`` is none. Up goes only what has not yet gone down, as in JavaRosa."""
        token = self._take()
        if token.kind == "sign" and token.text == ".":
            return []
        if token.kind == "sign" and token.text == ".." and ups:
            return [".."]
        if token.kind != "name" or ":" in token.text or self._is("("):
            raise XPathError("ends_early" if token.kind == "end" else "bad_step", token.text, token.at)
        found: list[Tree] = []
        while self._is("["):
            self._take()
            found.append(self.expression())
            self._expect("]")
        return [[token.text, *found]] if found else [token.text]


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
