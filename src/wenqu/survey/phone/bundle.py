"""The files of the page as they are handed out: made once in each process, out of memory from then on.

They lie in a folder that is named after what is in it. So a page gets all of its files from one version, also while half
of the servers are new already: what another version asks for is not there, and is asked for again later.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import rcssmin
import rjsmin
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from wenqu.survey.phone.words import WORDS

FOLDER = Path(settings.PACKAGE) / "web" / "static" / "phone"
SHELL, WORKER, PACK = "shell.html", "sw.js", "pack.json"
# Fetched when somebody asks for it: a language that is not the users'.
LATER = frozenset({"words.en.js"})
# Fetched before there is a worker.
BEGINNING = "begin.js"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8"}


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
    files = {name: File(_short(path).encode(), _KINDS[path.suffix]) for name, path in sources().items() if name != WORKER}
    files |= {f"words.{short}.js": File(words_in(language).encode(), _KINDS[".js"]) for short, language in LANGUAGES.items()}
    files[PACK] = packed(files)
    worker = _short(FOLDER / WORKER)
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
            "version": version, "base": base_of(version), "styles": styles})


def packed(files: dict[str, File]) -> File:
    """All modules in one piece, {path: text}: together they are a quarter smaller, and one request instead of fifty."""
    told = {name: file.content.decode() for name, file in sorted(files.items()) if name.endswith(".js") and name not in LATER | {BEGINNING}}
    return File(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")


def _worker(version: str, files: dict[str, File], text: str) -> str:
    """The service worker of a version: what it keeps, before what it does."""
    base = base_of(version)
    modules = json.loads(files[PACK].content)
    alone = [[base + name, file.integrity] for name, file in sorted(files.items()) if name not in {*modules, *LATER}]
    head = {
        "VERSION": version, "PAGE": reverse("phone-page:shell"), "BASE": base, "SHELL": base + SHELL, "PACK": base + PACK, "FILES": alone,
        "LATER": [base + name for name in sorted(LATER)],
    }
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in head.items()) + text


def _short(path: Path) -> str:
    """The text without comments and blanks that nobody reads on a phone."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".svg":
        return text
    shortened: str = rcssmin.cssmin(text) if path.suffix == ".css" else rjsmin.jsmin(text)
    return shortened + "\n"
