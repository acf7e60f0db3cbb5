"""Every verdict is a sentence in both languages, with value, limit, clause and how sure the limit is."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from rulebook.quality.judging.drawing import told_of
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.manual import manual
from wenqu.rulebook.model import LabResult, SchemeClass
from wenqu.rulebook.quality.judging import Result, Sample, Sign, edition_for, judge_sample
from wenqu.rulebook.quality.judging.explain import explain
from wenqu.rulebook.quality.judging.reasons import REASONS

NEW, OLD = load_pack("gb5749-2022"), load_pack("gb5749-2006")


def sentences(results: list[Result], lang: str = "zh", pack: str = "new", **sample: object) -> tuple[str, ...]:
    one = Sample(date(2024, 5, 6) if pack == "new" else date(2020, 5, 6), **({"disinfectant": "none", "point": "tap"} | sample))  # type: ignore[arg-type]
    edition = NEW if pack == "new" else OLD
    return explain(judge_sample(edition, one, results), edition, lang)


def value(item: str, number: str) -> Result:
    return Result(item, Sign.VALUE, Decimal(number))


@pytest.mark.parametrize(("result", "sample", "zh", "en"), [
    (value("arsenic", "0.02"), {}, "砷 0.02 mg/L，超过限值 0.01 mg/L（依据：GB 5749-2022，表1 第4项）。", "arsenic 0.02 mg/L is over 0.01 mg/L (GB 5749-2022, clause 表1 第4项)."),
    (Result("lead", Sign.BELOW, Decimal("0.05")), {}, "铅 <0.05 mg/L，检出限不够低，不能确定是否符合限值（≤ 0.01 mg/L）；请用检出限更低的方法复测（依据：GB 5749-2022，表1 第7项）。",
     "lead <0.05 mg/L: the detection limit does not tell whether ≤ 0.01 mg/L is kept; test again by a finer method (GB 5749-2022, clause 表1 第7项)."),
    (value("fluoride", "1.1"), {"scheme_class": SchemeClass.SMALL}, "氟化物 1.1 mg/L，限值是 ≤ 1 mg/L 还是 ≤ 1.2 mg/L，取决于尚未填写的：水源或净水技术是否受限；不能判定（依据：GB 5749-2022，表1 第10项、表1 注b）。",
     "fluoride 1.1 mg/L: whether ≤ 1 mg/L or ≤ 1.2 mg/L holds depends on what is not known (whether source or treatment limits) (GB 5749-2022, clause 表1 第10项, 表1 注b)."),
    (value("ph", "7.2"), {}, "pH 7.2，符合限值（6.5–8.5）（依据：GB 5749-2022，表1 第26项）。", "pH 7.2 is within 6.5–8.5 (GB 5749-2022, clause 表1 第26项)."),
    (value("free_chlorine", "0.04"), {"disinfectant": "chlorine"}, "游离氯 0.04 mg/L，低于限值 0.05 mg/L（依据：GB 5749-2022，表2 第40项）。", "free chlorine 0.04 mg/L is under 0.05 mg/L (GB 5749-2022, clause 表2 第40项)."),
    (value("total_coliform", "3"), {}, "总大肠菌群 3，应不得检出（无）（依据：GB 5749-2022，表1 第1项）。", "total coliforms 3: found, where none may be (GB 5749-2022, clause 表1 第1项)."),
    (value("gross_alpha", "0.6"), {}, "总α放射性 0.6 Bq/L，超过指导值 0.5 Bq/L；应做核素分析和评价，不直接判不合格（依据：GB 5749-2022，表1 第38项）。",
     "gross alpha activity 0.6 Bq/L is over the guide value 0.5 Bq/L: analyse the nuclides; not by itself a fail (GB 5749-2022, clause 表1 第38项)."),
    (value("selenium", "0.6"), {}, "selenium 0.6，本版标准包没有这一项的限值，不评价。", "selenium 0.6: this edition has no limit of it; not judged."),
])
def test_a_result_is_told_with_its_clause(result: Result, sample: dict[str, object], zh: str, en: str) -> None:
    assert sentences([result], **sample)[1] == zh  # type: ignore[arg-type]
    assert sentences([result], "en", **sample)[1] == en  # type: ignore[arg-type]


def test_a_limit_that_was_not_seen_says_so() -> None:
    told = sentences([value("arsenic", "0.02")], pack="old", scheme_class=SchemeClass.SMALL)
    assert told[1] == "砷 0.02 mg/L，符合限值（≤ 0.05 mg/L）（依据：GB 5749-2006，表4）（未核实）。"
    assert sentences([value("permanganate_index", "4")], "en", "old", scheme_class=SchemeClass.LARGE, raw_permanganate=3)[1].endswith("(GB 5749-2006, clause not found) (unverified).")


def test_the_sample_is_told_first_and_what_is_missing_last() -> None:
    told = sentences([value("total_coliform", "3"), value("arsenic", "0.02"), value("iron", "0.1")], scheme_class=SchemeClass.LARGE, limited=False)
    assert told[0] == "按GB 5749-2022评价：不合格（总大肠菌群、砷）。" and told[-1] == "应测而没有结果：大肠埃希氏菌。"
    told = sentences([value("iron", "0.1")], "en", disinfectant="ozone")
    assert told[0] == "By GB 5749-2022: fit in all that was tested." and told[-1] == "Due and not given: bromate, ozone."


def test_a_sum_is_told_as_far_as_it_is_known() -> None:
    parts = [value("chloroform", "0.03"), value("dibromochloromethane", "0"), value("bromodichloromethane", "0")]
    assert not any("三卤甲烷" in one for one in sentences(parts)), "what nobody tested is no doubt about what was"
    assert "的和为至少 0.5，有分量只知道低于检出限" in sentences([*parts, Result("bromoform", Sign.NOT_DETECTED, None)])[5]
    assert "的和为0.5–0.6，符合限值（≤ 1）（" in sentences([*parts, Result("bromoform", Sign.BELOW, Decimal("0.01"))])[5]


def test_every_reason_is_told_in_both_languages() -> None:
    random, told = Random(9), {"no_edition"}
    for _ in range(1500):
        sample, results = told_of(random)
        pack = edition_for(sample.taken_on, (OLD, NEW))
        verdict = judge_sample(pack, sample, results)
        told |= {item.reason for item in verdict.items}
        for lang in ("zh", "en"):
            lines = explain(verdict, pack, lang)
            assert len(lines) == 1 + len(verdict.items) + bool(verdict.missing)
            for line in lines:
                assert not re.search(r"[{}]|None|（）|\(\)|E[+-]|  ", line), line
        for item, line in zip(verdict.items, explain(verdict, pack)[1:], strict=False):
            assert (item.clause == "") == ("（依据：" not in line), (item, line)
    assert told == {reason.code for reason in REASONS}


def test_a_verdict_is_the_fact_that_the_four_indicators_ask_for() -> None:
    def told(*results: Result) -> LabResult | None:
        return judge_sample(NEW, Sample(date(2024, 5, 6), point="tap", disinfectant="none"), results).lab_result

    assert told(value("lead", "0.01")) == LabResult.PASS
    assert told(value("lead", "0.02")) == LabResult.FAIL
    assert told(Result("lead", Sign.BELOW, Decimal("0.02"))) == LabResult.UNDETERMINED
    assert told() is None
    assert told(value("gross_alpha", "9")) == LabResult.PASS


def test_the_manual_shows_the_sentences_that_cases_prove() -> None:
    text = manual(NEW)
    assert "  砷限值 0.01 mg/L。\n" in text and "小型集中和分散供水的限值何时用：水源或净水技术受限" in text
    assert "原水耗氧量大于：6 mg/L" in manual(OLD)
