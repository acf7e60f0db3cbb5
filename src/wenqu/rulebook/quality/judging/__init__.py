"""Judging of water samples by the edition of their day: row by row with its reasons, or in columns."""

from wenqu.rulebook.quality.judging.editions import EditionMissing, edition_for
from wenqu.rulebook.quality.judging.model import ItemVerdict, Result, Sample, SampleVerdict, Sign
from wenqu.rulebook.quality.judging.reasons import Verdict
from wenqu.rulebook.quality.judging.reference import judge_sample

__all__ = ["EditionMissing", "ItemVerdict", "Result", "Sample", "SampleVerdict", "Sign", "Verdict", "edition_for", "judge_sample"]
