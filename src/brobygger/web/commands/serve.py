"""brobygger serve: database, migrations, demonstration, web server and worker in one process group."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from brobygger.web.commands import Commands, add_data_option, data_folder, start_django


def register(commands: Commands) -> None:
    parser = commands.add_parser("serve", help="kør Brobygger på denne maskine")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--no-demo", action="store_true", help="læg ikke demonstrationsdata ind")
    add_data_option(parser)
    parser.set_defaults(run=serve)
    worker = commands.add_parser("worker", help="forsegl revisionssporet og send beskeder")
    add_data_option(worker)
    worker.set_defaults(run=work)


def serve(options: argparse.Namespace) -> int:
    """Serves until Ctrl-C, also one that comes before it is up; then everything stops, the database last."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    if _is_taken(options.host, options.port):
        print(f"Porten {options.port} er optaget. Prøv --port med et andet tal.", file=sys.stderr)
        return 1
    try:
        return _serve(options)
    except KeyboardInterrupt:
        print("\nStopper …")
        return 0


def _is_taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), port), family=family).close()
    except OSError as error:
        return error.errno == errno.EADDRINUSE
    return False


def _serve(options: argparse.Namespace) -> int:
    os.environ["BROBYGGER_DATA"] = str(data_folder())
    os.environ.setdefault("BROBYGGER_ADDRESS", f"http://{options.host}:{options.port}")
    if not options.no_demo:
        os.environ["BROBYGGER_DEMO"] = "1"
    start_django()
    _prepare(with_demo=not options.no_demo)
    children = [_web_server(options.host, options.port), _worker()]
    try:
        if not _wait_until_ready(f"http://{options.host}:{options.port}/healthz", children[0]):
            print(
                "Webserveren startede ikke. Er porten optaget? Prøv --port med et andet tal.", file=sys.stderr
            )
            return 1
        _say_where(options)
        return _wait_for(children)
    finally:
        _stop(children)


def work(options: argparse.Namespace) -> int:
    """Seals events and sends messages every few seconds until it is stopped."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    start_django()
    from brobygger.web.worker import run_forever

    try:
        run_forever()
    except KeyboardInterrupt:
        return 0
    return 0


def _prepare(*, with_demo: bool) -> None:
    from brobygger.web.commands.demo import load_if_empty
    from brobygger.web.commands.setup import bring_up_to_date

    bring_up_to_date(verbosity=0)
    if with_demo:
        load_if_empty("small")
    from django.db import connections

    connections.close_all()


def _web_server(host: str, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "brobygger.web.wsgi:application",
            "--bind",
            f"{host}:{port}",
            "--workers",
            os.environ.get("BROBYGGER_WORKERS", "2"),
            "--threads",
            "4",
            "--preload",
            "--graceful-timeout",
            "5",
            "--log-level",
            "warning",
        ],
        start_new_session=True,
    )


def _worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "brobygger.web.cli", "worker"], start_new_session=True)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], *, seconds: float = 120) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _say_where(options: argparse.Namespace) -> None:
    print(f"\nBrobygger kører på http://{options.host}:{options.port}")
    if not options.no_demo:
        from brobygger.web.commands.demo import print_logins

        print_logins()
    print("Stop med Ctrl-C.", flush=True)


def _wait_for(children: list[subprocess.Popen[bytes]]) -> int:
    while True:
        for child in children:
            if (status := child.poll()) is not None:
                return status
        time.sleep(0.5)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
