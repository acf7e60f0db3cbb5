"""Keys at the start: made on the first day, and proved to be those of this database on every other day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction

from wenqu.kit.crypto import keys
from wenqu.kit.crypto.seal import CannotOpen, seal, unseal
from wenqu.kit.crypto.stores import PROOF_LABEL
from wenqu.kit.models import KeyProof

PROOF = "问渠"


def prepare_keys(at: datetime) -> None:
    """Make the key file where nothing was ever sealed and nobody named another place for it; else it must be there."""
    path = Path(settings.KEYS_FILE)
    if path.exists():
        keys.load(path)
        return
    if settings.KEYS_GIVEN or _proof() is not None:
        keys.load(path)  # refuses, and says what to do
    keys.create(path, settings.CIPHER, at)


def prove_keys(at: datetime) -> None:
    """Refuse (`BadKeys`) to work with a key file that is not the one this database was sealed with.

    On the first day the proof is laid down.
    """
    proof = KeyProof.objects.first()
    if proof is None:
        KeyProof.objects.create(token=seal(PROOF, PROOF_LABEL), at=at)
    else:
        _open(proof)


def check_keys() -> None:
    """As `prove_keys`, for what neither makes nor changes anything: a database without a proof has nothing sealed."""
    proof = _proof()
    if proof is not None:
        _open(proof)


def refuse_new_keys() -> None:
    """Refuse (`BadKeys`) to make keys for a database that was sealed with others."""
    if _proof() is not None:
        raise keys.BadKeys(f"数据库已用另一个密钥文件加密，新密钥打不开它：请把原来的密钥文件恢复到 {settings.KEYS_FILE}")


def _open(proof: KeyProof) -> None:
    try:
        unseal(proof.token, PROOF_LABEL)
    except CannotOpen:
        raise keys.BadKeys(
            f"密钥文件 {settings.KEYS_FILE} 与数据库不匹配：请恢复这个数据库所用的密钥文件（环境变量 WENQU_KEYS 指定位置）"
        ) from None


def _proof() -> KeyProof | None:
    try:
        with transaction.atomic():
            return KeyProof.objects.first()
    except DatabaseError:
        return None  # no table yet: a new database
