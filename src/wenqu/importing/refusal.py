"""Why a whole table, or a mapping file, cannot be used."""

from __future__ import annotations


class TableError(Exception):
    """Nothing can be read. ``code`` is stable; the text is Chinese and says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class MappingError(TableError):
    """A mapping file says something that makes no sense."""

    def __init__(self, message: str) -> None:
        super().__init__("bad_mapping", message)
