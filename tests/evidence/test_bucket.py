"""Contents in a bucket: the round trip over the signed protocol, and what happens when the other side fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cast import AT
from django.conf import settings as live

from evidence.files import photo, upload
from evidence.s3_server import BUCKET, KEY_ID, REGION, SECRET, S3Server, s3_server
from wenqu.evidence.receiving import receive
from wenqu.evidence.stores import SMALL, VIEW, name_of, storage
from wenqu.evidence.stores.bucket import Bucket
from wenqu.evidence.stores.errors import Unreachable
from wenqu.kit import env, service
from wenqu.kit.crypto.files import MAGIC
from wenqu.kit.crypto.keys import load, with_new_key
from wenqu.kit.refusal import Refused

LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def server(settings):
    with s3_server() as running:
        settings.EVIDENCE_STORAGE = "s3"
        settings.S3_ENDPOINT, settings.S3_BUCKET, settings.S3_REGION = running.endpoint, BUCKET, REGION
        settings.S3_KEY_ID, settings.S3_SECRET = KEY_ID, SECRET
        yield running
        assert running.refused == []


def test_what_is_put_in_comes_out_and_lies_there_sealed(server: S3Server) -> None:
    content = bytes(range(256)) * 5000
    place = storage()
    place.keep("ab/abc", [content[:1000], content[1000:]])
    raw, _at = server.objects["ab/abc"]
    assert raw.startswith(MAGIC) and content[:64] not in raw
    assert b"".join(place.pieces("ab/abc")) == content
    assert place.key_of("ab/abc") == load(live.KEYS_FILE).active
    place.keep("cd/cde", [b""])
    place.keep("cd/cdf", [b"x"])
    assert sorted(name for name, _at in place.each()) == ["ab/abc", "cd/cde", "cd/cdf"]
    assert b"".join(place.pieces("cd/cde")) == b""
    assert not any(Path(live.EVIDENCE_DIR).rglob("*"))


def test_a_large_content_goes_in_parts(server: S3Server) -> None:
    content = bytes(range(256)) * 70_000  # 18 MB
    storage().keep("ab/large", [content])
    assert any("partNumber" in line for line in server.asked)
    assert b"".join(storage().pieces("ab/large")) == content


def test_removing_looks_at_the_moment(server: S3Server) -> None:
    storage().keep("ab/abc", [b"x"])
    assert storage().remove("ab/abc", datetime.now(UTC) - timedelta(minutes=5)) is False and "ab/abc" in server.objects
    assert storage().remove("ab/abc", LATER) is True and server.objects == {}
    assert storage().remove("ab/abc", LATER) is False


def test_a_new_key_seals_anew(server: S3Server) -> None:
    storage().keep("ab/abc", [b"text"])
    newer = with_new_key(load(live.KEYS_FILE), "sm4-gcm", AT)
    assert storage().reseal("ab/abc", newer) is True
    assert storage().key_of("ab/abc") == newer.active and b"".join(storage().pieces("ab/abc", newer)) == b"text"
    assert storage().reseal("ab/none", newer) is False


def test_a_photo_is_received_into_the_bucket(server: S3Server) -> None:
    received = receive(upload(photo()))
    assert set(server.objects) == {name_of(received.sha256, copy) for copy in ("", SMALL, VIEW)}
    assert b"".join(storage().pieces(name_of(received.sha256))) == photo()


def test_a_content_that_was_changed_does_not_open(server: S3Server) -> None:
    storage().keep("ab/abc", [b"text"])
    raw, at = server.objects["ab/abc"]
    server.objects["ab/abc"] = (raw[:-1] + bytes([raw[-1] ^ 1]), at)
    with pytest.raises(Exception, match="changed or cut off"):
        b"".join(storage().pieces("ab/abc"))


@pytest.mark.parametrize("how", ["gone", "failing", "wrong secret", "full"])
def test_a_storage_that_does_not_take_it_is_a_refusal_in_words(server: S3Server, settings, how: str, caplog) -> None:
    if how == "gone":
        settings.S3_ENDPOINT = "http://127.0.0.1:1"
    elif how == "wrong secret":
        settings.S3_SECRET = "other"
    else:
        server.fail = 500 if how == "failing" else 507
    with pytest.raises(Refused) as refusal:
        receive(upload(photo(), "河边.jpg"))
    assert refusal.value.code == "storage_unreachable" and "河边.jpg" in refusal.value.message and "再试" in refusal.value.message
    assert "other" not in caplog.text and SECRET not in caplog.text
    assert server.objects == {}
    server.refused.clear()


def test_nothing_but_the_endpoint_is_asked(server: S3Server, monkeypatch) -> None:
    """Not a proxy of the surroundings either, and no service that hands out credentials."""
    with s3_server() as other:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, other.endpoint)
        monkeypatch.setenv("AWS_ENDPOINT_URL", other.endpoint)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", other.endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone-else")
        Bucket(f"{server.endpoint}", BUCKET, REGION, KEY_ID, SECRET + "").keep("ab/abc", [b"x"])
        fresh = Bucket(f"{server.endpoint}/", BUCKET, REGION, KEY_ID, SECRET)  # not the one that was kept
        assert b"".join(fresh.pieces("ab/abc")) == b"x"
        assert other.asked == []


@pytest.mark.parametrize(("endpoint", "word"), [
    ("", "WENQU_S3_ENDPOINT"), ("storage.example", "WENQU_S3_ENDPOINT"), ("ftp://x", "WENQU_S3_ENDPOINT"), ("http://10.0.0.5:9000", "https"),
    ("https://key:secret@x", "WENQU_S3_ENDPOINT"),
])
def test_a_bucket_of_half_settings_is_refused_at_the_start(endpoint: str, word: str) -> None:
    with pytest.raises(env.BadSetting, match=word):
        service.ready_for_bucket(endpoint, WENQU_S3_BUCKET="b", WENQU_S3_SECRET="s")


def test_a_bucket_without_secret_names_what_is_wanting() -> None:
    service.ready_for_bucket("http://127.0.0.1:9000", WENQU_S3_BUCKET="b", WENQU_S3_SECRET="s")
    with pytest.raises(env.BadSetting, match="WENQU_S3_SECRET"):
        service.ready_for_bucket("https://storage.example.gov.cn", WENQU_S3_BUCKET="b", WENQU_S3_SECRET="")


def test_reading_an_unreachable_storage(settings, server: S3Server) -> None:
    settings.S3_ENDPOINT = "http://127.0.0.1:1"
    with pytest.raises(Unreachable):
        list(storage().each())
