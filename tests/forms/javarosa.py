"""Expressions put to JavaRosa. ``javarosa.txt`` is what it answered: the phone's engine must answer the same."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH

HERE = Path(__file__).parent
TABLE = HERE / "javarosa.txt"
# What is known in every line of the table: values of some types, two of them empty.
QUESTIONS = {"n": ("int", "7"), "e": ("string", ""), "ne": ("int", ""), "t": ("string", "abc"), "d": ("date", "2026-11-23"), "dec": ("decimal", "2.50"),
             "s1": ("string", "12")}
_FORM = """<?xml version="1.0"?><h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>t</h:title><model>
<instance><data id="t" version="1">{values}<m>x y z</m><out/></data></instance>
<instance id="l"><root><item><name>a</name><v>1</v></item><item><name>b</name><v>2</v></item></root></instance>
<instance id="c"><root><item><name>x</name></item><item><name>y</name></item><item><name>z</name></item></root></instance>
{binds}<bind nodeset="/data/out" type="string" calculate="{expression}"/></model></h:head><h:body>{inputs}
<select ref="/data/m"><label>m</label><itemset nodeset="instance('c')/root/item"><value ref="name"/><label ref="name"/></itemset></select></h:body></h:html>"""


def need_java() -> None:
    """Skips a test where there is no Java; in CI that is a failure."""
    if shutil.which("java") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Java is missing, and CI must not skip the comparison with JavaRosa")
        pytest.skip("JavaRosa runs on Java")


def xform(expression: str) -> str:
    """A form that works out one expression."""
    return _FORM.format(
        values="".join(f"<{name}>{value}</{name}>" for name, (_type, value) in QUESTIONS.items()),
        binds="".join(f'<bind nodeset="/data/{name}" type="{type_}"/>' for name, (type_, _value) in QUESTIONS.items()),
        inputs="".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in QUESTIONS),
        expression=html.escape(expression),
    )


def table() -> list[tuple[str, str]]:
    """(expression, what JavaRosa sends) of every line."""
    rows = [line.split("=>", 1) for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [(expression.strip(), value.removeprefix(" ")) for expression, value in rows]


def obey(lines: list[str], folder: Path) -> list[str]:
    """What JavaRosa answers to each line of a script (see Oracle.java), in China's time."""
    script = folder / "script"
    script.write_text("\n".join(lines), encoding="utf-8")
    command = ["java", "-Duser.timezone=Asia/Shanghai", "-Dfile.encoding=UTF-8", "-cp", ODK_VALIDATE_PATH, str(HERE / "Oracle.java"), str(script)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    answers = [line[1:] for line in done.stdout.splitlines() if line.startswith("=")]
    assert len(answers) == len(lines)
    return [re.sub(r"\\([\\nr])", lambda match: {"n": "\n", "r": "\r"}.get(match[1], match[1]), answer) for answer in answers]


def ask_javarosa(expressions: list[str], folder: Path) -> list[str]:
    """What JavaRosa sends for each expression."""
    lines = []
    for number, expression in enumerate(expressions):
        path = folder / f"{number}.xml"
        path.write_text(xform(expression), encoding="utf-8")
        lines += [f"form\t{path}", "value\t/data/out"]
    return obey(lines, folder)[1::2]
