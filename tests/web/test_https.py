"""https: behind a proxy, with a certificate of our own; and what is not believed without one."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cast import PASSWORD
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from django.test import Client, RequestFactory

from wenqu.kit import tls
from wenqu.kit.client import address_of, network_of
from wenqu.kit.models import AuditEntry
from wenqu.people.models import SignedIn
from wenqu.web.to_https import answer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9;proto=https", "X-Forwarded-Host": "evil.example"}


def with_settings(**env: str) -> dict:
    """What the settings become with these variables, read by a fresh process."""
    names = [
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER",
    ]
    code = f"import json; from wenqu import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    run = subprocess.run([sys.executable, "-c", code], env={**os.environ, **env}, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


# ---- cookies

def test_cookies_are_bound_to_https_and_host_under_https_only():
    plain, secure = with_settings(), with_settings(WENQU_HTTPS="1")
    for kind in ("SESSION", "CSRF"):
        assert secure[f"{kind}_COOKIE_NAME"].startswith("__Host-") and not plain[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert secure[f"{kind}_COOKIE_SECURE"] and not plain[f"{kind}_COOKIE_SECURE"]
        assert secure[f"{kind}_COOKIE_HTTPONLY"] and plain[f"{kind}_COOKIE_HTTPONLY"]
        assert secure[f"{kind}_COOKIE_SAMESITE"] == "Lax"
    assert (secure["SECURE_HSTS_SECONDS"], plain["SECURE_HSTS_SECONDS"]) == (31536000, 0)
    assert plain["SECURE_PROXY_SSL_HEADER"] is None


def test_the_cookies_that_really_go_out(client, cast):
    client.post("/sign-in/", {"username": "li", "password": PASSWORD})
    client.get("/sign-in/")
    client.post("/language/", {"language": "en", "next": "/"})
    assert len(client.cookies) >= 2
    for name, cookie in client.cookies.items():
        assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/" and not cookie["domain"], name


def test_headers_of_every_answer(client, db):
    for url in ("/sign-in/", "/no-such-page/", "/static/web/css/base.css"):
        answered = client.get(url)
        assert answered["Referrer-Policy"] == "same-origin" and answered["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answered["X-Content-Type-Options"] == "nosniff"
    assert client.get("/sign-in/")["Cache-Control"] == "private, no-store"
    assert client.get("/sign-in/")["X-Frame-Options"] == "DENY"


# ---- a proxy

def test_without_a_proxy_forged_headers_change_nothing(cast, settings):
    settings.SECURE_SSL_REDIRECT = True
    client = Client(REMOTE_ADDR="192.0.2.5", headers=FORGED)
    assert client.get("/sign-in/").status_code == 301  # still http, whatever it claims
    assert "evil" not in client.get("/sign-in/")["Location"]
    settings.SECURE_SSL_REDIRECT = False
    client = Client(REMOTE_ADDR="192.0.2.5", headers=FORGED)
    answered = client.post("/sign-in/", {"username": "li", "password": PASSWORD})
    assert answered.status_code == 302 and "Strict-Transport-Security" not in answered
    assert SignedIn.objects.get().address == "192.0.2.5"
    assert AuditEntry.objects.get(verb="sign_in").address == "192.0.2.5"


def test_forged_addresses_do_not_share_out_the_guesses(cast):
    from wenqu.people.signing.throttle import FREE  # noqa: PLC0415

    for number in range(FREE["name"] + 1):
        Client(headers={"X-Forwarded-For": f"203.0.113.{number}"}).post("/sign-in/", {"username": "li", "password": "wrong-password-1"})
    assert Client(headers={"X-Forwarded-For": "203.0.113.99"}).post("/sign-in/", {"username": "li", "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize(("header", "address"), [
    ("203.0.113.9", "203.0.113.9"), ("6.6.6.6, 203.0.113.9", "203.0.113.9"), ("6.6.6.6,7.7.7.7 , 203.0.113.9", "203.0.113.9"),
    ("", "192.0.2.5"), ("203.0.113.9, not-an-address", ""), ("::ffff:203.0.113.9", "203.0.113.9"), ("2001:DB8::1", "2001:db8::1"), ("<script>", ""),
])
def test_behind_a_proxy_the_last_hop_counts(settings, header, address):
    settings.PROXY = True
    more = {"X-Forwarded-For": header} if header else {}
    assert address_of(RequestFactory(REMOTE_ADDR="192.0.2.5").get("/", headers=more)) == address


def test_behind_a_proxy_https_is_believed_and_http_is_sent_on(client, cast, settings):
    settings.PROXY, settings.SECURE_PROXY_SSL_HEADER, settings.SECURE_SSL_REDIRECT = True, ("HTTP_X_FORWARDED_PROTO", "https"), True
    settings.SECURE_HSTS_SECONDS = 60
    assert client.get("/sign-in/?next=/a", headers={"X-Forwarded-Proto": "http"})["Location"] == "https://testserver/sign-in/?next=/a"
    answered = client.get("/sign-in/", headers={"X-Forwarded-Proto": "https"})
    assert answered.status_code == 200 and answered["Strict-Transport-Security"] == "max-age=60"
    assert client.get("/healthz").status_code != 301  # asked from inside, without https


def test_addresses_of_one_customer_count_as_one():
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2::") != network_of("2001:db8:1:3::")
    assert (network_of("192.0.2.5"), network_of(""), network_of("x")) == ("192.0.2.5", "", "")


# ---- a certificate

def make(folder: Path, name: str, until: datetime) -> tuple[Path, Path, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    built = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime(2020, 1, 1)).not_valid_after(until.replace(tzinfo=None))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )
    certificate, secret = folder / f"{name}.crt", folder / f"{name}.key"
    certificate.write_bytes(built.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret, key


@pytest.fixture
def pair(tmp_path):
    return make(tmp_path, "own", NOW + timedelta(days=365))


def test_a_good_pair_is_taken(pair):
    certificate = tls.check(str(pair[0]), str(pair[1]))
    assert certificate is not None and tls.warning(certificate, NOW) == ""
    assert tls.check("", "") is None


@pytest.mark.parametrize(("left", "told"), [(-1, "已于"), (10, "及时换发"), (31, "")])
def test_the_end_of_a_certificate_is_told_in_time(tmp_path, left, told):
    certificate, key, _secret = make(tmp_path, "own", NOW + timedelta(days=left))
    found = tls.warning(tls.check(str(certificate), str(key)), NOW)
    assert told in found and bool(told) == bool(found)


def test_what_is_wrong_with_a_certificate_is_said(pair, tmp_path):
    certificate, key, secret = pair
    _other, other_key, _secret = make(tmp_path, "other", NOW)
    old, locked, junk = tmp_path / "old.key", tmp_path / "locked.key", tmp_path / "junk.key"
    old.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    locked.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")))
    junk.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    for files, told in (
        ((certificate, ""), "缺少 WENQU_CERT_KEY"), (("", key), "缺少 WENQU_CERT（"), ((key, key), "不是 PEM 格式的证书"), ((certificate, other_key), "不是一对"),
        ((certificate, old), "PKCS#8"), ((certificate, locked), "无密码"), ((certificate, junk), "可能已损坏"), ((tmp_path / "gone", key), "无法读取"),
    ):
        with pytest.raises(tls.BadCertificate, match=told):
            tls.check(str(files[0]), str(files[1]))


@pytest.mark.parametrize(("host", "port", "expected"), [
    ("water.example", 443, "https://water.example/a%20b?x=1"), ("water.example:80", 8443, "https://water.example:8443/a%20b?x=1"), ("evil.example", 443, None), ("", 443, None),
])
def test_http_is_sent_to_https_of_our_own_hosts_only(host, port, expected):
    status, headers = answer({"HTTP_HOST": host, "PATH_INFO": "/a b", "QUERY_STRING": "x=1"}, port, ["water.example"])
    assert dict(headers).get("Location") == expected
    assert status[:3] == ("301" if expected else "400")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(pair, folder: Path) -> tuple[subprocess.Popen[str], int, int, str]:
    """A server with a certificate, its ports of https and http, and what it said; on other ports where somebody was faster."""
    for _attempt in range(5):
        port, plain = free_port(), free_port()
        env = {
            **os.environ, "WENQU_DATA": str(folder / "data"), "WENQU_CERT": str(pair[0]), "WENQU_CERT_KEY": str(pair[1]), "WENQU_HTTP_PORT": str(plain),
            "DATABASE_URL": f"sqlite:///{folder / 'https.sqlite3'}",
        }
        server = subprocess.Popen([sys.executable, "-m", "wenqu.cli", "serve", "--port", str(port)], env=env, stdout=subprocess.PIPE, text=True)
        said = ""
        while line := server.stdout.readline():
            said += line
            if "已启动" in line:
                return server, port, plain, said
        server.wait(120)
    pytest.fail("the server did not start")


def test_a_server_with_a_certificate_really_speaks_https(pair, tmp_path):
    server, port, plain, said = served(pair, tmp_path)
    try:
        assert f"https://127.0.0.1:{port}" in said
        trusting = ssl.create_default_context(cafile=str(pair[0]))
        with urllib.request.urlopen(f"https://localhost:{port}/sign-in/", context=trusting, timeout=20) as answered:
            assert answered.headers["Strict-Transport-Security"] == "max-age=31536000"
            cookie = answered.headers["Set-Cookie"].strip()
        assert cookie.startswith("__Host-wenqu_csrf=") and "Secure" in cookie and "HttpOnly" in cookie
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                urllib.request.build_opener(NoRedirect).open(f"http://localhost:{plain}/schemes/?q=1", timeout=20)
            except urllib.error.HTTPError as moved:
                assert (moved.code, moved.headers["Location"]) == (301, f"https://localhost:{port}/schemes/?q=1")
                break
            except urllib.error.URLError:
                time.sleep(0.2)
        else:
            pytest.fail("nothing listens on the port of http")
    finally:
        server.terminate()
        server.wait(120)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None
