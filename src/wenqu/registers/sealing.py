"""What undo keeps of changed rows holds personal numbers only as tokens, sealed like the fields they belong to."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps

from wenqu.kit.crypto.fields import Sealed, sealed_fields
from wenqu.kit.crypto.seal import seal
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
