"""Forms made at random, always the same for a seed: questions, rules and calculations that rest on what stands before them."""

from __future__ import annotations

from random import Random

from forms.books import Rows, ask, form
from wenqu.forms.compiling import Compiled, compile_form
from wenqu.forms.problems import FormRefused

CHOICES: Rows = [
    ["list_name", "name", "label", "area", "size"],
    *[["place", f"p{n}", f"地方 {n}", "ab"[n % 2], str(n)] for n in range(6)],
    *[["yn", name, label, "a", ""] for name, label in (("y", "是"), ("n", "否"))],
]
FILES = {"homes.csv": "id,who,village,heads\n" + "".join(f"h{n},户主{n},{'ab'[n % 2]},{n % 5}\n" for n in range(12))}
LEAVES = ("integer", "integer", "decimal", "text", "select_one place", "select_one yn", "select_multiple place", "date", "time", "datetime", "geopoint")


class Maker:
    """Makes the questions of one form. ``names`` may be read at this point, ``near`` are questions of the same entry."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.rows: list[dict[str, str]] = []
        self.names: dict[str, str] = {}
        self.closed: dict[str, list[tuple[str, str]]] = {}
        self.near: list[str] = []
        self.firm: set[str] = set()
        self.steady = True
        self.made = 0

    def name(self) -> str:
        self.made += 1
        return f"q{self.made}"

    def _read(self, *kinds: str) -> str | None:
        found = [name for name, kind in self.names.items() if kind.split()[0] in kinds]
        return f"${{{self.random.choice(found)}}}" if found else None

    def number(self, depth: int = 2) -> str:
        """An expression that gives a number."""
        r, one = self.random, self._read("integer", "decimal", "number")
        simple = [str(r.randint(0, 12)), f"{r.randint(0, 40) / 4}", one or "7", one or "3"]
        if depth == 0:
            return r.choice(simple)
        a, b, text = self.number(depth - 1), self.number(depth - 1), self.text(depth - 1)
        return r.choice([
            *simple, f"{a} + {b}", f"({a} - {b})", f"{a} * {b}", f"{a} div {b}", f"{a} mod {b}", f"- {a}", f"round({a})", f"round({a}, 1)",
            f"round({a}, -1)", f"int({a})", f"abs({a})", f"number({text})", f"string-length({text})", f"min({a}, {b}, 5)", f"max({a}, {b})",
            f"if({self.truth(depth - 1)}, {a}, {b})", f"coalesce({one or a}, {b})", f"count-selected({self._read('select_multiple') or repr('a b')})",
            *self._days(), *self._sums(), *self._sums(), *self._sums(),
        ])

    def _days(self) -> list[str]:
        one = self._read("date", "datetime")
        return [f"decimal-date-time({one})", f"number({one})", f"{one} + 1"] if one else []

    def _sums(self) -> list[str]:
        found = []
        for repeat, inside in self.closed.items():
            found += [f"count(${{{repeat}}})"]
            for name, kind in inside:
                read = f"${{{name}}}"
                if kind in {"integer", "decimal", "number"}:
                    found += [f"sum({read})", f"max({read})", f"min({read})", f"count({read})", f"count-non-empty({read})",
                              f"indexed-repeat({read}, ${{{repeat}}}, {self.random.randint(0, 3)})"]
        return [self.random.choice(found)] if found else []

    def text(self, depth: int = 2) -> str:
        """An expression that gives a text."""
        r, one = self.random, self._read("text", "select_one", "select_multiple", "geopoint")
        simple = [f"'{r.choice(['', 'a', 'ab', 'a-b', ' 12 ', '户主', 'p1', 'y'])}'", one or "'x'", one or "'p2'"]
        if depth == 0:
            return r.choice(simple)
        a, b, n = self.text(depth - 1), self.text(depth - 1), self.number(depth - 1)
        joined = [f"join('/', ${{{name}}})" for inside in self.closed.values() for name, _kind in inside][:3]
        moment = self._read("date", "datetime")
        named = self._read("select_one")
        return r.choice([
            *simple, *joined, f"concat({a}, {b}, {n})", f"substr({a}, {r.randint(-2, 2)}, {r.randint(-1, 4)})", f"substring-before({a}, '-')",
            f"substring-after({a}, {b})", f"translate({a}, 'ab', 'x')", f"normalize-space({a})", f"string({n})", f"if({self.truth(depth - 1)}, {a}, {b})",
            f"coalesce({a}, {b})", f"selected-at({self._read('select_multiple') or repr('a b')}, {r.randint(0, 2)})",
            f"pulldata('homes', 'who', 'id', concat('h', {n}))", f"instance('place')/root/item[name = {a}]/size",
            f"join(',', instance('place')/root/item[size > {n}]/name)",
            *([f"format-date({moment}, '%Y/%n/%d %H:%M')", f"string({moment})", f"date({moment})"] if moment else []),
            *([f"jr:choice-name({named}, '{named}')"] if named else []),
        ])

    def truth(self, depth: int = 2) -> str:
        """An expression that is true or false."""
        r = self.random
        a, b, x, y = self.number(max(depth - 1, 0)), self.number(0), self.text(max(depth - 1, 0)), self.text(0)
        several = self._read("select_multiple")
        found = [f"{a} {r.choice(['<', '<=', '>', '>=', '=', '!='])} {b}", f"{x} = {y}", f"{x} != ''", f"{a} = {y}", f"contains({x}, {y})",
                 f"starts-with({x}, {y})", f"ends-with({x}, {y})", f"boolean({x})", f"boolean-from-string({x})", f"regex({x}, '[a-p]+[0-9]?')"]
        if several:
            found += [f"selected({several}, 'p1')", f"selected({several}, 'p2')"]
        if depth > 0:
            found += [f"({self.truth(depth - 1)} {r.choice(['and', 'or'])} {self.truth(depth - 1)})", f"not({self.truth(depth - 1)})"]
        return r.choice(found)

    def leaf(self) -> None:
        """A question, perhaps with rules."""
        r, name, kind = self.random, self.name(), self.random.choice(LEAVES)
        more = {}
        if r.random() < 0.35:
            more["relevant"] = self.truth()
        if r.random() < 0.2:
            more["required"] = r.choice(["yes", self.truth(1)])
        if r.random() < 0.1:
            more["read_only"] = self.truth(1)
        if kind in {"integer", "decimal"} and r.random() < 0.4:
            more["constraint"] = r.choice([". >= 0", f". < {self.number(1)}", ". mod 2 = 0 or . > 5"])
        if kind == "text" and r.random() < 0.4:
            more["constraint"] = r.choice(["string-length(.) < 3", f". != {self.text(0)}"])
        if kind == "select_one place" and r.random() < 0.5:
            more["choice_filter"] = self.choice_filter()
        if kind in {"integer", "text"} and r.random() < 0.3:
            more["default"] = r.choice([self.number(1) if kind == "integer" else f"concat({self.text(1)}, 'd')", "5"])
        label = f"题 {name}" + (f" {self._read('integer', 'decimal', 'text', 'number', 'date')}" if r.random() < 0.3 and self.names else "")
        if "None" in label:
            label = ""
        self.rows.append(ask(kind, name, label, **more))
        self.names[name] = kind
        if self.steady and "relevant" not in more:
            self.firm.add(name)
        if kind in {"integer", "text", "select_one place"}:
            self.near.append(name)

    def choice_filter(self) -> str:
        """A filter that rests on what is always relevant: JavaRosa keeps choices until a value changes, and forgets that one may stop to count."""
        names, closed = self.names, self.closed
        self.names, self.closed = {name: kind for name, kind in names.items() if name in self.firm}, {}
        found = [f"size > {self.number(1)}", self.truth(1), f"area = {self.text(0)} or size < 3", "area = 'a'"]
        self.names, self.closed = names, closed
        return self.random.choice(found)

    def calculation(self) -> None:
        """Something worked out; perhaps only when another question changes."""
        r, name = self.random, self.name()
        number = r.random() < 0.5
        worked = self.number() if number else self.text()
        more = {"relevant": self.truth(1)} if r.random() < 0.2 else {}
        if r.random() < 0.1 and self.steady and not more:
            # Elsewhere JavaRosa decides by chance whether relevance comes before what reads its own old value.
            worked = f"once({worked})"
        if r.random() < 0.2 and self.near:
            # Set from elsewhere, JavaRosa stops when there is more than one entry.
            more["trigger"] = f"${{{r.choice(self.near)}}}"
        self.rows.append(ask("calculate", name, calculation=worked, **more))
        self.names[name] = "number" if number else "text"

    def block(self, depth: int = 0) -> None:
        """A group or repeat with questions inside. What lies in a repeat is read from outside by functions of many values only."""
        r, name = self.random, self.name()
        repeat = r.random() < (0.6, 0.3)[depth]
        more = {"relevant": self.truth(1)} if r.random() < 0.4 else {}
        if repeat and r.random() < 0.4:
            more["repeat_count"] = r.choice(["2", f"{self._read('integer') or 1} mod 4", f"if({self.truth(1)}, 3, 1)"])
        kind = "repeat" if repeat else "group"
        self.rows.append(ask(f"begin_{kind}", name, f"块 {name}", **more))
        before, near, steady = dict(self.names), self.near, self.steady
        self.steady = steady and not more
        if repeat:
            self.near = []
        self.some(r.randint(1, 4), depth + 1)
        if repeat and r.random() < 0.3:
            self.rows.append(ask("calculate", place := self.name(), calculation="position(..)"))
            self.names[place] = "number"
        self.rows.append(ask(f"end_{kind}"))
        self.steady = steady
        if repeat:
            self.closed[name] = [(each, kind_) for each, kind_ in self.names.items() if each not in before]
            self.names, self.near = before, near

    def some(self, count: int, depth: int = 0) -> None:
        """So many things, one after the other."""
        for _each in range(count):
            what = self.random.random()
            if what < 0.6 or depth > 1:
                self.leaf()
            elif what < 0.8:
                self.calculation()
            else:
                self.block(depth)


def made_form(seed: int) -> Compiled:
    """The form of a seed. What the compiler refuses is made anew."""
    for attempt in range(40):
        maker = Maker(seed * 1000 + attempt)
        maker.some(9)
        maker.rows.append(ask("select_one_from_file homes.csv", "home", choice_filter=maker.choice_filter().replace("area", "village").replace("size", "heads"), parameters="value=id label=who"))
        maker.rows.append(ask("text", "last", save_to="last"))
        entities: Rows = [["list_name", "create_if", "label"], ["things", maker.truth(1), f"concat('n', {maker.text(1)})"]]
        try:
            return compile_form(form(*maker.rows, choices=CHOICES, entities=entities))
        except FormRefused:
            continue
    raise AssertionError(f"no form for {seed}")
