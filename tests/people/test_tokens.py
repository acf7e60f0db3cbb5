"""One's own tokens: made for one's own duties, shown once, revoked by oneself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tokens import duty_of, token_for

from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.people.models import ApiToken
from wenqu.people.tokens.actions import make_token, revoke_token
from wenqu.people.tokens.permissions import MOST_LIVE, check_token
from wenqu.people.tokens.queries import token_of
from wenqu.places.models import Duty

PAGE = "/me/tokens/"


def _form(cast, **changes):
    return {"name": "县数据中台", "duty": duty_of(cast.li).pk, "days": "90", "may_write": "on"} | changes


def test_a_token_is_shown_once_and_kept_by_its_digest(sign_in, cast):
    client = sign_in(cast.li)
    page = client.post(PAGE, _form(cast)).content.decode()
    secret = re.search(r">(wq_[\w-]{43})</textarea>", page)
    assert secret
    token = ApiToken.objects.get()
    assert token.may_write and token.account == cast.li
    assert token.hint == secret[1][:9]
    assert secret[1] not in token.secret_digest
    assert token_of(secret[1]) == token
    again = client.get(PAGE).content.decode()
    assert secret[1] not in again and token.hint in again
    entry = AuditEntry.objects.get(verb="make_token")
    assert entry.actor_id == cast.li.pk and entry.path == cast.town_a.path
    assert secret[1] not in str(entry.detail)


def test_a_token_of_somebody_elses_duty_is_no_choice(sign_in, cast):
    answer = sign_in(cast.li).post(PAGE, _form(cast, duty=duty_of(cast.chen).pk))
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_the_action_itself_refuses_a_duty_of_somebody_else(cast):
    now = timezone.now()
    with pytest.raises(Refused) as refusal:
        make_token(duty=duty_of(cast.chen), name="x", may_write=True, until=now + timedelta(days=1), by=cast.li, at=now)
    assert refusal.value.code == "not_your_duty"


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_token_lasts_a_year_at_most(cast, days):
    now = timezone.now()
    with pytest.raises(Refused) as refusal:
        make_token(duty=duty_of(cast.li), name="x", may_write=False, until=now + timedelta(days=days), by=cast.li, at=now)
    assert refusal.value.code == "bad_until"


def test_a_duty_that_has_ended_gives_no_token(sign_in, cast):
    duty = duty_of(cast.li)
    Duty.objects.filter(pk=duty.pk).update(to_on=timezone.localdate() - timedelta(days=1))
    page = sign_in(cast.li).get(PAGE).content.decode()
    assert "还没有现任职责" in page
    with pytest.raises(Refused):
        token_for(duty_of(cast.li))


def test_there_are_only_so_many_live_tokens(cast):
    for _ in range(MOST_LIVE):
        token_for(duty_of(cast.li))
    with pytest.raises(Refused) as refusal:
        token_for(duty_of(cast.li))
    assert refusal.value.code == "too_many_tokens"


def test_revoking_ends_it_and_is_written_down(sign_in, cast):
    token = token_of(token_for(duty_of(cast.li)))
    client = sign_in(cast.li)
    assert client.post(f"{PAGE}{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        check_token(token, timezone.now())
    assert refusal.value.code == "token_revoked"
    assert AuditEntry.objects.filter(verb="revoke_token", actor_id=cast.li.pk).count() == 1
    client.post(f"{PAGE}{token.pk}/revoke/")
    assert AuditEntry.objects.filter(verb="revoke_token").count() == 1


def test_nobody_revokes_the_token_of_another(sign_in, cast):
    token = token_of(token_for(duty_of(cast.chen)))
    assert sign_in(cast.li).post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert AuditEntry.objects.get(verb="refused").detail == {"code": "outside_area", "what": "own:revoke-token"}
    with pytest.raises(Refused):
        revoke_token(token=token, by=cast.li, at=timezone.now())
    token.refresh_from_db()
    assert token.revoked_at is None
