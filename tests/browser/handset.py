"""A phone in somebody's hand: a Chromium with a profile of its own, which can lose its network and be killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
# What the tests of whole stories saw, to be looked at; kept out of the repository.
PICTURES = Path(os.environ.get("WENQU_PICTURES") or Path(__file__).resolve().parents[2] / "var" / "pictures")
# What the browser itself says of a request that finds no network; everything else that it complains of is ours.
_OFFLINE = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "net::ERR_CONNECTION_REFUSED")
_SMALL = """() => Array.from(document.querySelectorAll("button, a, input, select, textarea, label.tick")).filter((each) => {
  const box = each.getBoundingClientRect();
  return each.offsetParent && box.width && box.height < 43.5 && !each.closest("label") && !each.closest("dd");
}).map((each) => each.outerHTML.slice(0, 120))"""


def _holds(true: Callable[[], bool]) -> bool:
    try:
        return true()
    except Exception as error:
        # Asked while the page was being loaded anew.
        if "navigation" in str(error) or "context was destroyed" in str(error):
            return False
        raise


class Handset:
    def __init__(self, playwright_type: Any, base: str, folder: Path, *, locale: str = "zh-CN") -> None:
        self.kind, self.base, self.folder, self.locale = playwright_type, base, folder, locale
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self.offline = False
        self.start()

    def start(self) -> None:
        """Switch it on; what it kept is there again."""
        self.context = self.kind.launch_persistent_context(
            str(self.folder), executable_path=str(CHROMIUM), args=ARGS, base_url=self.base, viewport={"width": 360, "height": 720}, has_touch=True,
            is_mobile=True, locale=self.locale, timezone_id="Asia/Shanghai", accept_downloads=True)
        self.context.set_default_timeout(60_000)
        self.context.set_default_navigation_timeout(60_000)
        self.context.set_offline(self.offline)
        self.context.on("request", lambda request: self._seen(request.url))
        self.page = self.context.pages[0]
        self.watch(self.page)

    def watch(self, page: Any) -> None:
        page.on("console", lambda message: self._heard(message) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _seen(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:", "about:")):
            self.foreign.append(url)

    def _heard(self, message: Any) -> None:
        if not any(each in message.text for each in _OFFLINE):
            self.complaints.append(message.text)

    def kill(self) -> None:
        """As when the battery falls out: no page is told, no file is closed."""
        for pid in self._processes():
            os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 20
        while self._processes() and time.monotonic() < until:
            time.sleep(0.05)
        try:
            self.context.close()
        except Exception as error:
            assert "closed" in str(error).lower()  # noqa: PT017 - there is nobody left to close it
        (self.folder / "SingletonLock").unlink(missing_ok=True)

    def _processes(self) -> list[int]:
        """Of this profile only."""
        wanted, found = f"--user-data-dir={self.folder}".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (folder / "cmdline").read_bytes() and b"Z" not in (folder / "stat").read_bytes().rpartition(b")")[2][:3]:
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def lose_network(self) -> None:
        self.offline = True
        self.context.set_offline(True)

    def find_network(self) -> None:
        self.offline = False
        self.context.set_offline(False)

    def open(self, hash: str = "") -> None:
        """Go there by the address; the page itself is loaded only where it is not open yet."""
        if self.page.url.startswith(f"{self.base}/phone/"):
            self.page.evaluate("hash => { location.hash = hash }", hash)
        else:
            self.page.goto(f"/phone/{'#' + hash if hash else ''}")
        self.page.locator(".bar h1").wait_for()

    def pair(self, secret: str, name: str = "王管的红米") -> None:
        self.page.goto(f"/phone/#pair={secret}")
        self.page.fill("#name", name)
        self.page.get_by_role("button", name="登记", exact=True).click()
        self.synced()

    def ready(self, secret: str) -> None:
        """Paired, synced, and able to open without a network."""
        self.pair(secret)
        self.installed()

    def synced(self) -> None:
        """Wait for the end of a sync that came through."""
        self.page.get_by_text("已同步").wait_for()

    def installed(self) -> None:
        """Wait until the service worker has everything and answers for the page."""
        self.page.evaluate("navigator.serviceWorker.ready.then((found) => new Promise((done) => { const look = () => navigator.serviceWorker.controller && found.active.state === 'activated' ? done() : setTimeout(look, 30); look(); }))")

    def kept(self, store: str) -> list[Any]:
        """What lies in a store of the phone's database."""
        return self.page.evaluate("""(name) => new Promise((done, fail) => { const asked = indexedDB.open("wenqu-phone");
          asked.onerror = () => fail(asked.error);
          asked.onsuccess = () => { const all = asked.result.transaction(name).objectStore(name).getAll(); all.onsuccess = () => { asked.result.close(); done(JSON.parse(JSON.stringify(all.result))); }; }; })""", store)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for what no element shows."""
        end = time.monotonic() + 60
        while not _holds(true):
            assert time.monotonic() < end
            self.page.wait_for_timeout(50)

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    @property
    def unsent(self) -> str:
        return self.page.locator(".bar .count").inner_text()

    @property
    def overflow(self) -> int:
        return self.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")

    def small(self) -> list[str]:
        """What is shown and too low for a thumb."""
        return self.page.evaluate(_SMALL)

    def picture(self, name: str, *, whole: bool = False) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(PICTURES / f"phone-{name}.png"), full_page=whole)

    def close(self) -> None:
        self.context.close()
