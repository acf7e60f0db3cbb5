"""Finds, resolves and checks procedure packs: TOML in, frozen ``ProcedurePack`` out, or ``PackError`` with everything wrong.

How a pack extends another is told in ``heads``; its papers and actors are replaced entry by entry, a way as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wenqu.rulebook.heads import Resolve, Shelf, inherit, read_head, read_toml
from wenqu.rulebook.problems import Problems
from wenqu.rulebook.schema import Table
from wenqu.rulebook.watch.procedures.clauses import ENTRY, REMOVAL
from wenqu.rulebook.watch.procedures.model import ProcedurePack
from wenqu.rulebook.watch.procedures.reading import (
    Reader,
    read_actors,
    read_alarms,
    read_leaving,
    read_notices,
    read_papers,
    read_urgent,
)
from wenqu.rulebook.watch.procedures.routes import check_photos, check_publicity, read_route

PACKS = Path(__file__).parent / "packs"
KIND = "procedures"
_ENTRIES = ("papers", "actors")


def parse_procedure(text: str, origin: str, resolve: Resolve | None = None) -> ProcedurePack:
    """A procedure pack from its TOML text. ``origin`` names it in problems; ``resolve`` finds the pack that it extends."""
    problems = Problems(origin)
    return read_procedure(inherit(read_toml(text, problems), (KIND,), _ENTRIES, resolve or SHELF.pack, problems), origin, problems)


def read_procedure(content: Mapping[str, object], origin: str, problems: Problems | None = None) -> ProcedurePack:
    """A procedure pack from resolved content; ``PackError`` with all that is wrong, what was found before included."""
    problems = problems or Problems(origin)
    root, reader = Table(content, "", problems), Reader()
    head = read_head(root, (KIND,), content, origin)
    publicity = reader.must(reader.word(root, "publicity", ("public", "none")))
    papers, actors = read_papers(root), read_actors(root, reader)
    notices = read_notices(root, reader)
    urgent = read_urgent(root, reader, tuple(actors), tuple(papers))
    alarms = read_alarms(root, reader)
    entry = read_route(root, ENTRY, reader, papers, actors)
    removal = read_route(root, REMOVAL, reader, papers, actors)
    leaving = read_leaving(root, reader, removal.names if removal else (), tuple(papers))
    check_photos(root, notices, papers)
    check_publicity(root, publicity, notices, (entry, removal))
    root.done()
    problems.refuse()
    assert urgent and alarms and entry and removal and leaving  # their lack is a problem already
    return ProcedurePack(
        **vars(head), publicity=publicity, papers=papers, actors=actors, notices=notices, urgent=urgent, alarms=alarms,
        entry=entry, removal=removal, leaving=leaving, clauses=reader.clauses,
    )


SHELF = Shelf(PACKS, "程序包", parse_procedure)
procedure_pack_ids, procedure_pack, procedure_file = SHELF.ids, SHELF.pack, SHELF.from_file
