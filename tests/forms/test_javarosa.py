"""The table of what JavaRosa answers is what it answers, and every line of it is an expression that we take."""

from __future__ import annotations

from pathlib import Path

from forms.javarosa import ask_javarosa, need_java, table, xform
from wenqu.forms.plan import plan_of


def test_every_line_is_taken() -> None:
    assert len(table()) > 90
    for expression, value in table():
        if value != "!":
            [out] = [node for node in plan_of(xform(expression))["nodes"] if node["path"] == "/data/out"]
            assert out["calculate"] is not None


def test_javarosa_says_so(tmp_path: Path) -> None:
    need_java()
    expressions, values = zip(*table(), strict=True)
    assert dict(zip(expressions, ask_javarosa(list(expressions), tmp_path), strict=True)) == dict(zip(expressions, values, strict=True))
