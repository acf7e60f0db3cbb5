"""Expressions: what is taken and as which tree, what is refused and why."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenqu.forms.problems import SENTENCES
from wenqu.forms.supported import FUNCTIONS
from wenqu.forms.xpath import Tree, XPathError, parse, text_of
from wenqu.forms.xpath.literals import portable_pattern
from wenqu.forms.xpath.trees import LEVELS

# text => tree as JSON
TAKEN = """
1                                   => 1
 .5                                 => 0.5
5.                                  => 5
'a"b'                               => "a\\"b"
"it's"                              => "it's"
.                                   => ["path", "."]
..                                  => ["path", ".", ".."]
../../x                             => ["path", ".", "..", "..", "x"]
./x                                 => ["path", ".", "x"]
/data/g/x                           => ["path", "/", "data", "g", "x"]
${x}                                => ["var", "x"]
${ x } > 1                          => [">", ["var", "x"], 1]
a-b                                 => ["path", ".", "a-b"]
a - b                               => ["-", ["path", ".", "a"], ["path", ".", "b"]]
1 - 2 - 3                           => ["-", ["-", 1, 2], 3]
1 + 2 * 3                           => ["+", 1, ["*", 2, 3]]
(1 + 2) * 3                         => ["*", ["+", 1, 2], 3]
-1 + --2                            => ["+", ["neg", 1], ["neg", ["neg", 2]]]
7 div 2 mod 2                       => ["mod", ["div", 7, 2], 2]
div div mod                         => ["div", ["path", ".", "div"], ["path", ".", "mod"]]
1 = 2 or 3 != 4 and 5 <= 6          => ["or", ["=", 1, 2], ["and", ["!=", 3, 4], ["<=", 5, 6]]]
1 < 2 = true()                      => ["=", ["<", 1, 2], ["true"]]
if(. = '', 0, .)                    => ["if", ["=", ["path", "."], ""], 0, ["path", "."]]
selected(${a}, 'x') or not(${b})    => ["or", ["selected", ["var", "a"], "x"], ["not", ["var", "b"]]]
count(/data/r[./d > 3])             => ["count", ["path", "/", "data", ["r", [">", ["path", ".", "d"], 3]]]]
r[a][b > 1]/c                       => ["path", ".", ["r", ["path", ".", "a"], [">", ["path", ".", "b"], 1]], "c"]
current()/../y                      => ["path", ["current"], "..", "y"]
instance('x')/root/item[name = current()/../y]/label => ["path", ["instance", "x"], "root", ["item", ["=", ["path", ".", "name"], ["path", ["current"], "..", "y"]]], "label"]
jr:choice-name(${a}, '${a}')        => ["jr:choice-name", ["var", "a"], "${a}"]
position(..)                        => ["position", ["path", ".", ".."]]
indexed-repeat(${a}, ${r}, 2)       => ["indexed-repeat", ["var", "a"], ["var", "r"], 2]
pulldata('f', 'c', 'k', ${a})       => ["pulldata", "f", "c", "k", ["var", "a"]]
format-date(., '%Y-%m-%d')          => ["format-date", ["path", "."], "%Y-%m-%d"]
regex(., '^1[3-9]\\d{9}$')          => ["regex", ["path", "."], "^1[3-9]\\\\d{9}$"]
"""
# code : text : what is named
REFUSED = """
unknown_function      : foo(1) : foo
unknown_function      : random() : random
unknown_function      : a + sin(1) : sin
unknown_function      : area(${a}) : area
wrong_argument_count  : if(1, 2) : if
wrong_argument_count  : coalesce(1, 2, 3) : coalesce
wrong_argument_count  : today(1) : today
wrong_argument_count  : current(1) : current
wrong_argument_count  : indexed-repeat(a, b, 1, c) : indexed-repeat
unknown_character     : @x : @
unknown_character     : a | b : |
unknown_character     : /data/户数 : 户
unknown_character     : child::a : :
unknown_character     : $x : $
full_width_character  : if（1, 2, 3） : （
full_width_character  : ${a} ＞ 1 : ＞
full_width_character  : ${a} = ‘是’ : ‘
text_not_closed       : concat('a, b) : '
last_saved            : ${last-saved#a} : ${last-saved#a}
ends_early            : 1 + : -
ends_early            : (1 : )
ends_early            : / : -
unexpected            : * : *
unexpected            : 1 2 : 2
unexpected            : (a)[1] : [
unexpected            : ${a}/b : /
unexpected            : if(1, , 2) : ,
bad_step              : a//b : /
bad_step              : a/../b : ..
bad_step              : /data/.. : ..
bad_step              : /data/* : *
bad_step              : jr:x : jr:x
literal_needed        : regex(., a) : regex
literal_needed        : format-date(., a) : format-date
literal_needed        : pulldata(a, 'b', 'c', 'd') : pulldata
literal_needed        : jr:choice-name(., a) : jr:choice-name
literal_needed        : instance(a)/root/item : instance
instance_form         : instance('x')/a/b : x
instance_form         : instance('x')/root/item/a/b : x
date_format           : format-date(., '%a') : %a
pattern_not_portable  : regex(., '\\p{L}') : \\p{L}
pattern_not_portable  : regex(., '(?i)a') : (?i)a
pattern_not_portable  : regex(., 'a++') : a++
pattern_not_portable  : regex(., '[a-z&&[^b]]') : [a-z&&[^b]]
pattern_broken        : regex(., '(a') : (a
"""


def lines(table: str, sign: str) -> list[list[str]]:
    return [[part.strip() for part in line.split(sign)] for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "tree"), lines(TAKEN, " => "))
def test_taken(text: str, tree: str) -> None:
    assert parse(text) == json.loads(tree)
    assert parse(text_of(parse(text))) == parse(text)


@pytest.mark.parametrize(("code", "text", "what"), lines(REFUSED, " : "))
def test_refused(code: str, text: str, what: str) -> None:
    with pytest.raises(XPathError) as refused:
        parse(text)
    assert (refused.value.code, refused.value.what or "-") == (code, what)
    assert code in SENTENCES


def test_too_much_is_refused_and_much_is_not() -> None:
    assert parse(" or ".join(["a"] * 140))[0] == "or"
    assert parse("(" * 30 + "1" + ")" * 30) == 1
    for text in (" or ".join(["a"] * 200), "(" * 4000 + "1" + ")" * 4000, "-" * 9000 + "1", "not(" * 60 + "a" + ")" * 60):
        with pytest.raises(XPathError) as refused:
            parse(text)
        assert refused.value.code == "expression_too_deep"
    with pytest.raises(XPathError) as refused:
        parse("1" * 10_001)
    assert refused.value.code == "expression_too_long"


def test_patterns_mean_in_a_browser_what_they_mean_in_java() -> None:
    assert portable_pattern(r"^\s[\s\d\-]\S$") == r"^[ \t\n\v\f\r][ \t\n\v\f\r\d\-][^ \t\n\v\f\r]$"
    assert portable_pattern(r"(?:a|b){2,3}\.") == r"(?:a|b){2,3}\."


_NAMES = st.sampled_from(["a", "B2", "or", "div", "x-1", "_y.z"])
_LEAVES = st.one_of(
    st.integers(0, 2**53 - 1), st.floats(0, 1e15, allow_subnormal=False).map(lambda f: int(f) if f.is_integer() else f),
    st.text(string.ascii_letters + " '农${}()", max_size=5), _NAMES.map(lambda name: ["var", name]), st.just(["path", "."]),
)
_FREE = sorted(name for name in FUNCTIONS if name not in {"regex", "format-date", "format-date-time", "pulldata", "jr:choice-name"})


def _calls(inside: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    def call(name: str) -> st.SearchStrategy[Tree]:
        function = FUNCTIONS[name]
        most = function.least + 2 if function.most is None else function.most
        counts = [n for n in range(function.least, most + 1) if function.takes(n)]
        return st.sampled_from(counts).flatmap(lambda n: st.lists(inside, min_size=n, max_size=n)).map(lambda found: [name, *found])
    return st.sampled_from(_FREE).flatmap(call)


def _paths(inside: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    step = st.one_of(_NAMES, st.tuples(_NAMES, inside).map(list))
    down = st.lists(step, min_size=1, max_size=3)
    ups = st.lists(st.just(".."), max_size=2)
    return st.one_of(
        down.map(lambda steps: ["path", "/", *steps]),
        st.tuples(ups, down).map(lambda both: ["path", ".", *both[0], *both[1]]),
        st.tuples(ups, down).map(lambda both: ["path", ["current"], *both[0], *both[1]]),
        st.tuples(inside, _NAMES).map(lambda both: ["path", ["instance", "l"], "root", ["item", both[0]], both[1]]),
    )


def _trees(inside: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    operators = [name for level in LEVELS for name in level]
    return st.one_of(
        st.tuples(st.sampled_from(operators), inside, inside).map(list), inside.map(lambda tree: ["neg", tree]), _calls(inside), _paths(inside),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(_LEAVES, _trees, max_leaves=12))
def test_a_tree_printed_and_parsed_is_the_same_tree(tree: Tree) -> None:
    assert parse(text_of(tree)) == tree
