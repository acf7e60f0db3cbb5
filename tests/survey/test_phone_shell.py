"""The page itself: one folder a version, the same for everybody, nothing written into the page, nothing from elsewhere."""

from __future__ import annotations

import gzip
import json
import posixpath
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cast import Cast
from django.test import Client

from wenqu.survey.phone import bundle as bundles
from wenqu.survey.phone import shell
from wenqu.survey.phone.bundle import BEGINNING, LATER, PACK, Bundle, bundle, sources

IMPORTS = re.compile(r"""(?:^\s*(?:import|export)\b[^;"'()]*|\bimport\s*\(\s*)["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


def get(path: str, **headers: str) -> object:
    return Client().get(path, headers=headers)


@pytest.fixture
def client_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bundle]:
    """The page out of these files."""

    def make(**files: str) -> Bundle:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        for name, text in {"app.js": "start();\n", "sw.js": "go();\n", **files}.items():
            target = folder / name.replace("__", "/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        monkeypatch.setattr(bundles, "FOLDER", folder)
        return bundles._made.__wrapped__(0)

    return make


@pytest.mark.django_db
class TestShell:
    def test_it_is_the_same_for_everybody_and_leaves_no_cookie(self, cast: Cast, sign_in: Callable[..., Client]) -> None:
        stranger, office = get("/phone/"), sign_in(cast.chen).get("/phone/", headers={"Cookie": "wenqu_language=en"})
        assert stranger.content == office.content and not stranger.cookies and not office.cookies
        assert "Cookie" not in stranger.headers["Vary"] and stranger.headers["Cache-Control"] == "no-cache"

    def test_nothing_is_written_into_it_and_nothing_comes_from_elsewhere(self) -> None:
        answer = get("/phone/")
        page = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
        asked = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert asked and all(each.startswith("/phone/") for each in asked)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy and "http" not in policy and "img-src 'self' data: blob:" in policy
        assert answer.headers["Permissions-Policy"] == "camera=(self), geolocation=(self), microphone=()"

    def test_every_address_in_it_is_there(self) -> None:
        for each in re.findall(r'(?:src|href)="([^"]+)"', get("/phone/").content.decode()):
            assert get(each).status_code == 200, each

    def test_it_names_its_version_and_its_folder(self) -> None:
        version = bundle().version
        assert f'<html lang="zh-CN" data-version="{version}" data-base="/phone/a/{version}/">' in get("/phone/").content.decode()

    def test_what_did_not_change_is_not_sent_again(self) -> None:
        for path in ("/phone/", "/phone/sw.js", "/phone/manifest.webmanifest"):
            tag = get(path).headers["ETag"]
            assert get(path, **{"If-None-Match": tag}).status_code == 304

    def test_it_takes_no_form(self) -> None:
        for path in ("/phone/", "/phone/sw.js", f"/phone/a/{bundle().version}/app.js"):
            assert Client().post(path).status_code in {403, 405}

    def test_the_manifest_names_icons_that_are_there(self) -> None:
        told = json.loads(get("/phone/manifest.webmanifest").content)
        assert told["start_url"] == told["scope"] == "/phone/" and {each["sizes"] for each in told["icons"]} == {"any", "192x192", "512x512"}
        for each in told["icons"]:
            answer = get(each["src"])
            assert answer.headers["Content-Type"] == each["type"]
            if each["type"] == "image/png":
                assert int.from_bytes(answer.content[16:20], "big") == int(each["sizes"].split("x")[0])
        assert get("/phone/icons/../sw.js").status_code == 404 == get("/phone/icons/none.png").status_code


@pytest.mark.django_db
class TestFiles:
    def test_every_file_of_the_version_is_packed_immutable_and_what_the_worker_says(self) -> None:
        made = bundle()
        worker = get("/phone/sw.js").content.decode()
        told = {name: json.loads(text) for name, text in re.findall(r"^const ([A-Z]+) = (.*);$", worker, re.MULTILINE)}
        modules = json.loads(get(told["PACK"]).content)
        assert modules == {name: file.content.decode() for name, file in made.files.items() if name.endswith(".js") and name not in {BEGINNING, *LATER}}
        assert dict(told["FILES"]) == {
            f"/phone/a/{made.version}/{name}": file.integrity for name, file in made.files.items() if name not in {*modules, *LATER}}
        for name, file in made.files.items():
            plain, packed = get(f"/phone/a/{made.version}/{name}"), get(f"/phone/a/{made.version}/{name}", **{"Accept-Encoding": "gzip, br"})
            assert plain.content == gzip.decompress(packed.content) == file.content, name
            assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers and "Accept-Encoding" in plain.headers["Vary"]
            assert "immutable" in plain.headers["Cache-Control"] and "public" in plain.headers["Cache-Control"] and not plain.cookies

    def test_the_shell_of_the_folder_is_the_page(self) -> None:
        answer = get(f"/phone/a/{bundle().version}/shell.html")
        assert answer.content == get("/phone/").content and answer.headers["Content-Security-Policy"] == shell.POLICY
        assert answer.headers["Content-Type"].startswith("text/html")

    def test_a_file_of_another_version_is_not_there_and_not_remembered_as_such(self) -> None:
        for path in ("/phone/a/0123456789abcdef/app.js", f"/phone/a/{bundle().version}/nothing.js", f"/phone/a/{bundle().version}/../api/tasks"):
            answer = get(path)
            assert answer.status_code in {403, 404} and "no-store" in answer.headers["Cache-Control"], path

    def test_the_version_is_another_when_any_file_or_word_is(self, client_of: Callable[..., Bundle], monkeypatch: pytest.MonkeyPatch) -> None:
        versions = {client_of().version, client_of(**{"app.js": "start(1);\n"}).version, client_of(**{"a__b.js": "x();\n"}).version, client_of(**{"sw.js": "went();\n"}).version}
        monkeypatch.setitem(bundles.WORDS, "one_more_word", "字")
        versions.add(client_of().version)
        assert len(versions) == 5
        again = client_of().version
        assert again == client_of().version

    def test_comments_are_left_out_and_text_is_not(self, client_of: Callable[..., Bundle]) -> None:
        text = "/**\n * told\n */\n// told `once\nconst a = `\n// kept\n\n/* kept */\n  `; // why\n\n  // told\nb(/`\\/\\//);\n"
        made = client_of(**{"app.js": text, "phone.css": "/* told */\n:root { color: red; }\n"})
        assert made.files["app.js"].content.decode() == "const a=`\n// kept\n\n/* kept */\n  `;b(/`\\/\\//);\n"
        assert made.files["phone.css"].content.decode() == ":root{color:red}\n"

    def test_all_modules_together_are_small_enough_for_a_bad_line(self) -> None:
        made = bundle()
        first = [made.files[name] for name in (PACK, "shell.html", "begin.js", "phone.css", "form/form.css")]
        assert sum(len(file.packed) for file in first) + len(gzip.compress(made.worker.encode())) < 60_000

    def test_every_import_of_the_page_leads_to_a_file_of_it(self) -> None:
        made = bundle()
        for name, file in made.files.items():
            for step in IMPORTS.findall(file.content.decode()) if name.endswith(".js") else []:
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), step))
                assert target in made.files, f"{name} imports {step}"
        assert "engine/form.js" in made.files and "sw.js" not in made.files and not any("icons" in name for name in made.files)

    def test_the_page_names_no_other_host(self) -> None:
        for name, path in sources().items():
            found = re.findall(r"https?://[\w.-]+", path.read_text(encoding="utf-8"))
            assert set(found) <= {"http://www.w3.org", "http://openrosa.org"}, name
