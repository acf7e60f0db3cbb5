"""The certificate by which our own page server speaks https, looked at before it starts: its own complaints tell nobody what to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

SOON = timedelta(days=30)
_CONVERT = "openssl pkcs8 -topk8 -nocrypt -in 原私钥.pem -out 新私钥.pem"


class BadCertificate(Exception):
    """A certificate or key that cannot be served with; the message says what to do."""


def check(cert_file: str, key_file: str) -> x509.Certificate | None:
    """The certificate, proved to belong to its key; None where none is set."""
    if not cert_file and not key_file:
        return None
    if not cert_file or not key_file:
        lacking = "WENQU_CERT_KEY（私钥文件）" if cert_file else "WENQU_CERT（证书文件）"
        raise BadCertificate(f"WENQU_CERT 和 WENQU_CERT_KEY 要一起设置：缺少 {lacking}")
    try:
        certificate = x509.load_pem_x509_certificates(_read(cert_file, "证书"))[0]
    except ValueError:
        raise BadCertificate(f"证书文件 {cert_file} 不是 PEM 格式的证书（应含 BEGIN CERTIFICATE）") from None
    raw = _read(key_file, "私钥")
    if b"-----BEGIN PRIVATE KEY-----" not in raw:
        raise BadCertificate(f"私钥文件 {key_file} 须为无密码的 PKCS#8 格式（BEGIN PRIVATE KEY）；转换：{_CONVERT}")
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError):
        raise BadCertificate(f"私钥文件 {key_file} 无法读取内容，可能已损坏；请从签发时的备份恢复") from None
    ends = (key.public_key(), certificate.public_key())
    if len({each.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for each in ends}) > 1:
        raise BadCertificate(f"私钥 {key_file} 与证书 {cert_file} 不是一对，请核对文件")
    return certificate


def warning(certificate: x509.Certificate, now: datetime) -> str:
    """What the operator should hear about the dates of a certificate, "" for nothing."""
    until = certificate.not_valid_after_utc
    if now < certificate.not_valid_before_utc:
        return f"注意：证书从 {certificate.not_valid_before_utc:%Y-%m-%d} 起才有效，请检查本机时间"
    if now >= until:
        return f"注意：证书已于 {until:%Y-%m-%d} 过期，浏览器会拒绝访问，请换发证书"
    return f"注意：证书将于 {until:%Y-%m-%d} 过期，请及时换发" if until - now < SOON else ""


def _read(path: str, what: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise BadCertificate(f"{what}文件 {path} 无法读取：{error.strerror}") from None
