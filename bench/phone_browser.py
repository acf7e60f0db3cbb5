"""A slow phone: Chromium with a profile of its own, 360×720, its processor throttled; what it loads is counted, and it can be killed."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

from measure import tree_mb

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]


class SlowPhone:
    """`throttle` times slower than this machine. `loaded` counts the bytes that came over the line, by what they were for."""

    def __init__(self, kind: Any, base: str, folder: Path, throttle: int) -> None:
        self.kind, self.base, self.folder, self.throttle = kind, base, folder, throttle
        self.loaded: Counter[str] = Counter()
        self._urls: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        self.context = self.kind.launch_persistent_context(
            str(self.folder), executable_path=CHROMIUM, args=ARGS, base_url=self.base, viewport={"width": 360, "height": 720}, has_touch=True,
            is_mobile=True, locale="zh-CN", timezone_id="Asia/Shanghai")
        self.context.set_default_timeout(300_000)
        self.context.set_default_navigation_timeout(300_000)
        self.page = self.context.pages[0]
        self.cdp = self.context.new_cdp_session(self.page)
        self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": self.throttle})
        self.cdp.send("Performance.enable")
        self.cdp.send("Network.enable")
        self.cdp.on("Network.requestWillBeSent", lambda told: self._urls.update({told["requestId"]: told["request"]["url"]}))
        self.cdp.on("Network.responseReceived", lambda told: self._urls.pop(told["requestId"], None) if told["response"].get("fromServiceWorker") else None)
        self.cdp.on("Network.loadingFinished", self._count)

    def _count(self, told: dict[str, Any]) -> None:
        url = self._urls.get(told["requestId"], "")
        if url.startswith(self.base):
            self.loaded["data" if "/api/" in url or "/pair/" in url else "code"] += int(told["encodedDataLength"])

    def forget_code(self) -> None:
        """What the page is made of is gone, as on the first day; what it holds of the register stays."""
        told = {"origin": self.base, "storageTypes": "service_workers,cache_storage"}
        self.cdp.send("Storage.clearDataForOrigin", told)
        self.cdp.send("Network.clearBrowserCache")

    def timed(self, url: str, selector: str) -> float:
        """Seconds from going there to something being shown."""
        self.page.goto("about:blank")
        started = time.perf_counter()
        self.page.goto(url, wait_until="commit")
        self.page.locator(selector).first.wait_for()
        return time.perf_counter() - started

    def memory(self) -> tuple[float, float]:
        """(MB of the heap of scripts, MB of the processes that draw pages)."""
        self.cdp.send("HeapProfiler.collectGarbage")
        metrics = {each["name"]: each["value"] for each in self.cdp.send("Performance.getMetrics")["metrics"]}
        drawing = [pid for pid in self._processes() if b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        return metrics["JSHeapUsedSize"] / 1e6, sum(_own_mb(pid) for pid in drawing)

    def _processes(self) -> list[int]:
        """The browser of this profile and all below it."""
        wanted, found = f"--user-data-dir={self.folder}".encode(), []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (place / "cmdline").read_bytes():
                    found.append(int(place.name))
            except OSError:
                continue
        for pid in found:
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    found += [int(child) for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split() if int(child) not in found]
            except OSError:
                continue
        return found

    def kill(self) -> None:
        """As when the battery falls out."""
        for pid in self._processes():
            os.kill(pid, signal.SIGKILL)
        time.sleep(1)
        try:
            self.context.close()
        except Exception as error:  # noqa: BLE001
            if "closed" not in str(error).lower():
                raise
        (self.folder / "SingletonLock").unlink(missing_ok=True)

    def again(self) -> None:
        """Put away and taken out again."""
        self.context.close()
        self.start()


def _own_mb(pid: int) -> float:
    """Of the process alone."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
    except OSError:
        return tree_mb(pid)
