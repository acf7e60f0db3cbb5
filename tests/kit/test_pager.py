"""The links of a list keep what it is narrowed to and lose where it began."""

from __future__ import annotations

from django.http import QueryDict

from wenqu.kit.pages import pager


def test_the_links_of_a_list() -> None:
    assert pager(QueryDict("state=open&kind=a%26b"), "before", 7) == {"first": "", "next": "?state=open&kind=a%26b&before=7", "note": ""}
    assert pager(QueryDict("state=open&before=7"), "before", None, "已到末尾") == {"first": "?state=open", "next": "", "note": "已到末尾"}
    assert pager(QueryDict("before=7"), "before", 3) == {"first": "?", "next": "?before=3", "note": ""}
    assert pager(QueryDict("after=0"), "after", None) == {"first": "", "next": "", "note": ""}
