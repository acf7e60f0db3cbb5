"""The phone page on a slow phone: real headless Chromium at 360×720, its processor throttled 6 times, 3,000 households.

«First use» is with nothing of the page's code on the phone: until the list of households of a village can be used, and until the
first question of a form is shown. «Second open» is after the browser was closed and opened. Then the register synced, what
comes over the line, memory beside a blank tab; and without a network: loaded anew, filled, the browser killed, started, sent: one record.

    python bench/phone.py [--households N] [--rounds N] [--throttle N]      pictures go to WENQU_PICTURES or var/pictures
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from intake_servers import page_server
from ledger import NOISY
from phone_browser import SlowPhone
from phone_thumb import QUESTION, fill
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
PICTURES = Path(os.environ.get("WENQU_PICTURES") or HERE.parent / "var" / "pictures")
CODE_KB, SYNC_MB, STILL_KB, FIRST, SECOND = 60, 5.0, 5.0, 2.5, 1.0
HELD = """() => new Promise((done, fail) => { const asked = indexedDB.open("wenqu-phone"); asked.onerror = () => fail(asked.error); asked.onsuccess = () => {
  const all = asked.result.transaction("buckets").objectStore("buckets").getAll();
  all.onsuccess = () => { asked.result.close(); done(all.result.filter((each) => each.id.startsWith("h/")).reduce((sum, each) => sum + each.rows.length, 0)); }; }; })"""
ROW, SYNCED = "a.row", "text=已同步"


def inside(env: dict[str, str], *command: str) -> Any:
    done = subprocess.run([sys.executable, str(HERE / "phone_stage.py"), *command], check=True, env=env, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def tell(name: str, figure: float, unit: str, goal: float | None = None, more: str = "") -> None:
    word = "" if goal is None else "ok " if figure < goal else "short "
    print(f"phone-{name} {word}{figure:.2f} {unit}{'' if goal is None else f' (goal under {goal:g} {unit})'}{more}", flush=True)


def tell_times(name: str, times: list[float], goal: float | None = None) -> None:
    tell(name, statistics.median(times), "s", goal, f", {len(times)} rounds {min(times):.2f}-{max(times):.2f}")


def packed_code(base: str) -> int:
    """The bytes of all files of a version as they come over the line, packed: everything that the service worker keeps."""
    worker = urllib.request.urlopen(f"{base}/phone/sw.js").read().decode()
    total = len(gzip.compress(worker.encode(), 9))
    for name in re.findall(r'"(/phone/a/[^"]+)"', worker.partition("const FILES = ")[2].partition(";\n")[0]):
        asked = urllib.request.Request(base + name, headers={"Accept-Encoding": "gzip"})
        total += len(urllib.request.urlopen(asked).read())
    return total


def picture(phone: SlowPhone, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    phone.page.screenshot(path=str(PICTURES / f"bench-phone-{name}.png"))


def pair_and_sync(phone: SlowPhone, env: dict[str, str]) -> None:
    tell("pairing-shown", phone.timed(f"/phone/#pair={inside(env, 'code')}", "#name"), "s", None, ", nothing of the page on the phone")
    phone.page.fill("#name", "测量的手机")
    picture(phone, "pairing")
    phone.loaded.clear()
    started = time.perf_counter()
    phone.page.get_by_role("button", name="登记", exact=True).click()
    phone.page.locator(SYNCED).first.wait_for()
    tell("first-sync", time.perf_counter() - started, "s", None, f", {phone.page.evaluate(HELD)} households on the phone")
    tell("first-sync-data", phone.loaded["data"] / 1e6, "MB", SYNC_MB)
    phone.page.wait_for_timeout(3000)
    picture(phone, "home")
    phone.loaded.clear()
    phone.page.get_by_role("button", name="同步").first.click()
    phone.page.wait_for_timeout(1000)
    phone.page.locator(SYNCED).first.wait_for()
    phone.page.wait_for_timeout(3000)
    tell("sync-without-change", phone.loaded["data"] / 1000, "KB", STILL_KB)


def open_times(phone: SlowPhone, told: dict[str, Any], rounds: int) -> str:
    """First use and second open; gives the address of the form."""
    village = f"/phone/#village/{told['path']}/households"
    phone.timed(village, ROW)
    picture(phone, "village")
    phone.page.locator(ROW).first.click()
    check = phone.page.get_by_role("link", name="核查").first
    form = f"/phone/{check.get_attribute('href')}"
    check.click()
    phone.page.locator(QUESTION).first.wait_for()
    picture(phone, "question")
    found: dict[str, list[float]] = {"first-use-list": [], "first-use-question": [], "second-open-list": [], "second-open-question": []}
    for _ in range(rounds):
        for place, selector, name in ((village, ROW, "list"), (form, QUESTION, "question")):
            phone.again()
            phone.forget_code()
            found[f"first-use-{name}"].append(phone.timed(place, selector))
            phone.page.evaluate("navigator.serviceWorker.ready")
            phone.page.wait_for_timeout(4000)
            phone.again()
            found[f"second-open-{name}"].append(phone.timed(place, selector))
    for name, times in found.items():
        tell_times(name, times, FIRST if name.startswith("first") else SECOND)
    return form


def without_network(phone: SlowPhone, form: str, env: dict[str, str]) -> None:
    phone.again()
    phone.context.set_offline(True)
    tell("offline-reload", phone.timed(form, QUESTION), "s", SECOND)
    fill(phone)
    picture(phone, "offline-filled")
    phone.page.get_by_text("待发 1").first.wait_for()
    phone.kill()
    before = inside(env, "rows")
    phone.start()
    phone.page.goto("/phone/")
    phone.page.get_by_text("待发 0").first.wait_for()
    picture(phone, "sent")
    after = inside(env, "rows")
    word = "ok" if (before[0], after[0], after[2]) == (0, 1, 0) else "short"
    print(f"phone-offline {word} without a network: loaded anew, filled, browser killed, started, sent: {after[0]} record, {after[1]} files, {after[2]} incomplete", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--throttle", type=int, default=6)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-", ignore_cleanup_errors=True) as scratch, sync_playwright() as playwright:
        env = {**os.environ, "WENQU_DATA": str(Path(scratch, "data")), "WENQU_DEMO": "1", "PROMETHEUS_MULTIPROC_DIR": scratch}
        env.pop("DATABASE_URL", None)
        told = inside(env, "stage", str(args.households))
        load = os.getloadavg()[0]
        print(f"{told['households']} households in {told['villages']} villages, processor throttled {args.throttle} times, load {load:.1f} on "
              f"{os.cpu_count()} cores{' (noisy)' if load > NOISY * (os.cpu_count() or 1) else ''}", flush=True)
        with page_server("wenqu.wsgi:application", env, HERE) as server:
            base = f"http://127.0.0.1:{server.port}"
            tell("code", packed_code(base) / 1000, "KB packed, all of it, before the first screen", CODE_KB)
            blank = SlowPhone(playwright.chromium, base, Path(scratch, "blank"), args.throttle)
            heap, drawn = blank.memory()
            print(f"phone-memory-blank heap {heap:.1f} MB, processes that draw {drawn:.0f} MB")
            blank.context.close()
            phone = SlowPhone(playwright.chromium, base, Path(scratch, "phone"), args.throttle)
            pair_and_sync(phone, env)
            form = open_times(phone, told, args.rounds)
            heap, drawn = phone.memory()
            print(f"phone-memory heap {heap:.1f} MB, processes that draw {drawn:.0f} MB, a form open", flush=True)
            without_network(phone, form, env)
            phone.context.close()


if __name__ == "__main__":
    main()
