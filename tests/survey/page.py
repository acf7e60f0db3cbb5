"""The phone page as the server sees it: what it asks, and what it keeps of the answers."""

from __future__ import annotations

import gzip
import json
from typing import Any

from django.test import Client


class Page:
    """A page with a token. `down` counts the bytes of its answers as they came, `plain` unpacked."""

    def __init__(self, token: str, language: str = "zh-CN") -> None:
        self.http = Client()
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": language, "Accept-Encoding": "gzip"}
        self.buckets: dict[str, dict[str, Any]] = {}
        self.all = ""
        self.up = self.down = self.plain = self.answers = 0

    def get(self, path: str, **headers: str) -> Any:
        return self.http.get(f"/phone/api/{path}", headers={**self.headers, **headers})

    def post(self, path: str, body: Any) -> Any:
        sent = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
        self.up += len(sent)
        return self.http.post(f"/phone/api/{path}", sent, content_type="application/json", headers=self.headers)

    def told(self, answer: Any) -> Any:
        content = answer.content
        self.down += len(content)
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        self.plain += len(content)
        return json.loads(content)

    def tasks(self) -> Any:
        return self.told(self.get("tasks"))

    def change(self, **body: Any) -> Any:
        """One answer, kept as the page keeps it: all of it or nothing."""
        answer = self.post("changes", body or {"have": {name: bucket["hash"] for name, bucket in self.buckets.items()}})
        assert answer.status_code == 200, answer.content
        told = self.told(answer)
        self.answers += 1
        for bucket in told["buckets"]:
            self.buckets[bucket["id"]] = bucket
        for name in told["gone"]:
            del self.buckets[name]
        return told

    def sync(self) -> list[str]:
        """Ask until nothing is left; gives the buckets that came."""
        came: list[str] = []
        while True:
            told = self.change()
            came += [bucket["id"] for bucket in told["buckets"]]
            if not told["more"]:
                self.all = told["all"]
                return came

    def rows(self, kind: str, place: str = "") -> list[dict[str, Any]]:
        return [row for name, bucket in sorted(self.buckets.items()) if name.startswith(f"{kind}/{place}") for row in bucket["rows"]]

    def counted(self) -> tuple[int, int]:
        """Bytes down since the last time, packed and plain."""
        found = self.down, self.plain
        self.up = self.down = self.plain = self.answers = 0
        return found
