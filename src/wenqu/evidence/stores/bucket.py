"""Contents in a bucket of a storage that speaks S3. What goes over the line is sealed already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from wenqu.evidence.stores.errors import Unreachable
from wenqu.kit.crypto.files import chunks_in, key_in, sealing
from wenqu.kit.crypto.keys import Keyring
from wenqu.kit.crypto.seal import CannotOpen
from wenqu.kit.crypto.workplace import work_folder

_HEAD = 64
_PIECE = 256 * 1024


class Bucket:
    """Sealed files in a bucket. Nothing but the endpoint of the settings is ever asked."""

    def __init__(self, endpoint: str, bucket: str, region: str, key_id: str, secret: str) -> None:
        self.store = _store(endpoint, bucket, region, key_id, secret)

    def keep(self, name: str, pieces: Iterable[bytes]) -> None:
        with work_folder() as folder:
            sealed = folder / "sealed"
            with sealing(sealed) as out:
                for piece in pieces:
                    out.write(piece)
            with _asked():
                obstore.put(self.store, name, sealed)

    def pieces(self, name: str, keys: Keyring | None = None) -> Iterator[bytes]:
        with _asked():
            yield from chunks_in(_Reader(obstore.get(self.store, name)), name, keys)

    def each(self) -> Iterator[tuple[str, datetime]]:
        with _asked():
            for batch in obstore.list(self.store):
                for each in batch:
                    yield each["path"], each["last_modified"]

    def has(self, name: str) -> bool:
        try:
            with _asked():
                obstore.head(self.store, name)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str, before: datetime) -> bool:
        try:
            with _asked():
                if obstore.head(self.store, name)["last_modified"] >= before:
                    return False
                obstore.delete(self.store, name)
        except FileNotFoundError:
            return False
        return True

    def key_of(self, name: str) -> str:
        with _asked():
            return key_in(bytes(obstore.get_range(self.store, name, start=0, length=_HEAD)), name)

    def reseal(self, name: str, keys: Keyring) -> bool:
        """Contents are named by their hash: whatever stands there again meanwhile is the same content, and may be replaced."""
        try:
            with work_folder() as folder:
                sealed = folder / "sealed"
                with sealing(sealed, keys) as out:
                    for piece in self.pieces(name, keys):
                        out.write(piece)
                with _asked():
                    obstore.put(self.store, name, sealed)
        except (CannotOpen, FileNotFoundError):
            return False
        return True

    def halves(self, before: datetime) -> int:
        """A bucket shows only what is whole."""
        return 0


class _Reader:
    """Reads an answer by as many bytes as are asked for."""

    def __init__(self, answer: Any) -> None:
        self._pieces = iter(answer.stream(min_chunk_size=_PIECE))
        self._held = bytearray()

    def read(self, size: int) -> bytes:
        while len(self._held) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += bytes(piece)
        out = bytes(self._held[:size])
        del self._held[:size]
        return out


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, ValueError, OSError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from None


@lru_cache(maxsize=4)
def _store(endpoint: str, bucket: str, region: str, key_id: str, secret: str) -> S3Store:
    parts = urlsplit(endpoint)
    return S3Store(
        bucket, endpoint=endpoint, aws_endpoint_url_s3=endpoint, region=region, access_key_id=key_id, secret_access_key=secret,
        virtual_hosted_style_request=False,
        client_options={
            "allow_http": parts.scheme == "http", "connect_timeout": timedelta(seconds=5), "timeout": timedelta(seconds=120),
            # A proxy of our own that is used for nothing keeps the library from taking one from the surroundings.
            "proxy_url": "http://127.0.0.1:9", "proxy_excludes": parts.hostname or "",
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
    )
