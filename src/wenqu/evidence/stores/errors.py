"""What can be wrong with a storage that is not a folder."""

from __future__ import annotations


class Unreachable(Exception):
    """The storage does not answer, or does not let us in. The message is for the log, never for people."""
