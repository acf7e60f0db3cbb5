"""Judging a household at risk (防止返贫监测对象): packs of dated rules, a reference, columns, explanation and what-if."""

from wenqu.rulebook.watch.judging.differing import crossers_sql, difference_sql, same_sums
from wenqu.rulebook.watch.judging.explain import explain
from wenqu.rulebook.watch.judging.facts import ITEM_COLUMNS, Household, Item, household_columns, secured
from wenqu.rulebook.watch.judging.incomes_sql import incomes_sql
from wenqu.rulebook.watch.judging.lines import LineNotAdopted, SetLine, line_of
from wenqu.rulebook.watch.judging.loader import judging_file, judging_pack, judging_pack_ids, parse_judging
from wenqu.rulebook.watch.judging.model import JudgingPack
from wenqu.rulebook.watch.judging.reference import Judgement, judge
from wenqu.rulebook.watch.judging.schemes import SchemeMissing, scheme_at
from wenqu.rulebook.watch.judging.vectorised import judge_sql, judge_sums_sql
from wenqu.rulebook.watch.judging.whatif import WHAT_IF, adopted, changed
from wenqu.rulebook.watch.judging.window import Window, window_before

__all__ = [
    "ITEM_COLUMNS", "WHAT_IF", "Household", "Item", "Judgement", "JudgingPack", "LineNotAdopted", "SchemeMissing", "SetLine", "Window",
    "adopted", "changed", "crossers_sql", "difference_sql", "explain", "household_columns", "incomes_sql", "judge", "judge_sql",
    "judge_sums_sql", "judging_file", "judging_pack", "judging_pack_ids", "line_of", "parse_judging", "same_sums", "scheme_at", "secured",
    "window_before",
]
