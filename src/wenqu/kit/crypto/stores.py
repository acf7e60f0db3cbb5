"""Where sealed texts lie: the sealed columns of all models, and what rooms offer besides (kept changes, sealed files)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

from wenqu.kit.crypto.fields import SealedField, sealed_fields
from wenqu.kit.crypto.keys import Keyring
from wenqu.kit.crypto.seal import CannotOpen, digest, key_of, plain_number, seal, unseal
from wenqu.kit.crypto.walking import SIZE, Pass, rewrite_rows
from wenqu.kit.models import KeyProof

PAUSE = 0.005
PROOF_LABEL = "keyproof.token"


@dataclass(frozen=True)
class Store:
    """One place with sealed texts.

    `count()` tells how many of them each key sealed (and how many digests each index key made); `renew(ring, index)`
    passes once over those that the active keys did not make and makes them anew, in short steps that may be killed.
    `tables` are locked while a key is retired.
    """

    name: str
    count: Callable[[], Counter[str]]
    renew: Callable[[Keyring, bool], Pass]
    tables: tuple[str, ...] = field(default=())


_offered: dict[str, Store] = {}


def offer_rotation(store: Store) -> None:
    """Offer a place with sealed texts that is no sealed column, once, from `AppConfig.ready`."""
    _offered[store.name] = store


def stores() -> Iterator[Store]:
    """All places with sealed texts."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            for each in sealed_fields(model):
                yield _column(model, each)
    yield Store("密钥校验", _count_of(KeyProof._meta.db_table, ["token"]), _renew_proof, (KeyProof._meta.db_table,))
    yield from _offered.values()


def usage(places: Iterable[Store]) -> dict[str, Counter[str]]:
    """Store -> key -> how many values it made."""
    return {store.name: store.count() for store in places}


def _column(model: type[models.Model], column: SealedField) -> Store:
    meta = model._meta
    table, name, label = meta.db_table, str(column.column), column.label
    columns = [name, str(meta.get_field(column.digest).column)] if column.digest else [name]  # type: ignore[union-attr]

    def renew(keys: Keyring, index: bool) -> Pass:
        stale = _stale(name, keys.active)
        if index and column.digest:
            stale += f" OR ({_quoted(name)} <> '' AND ({_quoted(columns[1])} = '' OR {_stale(columns[1], keys.active_index)}))"

        def change(row: tuple[Any, ...]) -> tuple[Any, ...] | None:
            try:
                text = unseal(row[0], label, keys)
            except CannotOpen:
                return None  # counted by whoever asks how many are left
            token = row[0] if key_of(row[0]) == keys.active else seal(text, label, keys)
            if len(row) == 1:
                return (token,)
            return token, digest(plain_number(text), label, keys) if index else row[1]

        return rewrite_rows(table, columns, stale, change, key=str(meta.pk.column), size=SIZE, pause=PAUSE)

    return Store(f"{meta.verbose_name} · {column.verbose_name}", _count_of(table, columns), renew, (table,))


def _count_of(table: str, columns: list[str]) -> Callable[[], Counter[str]]:
    def count() -> Counter[str]:
        found: Counter[str] = Counter()
        with connection.cursor() as cursor:
            for column in columns:
                text = _quoted(column)
                name = f"split_part({text}, '.', 1)" if connection.vendor == "postgresql" else f"substr({text}, 1, instr({text}, '.') - 1)"
                cursor.execute(f"SELECT {name}, count(*) FROM {_quoted(table)} WHERE {text} <> '' GROUP BY 1")
                found.update(dict(cursor.fetchall()))
        return found

    return count


def _renew_proof(keys: Keyring, index: bool) -> Pass:
    def change(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return (seal(unseal(row[0], PROOF_LABEL, keys), PROOF_LABEL, keys),)

    return rewrite_rows(KeyProof._meta.db_table, ["token"], _stale("token", keys.active), change)


def _stale(column: str, key: str) -> str:
    """SQL of «made by another key»."""
    return f"({_quoted(column)} <> '' AND substr({_quoted(column)}, 1, {len(key) + 1}) <> '{key}.')"


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
