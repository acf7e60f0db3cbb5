"""The model field of a sealed text. What comes out of the database stays sealed until somebody opens it on purpose."""

from __future__ import annotations

from typing import Any

from django.db import models

from wenqu.kit.crypto.seal import digest, key_of, plain_number, seal, unseal

HIDDEN = "••••"


class Sealed:
    """A sealed text with its label. Printed, logged or rendered it shows dots; `open()` gives the text."""

    __slots__ = ("label", "token")

    def __init__(self, token: str, label: str) -> None:
        self.token = token
        self.label = label

    @classmethod
    def of(cls, text: str, label: str) -> Sealed:
        return cls(seal(text, label), label)

    def open(self) -> str:
        return unseal(self.token, self.label)

    @property
    def key(self) -> str:
        return key_of(self.token)

    def __bool__(self) -> bool:
        return bool(self.token)

    def __str__(self) -> str:
        return HIDDEN if self.token else ""

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        """Equal are the same tokens; the same text sealed twice is not equal: compare what `open` gives."""
        return isinstance(other, Sealed) and (self.token, self.label) == (other.token, other.label)

    def __hash__(self) -> int:
        return hash((self.token, self.label))


class SealedField(models.TextField):
    """A column of sealed texts. Takes a `Sealed`, or a plain text that it seals; gives a `Sealed`.

    `digest` names the field that holds the search digest, filled by the same write when a row is saved through the
    ORM. Bulk writers put tokens and digests into the columns themselves (`sealed_pair`).
    """

    # What the type checker takes a row's attribute for.
    _pyi_private_set_type: Sealed | str  # type: ignore[assignment]
    _pyi_private_get_type: Sealed  # type: ignore[assignment]

    def __init__(self, *args: Any, digest: str = "", **kwargs: Any) -> None:
        self.digest = digest
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.digest:
            kwargs["digest"] = self.digest
        return name, path, args, kwargs

    @property
    def label(self) -> str:
        return f"{self.model._meta.model_name}.{self.name}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value, self.label)

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return value if value is None else value.token
        return seal(str(value), self.label)

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        """Seal once, keep the sealed form on the row, and fill the digest beside it."""
        value = getattr(instance, self.attname)
        if not isinstance(value, Sealed):
            if self.digest:
                setattr(instance, self.digest, digest(plain_number(str(value or "")), self.label))
            value = Sealed.of(str(value or ""), self.label)
            setattr(instance, self.attname, value)
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        """Sealed texts differ every time: only «is it there» can be asked of them."""
        if lookup_name not in {"exact", "isnull", "in"}:
            raise TypeError(f"{self.label} is sealed: look for its digest")
        return super().get_lookup(lookup_name)


def label_of(model: type[models.Model], name: str) -> str:
    """The label under which a sealed field's texts are sealed, and its digests made."""
    field = model._meta.get_field(name)
    assert isinstance(field, SealedField)
    return field.label


def labels_of(model: type[models.Model], *names: str) -> dict[str, str]:
    """The labels of several sealed fields, by name."""
    return {name: label_of(model, name) for name in names}


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    """The sealed fields of a model."""
    return [field for field in model._meta.local_concrete_fields if isinstance(field, SealedField)]


def sealed_pair(text: str, label: str, keys: Any = None) -> tuple[str, str]:
    """(token, digest) of a text, for bulk writers."""
    return seal(text, label, keys), digest(plain_number(text), label, keys)
