"""A small storage that speaks S3 over loopback: it checks the signature of every request (AWS Signature Version 4) and keeps
objects in memory."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

KEY_ID, SECRET, BUCKET, REGION = "test-key", "test-secret", "evidence", "us-east-1"


class S3Server(ThreadingHTTPServer):
    """`objects` are name -> (content, when stored); `asked` is what came in; `fail` answers everything with that status."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.fail = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def s3_server() -> Iterator[S3Server]:
    server = S3Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def signature(method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], signed: list[str], moment: str, region: str) -> str:
    """The signature that a request must bear."""
    asked = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(query))
    lines = [method, quote(unquote(path), safe="/~"), asked, *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed), "", ";".join(signed), headers.get("x-amz-content-sha256", "")]
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in (moment[:8], region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest()


class _Handler(BaseHTTPRequestHandler):
    server: S3Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        return

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.server.asked.append(f"{self.command} {self.path}")
        if self.server.fail:
            self._send(self.server.fail, b"<Error><Code>InternalError</Code></Error>")
        elif not self._is_signed(parts.path, list(parse_qsl(parts.query, keep_blank_values=True)), body):
            self.server.refused.append(self.path)
            self._send(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        else:
            self._act(unquote(parts.path).removeprefix(f"/{BUCKET}").lstrip("/"), query, body)

    def _is_signed(self, path: str, query: list[tuple[str, str]], body: bytes) -> bool:
        told = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})", self.headers.get("Authorization", ""))
        if told is None or told[1] != KEY_ID or told[3] != REGION:
            return False
        headers = {name.lower(): value for name, value in self.headers.items()}
        digest = headers.get("x-amz-content-sha256", "")
        whole = digest == "UNSIGNED-PAYLOAD" or digest == hashlib.sha256(body).hexdigest()
        expected = signature(self.command, path, query, headers, told[4].split(";"), headers.get("x-amz-date", ""), told[3])
        return whole and hmac.compare_digest(expected, told[5])

    def _act(self, name: str, query: dict[str, str], body: bytes) -> None:
        objects = self.server.objects
        if self.command == "PUT" and "partNumber" in query:
            self.server.parts[query["uploadId"]][int(query["partNumber"])] = body
            return self._send(200, b"", ETag=f'"{query["partNumber"]}"')
        if self.command == "PUT":
            objects[name] = (body, datetime.now(UTC))
            return self._send(200, b"", ETag=f'"{hashlib.md5(body).hexdigest()}"')
        if self.command == "POST" and "uploads" in query:
            upload = f"u{len(self.server.parts) + 1}"
            self.server.parts[upload] = {}
            return self._send(200, f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>".encode())
        if self.command == "POST" and "uploadId" in query:
            content = b"".join(piece for _number, piece in sorted(self.server.parts.pop(query["uploadId"]).items()))
            objects[name] = (content, datetime.now(UTC))
            return self._send(200, b'<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>')
        if self.command == "POST" and "delete" in query:
            gone = re.findall(r"<Key>([^<]+)</Key>", body.decode())
            for each in gone:
                objects.pop(each, None)
            return self._send(200, ("<DeleteResult>" + "".join(f"<Deleted><Key>{each}</Key></Deleted>" for each in gone) + "</DeleteResult>").encode())
        if self.command == "DELETE":
            self.server.parts.pop(query.get("uploadId", ""), None)
            objects.pop(name, None) if "uploadId" not in query else None
            return self._send(204, b"")
        if "list-type" in query:
            return self._list(query.get("continuation-token", ""))
        if name not in objects:
            return self._send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return self._give(*objects[name])

    def _give(self, content: bytes, at: datetime) -> None:
        headers = {"Last-Modified": format_datetime(at, usegmt=True), "ETag": f'"{hashlib.md5(content).hexdigest()}"'}
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if found is None:
            return self._send(200, content, **headers)
        first, last = int(found[1]), min(int(found[2]), len(content) - 1)
        return self._send(206, content[first : last + 1], **headers, **{"Content-Range": f"bytes {first}-{last}/{len(content)}"})

    def _list(self, after: str) -> None:
        """Two a page, so that turning pages is part of every test."""
        names = [name for name in sorted(self.server.objects) if name > after]
        rows = "".join(
            f"<Contents><Key>{name}</Key><LastModified>{at.strftime('%Y-%m-%dT%H:%M:%S.000Z')}</LastModified><ETag>\"x\"</ETag><Size>{len(content)}</Size></Contents>"
            for name, (content, at) in ((name, self.server.objects[name]) for name in names[:2]))
        more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{names[1]}</NextContinuationToken>" if len(names) > 2 else "<IsTruncated>false</IsTruncated>"
        self._send(200, f"<ListBucketResult><Name>{BUCKET}</Name>{more}{rows}</ListBucketResult>".encode())

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
