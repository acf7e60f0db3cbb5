"""A really running server and signed-in clients that ask it for pages, each on a kept connection of its own."""

from __future__ import annotations

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

WENQU = str(Path(sys.executable).with_name("wenqu"))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """One signed-in client on one kept connection."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.post("/sign-in/", {"username": username, "password": password}, 302, page="/sign-in/")

    def ask(self, method: str, url: str, body: str | None, headers: dict[str, str], status: int) -> bytes:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, url, body, {**headers, "Cookie": cookie, "Origin": f"http://127.0.0.1:{self.connection.port}"})
        answer = self.connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        assert answer.status == status, (url, answer.status, content[:300])
        return content

    def get(self, url: str) -> bytes:
        return self.ask("GET", url, None, {}, 200)

    def post(self, url: str, form: dict[str, str], status: int, page: str) -> bytes:
        """Send a form with the token that stands in `page`."""
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page))
        assert token
        return self.ask("POST", url, urlencode({**form, "csrfmiddlewaretoken": token[1].decode()}), FORM, status)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int) -> subprocess.Popen[bytes]:
    """`wenqu serve` with the environment as it is, as a demo (a password is enough), once it answers."""
    process = subprocess.Popen([WENQU, "serve", "--port", str(port)], stdout=subprocess.DEVNULL, env={**os.environ, "WENQU_DEMO": "1"})
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return process
        except OSError:
            time.sleep(0.1)
    process.terminate()
    raise SystemExit("the server did not start")


def race(visitors: list[Visitor], url: str, rounds: int) -> list[float]:
    """All clients ask for one page again and again; the milliseconds of every request."""
    times: list[float] = []
    failures: list[BaseException] = []
    gate = threading.Barrier(len(visitors))

    def run(visitor: Visitor) -> None:
        mine = []
        try:
            visitor.get(url)
            gate.wait()
            for _ in range(rounds):
                started = time.perf_counter()
                visitor.get(url)
                mine.append((time.perf_counter() - started) * 1000)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
            gate.abort()
        times.extend(mine)

    threads = [threading.Thread(target=run, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return times


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]
