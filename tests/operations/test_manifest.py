"""A manifest that somebody wrote by hand is taken or refused in words."""

from __future__ import annotations

import json

import pytest

from wenqu.kit.refusal import Refused
from wenqu.operations.backup.manifest import Manifest, Member, parse_manifest

GOOD = Manifest(
    product="1", made_at="2026-03-01T00:00:00+08:00", engine="sqlite", engine_version="3", database_bytes=1, migrations=["a.b"], rows={"t": 1},
    needed=[], missing=[], packs=[{"id": "x"}], keys={"each": {}}, audit={}, settings={}, members=[Member("uploads/a", 1, "0")],
)


def test_what_is_written_is_read_again() -> None:
    assert parse_manifest(GOOD.text()) == GOOD


@pytest.mark.parametrize("wrong", [
    {"members": [{"name": 5, "size": 1, "sha256": ""}]}, {"members": [{"name": "a", "size": "1", "sha256": ""}]}, {"members": None}, {"rows": None},
    {"migrations": None}, {"migrations": [1]}, {"needed": {"a": 1}, "missing": None}, {"keys": []}, {"keys": {"each": []}}, {"packs": ["x"]},
    {"database_bytes": "1"}, {"audit": 1}, {"settings": None}, {"engine": ["sqlite"]}, {"more": 1},
])
def test_what_is_of_another_kind_is_refused(wrong: dict) -> None:
    with pytest.raises(Refused) as refused:
        parse_manifest(json.dumps({**json.loads(GOOD.text()), **wrong}))
    assert refused.value.code == "not_a_backup"
