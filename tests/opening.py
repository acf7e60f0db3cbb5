"""Sealed files as a test reads them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from wenqu.kit.crypto.files import chunks_of


def clear(path: Path | None) -> BytesIO:
    """The content of a sealed file."""
    assert path is not None
    return BytesIO(b"".join(chunks_of(path)))
