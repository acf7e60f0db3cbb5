"""What receiving a file hands to the action that attaches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Received:
    """A content that lies in the storage and belongs to nothing yet. What nobody attaches is swept after a day."""

    sha256: str
    name: str
    kind: str
    content_type: str
    size: int
    width: int = 0
    height: int = 0
    taken_at: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None
    crs: str = ""
