"""The watch list: every arrangement of the steps of every procedure, 1.92 million households re-graded with their income, and how many clauses of the packs
the cases hold.

* orders: all orderings of all subsets of the steps of each way of each procedure, played by the public runner; refused or allowed exactly as the pack says
* regrade: a register with its items of income lies in Parquet as the snapshot gives it; one process reads it, sums the items of twelve months, judges every
  household by kind of object and writes the conclusions; then a what-if (another line) from the sums that are kept. Goal: under 10 s
* clauses: each number of a pack moved by one step to both sides, each word replaced by every other: some case must answer otherwise. Goal: 100 %

    python bench/watchlist.py [HOUSEHOLDS]
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import date
from itertools import permutations
from pathlib import Path

import duckdb
from measure import Run, measure

# The cases and the play of procedures are the tests' own.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from rulebook.watch.procedures.playing import good, in_order, pass_step, play, start  # noqa: E402
from rulebook.watch.procedures.test_procedure_cases import _changes, _without  # noqa: E402
from rulebook.watch.test_judging_cases import IDS, _clauses, _notices, _own  # noqa: E402

from wenqu.rulebook.problems import PackError  # noqa: E402
from wenqu.rulebook.watch.judging import judging_pack  # noqa: E402
from wenqu.rulebook.watch.procedures import (  # noqa: E402
    NotAllowed,
    ProcedurePack,
    perform,
    procedure_pack,
    procedure_pack_ids,
    stand,
    why_not,
)
from wenqu.rulebook.watch.procedures.cases import cases_of  # noqa: E402
from wenqu.rulebook.watch.procedures.clauses import ROUTES  # noqa: E402
from wenqu.rulebook.watch.procedures.loader import read_procedure  # noqa: E402

HOUSEHOLDS, ROUNDS, GOAL_SECONDS = 1_920_000, 3, 10.0
START, TOWNS = date(2021, 6, 10), 300
# Incomes of a month are told one by one for some, over the whole window for most; a tenth of the households was not asked about everything.
REGRADE = """
import json, sys, time, duckdb
from datetime import date
from wenqu.rulebook.watch.judging import changed, crossers_sql, difference_sql, incomes_sql, judge_sums_sql, judging_pack, same_sums, window_before
from wenqu.rulebook.watch.judging.lines import SetLine
folder, told = sys.argv[1], {}
pack = judging_pack("guizhou-2021")
window = window_before(date(2021, 6, 10), 12)
other = changed(pack, {"line.limit": 7500})
assert same_sums(pack, other, window)
con = duckdb.connect(config={"memory_limit": "3GB", "temp_directory": folder})
con.execute("SET enable_progress_bar = false")
begun, cpu = time.perf_counter(), time.process_time()
con.execute(f"CREATE TABLE sums AS {incomes_sql(pack, f'read_parquet({chr(39)}{folder}/items.parquet{chr(39)})', window)}")
con.execute(f"CREATE TABLE house AS FROM read_parquet('{folder}/households.parquet')")
con.execute("CREATE TABLE before AS " + judge_sums_sql(pack, "house", "sums", line=SetLine(pack.line.limit, pack.line.edge), keep=("town", "cause")))
con.execute(f"COPY before TO '{folder}/conclusions.parquet' (FORMAT parquet)")
told["regrade"], told["regrade_cpu"] = time.perf_counter() - begun, time.process_time() - cpu
begun, cpu = time.perf_counter(), time.process_time()
con.execute("CREATE TABLE after AS " + judge_sums_sql(other, "house", "sums", line=SetLine(other.line.limit, other.line.edge), keep=("town", "cause")))
rows = con.execute(difference_sql("before", "after")).fetchall()
told["what_if"], told["what_if_cpu"] = time.perf_counter() - begun, time.process_time() - cpu
told["crossing"] = sum(row[-1] for row in rows)
told["kinds"] = dict(con.execute("SELECT CAST(object AS VARCHAR), count(*) FROM before GROUP BY 1 ORDER BY 1").fetchall())
print(json.dumps(told))
"""


def orders() -> tuple[int, int]:
    """(arrangements, those answered otherwise than the pack says)."""
    total = wrong = 0
    for name in procedure_pack_ids():
        for route in ROUTES:
            count, ended, bad = arrangements(procedure_pack(name), route)
            total, wrong = total + count, wrong + bad + (ended != 1)
            print(f"  {name} {route}: {count:,} arrangements of {len(procedure_pack(name).route(route).names)} steps, {ended} goes through")
    return total, wrong


def arrangements(pack: ProcedurePack, route: str) -> tuple[int, int, int]:
    """Arrangements of a way, those that go through, and those answered wrongly."""
    names, course = pack.route(route).names, start(pack, route)
    known = {(): course}
    for number in range(1, len(names) + 1):
        course = pass_step(course, pack)
        known[names[:number]] = course
    count = ended = wrong = 0
    for length in range(len(names) + 1):
        for arrangement in permutations(names, length):
            count += 1
            right = next((place for place in range(length) if arrangement[place] != names[place]), length)
            here = known[arrangement[:right]]
            if right < length:
                wrong += not refused(pack, here, arrangement[right], names[right])
            through = stand(here, pack).ended == "through"
            ended += through
            wrong += through != (arrangement == names)
    return count, ended, wrong


def refused(pack: ProcedurePack, course: object, step: str, awaited: str) -> bool:
    """Whether a step out of its turn is refused for its order, by both ways of asking."""
    act = good(course, pack, step=step)  # type: ignore[arg-type]
    reasons = why_not(course, pack, act, in_order(pack))  # type: ignore[arg-type]
    try:
        perform(course, pack, act, in_order(pack))  # type: ignore[arg-type]
    except NotAllowed:
        return [(one.code, one.about) for one in reasons] == [("step_order", awaited)]
    return False


def write_register(folder: Path, households: int) -> int:
    """Households with what the pack asks for, and their items; values on both sides of every limit. Returns how many items."""
    pack = judging_pack("guizhou-2021")
    con = duckdb.connect()

    def pick(key: int, of: int) -> str:
        return f"(hash(i * 31 + {key}) % {of})::BIGINT"

    def known(key: int, percent: int, value: str) -> str:
        return f"CASE WHEN {pick(key, 100)} < {percent} THEN {value} END"

    from wenqu.rulebook.watch.judging import household_columns  # noqa: PLC0415

    causes = ", ".join(repr(one.id) for one in pack.causes)
    special = {
        "registered": f"(1 + {pick(1, 6)})::INTEGER", "living": known(2, 60, f"(1 + {pick(3, 6)})::INTEGER"), "was_poor": known(4, 97, f"{pick(5, 10)} < 3"),
        "cause": known(6, 90, f"['none', 'none', 'none', 'none', {causes}][1 + {pick(7, 4 + len(pack.causes))}]"), "kept_grade": "CAST(NULL AS VARCHAR)",
        "income_before_fen": known(8, 70, f"({pick(9, 6_000_000)})::BIGINT"), "forecast_fen": known(10, 70, f"({pick(11, 6_000_000)})::BIGINT"),
        "meeting_reason": "CAST(NULL AS VARCHAR)", "heavy": known(12, 10, f"{pick(13, 2)} = 0"), "collapsed": known(14, 90, f"{pick(15, 20)} = 0"),
    }
    cells = []
    for number, (name, kind) in enumerate(household_columns(pack).items()):
        good_side = 98 if name.startswith("secured_") else 2
        plain = f"{pick(200 + number, 100)} < {good_side}" if kind == "BOOLEAN" else f"({pick(200 + number, 5)})::{kind}"
        cells.append(f"{special.get(name, known(100 + number, 96, plain))} AS {name}")
    town = f"(i * {TOWNS} // {households})::INTEGER AS town"
    con.execute(f"COPY (SELECT i AS household_id, {town}, {', '.join(cells)} FROM range({households}) r(i)) TO '{folder}/households.parquet' (FORMAT parquet)")
    kinds = [kind.id for kind in pack.items.values() if kind.counts.value != "leave_out"]
    # One row a kind over the window; wages month by month for every fourth household.
    whole = [f"SELECT i AS household_id, '{kind}' AS kind, 202006 AS first, 202105 AS last, ({pick(300 + number, most)})::BIGINT AS amount_fen, TRUE AS together "
             f"FROM range({households}) r(i) WHERE {pick(400 + number, 100)} < 98 {'AND i % 4 <> 0' if kind == 'wages' else ''}"
             for number, (kind, most) in enumerate((kind, 4_500_000 if kind == "wages" else 400_000) for kind in kinds)]
    monthly = (f"SELECT i, 'wages', m, m, ({pick(500, 375_000)})::BIGINT, {pick(501, 50)} > 0 FROM range({households}) r(i), "
               "(SELECT unnest([202006, 202007, 202008, 202009, 202010, 202011, 202012, 202101, 202102, 202103, 202104, 202105]) AS m) WHERE i % 4 = 0")
    con.execute(f"COPY ({' UNION ALL '.join([*whole, monthly])} ORDER BY household_id) TO '{folder}/items.parquet' (FORMAT parquet)")
    items = int(con.execute(f"SELECT count(*) FROM read_parquet('{folder}/items.parquet')").fetchall()[0][0])
    con.close()
    return items


def regrade(households: int) -> list[tuple[Run, dict[str, object]]]:
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as place:
        items = write_register(Path(place), households)
        print(f"  {households:,} households, {items:,} items")
        runs = [measure([sys.executable, "-c", REGRADE, place]) for _ in range(ROUNDS)]
        return [(run, json.loads(run.output)) for run in runs]


def judging_clauses() -> tuple[int, int]:
    """(clauses of the judging packs, those that no case notices a change of)."""
    silent: set[tuple[str, str]] = set()
    every: set[tuple[str, str]] = set()
    for name, path, value in _clauses():
        every.add((name, path))
        heirs = [one for one in IDS if name in judging_pack(one).lineage and path not in dict(_own(one))]
        if _notices(name, path, value) is False and all(_notices(heir, path, value) is False for heir in heirs):
            silent.add((name, path))
    return len(every), len(silent)


def procedure_clauses() -> tuple[int, int]:
    """(clauses of the procedures, those whose change no row of their own block notices)."""
    every = silent = 0
    for name in procedure_pack_ids():
        pack = procedure_pack(name)
        for key, clause in pack.clauses.items():
            every += 1
            rows = [case for case in cases_of(name) if key in case.clauses]
            value = list(clause.value) if isinstance(clause.value, tuple) else clause.value
            for change in _changes(key, value, pack):
                try:
                    other = read_procedure(_without(pack.content, key, change), "changed.toml")
                except PackError:
                    continue  # the loader will not have it
                if not rows or all(answers(case, other) for case in rows):
                    silent += 1
                    break
    return every, silent


def answers(case: object, pack: ProcedurePack) -> bool:
    try:
        return play(case, pack) == case.answer  # type: ignore[arg-type,attr-defined]
    except (NotAllowed, LookupError, ValueError):
        return False


def main() -> None:
    households = int(sys.argv[1]) if len(sys.argv) > 1 else HOUSEHOLDS
    print("orders of steps")
    total, wrong = orders()
    print(f"watch_orders {'ok' if not wrong else 'short'} {total:,} arrangements, {wrong} answered otherwise than the pack says (goal 0)")
    print("re-grading with income")
    runs = regrade(households)
    best = min(told["regrade"] for _run, told in runs)  # type: ignore[type-var]
    for run, told in runs:
        print(f"  {told['regrade']:.2f} s wall, {told['regrade_cpu']:.2f} s CPU; what-if {told['what_if']:.2f} s wall, {told['what_if_cpu']:.2f} s CPU, "
              f"{told['crossing']:,} cross; whole process {run.seconds:.2f} s, peak {run.peak_mb:.0f} MB")
    print(f"  conclusions: {runs[0][1]['kinds']}")
    print(f"watch_regrade {'ok' if best < GOAL_SECONDS else 'short'} {best:.2f} s for {households:,} households (goal < {GOAL_SECONDS:g} s)")  # type: ignore[operator]
    print("clauses held by cases")
    for what, (every, silent) in (("judging", judging_clauses()), ("procedures", procedure_clauses())):
        share = 100 * (every - silent) / every
        print(f"watch_clauses_{what} {'ok' if not silent else 'short'} {share:.1f} % of {every:,} clauses (goal 100 %)")


if __name__ == "__main__":
    main()
