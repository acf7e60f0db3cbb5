"""What undo keeps of changed rows holds personal numbers only as tokens, sealed like the fields they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import transaction

from wenqu.importing.models import BatchChunk
from wenqu.kit.crypto.fields import Sealed, sealed_fields
from wenqu.kit.crypto.keys import Keyring
from wenqu.kit.crypto.seal import key_of, seal, unseal
from wenqu.kit.crypto.stores import Store, offer_rotation
from wenqu.kit.crypto.walking import Pass
from wenqu.registers.plan import Change


def seal_changes(changes: list[Change]) -> list[Change]:
    """The changes with the values of sealed fields as tokens."""
    for label, _key, fields in changes:
        for name, value in (fields or {}).items():
            seal_label = labels_of(label).get(name)
            if seal_label is not None:
                fields[name] = [_token(each, seal_label) for each in value]
    return changes


@cache
def labels_of(label: str) -> dict[str, str]:
    """Sealed field -> its label, of a model named as in the changes."""
    return {field.attname: field.label for field in sealed_fields(apps.get_model(label))}


def _token(value: Any, label: str) -> str:
    return value.token if isinstance(value, Sealed) else seal(value or "", label)


def offer() -> None:
    """Tell the rotation of keys of what is kept for undo."""
    offer_rotation(Store("撤销导入所需的旧值", count_kept, renew_kept, (BatchChunk._meta.db_table,)))


def count_kept() -> Counter[str]:
    """How many tokens of the kept changes each key sealed."""
    found: Counter[str] = Counter()
    for changes in BatchChunk.objects.values_list("changes", flat=True).iterator(chunk_size=1):
        found.update(key_of(token) for _label, tokens in _tokens(changes) for token in tokens if token)
    return found


def renew_kept(keys: Keyring, index: bool) -> Pass:
    """Seal the tokens of the kept changes with the active key, one chunk of a batch in one transaction."""
    done = Pass()
    for pk in list(BatchChunk.objects.order_by("pk").values_list("pk", flat=True)):
        changes = BatchChunk.objects.values_list("changes", flat=True).filter(pk=pk).first()
        if changes is None or not _stale(changes, keys):
            continue
        with transaction.atomic():
            # Undone meanwhile, it is gone.
            chunk = BatchChunk.objects.select_for_update().filter(pk=pk).first()
            if chunk is None:
                continue
            for label, tokens in _tokens(chunk.changes):
                tokens[:] = [seal(unseal(token, label, keys), label, keys) for token in tokens]
            chunk.save(update_fields=["changes"])
        done.seen += 1
        done.written += 1
    return done


def _stale(changes: list[Change], keys: Keyring) -> bool:
    return any(token and key_of(token) != keys.active for _label, tokens in _tokens(changes) for token in tokens)


def _tokens(changes: list[Change]) -> Iterator[tuple[str, list[str]]]:
    """(label, [before, after]) of every sealed field of the changes, to be changed in place."""
    for label, _key, fields in changes:
        for name, tokens in (fields or {}).items():
            if name in labels_of(label):
                yield labels_of(label)[name], tokens
