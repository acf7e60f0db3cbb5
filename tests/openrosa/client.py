"""What ODK Collect does, step by step, with nothing of the server's in it: the test that our answers are what it can use.

It throws away what Collect throws away: a form list with one bad entry, a manifest with one bad file, an answer without the
version header.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"


class Useless(Exception):
    """An answer that Collect cannot use."""


@dataclass
class Form:
    form_id: str
    name: str
    version: str
    hash: str
    download_url: str
    manifest_url: str = ""
    xform: bytes = b""
    media: dict[str, bytes] = field(default_factory=dict)
    entities: dict[str, str] = field(default_factory=dict)  # list -> integrityUrl


class Collect:
    """A phone with Collect on it."""

    def __init__(self, server_url: str, http: Client | None = None) -> None:
        self.server_url, self.http = server_url.rstrip("/"), http or Client()

    @classmethod
    def scan(cls, code: str) -> Collect:
        """Set up by the QR."""
        settings = json.loads(zlib.decompress(base64.b64decode(code)))
        return cls(settings["general"]["server_url"])

    def ask(self, url: str, method: str = "get", **more: Any) -> Any:
        parts = urlsplit(url)
        answer = getattr(self.http, method)(parts.path + (f"?{parts.query}" if parts.query else ""), headers={"X-OpenRosa-Version": "1.0"}, **more)
        if answer.headers.get("X-OpenRosa-Version") != "1.0":
            raise Useless("no OpenRosa version")
        return answer

    def _xml(self, url: str) -> ElementTree.Element:
        answer = self.ask(url)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/xml"):
            raise Useless(f"{answer.status_code} {answer.headers['Content-Type']}")
        return ElementTree.fromstring(answer.content)

    def form_list(self) -> list[Form]:
        root = self._xml(f"{self.server_url}/formList")
        if root.tag != f"{LIST}xforms":
            raise Useless(root.tag)
        return [self._form(each) for each in root if each.tag == f"{LIST}xform"]

    def _form(self, entry: ElementTree.Element) -> Form:
        told = {each.tag.removeprefix(LIST): (each.text or "").strip() for each in entry}
        if not (told.get("formID") and told.get("name") and told.get("downloadUrl")):
            raise Useless("a form without formID, name or downloadUrl: the whole list is thrown away")
        return Form(told["formID"], told["name"], told.get("version", ""), told.get("hash", ""), told["downloadUrl"], told.get("manifestUrl", ""))

    def download(self, form: Form) -> Form:
        """The form with all its files; a file whose hash is not as told is not taken."""
        form.xform = self.ask(form.download_url).content
        if form.hash != f"md5:{hashlib.md5(form.xform).hexdigest()}":
            raise Useless("the form is not the one of the list")
        root = self._xml(form.manifest_url) if form.manifest_url else []
        for file in root:
            told = {each.tag.removeprefix(MANIFEST): (each.text or "").strip() for each in file}
            if file.tag != f"{MANIFEST}mediaFile" or not (told.get("filename") and told.get("hash") and told.get("downloadUrl")):
                raise Useless("a file without filename, hash or downloadUrl")
            content = self.ask(told["downloadUrl"]).content
            if told["hash"] != f"md5:{hashlib.md5(content).hexdigest()}":
                raise Useless("the file is not the one of the manifest")
            form.media[told["filename"]] = content
            if file.get("type") == "entityList":
                form.entities[told["filename"].removesuffix(".csv")] = told["integrityUrl"]
        return form

    def manifest_hashes(self, form: Form) -> dict[str, str]:
        return {str(each.findtext(f"{MANIFEST}filename")): str(each.findtext(f"{MANIFEST}hash")) for each in self._xml(form.manifest_url)}

    def deleted(self, integrity_url: str, ids: list[str]) -> dict[str, bool]:
        root = self._xml(f"{integrity_url}?id={','.join(ids)}")
        return {str(each.get("id")): each.findtext("deleted") == "true" for each in root.iter("entity")}

    def send(self, xml: bytes, files: dict[str, bytes] | None = None, *, at_once: int = 100) -> list[Any]:
        """Ask first what may be sent, then send in parts: each with the record, all but the last marked incomplete."""
        head = self.ask(f"{self.server_url}/submission", "head")
        if head.status_code != 204 or not int(head.headers["X-OpenRosa-Accept-Content-Length"]):
            raise Useless("HEAD")
        self.most = int(head.headers["X-OpenRosa-Accept-Content-Length"])
        names = list(files or {})
        parts = [names[start : start + at_once] for start in range(0, len(names), at_once)] or [[]]
        return [self.post(xml, {name: (files or {})[name] for name in part}, incomplete=part is not parts[-1]) for part in parts]

    def post(self, xml: bytes, files: dict[str, bytes] | None = None, *, incomplete: bool = False) -> Any:
        body: dict[str, Any] = {"xml_submission_file": SimpleUploadedFile("submission.xml", xml, "text/xml")}
        if incomplete:
            body["*isIncomplete*"] = "yes"
        for name, content in (files or {}).items():
            body[name] = SimpleUploadedFile(name, content, "image/jpeg")
        return self.ask(f"{self.server_url}/submission", "post", data=body)

    @staticmethod
    def is_sent(answer: Any) -> bool:
        """201 and 202 only: the 200 of a captive portal is no receipt. Only then does the phone mark it as sent."""
        return answer.status_code in {201, 202}
