"""Secrets of phones: how they look and what is kept of them."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives import hashes

# By it a secret is known wherever it turns up, in a log line first of all (`kit.masking.scrub`).
TOKEN, PAIRING = "wqd_", "wqp_"


def new_secret(prefix: str) -> str:
    """Thirty-two random bytes need no key and no slow hash: nobody can guess them."""
    return prefix + secrets.token_urlsafe(32)


def secret_digest(secret: str) -> str:
    """SM3 of a secret."""
    made = hashes.Hash(hashes.SM3())
    made.update(secret.encode("utf-8", "replace"))
    return made.finalize().hex()
