"""Sealed texts: they open to what was sealed, only in their own field and with their own keys, and are found by digests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenqu.households.models import Household, Member
from wenqu.kit.crypto import keys
from wenqu.kit.crypto.fields import HIDDEN, Sealed, sealed_pair
from wenqu.kit.crypto.seal import (
    CannotOpen,
    digest,
    digest_many,
    digests,
    plain_number,
    ring,
    seal,
    seal_many,
    unseal,
    unseal_many,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
LABEL = "household.phone"


def fresh(tmp_path_factory, algorithm: str) -> keys.Keyring:
    return keys.create(tmp_path_factory.mktemp("keys") / "keys.json", algorithm, AT)


@pytest.fixture(scope="module", params=sorted(keys.ALGORITHMS))
def a_ring(request, tmp_path_factory):
    return fresh(tmp_path_factory, request.param)


@given(texts=st.lists(st.text(), max_size=8))
def test_what_is_sealed_opens_to_the_same_text(a_ring, texts):
    one_by_one = [seal(text, LABEL, a_ring) for text in texts]
    at_once = seal_many(texts, LABEL, a_ring)
    for tokens in (one_by_one, at_once):
        assert unseal_many(tokens, LABEL, a_ring) == texts
        for token, text in zip(tokens, texts, strict=True):
            assert (token == "") == (text == "")
            assert len(text) < 4 or text not in token
    assert all(a != b for a, b, text in zip(one_by_one, at_once, texts, strict=True) if text), "the same text sealed twice looks different"


@given(text=st.text(min_size=1), other=st.text(min_size=1))
def test_digests_are_equal_for_equal_numbers_only(a_ring, text, other):
    text, other = plain_number(text), plain_number(other)
    assert digest(text, LABEL, a_ring) == digest(text, LABEL, a_ring)
    assert digest_many([text, other], LABEL, a_ring) == [digest(text, LABEL, a_ring), digest(other, LABEL, a_ring)]
    assert (digest(text, LABEL, a_ring) == digest(other, LABEL, a_ring)) == (text == other)
    assert not text or digest(text, LABEL, a_ring) != digest(text, "member.id_number", a_ring), "fields cannot be joined by their digests"


@given(st.text(alphabet="0123456789Xx -\u3000\t", max_size=24))
def test_the_plain_form_is_one_form(text):
    assert plain_number(plain_number(text)) == plain_number(text) == plain_number(f" {text.lower()} ")


def test_a_token_opens_in_no_other_field_and_with_no_other_key(a_ring, tmp_path_factory):
    token = seal("13800001234", LABEL, a_ring)
    with pytest.raises(CannotOpen):
        unseal(token, "member.id_number", a_ring)
    with pytest.raises(CannotOpen):
        unseal(token, LABEL, fresh(tmp_path_factory, "aes-256-gcm"))
    for place in (4, len(token) // 2, len(token) - 2):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(CannotOpen):
            unseal(changed, LABEL, a_ring)


def test_a_ring_taken_before_a_rotation_still_opens_what_was_sealed_after_it(settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "keys.json"
    old = keys.create(settings.KEYS_FILE, "aes-256-gcm", AT)
    keys.store(settings.KEYS_FILE, keys.with_new_key(old, "sm4-gcm", AT))
    token = seal("13800001234", LABEL)
    assert token.startswith("k2.")
    assert unseal(token, LABEL, old) == "13800001234"


def test_another_process_that_changes_the_file_is_noticed(settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "keys.json"
    first = keys.create(settings.KEYS_FILE, "aes-256-gcm", AT)
    assert ring().active == "k1"
    keys.store(settings.KEYS_FILE, keys.with_new_index(keys.with_new_key(first, "sm4-gcm", AT), AT))
    assert (ring().active, ring().active_index) == ("k2", "i2")
    assert {each[:3] for each in digests("13800001234", LABEL)} == {"i1.", "i2."}


def test_a_sealed_text_prints_as_dots():
    sealed = Sealed.of("13800001234", LABEL)
    assert f"{sealed}" == repr(sealed) == str([sealed])[1:-1] == HIDDEN
    assert sealed.open() == "13800001234" and not Sealed("", LABEL)


@pytest.mark.django_db
def test_a_row_is_sealed_and_digested_by_saving_it(cast):
    row = Household.objects.create(division=cast.village_a1, path=cast.village_a1.path, county=cast.county, number="H1", phone="0912-3456789")
    member = Member.objects.create(household=row, name="张三", id_number="11010519491231002x", account_number="6217 0001 2345")
    row, member = Household.objects.get(), Member.objects.get()
    assert (row.phone.open(), member.id_number.open(), member.account_number.open()) == ("0912-3456789", "11010519491231002x", "6217 0001 2345")
    assert row.phone_digest == sealed_pair("09123456789", LABEL)[1]
    assert Member.objects.filter(id_digest__in=digests("11010519491231002X", "member.id_number"), account_digest__in=digests("621700012345", "member.account_number")).exists()
    token = row.phone.token
    row.save()
    assert Household.objects.get().phone.token == token, "what was not changed is not sealed again"
    row.phone = ""
    row.save()
    assert not Household.objects.filter(phone_digest__gt="").exists()


@pytest.mark.django_db
def test_a_token_moved_to_another_column_does_not_open(cast):
    row = Household.objects.create(division=cast.village_a1, path=cast.village_a1.path, county=cast.county, number="H1", phone="13800001234")
    Member.objects.create(household=row, name="张三", id_number=Sealed(row.phone.token, "member.id_number"))
    with pytest.raises(CannotOpen):
        Member.objects.get().id_number.open()


def test_sealed_columns_cannot_be_searched_by_text():
    with pytest.raises(TypeError, match="digest"):
        Household.objects.filter(phone__startswith="138")
