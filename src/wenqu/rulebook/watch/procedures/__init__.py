"""Procedures as data: the steps by which a household comes onto the watch list and leaves it, and the pure runner over them."""

from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.watch.procedures.clauses import ENTRY, REMOVAL, Outcome
from wenqu.rulebook.watch.procedures.clocks import Debt, Late, alarms, late, owed, through
from wenqu.rulebook.watch.procedures.course import (
    REJECTED,
    UNKNOWN,
    UPHELD,
    Act,
    Actor,
    Course,
    Doing,
    Paper,
    Situation,
    Votes,
)
from wenqu.rulebook.watch.procedures.loader import parse_procedure, procedure_pack, procedure_pack_ids
from wenqu.rulebook.watch.procedures.model import ProcedurePack
from wenqu.rulebook.watch.procedures.runner import (
    Choice,
    NotAllowed,
    begin,
    choices,
    edition_of,
    may_help,
    perform,
    why_not,
)
from wenqu.rulebook.watch.procedures.standing import Standing, stand
from wenqu.rulebook.watch.procedures.words import Said

__all__ = [
    "ENTRY", "REJECTED", "REMOVAL", "UNKNOWN", "UPHELD", "Act", "Actor", "Choice", "Clause", "Course", "Debt", "Doing", "Late", "NotAllowed",
    "Outcome", "Paper", "ProcedurePack", "Said", "Situation", "Standing", "Votes", "alarms", "begin", "choices", "edition_of", "late", "may_help", "owed",
    "parse_procedure", "perform", "procedure_pack", "procedure_pack_ids", "stand", "through", "why_not",
]
