"""Small forms, each about one thing that the two engines could see differently. Small, so that random fills meet it often."""

from __future__ import annotations

from forms.books import ask, compiled
from wenqu.forms.compiling import Compiled

END = ask("end_repeat")


def handmade() -> dict[str, Compiled]:
    """All of them by name."""
    return {
        "filtered-sum": compiled(
            ask("integer", "k"), ask("begin_repeat", "r"), ask("integer", "d"), ask("select_one yn", "w"), END,
            ask("calculate", "above", calculation="sum(/data/r[./d > /data/k]/d)"), ask("calculate", "second", calculation="/data/r[position() = 2]/d"),
            ask("calculate", "yes", calculation="count(/data/r[./w = 'y'])"), ask("calculate", "some", calculation="count-non-empty(${d})"),
            ask("calculate", "now", calculation="sum(/data/r[./d = current()/../k]/d)"), ask("calculate", "list", calculation="join('-', ${d})"),
        ),
        "other-entries": compiled(
            ask("begin_repeat", "q"), ask("integer", "v"), END, ask("begin_repeat", "r"), ask("integer", "d"),
            ask("calculate", "alike", calculation="count(/data/q[./v = current()/../d])"), ask("integer", "e", relevant="sum(/data/q[./v >= current()/../d]/v) > 2"), END,
        ),
        "nested": compiled(
            ask("integer", "k"), ask("begin_repeat", "r"), ask("integer", "d", default="${k} + 1"), ask("begin_repeat", "s"),
            ask("integer", "e", default="${d} + 1"), ask("calculate", "place", calculation="position(..) + 10 * position(../..)"), END,
            ask("calculate", "inside", calculation="sum(${e})"), END, ask("begin_repeat", "t"), ask("integer", "f", default="${k} + 5"), END,
            ask("calculate", "all", calculation="sum(${e})"), ask("calculate", "entries", calculation="count(${s}) + 100 * count(${r})"),
            ask("calculate", "one", calculation="indexed-repeat(${e}, ${r}, ${k}, ${s}, 1)"), ask("calculate", "first", calculation="indexed-repeat(${d}, ${r}, ${k})"),
        ),
        "by-number": compiled(
            ask("decimal", "k"), ask("begin_repeat", "r", repeat_count="(${k} mod 9) div 2"), ask("text", "d", default="concat('d', ${k})"),
            ask("begin_repeat", "s", repeat_count="string-length(${d}) - 2"), ask("integer", "e"), END, END, ask("calculate", "n", calculation="count(${s})"),
        ),
        "hidden-entries": compiled(
            ask("integer", "k"), ask("begin_repeat", "r", relevant="${k} > 1"), ask("integer", "d", relevant="${k} < 5"), ask("username", "who"), END,
            ask("begin_group", "g", relevant="${k} != 3"), ask("begin_repeat", "q"), ask("begin_group", "h"), ask("integer", "v"), ask("end_group"),
            ask("calculate", "at", calculation="position(..)"), END, ask("end_group"),
            ask("calculate", "n", calculation="count(${r}) + 10 * count(${q})"), ask("calculate", "s", calculation="concat(sum(${d}), '/', sum(${v}), '/', max(${v}))"),
        ),
        "set-on-change": compiled(
            ask("integer", "a"), ask("text", "b", calculation="${a} + 1", trigger="${a}"), ask("text", "c", calculation="concat(${b}, '!')", trigger="${b}"),
            ask("calculate", "kept", calculation="once(concat('k', ${a}))"),
            ask("begin_repeat", "r"), ask("select_one yn", "p", choice_filter="area = if(${a} > 3, 'a', area)"), ask("text", "q", calculation="${p}", trigger="${p}"), END,
        ),
        # A calculation that people may overwrite: theirs stays until what it rests on changes, or the record is opened again.
        "overwritten": compiled(ask("integer", "a"), ask("integer", "b", calculation="${a} * 2"), ask("calculate", "c", calculation="${b} + 1")),
        "same-rules": compiled(
            ask("integer", "a"), ask("calculate", "x", calculation="${a} + 1"), ask("begin_repeat", "r"), ask("calculate", "y", calculation="${a} + 1"),
            ask("integer", "z", relevant="${a} = 2"), END, ask("integer", "w", relevant="${a} = 2"),
        ),
        "kinds": compiled(
            ask("acknowledge", "k", required="yes"), ask("image", "p"), ask("image", "s", appearance="signature"), ask("barcode", "b"), ask("note", "n", "条码 ${b}"),
            ask("geopoint", "g"), ask("time", "t"), ask("datetime", "m"), ask("date", "d", constraint=". <= '2026-12-01' or . > today()"),
            ask("calculate", "c", calculation="concat(${k}, ${p}, ${g}, ${b}, ${d})"), ask("calculate", "day", calculation="format-date(${m}, '%Y/%m/%d %H')"),
            ask("calculate", "hour", calculation="decimal-time(${m})"), ask("calculate", "id", calculation="once(uuid())"),
            ask("select_multiple yn", "y"), ask("calculate", "name", calculation="jr:choice-name(selected-at(${y}, 0), '${y}')"),
        ),
    }
