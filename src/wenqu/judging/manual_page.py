"""A pack's manual as blocks for a page: headings, indented lines, and the mark of every number."""

from __future__ import annotations

from dataclasses import dataclass, field

from wenqu.rulebook.every_pack import any_manual
from wenqu.rulebook.model import Head

INDENT = 2
DEEPEST = 5
SOURCED = ("〔有出处〕", "[sourced]")
UNVERIFIED = ("〔未核实〕", "[unverified]")


@dataclass(frozen=True)
class Line:
    """One line: how far it is indented, its text, and "sourced", "unverified" or "" for a line without a number."""

    depth: int
    text: str
    confidence: str


@dataclass
class Block:
    title: str
    lines: list[Line] = field(default_factory=list)


def blocks_of(pack: Head, lang: str) -> list[Block]:
    """The manual in the chosen language, cut at its headings. Its first line, the title, is the page's own."""
    blocks = [Block("")]
    for line in any_manual(pack, lang).splitlines()[1:]:
        if line.startswith("== "):
            blocks.append(Block(line[3:]))
        elif line.strip():
            blocks[-1].lines.append(_line(line))
    return [block for block in blocks if block.lines]


def _line(line: str) -> Line:
    depth = min((len(line) - len(line.lstrip())) // INDENT, DEEPEST)
    text, confidence = line.strip(), ""
    for marks, word in ((SOURCED, "sourced"), (UNVERIFIED, "unverified")):
        for mark in marks:
            if mark in text:
                text, confidence = text.replace(mark, " "), word
    return Line(depth, text, confidence)
