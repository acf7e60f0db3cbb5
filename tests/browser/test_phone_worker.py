"""The service worker of the phone page in a real Chromium: without a signal, with a broken update, between two servers of which one is new."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wenqu.survey.phone import bundle as bundles
from wenqu.survey.phone import shell
from wenqu.survey.phone.bundle import Bundle, File

pytestmark = pytest.mark.browser
CLIENT = bundles.FOLDER
APP = """
import {{ part }} from "./part.js";
document.querySelector("#app").textContent = `{0} ${{part}}`;
window.later = async () => (await import("./later.js")).later;
navigator.serviceWorker.register("/phone/sw.js");
"""
CONTROLLED = "() => Boolean(navigator.serviceWorker.controller)"
WAITING = "async () => Boolean((await navigator.serviceWorker.ready).waiting)"
UPDATE = """async () => {
  const registration = await navigator.serviceWorker.ready;
  try { await registration.update(); } catch (error) { return "not fetched"; }
  const worker = registration.installing || registration.waiting;
  if (!worker) return "nothing new";
  while (worker.state === "installing") await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  return worker.state;
}"""
CACHES = "async () => (await caches.keys()).sort()"
ASK = "async (path) => { try { return (await fetch(path)).status; } catch (error) { return 0; } }"


class Server:
    """What the server has: `now` is its version, `broken` files answer something else."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.now = self.version("one")
        monkeypatch.setattr(shell, "bundle", lambda: self.now)

    def version(self, name: str) -> Bundle:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in {"app.js": APP.format(name), "part.js": f'export const part = "part of {name}";\n', "later.js": f'export const later = "later of {name}";\n'}.items():
            (folder / file).write_text(text, encoding="utf-8")
        (folder / "phone.css").write_text(f"/* */\n#app {{ --of: {name}; }}\n", encoding="utf-8")
        for own in ("sw.js", "begin.js"):
            shutil.copy(CLIENT / own, folder / own)
        self.monkeypatch.setattr(bundles, "FOLDER", folder)
        return bundles._made.__wrapped__(0)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    return Server(tmp_path, monkeypatch)


@pytest.fixture
def phone(chromium: Any, live_server: Any, server: Server) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 360, "height": 720}, base_url=live_server.url)
    context.set_default_timeout(60_000)
    yield context
    context.close()


def opened(phone: Any) -> Any:
    page = phone.new_page()
    page.goto("/phone/")
    page.wait_for_function("() => document.querySelector('#app').textContent !== ''")
    return page


def told(page: Any) -> str:
    return str(page.text_content("#app"))


def ready(phone: Any) -> Any:
    page = opened(phone)
    page.wait_for_function(CONTROLLED)
    return page


def restarted(phone: Any, page: Any) -> Any:
    """The page closed and opened anew."""
    page.close()
    return opened(phone)


def offline(phone: Any, page: Any) -> None:
    phone.set_offline(True)
    assert page.evaluate(ASK, "/phone/manifest.webmanifest") == 0, "the phone is offline"


def test_it_opens_without_a_signal_after_the_first_visit(phone: Any) -> None:
    page = ready(phone)
    offline(phone, page)
    page = restarted(phone, page)
    assert told(page) == "one part of one" and page.evaluate("() => later()") == "later of one"
    page.goto("/phone/#pair=wqp_secret")
    assert told(page) == "one part of one"
    page.goto("/phone/?from=start")
    assert told(page) == "one part of one"


def test_only_the_files_of_the_page_are_kept(phone: Any, server: Server) -> None:
    page = ready(phone)
    for path in ("/phone/api/tasks", "/x/formList", "/phone/manifest.webmanifest", "/pair/"):
        page.evaluate(ASK, path)
    kept = page.evaluate("async () => (await (await caches.open((await caches.keys())[0])).keys()).map((each) => new URL(each.url).pathname).sort()")
    assert kept == sorted(f"/phone/a/{server.now.version}/{name}" for name in server.now.files if name not in {bundles.PACK, *bundles.LATER})
    offline(phone, page)
    assert [page.evaluate(ASK, path) for path in ("/phone/api/tasks", "/x/formList", "/phone/sw.js")] == [0, 0, 0]


def test_a_new_version_waits_until_it_is_asked_to_take_over(phone: Any, server: Server) -> None:
    page = ready(phone)
    old, server.now = server.now, server.version("two")
    assert page.evaluate(UPDATE) == "installed"
    page.reload()
    assert told(page) == "one part of one" and page.evaluate(WAITING)
    page.evaluate("async () => { (await navigator.serviceWorker.ready).waiting.postMessage({ type: 'take-over' }); }")
    page.wait_for_function("async () => !(await navigator.serviceWorker.ready).waiting")
    # The page that is open goes on with its own files, though the server has them no more.
    assert page.evaluate("() => later()") == "later of one"
    page.reload()
    page.wait_for_function("() => document.querySelector('#app').textContent.startsWith('two')")
    assert told(page) == "two part of two" and old.version != server.now.version


