"""Procedure packs: what they say, what the loader refuses by table and key, editions, urgent help, alarms, and the manual."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from rulebook.watch.procedures.playing import bring, good, in_order, pass_step, play, start
from rulebook.watch.procedures.wrong import GONE, changed, cite, edited
from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.problems import PROBLEM_CODES, PackError
from wenqu.rulebook.watch.procedures import (
    Act,
    Actor,
    Doing,
    NotAllowed,
    Outcome,
    Paper,
    Votes,
    begin,
    choices,
    edition_of,
    late,
    may_help,
    owed,
    parse_procedure,
    perform,
    procedure_pack,
    procedure_pack_ids,
    stand,
    through,
    why_not,
)
from wenqu.rulebook.watch.procedures.cases import cases_of
from wenqu.rulebook.watch.procedures.loader import PACKS, procedure_file, read_procedure
from wenqu.rulebook.watch.procedures.manual import manual, table
from wenqu.rulebook.watch.procedures.standing import OutOfPlace
from wenqu.rulebook.watch.procedures.words import SENTENCES, say

IDS = procedure_pack_ids()
SIX, FOUR, SEVEN, HENAN = (procedure_pack(name) for name in (
    "six-steps-huangping-2021", "four-steps-2021", "seven-steps-2020", "seven-steps-henan-2023"))
MEETING = "entry.steps.village_meeting"


@pytest.mark.parametrize("name", IDS)
def test_every_clause_is_cited(name: str) -> None:
    text = (PACKS / f"{name}.toml").read_text(encoding="utf-8")
    for _, clause in numbers_of(procedure_pack(name).content):
        assert {"value", "unit", "date", "clause", "document", "confidence"} <= clause.keys(), clause
        assert clause["document"] != "not found" or clause["confidence"] == "unverified", clause
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}", str(clause["date"])), clause
    assert not re.search(r"https?:|www\.", text)
    assert parse_procedure(dump_toml(procedure_pack(name).content), "again.toml").digest == procedure_pack(name).digest


def test_the_packs_say_what_the_documents_say() -> None:
    assert [SIX.entry.steps[step].zh for step in SIX.entry.names] == [
        "线索搜集", "入户核实", "农户申请及承诺授权", "村级评议及公示", "乡级核查及公示", "县级复审及纳入监测"]
    assert {name: (step.notice.days.number, step.notice.days.verified) for name, step in SIX.entry.steps.items() if step.notice} == {
        "village_meeting": (5, True), "town_check": (5, True)}
    assert set(SIX.entry.steps["application"].papers) == {"application", "promise", "authority"}
    assert [name for name, step in FOUR.entry.steps.items() if step.notice] == ["village_meeting"]
    assert (len(HENAN.entry.names), HENAN.entry.within and HENAN.entry.within.number) == (7, 15)
    assert HENAN.entry.within is not None and not HENAN.entry.within.verified
    assert SEVEN.publicity.text == "none" and SEVEN.notices is None
    assert not any(step.notice or "application" in step.papers for route in (SEVEN.entry, SEVEN.removal) for step in route.steps.values())
    assert all(pack.removal.order.verified for pack in (SIX, FOUR, SEVEN)) and not HENAN.removal.order.verified
    assert not any(pack.urgent.within.verified or pack.alarms.no_measure.verified for pack in (SIX, FOUR, SEVEN, HENAN))


# (key, new value) -> (key of the problem, its code)
WRONG: list[tuple[str, object, tuple[str, str]]] = [
    (f"{MEETING}.notice.days.value", 0, (f"{MEETING}.notice.days.value", "value_range")),
    (f"{MEETING}.notice.days.value", 5000, (f"{MEETING}.notice.days.value", "value_range")),
    (f"{MEETING}.notice.days.value", "five", (f"{MEETING}.notice.days.value", "type_wrong")),
    (f"{MEETING}.notice.days.value", True, (f"{MEETING}.notice.days.value", "type_wrong")),
    (f"{MEETING}.notice.days.unit", "month", (f"{MEETING}.notice.days.unit", "unit_wrong")),
    (f"{MEETING}.notice.days.document", "not found", (f"{MEETING}.notice.days.confidence", "citation_missing")),
    (f"{MEETING}.notice.days.date", "March", (f"{MEETING}.notice.days.date", "date_wrong")),
    (f"{MEETING}.notice.days.clause", GONE, (f"{MEETING}.notice.days.clause", "key_missing")),
    (f"{MEETING}.notice.boards.value", ["moon"], (f"{MEETING}.notice.boards.value", "choice_wrong")),
    (f"{MEETING}.notice.boards.value", [], (f"{MEETING}.notice.boards.value", "key_missing")),
    (f"{MEETING}.notice.colour", "red", (f"{MEETING}.notice.colour", "key_unknown")),
    (f"{MEETING}.actor.value", "nobody", (f"{MEETING}.actor.value", "choice_wrong")),
    (f"{MEETING}.actor", GONE, (f"{MEETING}.actor", "key_missing")),
    (f"{MEETING}.zh", "", (f"{MEETING}.zh", "key_missing")),
    (f"{MEETING}.papers.passport", cite("required"), (f"{MEETING}.papers.passport", "reference_unknown")),
    (f"{MEETING}.papers.minutes.value", "maybe", (f"{MEETING}.papers.minutes.value", "choice_wrong")),
    (f"{MEETING}.papers.minutes", GONE, (f"{MEETING}.vote", "shape_wrong")),
    (f"{MEETING}.outcomes.go_on", GONE, (f"{MEETING}.outcomes.go_on", "key_missing")),
    (f"{MEETING}.outcomes.turn_down", GONE, (f"{MEETING}.refusal", "shape_wrong")),
    (f"{MEETING}.outcomes.stay", cite("yes"), (f"{MEETING}.monthly", "shape_wrong")),
    (f"{MEETING}.outcomes.back", cite(["town_check"]), (f"{MEETING}.outcomes.back.value", "choice_wrong")),
    ("entry.steps.clue.outcomes.back", cite(["clue"]), ("entry.steps.clue.outcomes.back", "shape_wrong")),
    (f"{MEETING}.another", cite(["village_meeting"]), (f"{MEETING}.another.value", "choice_wrong")),
    ("entry.steps.clue.another", cite(["clue"]), ("entry.steps.clue.another", "shape_wrong")),
    (f"{MEETING}.vote.value", "loudest", (f"{MEETING}.vote.value", "choice_wrong")),
    ("entry.order.value", ["clue"], ("entry.order.value", "reference_unknown")),
    ("entry.order.value", ["clue", "clue"], ("entry.order.value", "shape_wrong")),
    ("entry.order.value", ["clue", "party"], ("entry.order.value", "choice_wrong")),
    ("entry.order", GONE, ("entry.order", "key_missing")),
    ("entry.steps", GONE, ("entry.steps", "key_missing")),
    ("entry", GONE, ("entry", "key_missing")),
    ("removal", GONE, ("removal", "key_missing")),
    ("entry.within", cite(15, "hours"), ("entry.within.unit", "unit_wrong")),
    ("notices", GONE, ("notices", "key_missing")),
    ("notices.first.value", "someday", ("notices.first.value", "choice_wrong")),
    ("publicity.value", "none", (f"{MEETING}.notice", "shape_wrong")),
    ("publicity.value", "none", ("entry.steps.application.papers.application", "shape_wrong")),
    ("papers.notice_photo", GONE, ("papers.notice_photo", "key_missing")),
    ("papers.minutes.shape", "blob", ("papers.minutes.shape", "choice_wrong")),
    ("papers", GONE, ("papers", "key_missing")),
    ("actors", {}, (f"{MEETING}.actor.value", "reference_unknown")),
    ("papers", {}, ("urgent.paper.value", "reference_unknown")),
    ("actors.village.level", "moon", ("actors.village.level", "choice_wrong")),
    ("actors.village.roles.value", ["king"], ("actors.village.roles.value", "choice_wrong")),
    ("urgent", GONE, ("urgent", "key_missing")),
    ("urgent.paper.value", "nothing", ("urgent.paper.value", "choice_wrong")),
    ("urgent.confirmed_by.value", "nobody", ("urgent.confirmed_by.value", "choice_wrong")),
    ("alarms", GONE, ("alarms", "key_missing")),
    ("alarms.no_measure.value", 0, ("alarms.no_measure.value", "value_range")),
    ("leaving", GONE, ("leaving", "key_missing")),
    ("leaving.judged_from.value", "clue", ("leaving.judged_from.value", "choice_wrong")),
    ("leaving.conditions", GONE, ("leaving.conditions", "key_missing")),
    ("leaving.no_worker", GONE, ("leaving.no_worker", "key_missing")),
    ("leaving.no_worker.paper.value", "nothing", ("leaving.no_worker.paper.value", "choice_wrong")),
    ("colour", "red", ("colour", "key_unknown")),
    ("kind", "duties", ("kind", "choice_wrong")),
    ("in_force", "soon", ("in_force", "date_wrong")),
]


@pytest.mark.parametrize(("key", "value", "problem"), WRONG, ids=[f"{key}={value if isinstance(value, str | int) else type(value).__name__}"[:60] for key, value, _ in WRONG])
def test_a_wrong_edit_is_named_by_table_and_key(key: str, value: object, problem: tuple[str, str]) -> None:
    with pytest.raises(PackError) as caught:
        read_procedure(changed(SIX, key, value), "county.toml")
    assert problem in {(one.key, one.code) for one in caught.value.problems}
    assert all(str(one).startswith("county.toml") and one.code in PROBLEM_CODES for one in caught.value.problems)


def test_more_that_must_go_together() -> None:
    with pytest.raises(PackError, match=r"at_least：最短天数"):
        edited(SIX, f"{MEETING}.at_most", cite(2, "d"), (f"{MEETING}.at_least", cite(3, "d")))
    with pytest.raises(PackError, match=r"notices：没有任何环节公示"):
        read_procedure(changed(SEVEN, "notices", dict(SIX.content)["notices"]), "county.toml")
    with pytest.raises(PackError, match=r"monitor\.monthly"):
        read_procedure(changed(SEVEN, "removal.steps.monitor.monthly", GONE), "county.toml")
    with pytest.raises(PackError, match="pack_not_found"):
        procedure_pack("eight-steps")


def test_a_county_extends_a_pack_by_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "county.toml"
    own = dump_toml({"urgent": {**dict(SIX.content["urgent"]), "within": cite(10, "d")}})  # type: ignore[call-overload]
    path.write_text('id = "county"\nkind = "procedures"\nextends = "six-steps-huangping-2021"\nzh = "本县"\nen = "own"\nedition = "2026"\n'
                    f'region = "某县"\nin_force = "2026"\n{own}', encoding="utf-8")
    pack = procedure_file(path)
    assert (pack.urgent.within.number, pack.urgent.within.verified, pack.lineage) == (10, True, ("six-steps-huangping-2021",))
    assert pack.entry.names == SIX.entry.names and pack.digest != SIX.digest


def test_a_course_stays_with_the_edition_it_began_with() -> None:
    course = bring(SIX, "entry", "village_meeting")
    newer = edited(SIX, f"{MEETING}.notice.days.value", 7)
    (refused,) = why_not(course, newer, good(course, SIX), in_order(SIX))
    assert refused.code == "edition_other" and SIX.id in refused.zh
    with pytest.raises(NotAllowed):
        perform(course, newer, good(course, SIX), in_order(SIX))
    with pytest.raises(NotAllowed):
        perform(course, FOUR, good(course, SIX), in_order(SIX))
    while not stand(course, SIX).ended:
        course = pass_step(course, SIX)
    assert through(course, SIX) == course.acts[-1].day
    other = bring(newer, "entry", "village_meeting+posted")
    assert [one.code for one in why_not(other, newer, good(other, newer, Doing.TAKE_DOWN, day=other.acts[-1].day + timedelta(days=6)))] == ["notice_short"]


def test_going_back_asks_for_every_step_again() -> None:
    pack = edited(SIX, "entry.steps.county_review.outcomes.back", cite(["home_check", "village_meeting"]))
    course = bring(pack, "entry", "county_review")
    act = good(course, pack)
    course = perform(course, pack, Act(act.doing, act.step, act.day, act.by, Outcome.BACK, (), "home_check"))
    again = []
    while not stand(course, pack).ended:
        again.append(stand(course, pack).step)
        course = pass_step(course, pack)
    assert again == list(pack.entry.names[1:])
    assert [one.step for one in stand(course, pack).passed] == list(pack.entry.names)


def test_least_and_most_days_between_steps() -> None:
    pack = edited(SIX, "entry.steps.home_check.at_most", cite(3, "d"), ("entry.steps.home_check.at_least", cite(2, "d")))
    course = bring(pack, "entry", "home_check")
    since = stand(course, pack).since
    refused = [why_not(course, pack, good(course, pack, day=since + timedelta(days=n))) for n in (0, 1, 2, 9)]
    assert [[one.code for one in found] for found in refused] == [["too_early"], ["too_early"], [], []]
    assert not why_not(course, pack, good(course, pack, outcome=Outcome.TURN_DOWN, day=since))
    assert not late(course, pack, since + timedelta(days=3))
    (one,) = late(course, pack, since + timedelta(days=4))
    assert (one.said.code, one.step, one.due, one.done) == ("step_late", "home_check", since + timedelta(days=3), None)
    done = perform(course, pack, good(course, pack, day=since + timedelta(days=9)))
    (one,) = late(done, pack, since + timedelta(days=30))
    assert (one.step, one.done) == ("home_check", since + timedelta(days=9))
    assert not late(perform(course, pack, good(course, pack, day=since + timedelta(days=3))), pack, since + timedelta(days=99))


def test_the_fifteen_days_of_henan_can_be_kept_and_being_late_skips_nothing() -> None:
    course = bring(HENAN, "entry", "through")
    assert (through(course, HENAN) or date.max) <= course.begun + timedelta(days=15)
    assert not late(course, HENAN, date(2030, 1, 1))
    slow = bring(HENAN, "entry", "filing")
    assert [one.said.code for one in late(slow, HENAN, slow.begun + timedelta(days=16))] == ["whole_late"]
    slow = perform(slow, HENAN, good(slow, HENAN, day=slow.begun + timedelta(days=40)))
    assert [(one.said.code, one.done) for one in late(slow, HENAN, date(2030, 1, 1))] == [("whole_late", slow.begun + timedelta(days=40))]


def test_urgent_help_leaves_the_missing_steps_as_a_debt_with_a_deadline() -> None:
    course = bring(SIX, "entry", "home_check")
    day = stand(course, SIX).last
    assert [one.code for one in may_help(course, SIX, day)] == ["help_not_yet"]
    urgent = Act(Doing.URGENT, "", day, Actor("村主任", "village_desk"), papers=(Paper("urgency", "E-1"),))
    helped = perform(course, SIX, urgent)
    assert may_help(helped, SIX, day) == () and may_help(helped, SIX, day - timedelta(days=1))
    debts = owed(helped, SIX, day)
    assert [one.step for one in debts] == list(SIX.entry.names[1:])
    assert {one.due for one in debts} == {day + timedelta(days=30)}
    assert [one.step for one in owed(pass_step(helped, SIX), SIX, day)] == list(SIX.entry.names[2:])
    assert stand(helped, SIX).step == "home_check" and through(helped, SIX) is None
    assert [one.said.code for one in late(helped, SIX, day + timedelta(days=31))] == ["debt_late"]
    down = perform(helped, SIX, good(helped, SIX, outcome=Outcome.TURN_DOWN))
    assert [one.code for one in may_help(down, SIX, day)] == ["help_turned_down"]
    assert owed(down, SIX, day) == ()
    never = edited(SIX, "urgent.help_first.value", "no")
    for pack, some, offered in ((SIX, course, True), (SIX, helped, False), (SIX, start(SIX, "removal"), False), (never, start(never, "entry"), False)):
        assert any(one.doing == Doing.URGENT for one in choices(some, pack)) == offered
    assert [one.code for one in why_not(start(never, "entry"), never, urgent)] == ["urgent_none"]


def test_a_removal_needs_a_household_on_the_list() -> None:
    for entered in (None, date(2021, 6, 2)):
        with pytest.raises(NotAllowed, match="尚未纳入监测"):
            begin(SIX, "removal", date(2021, 6, 1), entered=entered)
    assert begin(SIX, "removal", date(2021, 6, 1), entered=date(2021, 6, 1)).acts == ()
    with pytest.raises(ValueError, match="sideways"):
        begin(SIX, "sideways", date(2021, 6, 1))


@pytest.mark.parametrize(("in_force", "until", "day", "fits"), [
    ("2021", "", "2020-12-31", False), ("2021", "", "2021-01-01", True), ("2021-06", "", "2021-05-31", False), ("2021-06", "", "2021-06-01", True),
    ("2021-06-15", "", "2021-06-14", False), ("2021", "2022", "2022-12-31", True), ("2021", "2022", "2023-01-01", False),
    ("2021", "2022-02", "2022-02-28", True), ("2021", "2022-02", "2022-03-01", False), ("2021", "2022-02-10", "2022-02-11", False),
])
def test_a_course_begins_under_a_pack_in_force(in_force: str, until: str, day: str, fits: bool) -> None:
    pack = edited(SIX, "in_force", in_force, ("until", until))
    if fits:
        course = begin(pack, "entry", date.fromisoformat(day))
        assert not why_not(course, pack, good(course, pack, day=date(2030, 1, 1))), "what has begun goes on"
    else:
        with pytest.raises(NotAllowed, match="不施行"):
            begin(pack, "entry", date.fromisoformat(day))


def test_the_edition_of_a_course_is_found_by_its_digest() -> None:
    newer = edited(SIX, f"{MEETING}.notice.days.value", 7)
    assert newer.id == SIX.id
    assert edition_of(start(SIX, "entry"), [newer, FOUR, SIX]) is SIX
    with pytest.raises(LookupError, match=SIX.id):
        edition_of(start(SIX, "entry"), [newer, FOUR])


def test_a_paper_without_a_reference_is_no_paper() -> None:
    course = bring(SIX, "entry", "application")
    act = good(course, SIX)
    blank = replace(act, papers=tuple(replace(one, reference=" ") for one in act.papers))
    assert [(one.code, one.about) for one in why_not(course, SIX, blank)] == [("paper_missing", name) for name in ("application", "promise", "authority")]
    posting = good(bring(SIX, "entry", "village_meeting+taken"), SIX, Doing.POST)
    blank = replace(posting, papers=tuple(replace(one, reference="") for one in posting.papers))
    assert [one.code for one in why_not(bring(SIX, "entry", "village_meeting+taken"), SIX, blank)] == ["photo_missing"]


@pytest.mark.parametrize(("rule", "present", "agree", "enough"), [
    ("more_than_half", 30, 15, False), ("more_than_half", 30, 16, True), ("two_thirds", 30, 19, False), ("two_thirds", 30, 20, True),
    ("two_thirds", 31, 20, False), ("two_thirds", 31, 21, True),
])
def test_votes_on_both_sides_of_the_edge(rule: str, present: int, agree: int, enough: bool) -> None:
    pack = edited(SIX, f"{MEETING}.vote.value", rule)
    course = bring(SIX, "entry", "village_meeting")
    course = replace(course, digest=pack.digest)
    act = good(course, pack)
    votes = Votes(present, agree, present - agree)
    act = replace(act, papers=tuple(replace(one, votes=votes) for one in act.papers))
    assert [one.code for one in why_not(course, pack, act)] == ([] if enough else ["votes_short"])


def test_acts_that_nobody_checked_count_only_in_their_place() -> None:
    whole = bring(SIX, "entry", "through")
    again = replace(whole.acts[-1], day=whole.acts[-1].day + timedelta(days=1))
    early = replace(whole.acts[1], day=whole.begun - timedelta(days=1))
    taken = bring(SIX, "entry", "village_meeting+taken")
    posted = bring(SIX, "entry", "village_meeting+posted")
    for course, act in ((whole, again), (bring(SIX, "entry", "home_check"), early), (taken, taken.acts[-1]),
                        (posted, replace(taken.acts[-1], outcome=Outcome.TURN_DOWN))):
        with pytest.raises(OutOfPlace):
            stand(replace(course, acts=(*course.acts, act)), SIX)


def _odd() -> set[str]:
    """Codes that the tables of cases do not reach."""
    course, raised = bring(SIX, "entry", "village_meeting"), set[str]()

    def tell(act: Act, at: str = "") -> None:
        here = bring(SIX, "entry", at) if at else course
        raised.update(one.code for one in why_not(here, SIX, act, in_order(SIX)))

    base = good(course, SIX)
    tell(replace(base, day=date(2020, 1, 1)))
    tell(replace(base, step="party"))
    tell(replace(base, day=date(2022, 1, 1)), "through")
    tell(replace(base, day=date(2022, 1, 1)), "village_meeting+posted")
    tell(Act(Doing.POST, "clue", SIX_DAY, Actor("x", "village_desk")), "clue")
    tell(good(course, SIX, Doing.POST))
    posted = bring(SIX, "entry", "village_meeting+posted")
    day = stand(posted, SIX).last
    for outcome, number in (("maybe", "1"), ("upheld", "9")):
        tell(Act(Doing.RULE, "village_meeting", day, Actor("x", "village_desk"), outcome, objection=number), "village_meeting+posted")
    tell(Act(Doing.OBJECT, "village_meeting", day, Actor("x", "")), "village_meeting+posted")
    return raised


SIX_DAY = date(2021, 3, 1)


def test_every_code_is_raised_and_has_a_sentence_in_both_languages() -> None:
    met = {code for name in IDS for case in cases_of(name)
           for code in re.findall(r"[a-z]+(?:_[a-z]+)+", play(case, procedure_pack(name)))}
    others = {"not_entered", "not_in_force", "edition_other", "help_turned_down", "urgent_none", "too_early", "step_late", "posting_owed", "ruling_owed", "down_owed"}
    assert set(SENTENCES) - met - others <= _odd()
    assert all(re.search("[\u4e00-\u9fff]", zh) and re.search("[a-z]", en) for zh, en in SENTENCES.values())
    assert all(re.findall(r"{(\w+)}", zh) == [] or set(re.findall(r"{(\w+)}", en)) <= set(re.findall(r"{(\w+)}", zh)) for zh, en in SENTENCES.values())


def test_a_sentence_names_what_is_wrong_and_the_clause() -> None:
    course = bring(SIX, "entry", "home_check")
    (refused,) = why_not(course, SIX, good(course, SIX, step="county_review"), in_order(SIX))
    assert refused.zh == "现在应办“入户核实”，不能跳过或颠倒环节（依据：篇八（二）监测程序）。"
    assert refused.en == "the step awaited is home check; none may be skipped or reordered (clause 篇八（二）监测程序)."
    (refused,) = why_not(bring(SIX, "entry", "town_check+taken"), SIX, good(bring(SIX, "entry", "town_check+taken"), SIX, Doing.TAKE))
    assert refused.code == "already_taken"
    act = replace(good(course, SIX), papers=(), by=Actor("x", "laboratory"))
    assert [one.code for one in why_not(course, SIX, act)] == ["role_wrong", "paper_missing"]
    assert "未核实" in say("ruling_own", SIX.notices.ruling if SIX.notices else None).zh


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_manual_shows_every_clause_and_the_table_every_step(name: str, lang: str) -> None:
    pack = procedure_pack(name)
    text = manual(pack, lang)
    for clause in pack.clauses.values():
        assert f"{clause.key}: " in text
        assert clause.note in text
    for route in (pack.entry, pack.removal):
        lines = list(table(pack, route, lang))
        assert len([line for line in lines if line.startswith("| ")]) == len(route.names) + 1
        assert all(line.count("|") == 9 for line in lines if line.startswith("|"))
        for number, step in enumerate(route.steps.values(), start=1):
            assert step.words in text
            assert lines[number + 1].startswith(f"| {number} | {step.zh if lang == 'zh' else step.en} | ")
    assert "未核实" in text if lang == "zh" else "unverified" in text


def test_the_table_of_the_six_steps_reads_as_the_plan() -> None:
    lines = list(table(SIX, SIX.entry))
    assert lines[0] == "| 序号 | 环节 | 由谁办理 | 材料 | 公示 | 期限 | 怎样办结 | 须另一人 |"
    assert lines[6] == ("| 5 | 乡级核查及公示 | 乡（镇）人民政府 (乡镇) | 监测对象认定核查表 | ≥ 5 天 (村、乡镇) | – | 通过，进入下一环节、不予通过 | 入户核实 |")
    assert list(table(HENAN, HENAN.entry))[-1] == "全程: ≤ 15 天"
    assert "每月 20 日前" in list(table(SEVEN, SEVEN.removal))[2]
