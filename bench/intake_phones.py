"""Phones that send: connections on plain sockets, which take little of the processor that the server needs."""

from __future__ import annotations

import hashlib
import itertools
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from survey_records import PLAIN

PHOTO_BYTES = 200_000
NOISE = b"\xff\xd8\xff\xe0" + os.urandom(PHOTO_BYTES)
EDGE = "----wenqu7d93a1"
_serial = itertools.count()


@dataclass(frozen=True)
class Sending:
    """One record on its way."""

    instance: str
    sha256: str
    photo: str
    body: bytes


class Phone:
    """One phone on one kept connection."""

    def __init__(self, port: int, told: dict[str, Any], record: str, photo: bool, sign: str = "") -> None:
        self.port, self.token, self.homes, self.record, self.photo, self.sign = port, told["token"], told["homes"], record, photo, sign
        self.socket: socket.socket | None = None
        self.homes_in_turn = itertools.cycle(self.homes)

    def fill(self) -> Sending:
        instance = f"uuid:{self.sign}{uuid.uuid4()}"
        told = {**PLAIN, "household": next(self.homes_in_turn), "instance": instance, "photo": "tap.jpg" if self.photo else ""}
        xml = self.record.format(**told).encode()
        parts = [("xml_submission_file", "submission.xml", "text/xml", xml)]
        image = b""
        if self.photo:
            image = NOISE[:64] + next(_serial).to_bytes(16, "big") + os.urandom(16) + NOISE[96:PHOTO_BYTES]
            parts.append(("tap.jpg", "tap.jpg", "image/jpeg", image))
        body = b"".join(
            f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: {kind}\r\n\r\n'.encode() + content + b"\r\n"
            for name, file, kind, content in parts) + f"--{EDGE}--\r\n".encode()
        return Sending(instance, hashlib.sha256(xml).hexdigest(), hashlib.sha256(image).hexdigest() if self.sign and image else "", body)

    def send(self, what: Sending) -> tuple[int, bytes]:
        """Status and body of the answer; `OSError` where the connection broke."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = (
            f"POST /x/{self.token}/submission HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nX-OpenRosa-Version: 1.0\r\n"
            f"Content-Type: multipart/form-data; boundary={EDGE}\r\nContent-Length: {len(what.body)}\r\n\r\n")
        try:
            self.socket.sendall(head.encode() + what.body)
            return self._answer(self.socket)
        except BaseException:
            self.socket.close()
            self.socket = None
            raise

    @staticmethod
    def _answer(connection: socket.socket) -> tuple[int, bytes]:
        held = b""
        while b"\r\n\r\n" not in held:
            piece = connection.recv(65_536)
            if not piece:
                raise ConnectionResetError("closed in the middle of an answer")
            held += piece
        head, _, body = held.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            piece = connection.recv(65_536)
            if not piece:
                raise ConnectionResetError("closed in the middle of an answer")
            body += piece
        return int(head.split(b" ", 2)[1]), body


def together(works: list[Callable[[], None]]) -> None:
    """All at once, each in its thread; the first error is raised here."""
    errors: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def storm(phones: list[Phone], seconds: float) -> tuple[list[float], float]:
    """All phones send without a pause: the milliseconds of every record, and how long it took in all."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    def run(phone: Phone) -> None:
        while time.perf_counter() < end:
            what = phone.fill()
            started = time.perf_counter()
            status, body = phone.send(what)
            times.append((time.perf_counter() - started) * 1000)
            assert status == 201, (status, body[:300])

    began = time.perf_counter()
    together([lambda phone=phone: run(phone) for phone in phones])
    return times, time.perf_counter() - began