def test_older_files_go_when_no_page_is_open_that_could_need_them(phone: Any, server: Server) -> None:
    page = ready(phone)
    first = server.now.version
    server.now = server.version("two")
    page.evaluate(UPDATE)
    assert page.evaluate(CACHES) == sorted([f"phone-{first}", f"phone-{server.now.version}"])
    page = restarted(phone, restarted(phone, page))
    page.wait_for_function("() => document.querySelector('#app').textContent.startsWith('two')")
    page = restarted(phone, page)
    page.wait_for_function(f"async () => (await caches.keys()).join() === 'phone-{server.now.version}'")
    offline(phone, page)
    assert told(restarted(phone, page)) == "two part of two"


def damaged(made: Bundle, name: str) -> Bundle:
    """A server that answers something else for one file: a portal, a file of another version, half of it."""
    return Bundle(made.version, {**made.files, name: File(b"<html>Please sign in</html>", made.files[name].kind)}, made.worker)


@pytest.mark.parametrize("name", ["pack.json", "shell.html", "phone.css"])
def test_an_update_with_a_file_that_is_not_what_it_should_be_changes_nothing(phone: Any, server: Server, name: str) -> None:
    page = ready(phone)
    good = server.version("two")
    server.now = damaged(good, name)
    assert page.evaluate(UPDATE) == "redundant"
    offline(phone, page)
    page = restarted(phone, page)
    assert told(page) == "one part of one"
    # And when the server is whole, the update comes after all, the broken answer forgotten.
    phone.set_offline(False)
    server.now = good
    page = restarted(phone, page)
    assert page.evaluate(UPDATE) == "installed"
    page = restarted(phone, restarted(phone, page))
    page.wait_for_function("() => document.querySelector('#app').textContent.startsWith('two')")
    offline(phone, page)
    assert told(restarted(phone, page)) == "two part of two"


def test_an_update_that_breaks_off_changes_nothing(phone: Any, server: Server) -> None:
    page = ready(phone)
    made = server.version("two")
    server.now = Bundle(made.version, {name: file for name, file in made.files.items() if name != bundles.PACK}, made.worker)
    assert page.evaluate(UPDATE) == "redundant"
    offline(phone, page)
    assert told(restarted(phone, page)) == "one part of one"


def test_two_servers_of_which_one_is_new_never_mix_their_files(phone: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ready(phone)
    old, new = server.now, server.version("two")
    turn = {"at": 0}

    def either() -> Bundle:
        turn["at"] += 1
        return (old, new)[turn["at"] % 2]

    monkeypatch.setattr(shell, "bundle", either)
    for _time in range(4):
        page.evaluate(UPDATE)
        page = restarted(phone, page)
        assert told(page) in {"one part of one", "two part of two"}
    monkeypatch.setattr(shell, "bundle", lambda: new)
    page.evaluate(UPDATE)
    page = restarted(phone, restarted(phone, page))
    page.wait_for_function("() => document.querySelector('#app').textContent.startsWith('two')")
    assert told(page) == "two part of two"


def test_another_language_is_kept_once_it_was_read_in_newer_versions_too(phone: Any, server: Server) -> None:
    page = ready(phone)
    words = "async () => Object.keys((await import(document.documentElement.dataset.base + 'words.en.js')).default).length > 100"
    assert page.evaluate(words)
    server.now = server.version("two")
    assert page.evaluate(UPDATE) == "installed"
    page = restarted(phone, restarted(phone, page))
    page.wait_for_function("() => document.querySelector('#app').textContent.startsWith('two')")
    offline(phone, page)
    assert page.evaluate(words)


def test_where_no_worker_comes_the_modules_come_one_by_one(phone: Any, live_server: Any) -> None:
    phone.route("**/phone/sw.js", lambda route: route.fulfill(status=503, body=""))
    page = opened(phone)
    assert told(page) == "one part of one" and not page.evaluate(CONTROLLED)


def test_all_modules_come_in_one_piece(phone: Any, live_server: Any) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page = ready(phone)
    assert told(page) == "one part of one" and asked.count("pack.json") == 1
    assert page.evaluate("() => performance.getEntriesByType('resource').filter((each) => each.name.endsWith('part.js') && each.workerStart > 0).length") == 1


def test_a_browser_that_is_too_old_is_told_so(phone: Any, live_server: Any) -> None:
    page = phone.new_page()
    page.add_init_script("delete String.prototype.replaceAll;")
    page.goto("/phone/")
    assert "浏览器太旧" in str(page.text_content("#unable")) and page.is_visible("#unable")
    page = opened(phone)
    assert not page.is_visible("#unable")
