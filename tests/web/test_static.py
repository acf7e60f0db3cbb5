"""Nothing foreign and nothing inline: a scan of every template, style sheet and script, and of what was vendored."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "wenqu"
VENDOR = SOURCE / "web/static/web/vendor"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
OWN = [path for kind in ("css", "js", "svg") for path in sorted(SOURCE.rglob(f"static/**/*.{kind}")) if VENDOR not in path.parents]
VENDORED = re.findall(r"\| `([\w./-]+)` \| `([0-9a-f]{64})` \|", (VENDOR / "VENDORED.md").read_text())
# Names, not addresses: XML name spaces are never fetched.
NAMESPACES = ("http://www.w3.org/",)
# What the vendored scripts carry: name spaces, the licence text, and a hint printed for developers only.
VENDORED_TEXT = (*NAMESPACES, "http://www.apache.org/licenses/", "https://github.com/ecomfe/zrender/")


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def foreign(text: str, allowed: tuple[str, ...]) -> list[str]:
    found = re.findall(r"(?:https?:|[\"'(=])//[\w-]+(?:\.[\w-]+)+[^\s\"'`)]*|https?://[^\s\"'`)]*", text)
    return [url for url in found if not url.startswith(allowed)]


@pytest.mark.parametrize("path", [*TEMPLATES, *OWN], ids=name)
def test_no_foreign_address(path):
    assert foreign(path.read_text(), NAMESPACES) == []


@pytest.mark.parametrize("path", [path for path in OWN if path.suffix == ".css"], ids=name)
def test_style_sheets_fetch_nothing(path):
    assert "@import" not in path.read_text()
    assert "url(" not in path.read_text()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_inline(path):
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert "<style" not in text
    assert "javascript:" not in text
    assert not re.search(r"hx-on|hx-vals\s*=\s*[\"']js:", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in tag, tag
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("path", [path for path in OWN if path.suffix == ".js"], ids=name)
def test_scripts_build_no_html_and_run_no_text(path):
    text = path.read_text()
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "setAttribute(\"style"):
        assert word not in text


@pytest.mark.parametrize(("file", "sha256"), VENDORED)
def test_vendored_files_are_what_the_table_says(file, sha256):
    content = (VENDOR / file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == sha256
    assert gzip.decompress((VENDOR / f"{file}.gz").read_bytes()) == content
    assert foreign(content.decode(), VENDORED_TEXT) == []
    assert (VENDOR / file).with_name("LICENSE").exists()


def test_every_vendored_script_is_in_the_table():
    assert {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*.js")} == {file for file, _sum in VENDORED}
    assert (VENDOR / "echarts-6.1.0" / "NOTICE").exists()
