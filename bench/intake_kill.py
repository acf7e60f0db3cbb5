"""The page server killed in the middle again and again, while phones send and repeat what got no receipt, as phones do."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path
from typing import Any

from intake_phones import Phone, Sending, together
from intake_servers import Server, start
from visitors import free_port

# So many receipts after each start, then some milliseconds more: never at the same place.
RECEIPTS = 60
AGAIN = 10
# A server that answers, and not with a receipt, is wrong: it was not killed.
WRONG = 20


class Post:
    """What all phones share: the receipts, and whether to go on."""

    def __init__(self) -> None:
        self.receipts: list[list[str]] = []
        self.sent = 0
        self.over = threading.Event()

    def deliver(self, phone: Phone, what: Sending) -> None:
        """Send until there is a receipt: 201 with the number of this very record."""
        wrong = 0
        while wrong < WRONG:
            self.sent += 1
            try:
                status, body = phone.send(what)
            except OSError:
                time.sleep(0.05)
                continue
            if status == 201 and what.instance.encode() in body:
                self.receipts.append([what.instance, what.sha256, what.photo])
                return
            wrong += 1
            time.sleep(0.05)
        self.over.set()
        raise SystemExit(f"no receipt: {status} {body[:300]!r}")

    def run(self, phone: Phone, rng: random.Random) -> None:
        while not self.over.is_set():
            phone.photo = rng.random() < 0.5
            what = phone.fill()
            self.deliver(phone, what)
            if rng.random() < 1 / AGAIN:
                # The receipt got lost on its way: the phone repeats itself.
                self.deliver(phone, what)


def kill_ten_times(env: dict[str, str], folder: Path, told: dict[str, Any], kills: int) -> tuple[list[list[str]], int]:
    """All receipts, and how many requests it took."""
    port, post = free_port(), Post()
    server = [start("wenqu.wsgi:application", env, folder, port)]
    phones = [Phone(port, each, told["record"], photo=False, sign="kill-") for each in told["phones"]]

    failures: list[BaseException] = []

    def send() -> None:
        try:
            together([lambda phone=phone, number=number: post.run(phone, random.Random(number)) for number, phone in enumerate(phones)])
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    # The servers are started by the main thread: they end with whatever thread started them.
    sending = threading.Thread(target=send)
    try:
        sending.start()
        rng = random.Random(7)
        try:
            for _ in range(kills):
                seen = len(post.receipts)
                while len(post.receipts) < seen + RECEIPTS and not post.over.is_set():
                    time.sleep(0.01)
                time.sleep(rng.random() / 5)
                server.append(_again(server.pop(), env, folder))
        finally:
            post.over.set()
            sending.join()
    finally:
        server[0].kill()
    if failures:
        raise failures[0]
    return post.receipts, post.sent


def _again(server: Server, env: dict[str, str], folder: Path) -> Server:
    server.kill()
    return start("wenqu.wsgi:application", env, folder, server.port)
