"""The files of the page as they are handed out: made once in each process, out of memory from then on.

They lie in a folder that is named after what is in it. So a page gets all of its files from one version, also while half
of the servers are new already: what another version asks for is not there, and is asked for again later.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from wenqu.survey.phone.words import WORDS

FOLDER = Path(settings.PACKAGE) / "web" / "static" / "phone"
ENTRY, SHELL, WORKER = "app.js", "shell.html", "sw.js"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8"}
_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^;"'()]*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """One file. `integrity` is what a browser checks it by."""

    content: bytes
    kind: str

    @property
    def packed(self) -> bytes:
        return _packed(self.content)

    @property
    def integrity(self) -> str:
        return "sha256-" + b64encode(hashlib.sha256(self.content).digest()).decode()


@dataclass(frozen=True)
class Bundle:
    """`files` by their path in the folder, the shell among them; `worker` is the text of the service worker."""

    version: str
    files: dict[str, File]
    worker: str

    @property
    def shell(self) -> File:
        return self.files[SHELL]


@lru_cache(maxsize=128)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def bundle() -> Bundle:
    """The page of this process. While it is being written on, every change is seen at once."""
    return _made(_stamp() if settings.DEBUG else 0)


def _stamp() -> int:
    return max(path.stat().st_mtime_ns for path in FOLDER.rglob("*"))


@lru_cache(maxsize=1)
def _made(_stamp: int) -> Bundle:
    files = {name: File(_without_comments(path).encode(), _KINDS[path.suffix]) for name, path in sources().items() if name != WORKER}
    files |= {f"words.{short}.js": File(words_in(language).encode(), _KINDS[".js"]) for short, language in LANGUAGES.items()}
    worker = _without_comments(FOLDER / WORKER)
    told = hashlib.sha256(worker.encode() + shell_of("", files).encode())
    for name, file in sorted(files.items()):
        told.update(f"{name}\0{file.integrity}\0".encode())
    version = told.hexdigest()[:16]
    files[SHELL] = File(shell_of(version, files).encode(), _KINDS[".html"])
    return Bundle(version, files, _worker(version, files, worker))


def sources() -> dict[str, Path]:
    """The files that make up the page, by their path in the folder."""
    found = sorted(path for path in FOLDER.rglob("*") if path.suffix in _KINDS and path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path for path in found if path.parent.name != "icons"}


def words_in(language: str) -> str:
    """All words of the page in a language, as a module."""
    with translation.override(language):
        told = {key: str(text) for key, text in sorted(WORDS.items())}
    return f"export default {json.dumps(told, ensure_ascii=False, separators=(',', ':'))};\n"


def base_of(version: str) -> str:
    return reverse("phone-page:file", args=[version or "0", "x"]).removesuffix("x")


def shell_of(version: str, files: dict[str, File]) -> str:
    """The page itself, the same for everybody."""
    styles = sorted((name for name in files if name.endswith(".css")), key=lambda name: (name != "phone.css", name))
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("survey/phone.html", {
            "version": version, "base": base_of(version), "entry": ENTRY, "modules": preloaded(files) if ENTRY in files else [], "styles": styles})


def preloaded(files: dict[str, File]) -> list[str]:
    """What the entry imports, and what that imports: asked for at once instead of one after the other. Nothing that is loaded later."""
    found, waiting = [], [ENTRY]
    while waiting:
        name = waiting.pop(0)
        if name in found or name not in files:
            continue
        found.append(name)
        waiting += [_resolved(PurePosixPath(name).parent, step) for step in _IMPORT.findall(files[name].content.decode())]
    return found


def _resolved(folder: PurePosixPath, step: str) -> str:
    parts: list[str] = []
    for part in (folder / step).parts:
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _worker(version: str, files: dict[str, File], text: str) -> str:
    """The service worker of a version: what it keeps, before what it does."""
    listed = [[base_of(version) + name, file.integrity] for name, file in sorted(files.items())]
    head = {"VERSION": version, "SHELL": base_of(version) + SHELL, "PAGE": reverse("phone-page:shell"), "FILES": listed}
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in head.items()) + text


def _without_comments(path: Path) -> str:
    """The text without lines that are only comment. What stands between backticks is text, whatever it looks like."""
    kept, ticks, inside = [], 0, False
    for line in path.read_text(encoding="utf-8").splitlines():
        start = line.strip()
        if inside or (ticks % 2 == 0 and start.startswith("/*") and path.suffix != ".svg"):
            inside = "*/" not in start
            if not inside and start.partition("*/")[2]:
                raise ValueError(f"{path.name}: code after a comment on the same line")
            continue
        if ticks % 2 == 0 and (not start or (start.startswith("//") and path.suffix == ".js")):
            continue
        ticks += line.count("`") - line.count("\\`") if path.suffix == ".js" else 0
        kept.append(line)
    if ticks % 2:
        raise ValueError(f"{path.name}: a comment behind code has a single backtick")
    return "\n".join(kept) + "\n"
