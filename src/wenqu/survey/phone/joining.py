"""All modules of the page as one script: one request, one compilation that the browser may keep, and no import that waits for another.

A module becomes a function that is called when it is first asked for. The functions that it exports can be had before it asks for anything
itself, so that two modules may name each other as ES modules may. The modules are written plainly (an import names what it takes,
an export stands before what it declares); anything else is refused here, when the server makes the page.
"""

from __future__ import annotations

import posixpath
import re

_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.{1,2}/[^"]+)";[ \t]*$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*? |class |const )(\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_LATER = re.compile(r'\bimport\("(\.{1,2}/[^"]+)"\)')
_LEFT = re.compile(r"^\s*(?:import|export)\b.*|\bimport\.meta\b", re.MULTILINE)
# What begins a page, and under which name modules are asked for in it.
HEAD = """(() => {
"use strict";
const made = new Map();
const need = (name) => {
  if (!made.has(name)) {
    const told = {};
    made.set(name, told);
    parts[name]((more) => Object.assign(told, more));
  }
  return made.get(name);
};
self.wenqu = need;
const parts = {
"""
TAIL = """};
if (!document.documentElement.hasAttribute("data-unable")) need("app.js");
})();
"""


def joined(modules: dict[str, str]) -> str:
    """One script of these modules, by their path; it begins with `app.js`."""
    return HEAD + "".join(f'"{name}": (give) => {{\n{_part(name, text, modules)}\n}},\n' for name, text in sorted(modules.items())) + TAIL


def _part(name: str, text: str, modules: dict[str, str]) -> str:
    def target(path: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))

    def taken(found: re.Match[str]) -> str:
        if target(found[2]) not in modules:
            raise ValueError(f"{name}: {found[2]} is not there")
        return f'const {{{found[1].replace(" as ", ": ")}}} = need("{target(found[2])}");'

    def later(found: re.Match[str]) -> str:
        # What is not a part of the page stays a module of its own, beside the script.
        return f'Promise.resolve().then(() => need("{target(found[1])}"))' if target(found[1]) in modules else f'import("./{target(found[1])}")'

    given = _EXPORT.findall(text)
    # Functions are there from the beginning, all else when the module is through.
    early = [each for kind, each in given if "function" in kind]
    late = [each for kind, each in given if "function" not in kind]
    text = _LATER.sub(later, _EXPORT.sub(r"\1\2", _IMPORT.sub(taken, text)))
    text, whole = _DEFAULT.subn("const whole = ", text)
    if left := _LEFT.search(text):
        raise ValueError(f"{name}: {left[0]}")
    return f"{_giving(early)}{text}\n{_giving(late + ['default: whole'] * whole)}"


def _giving(names: list[str]) -> str:
    return f"give({{ {', '.join(names)} }});\n" if names else ""
