"""Scripts that fill forms at random, obeyed by JavaRosa (Oracle.java) and by the phone's engine (tests/browser/engine/obey.js)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import wenqu.forms
from forms.javarosa import obey
from wenqu.forms.compiling import Compiled, compile_form

SILENT = {"group", "repeat", "value"}
VALUES = {
    "integer": ["0", "1", "2", "3", "7", "12", "40", "-3", "365", "x", "99999999999"],
    "decimal": ["0", "0.5", "2", "2.50", "-1.25", "12.345", "1000000", "12345678.9", "0.0001"],
    "text": ["a", "ab", "p1", "p2", "户主三", "a-b", " 12 ", "y", "long text <&> \"q\""],
    "date": ["2026-11-23", "2026-02-28", "2024-02-29", "1999-12-31", "2026-02-30"],
    "time": ["08:30", "23:59:59.500+08:00", "25:00"],
    "datetime": ["2026-11-23T08:30:00.000+08:00", "2026-11-23T23:59:00Z", "2026-01-01T00:00:00"],
    "geopoint": ["26.5 106.7 1200 5", "26.123456789 106 0 0", "0 0 0 0", "north"],
    "photo": ["1.jpg"], "signature": ["s.png"], "barcode": ["6901234567892"], "acknowledge": ["OK"], "note": ["x"],
}
SHIPPED = Path(wenqu.forms.__file__).parent / "shipped"
KNOWN = {
    "household-check": {"household": "522701001001", "number": "0012", "village": "田坝村", "head": "王大明", "scheme": "7", "scheme_class": "decentralised"},
    "scheme-check": {"scheme": "7", "number": "G-7", "name": "龙潭供水工程", "village": "田坝村", "scheme_class": "thousand", "operator": "县供水公司"},
    "contact-visit": {"household": "522701001001", "number": "0012", "village": "田坝村", "head": "王大明"},
}
REGISTER = {"households.csv": "name,label\nh1,王大明（田坝村）\nh2,李小红（田坝村）\n", "schemes.csv": "name,label\ns1,龙潭供水工程\ns2,石板水厂\n"}
# What no two machines do alike: when, and which number. A moment of the script itself has no fractions of a second but .000 and .500.
_UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(slots=True)
class Case:
    """A form with the files beside it, what is given before it starts, and the script that fills it."""

    name: str
    form: Compiled
    files: dict[str, str]
    given: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def _flat(nodes: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        yield from _flat(node.get("children", []))


def fill(case: Case, seed: int, steps: int) -> Case:
    """Writes the script: answers checked and unchecked, entries added and removed, drafts opened again, looks at all questions in between."""
    random, nodes = Random(seed), list(_flat(case.form.plan["nodes"]))
    repeats = [node["path"] for node in nodes if node["kind"] == "repeat"]
    questions = [node for node in nodes if node["kind"] not in SILENT]

    def numbered(path: str, last: bool = True) -> str:
        parts = path.split("/")
        places = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        return "/".join(part + (f"[{random.choice([1, 1, 2, 3])}]" if place in repeats and (last or place != path) else "")
                        for part, place in zip(parts, places, strict=True))

    case.lines = [f"form\t{case.name}", "questions", "xml"]
    for _step in range(steps):
        chance = random.random()
        if repeats and 0.02 < chance < 0.12:
            case.lines.append(f"add\t{numbered(random.choice(repeats), last=False)}")
        elif chance < 0.02:
            case.lines.append("reopen")
        elif repeats and chance < 0.16:
            case.lines.append(f"remove\t{numbered(random.choice(repeats))}")
        else:
            node = random.choice(questions)
            text = "" if random.random() < 0.12 else _value(random, case, node)
            case.lines.append(f"{'answer' if chance < 0.8 else 'save'}\t{numbered(node['path'])}\t{text}")
        if random.random() < 0.25:
            case.lines += ["questions", "xml"]
    case.lines += ["questions", "finish"]
    return case


def _value(random: Random, case: Case, node: dict[str, Any]) -> str:
    if node["kind"] not in {"select_one", "select_multiple"}:
        return random.choice(VALUES[node["kind"]])
    plan, name = case.form.plan, node["list"]
    if name in plan["lists"]:
        values = [item[0] for item in plan["lists"][name]["items"]]
    else:
        header, *rows = case.files[plan["files"][name]["file"]].splitlines()
        values = [row.split(",")[header.split(",").index(node["columns"][0])] for row in rows]
    chosen = random.sample(values, k=min(len(values), random.randint(1, 3)))
    return " ".join(chosen) if node["kind"] == "select_multiple" else chosen[0]


def ask_oracle(cases: Sequence[Case], folder: Path) -> list[str]:
    """What JavaRosa answers to each line of all cases."""
    lines: list[str] = []
    for case in cases:
        here = folder / case.name
        here.mkdir()
        xform = case.form.xform
        for path, text in case.given.items():
            empty = f"<{path.rpartition('/')[2]}/>"
            xform = xform.replace(empty, empty.replace("/>", f">{text}</") + empty[1:-2] + ">", 1)
        (here / "form.xml").write_text(xform, encoding="utf-8")
        for name, text in case.files.items():
            (here / name).write_text(text, encoding="utf-8")
        lines += [f"form\t{here / 'form.xml'}" if line.startswith("form\t") else line for line in case.lines]
    return [alike(answer) for answer in obey(lines, folder)]


def alike(answer: str) -> str:
    """An answer without what two engines cannot have alike: the writing of XML, the moment, numbers made at random."""
    if answer.startswith("<?xml"):
        # JavaRosa says in which encoding, and we know.
        answer = "\n".join(_told(ElementTree.fromstring(answer.partition("?>")[2])))
    return _UNIQUE.sub("UUID", answer)


def _told(element: ElementTree.Element, above: str = "") -> Iterator[str]:
    path = f"{above}/{element.tag.rpartition('}')[2]}"
    attributes = " ".join(f"{name}={value}" for name, value in sorted(element.attrib.items()))
    moment = path in {"/data/start", "/data/end"} and element.text
    yield f"{path} {attributes} {'now' if moment else element.text or ''}"
    # Entries that JavaRosa makes later stand behind their siblings: the order of differing names says nothing.
    for child in sorted(element, key=lambda each: each.tag.rpartition("}")[2]):
        yield from _told(child, path)


def differences(cases: Sequence[Case], theirs: Sequence[str], ours: Sequence[str]) -> list[str]:
    """What the engines do not agree on, each with the script up to there."""
    found, at = [], 0
    for case in cases:
        pairs = list(zip(case.lines, theirs[at : at + len(case.lines)], ours[at : at + len(case.lines)], strict=True))
        at += len(case.lines)
        wrong = next((n for n, (_line, a, b) in enumerate(pairs) if a != b), None)
        if wrong is not None:
            line, a, b = pairs[wrong]
            told = [f"- {x}\n+ {y}" for x, y in zip((a + "\n").split("\n"), (b + "\n").split("\n"), strict=False) if x != y]
            found.append("\n".join([f"{case.name}: {line}", *told[:5], *(f"    {each}  => {said[:60]!r}" for each, said, _ours in pairs[:wrong])]))
    return found


def shipped_cases(seeds: Sequence[int], steps: int) -> list[Case]:
    """The forms that ship ready, opened from the list of the register and for one household or scheme that is known."""
    found = []
    for name, known in KNOWN.items():
        form = compile_form(SHIPPED / f"{name}.xlsx")
        for seed in seeds:
            given = known if seed % 2 else {}
            found.append(fill(Case(f"{name}-{seed}", form, REGISTER, {f"/data/{key}": text for key, text in given.items()}), seed, steps))
    return found
