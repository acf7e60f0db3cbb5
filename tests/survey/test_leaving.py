"""Whoever leaves hands their tasks over; what their phone still holds is not lost."""

from __future__ import annotations

from cast import AT, Cast

from survey.field import make_field, round_of
from wenqu.kit.registry import works
from wenqu.survey.models import Assignment


def test_tasks_of_open_rounds_go_to_whoever_takes_over(cast: Cast) -> None:
    field = make_field(cast)
    both = round_of(cast, field.form, [cast.wang, cast.li], [cast.village_a1])
    work = next(each for each in works() if each.kind == "survey_tasks")
    assert work.count(cast.wang) == 2 and [path for _right, path in work.needs(cast.wang)] == [cast.village_a1.path]
    assert work.hand_over(cast.wang, cast.li, cast.chen, AT) == 2
    assert work.count(cast.wang) == 0 and set(Assignment.objects.values_list("round", "account")) == {(field.round.pk, cast.li.pk), (both.pk, cast.li.pk)}
