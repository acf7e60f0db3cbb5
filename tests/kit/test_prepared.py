"""Queries that are put together once answer as those that are put together every time."""

from __future__ import annotations

from datetime import date

import pytest
from cast import TODAY, Cast
from django.db import connection

from wenqu.kit.prepared import Prepared, kept_cursor
from wenqu.places.models import Account, Division, Duty


def test_it_answers_as_the_query_does(cast: Cast) -> None:
    made = Prepared(lambda on, account: Duty.objects.held_on(on).filter(account_id=account).order_by("pk").values_list("division__path", "role"), date, int)
    for account in Account.objects.all():
        for on in (TODAY, date(2025, 1, 1)):
            assert list(made.rows(on, account.pk)) == list(Duty.objects.held_on(on).filter(account=account).order_by("pk").values_list("division__path", "role"))


def test_texts_are_values_and_never_sql(cast: Cast) -> None:
    made = Prepared(lambda name: Division.objects.filter(name=name).values_list("pk"), str)
    assert made.first("甲一村") == (cast.village_a1.pk,)
    for odd in ("' OR 1=1 --", "%s", "%(name)s", "\x02stand-in 0"):
        assert made.first(odd) is None


def test_a_value_that_the_query_changes_cannot_be_prepared(db: None) -> None:
    with pytest.raises(ValueError):
        Prepared(lambda start: Division.objects.filter(name__startswith=start).values_list("pk"), str).rows("甲")


def test_postgresql_plans_it_once_a_connection(cast: Cast) -> None:
    made = Prepared(lambda name: Division.objects.filter(name=name).values_list("pk"), str)
    for _time in range(3):
        assert made.first("甲一村") == (cast.village_a1.pk,)
    if connection.vendor != "postgresql":
        # The other driver keeps its own statements.
        assert type(kept_cursor()) is type(connection.cursor())
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %s", ['%FROM "places_division" WHERE "places_division"."name" =%'])
        assert cursor.fetchall() == [(3,)]
