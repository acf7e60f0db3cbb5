"""`wenqu serve`: bring the database up to date, start one worker and the page server, stop both together."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from wenqu.kit.boot import start

PREFERRED_PORT = 8000
# A page is drawn by Python, which uses one core a process: two let four people read at once without waiting for each
# other. What writes waits for its turn in the database in either case.
PAGE_PROCESSES = "2"
PR_SET_PDEATHSIG = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认只限本机 127.0.0.1）")
    parser.add_argument("--port", type=int, default=0, help=f"端口（默认 {PREFERRED_PORT}，被占用时自动另选）")
    parser.add_argument("--demo", action="store_true", help="首次启动时装入演示县")


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop. Exit status 0 after a stop, 1 when something could not start."""
    if args.demo:
        # For this process and its children: the demo's accounts are let in by their password alone.
        os.environ["WENQU_DEMO"] = "1"
    start(migrate=True)
    refusal = _look_at_certificate()
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    if args.demo:
        from wenqu.demo.commands import load_demo_if_absent

        load_demo_if_absent()
    from wenqu.kit.crypto.workplace import keep_temporary_files_private

    # Uploads on their way in and workbooks under construction are temporary files of libraries: they hold personal data.
    os.environ["TMPDIR"] = str(keep_temporary_files_private())
    port = args.port or free_port(args.host)
    children = [_start_worker(), _start_pages(args.host, port), *_start_to_https(args.host, port)]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        if not _answers(args.host, port, children[1]):
            print("网页服务没有启动，请查看上面的错误信息", file=sys.stderr)
            return 1
        _announce(args, port)
        return _watch(children)
    finally:
        for child in children:
            _stop(child)


def free_port(host: str) -> int:
    """The preferred port, or one that the system gives when that is taken."""
    for port in (PREFERRED_PORT, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    sys.exit("没有可用的端口")


def _die_with_parent() -> None:
    """On Linux the child gets SIGTERM when this process is killed, so that nothing is left running."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _spawn(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *command], preexec_fn=_die_with_parent, start_new_session=True)  # noqa: PLW1509


def _start_worker() -> subprocess.Popen[bytes]:
    return _spawn("-m", "wenqu.cli", "worker")


def _start_pages(host: str, port: int) -> subprocess.Popen[bytes]:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_fresh_counts())
    return _spawn(
        "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", PAGE_PROCESSES,
        "--blocking-threads", "4", "--log-level", "warning", "--respawn-failed-workers", *_tls(), "wenqu.wsgi:application",
    )


def _look_at_certificate() -> str:
    """Why the certificate of the settings cannot be served with, "" where it can or none is set."""
    from django.conf import settings
    from django.utils import timezone

    from wenqu.kit import tls

    try:
        certificate = tls.check(settings.CERT_FILE, settings.CERT_KEY_FILE)
    except tls.BadCertificate as error:
        return str(error)
    told = tls.warning(certificate, timezone.now()) if certificate else ""
    if told:
        print(told, file=sys.stderr)
    return ""


def _tls() -> list[str]:
    from django.conf import settings

    if not settings.CERT_FILE:
        return []
    # Offices still have browsers that know nothing newer.
    return ["--ssl-certificate", settings.CERT_FILE, "--ssl-keyfile", settings.CERT_KEY_FILE, "--ssl-protocol-min", "tls1.2"]


def _start_to_https(host: str, port: int) -> list[subprocess.Popen[bytes]]:
    """Beside pages with a certificate: who comes to the port of http is sent on."""
    from django.conf import settings

    if not (settings.CERT_FILE and settings.HTTP_PORT):
        return []
    os.environ["WENQU_TO_HTTPS_PORT"] = str(port)
    return [_spawn(
        "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(settings.HTTP_PORT), "--blocking-threads", "1",
        "--log-level", "warning", "--respawn-failed-workers", "wenqu.web.to_https:application",
    )]


def _fresh_counts() -> Path:
    """The folder in which the page processes keep their counts, emptied: counts begin anew with the server."""
    from django.conf import settings

    folder = Path(settings.DATA_DIR, "metrics")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder


def _answers(host: str, port: int, child: subprocess.Popen[bytes], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and child.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return True
        time.sleep(0.1)
    return False


def _announce(args: argparse.Namespace, port: int) -> None:
    from django.conf import settings

    print(f"\n问渠已启动：{'https' if settings.CERT_FILE else 'http'}://{args.host}:{port}")
    if args.demo:
        from wenqu.demo.commands import accounts_text

        print(accounts_text())
    print("按 Ctrl+C 停止", flush=True)


def _watch(children: list[subprocess.Popen[bytes]]) -> int:
    """Wait; a worker that died is started again, a page server that died ends the service."""
    while True:
        time.sleep(1)
        if children[1].poll() is not None:
            print("网页服务已退出", file=sys.stderr)
            return 1
        if children[0].poll() is not None:
            children[0] = _start_worker()


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
    # A page server stopped while it was starting may leave a process of its own group behind.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
