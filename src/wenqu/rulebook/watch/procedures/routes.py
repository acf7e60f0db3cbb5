"""Reads the two ways of a procedure pack, step by step, and checks that they hang together."""

from __future__ import annotations

from collections.abc import Mapping

from wenqu.rulebook.clauses import Clause, Reader
from wenqu.rulebook.schema import Table
from wenqu.rulebook.watch.procedures.clauses import LEVELS, PHOTO, VOTES, Outcome
from wenqu.rulebook.watch.procedures.model import NoticeHabits, NoticeRule, PaperKind, Party, Route, StepRule


def read_route(root: Table, name: str, reader: Reader, papers: Mapping[str, PaperKind], actors: Mapping[str, Party]) -> Route | None:
    """A way onto or off the list."""
    table = root.table(name)
    if table is None:
        return None
    group = table.table("steps")
    ids = tuple(group.data) if group else ()
    order = reader.must(reader.words(table, "order", ids))
    within = reader.days(table, "within", required=False)
    steps = {key: _step(key, inner, reader, papers, actors, order.words) for key, inner in table.tables("steps")}
    for key in ids:
        if key not in order.words:
            table.problems.add(table.path("order.value"), "reference_unknown", f"顺序里没有环节“{key}”")
    route = Route(name, table.text("zh"), table.text("en"), order, within, {key: steps[key] for key in order.words if key in steps})
    table.done()
    return route


def _step(
    key: str, table: Table, reader: Reader, papers: Mapping[str, PaperKind], actors: Mapping[str, Party], order: tuple[str, ...],
) -> StepRule:
    before = order[: order.index(key)] if key in order else ()
    step = StepRule(
        key, table.text("zh"), table.text("en"), table.text("words", required=False),
        actor=reader.must(reader.word(table, "actor", tuple(actors))),
        outcomes=_outcomes(table, reader, before),
        papers=_papers(table, "papers", reader, papers),
        refusal=_papers(table, "refusal", reader, papers),
        visit=_papers(table, "visit", reader, papers),
        notice=_notice(table, reader),
        at_least=reader.days(table, "at_least", required=False),
        at_most=reader.days(table, "at_most", required=False),
        monthly=reader.number(table, "monthly", "day_of_month", 31, required=False),
        another=_another(table, reader, before),
        vote=reader.word(table, "vote", VOTES, required=False),
    )
    _agree(table, step, papers)
    table.done()
    return step


def _another(table: Table, reader: Reader, before: tuple[str, ...]) -> Clause | None:
    if before or not table.has("another"):
        return reader.words(table, "another", before, required=False)
    table.asked.add("another")
    table.problems.add(table.path("another"), "shape_wrong", "第一个环节之前没有环节，不能要求换人")
    return None


def _outcomes(table: Table, reader: Reader, before: tuple[str, ...]) -> dict[str, Clause]:
    inner, found = table.table("outcomes"), {}
    if inner is None:
        return {}
    for outcome in Outcome:
        if outcome == Outcome.BACK and not before and inner.has(outcome):
            inner.asked.add(outcome)
            inner.problems.add(inner.path(outcome), "shape_wrong", "第一个环节之前没有环节，不能退回")
            continue
        clause = (reader.words(inner, outcome, before, required=False) if outcome == Outcome.BACK
                  else reader.word(inner, outcome, ("yes",), required=outcome == Outcome.GO_ON))
        if clause is not None:
            found[str(outcome)] = clause
    inner.done()
    return found


def _papers(table: Table, name: str, reader: Reader, papers: Mapping[str, PaperKind]) -> dict[str, Clause]:
    inner, found = table.table(name, required=False), {}
    for key in inner.data if inner else ():
        assert inner is not None
        if key not in papers:
            inner.problems.add(inner.path(key), "reference_unknown", f"没有“{key}”这种材料")
        clause = reader.word(inner, key, ("required",))
        if clause is not None:
            found[key] = clause
    return found


def _notice(table: Table, reader: Reader) -> NoticeRule | None:
    inner = table.table("notice", required=False)
    if inner is None:
        return None
    found = NoticeRule(reader.must(reader.days(inner, "days")), reader.must(reader.words(inner, "boards", LEVELS)))
    inner.done()
    return found


def _agree(table: Table, step: StepRule, papers: Mapping[str, PaperKind]) -> None:
    """What of a step must go together."""
    shapes = {papers[name].shape for name in step.papers if name in papers}
    if step.vote is not None and "minutes" not in shapes:
        table.problems.add(table.path("vote"), "shape_wrong", "有表决，却没有要求会议记录（minutes）")
    if (step.monthly is not None) != (Outcome.STAY in step.outcomes):
        table.problems.add(table.path("monthly"), "shape_wrong", "按月重复（monthly）和“下月再来”（outcomes.stay）要么都写，要么都不写")
    for name, outcome, wanted in (("refusal", Outcome.TURN_DOWN, step.refusal), ("visit", Outcome.STAY, step.visit)):
        if wanted and outcome not in step.outcomes:
            table.problems.add(table.path(name), "shape_wrong", f"没有 outcomes.{outcome}，不能要求其材料")
    if step.at_least and step.at_most and step.at_least.number > step.at_most.number:
        table.problems.add(table.path("at_least"), "levels_order", "最短天数不能多于最长天数")


def check_photos(root: Table, notices: NoticeHabits | None, papers: Mapping[str, PaperKind]) -> None:
    """Photos of boards need their kind of paper."""
    if notices is None or notices.photos.text == "none":
        return
    kind = papers.get(PHOTO)
    if kind is None or kind.shape != "photo":
        root.problems.add(f"papers.{PHOTO}", "key_missing", "公示要留照片，缺少这种材料（shape = photo）")


def check_publicity(root: Table, publicity: Clause, notices: NoticeHabits | None, routes: tuple[Route | None, ...]) -> None:
    """Notices need to be counted by something; where nothing is made public there are none, and nobody applies."""
    for route in routes:
        for step in route.steps.values() if route else ():
            where = f"{route.id}.steps.{step.id}" if route else ""
            if step.notice is not None and publicity.text == "none":
                root.problems.add(f"{where}.notice", "shape_wrong", "“结果不公示”的程序不能有公示")
            elif step.notice is not None and notices is None:
                root.problems.add("notices", "key_missing", f"{where} 有公示，缺少公示的计日和异议规则")
            if publicity.text == "none" and "application" in step.papers:
                root.problems.add(f"{where}.papers.application", "shape_wrong", "“监测对象不申请”的程序不能要求申请书")
    if notices is not None and not any(step.notice for route in routes if route for step in route.steps.values()):
        root.problems.add("notices", "shape_wrong", "没有任何环节公示，不应写公示规则")
