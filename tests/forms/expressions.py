"""Expressions made at random over the questions of ``javarosa.QUESTIONS``: numbers, texts, dates and conditions, also where they are mixed up."""

from __future__ import annotations

from random import Random

NUMBERS = ("0", "1", "7", "2.5", "0.5", "1.005", "2.675", "1234567.891", "0.00012345", "99999999", "2147483647", "2147483648", "9007199254740993",
           "12345678901234567890", "0.1", "0.7", "33.333", "1000000.5", "0.001", "9999999.5", "10000000")
TEXTS = ("", "a", "abc", "1", "-1", " 2 ", "1,5", "true", "x y", "户主", "2026-11-23", "12.50", "1-2", "😀a", "ab  c ")
MOMENTS = ("/data/d", "'2026-11-23'", "'1999-02-28T10:20:30.456'", "'2026-11-23T23:59:59.999Z'", "'2026-01-01T00:00:00.000+05:30'", "'1988-07-01'",
           "'2000-12-31T12:00:00-03:00'", "'2026-11-23T10:20'", "'2026-11-23T10:20:30.1239'")
_FORMAT = "%Y-%m-%d %H:%M:%S.%3 %e %n %h %y"


def number(r: Random, depth: int) -> str:
    """Something that gives a number."""
    if depth == 0:
        plain = [r.choice(NUMBERS), str(r.randint(0, 10 ** r.randint(1, 9))), f"{r.random() * 10 ** r.randint(-3, 8):.{r.randint(0, 6)}f}"]
        return r.choice([*plain, "/data/n", "/data/dec", "/data/ne", "/data/e"])
    a, b, t, m = number(r, depth - 1), number(r, depth - 1), text(r, depth - 1), moment(r, depth - 1)
    return r.choice([
        a, f"({a} {r.choice(['+', '-', '*', 'div', 'mod'])} {b})", f"-{a}", f"round({a})", f"round({a}, {r.randint(-4, 5)})", f"int({a})",
        f"number({t})", f"abs({a})", f"sqrt({a})", f"min({a}, {b})", f"max({a}, {b})", f"string-length({t})", f"count-selected({t})",
        f"decimal-date-time({m})", f"number({m})", f"decimal-time({m})", f"({m} - {m})", f"coalesce({a}, {b})",
    ])


def text(r: Random, depth: int) -> str:
    """Something that gives a text."""
    if depth == 0:
        return r.choice([f"'{r.choice(TEXTS)}'", "/data/t", "/data/s1", "/data/m"])
    a, b, n, m = text(r, depth - 1), text(r, depth - 1), number(r, depth - 1), moment(r, depth - 1)
    return r.choice([
        a, f"string({n})", f"concat({a}, {n}, {b})", f"substr({a}, {n})", f"substr({a}, {r.randint(-3, 3)}, {n})", f"normalize-space({a})",
        f"translate({a}, {b}, 'xy')", f"substring-before({a}, {b})", f"substring-after({a}, {b})", f"selected-at({a}, {n})", f"string({m})",
        f"format-date({m}, '{_FORMAT}')", f"join({a}, {b}, {n})", f"if({truth(r, depth - 1)}, {a}, {n})", f"string({truth(r, depth - 1)})",
    ])


def moment(r: Random, depth: int) -> str:
    """Something that gives a date, of our century and the one before."""
    if depth == 0:
        return r.choice(MOMENTS)
    day = r.choice([str(r.randint(-20000, 40000)), f"{r.random() * 30000:.4f}", "/data/ne", "/data/n"])
    return r.choice([f"date({day})", f"date-time({day})", f"date({moment(r, 0)})", f"date-time({moment(r, 0)})"])


def truth(r: Random, depth: int) -> str:
    """Something that is true or false."""
    below = max(depth - 1, 0)
    a, b, x, y = number(r, below), number(r, below), text(r, below), text(r, below)
    return r.choice([
        f"{a} {r.choice(['<', '<=', '>', '>=', '=', '!='])} {b}", f"{x} = {y}", f"{a} = {x}", f"{x} {r.choice('<>')} {a}", f"boolean({a})",
        f"boolean({x})", f"not({x})", f"boolean-from-string({x})", f"selected({x}, {y})", f"contains({x}, {y})", f"starts-with({x}, {y})",
        f"ends-with({x}, {y})", f"({x} = '' or {a} > 1)", f"{moment(r, 0)} > {moment(r, 0)}", f"date({moment(r, 0)}) = date({moment(r, 0)})",
    ])


def expressions(seed: int, count: int) -> list[str]:
    """So many expressions, always the same for a seed."""
    r = Random(seed)
    return [r.choice([number, text, truth, moment])(r, r.randint(1, 3)) for _each in range(count)]
