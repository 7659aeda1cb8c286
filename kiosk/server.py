"""The server for real use: gunicorn with threads, started from here."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from kiosk import live
from kiosk import logs
from kiosk import meeting_keys
from kiosk import static_files
from kiosk import upgrading
from kiosk.app import create_app
from kiosk.app import settings
from kiosk.config import Settings
from kiosk.crowd import FewAtOnce
from kiosk.db import db
from kiosk.plugin import registry
from kiosk.prepared import compile_all
from kiosk.request_body import ReadableBodies

# Threads for ordinary requests beside one for each stream; made only when needed.
HEADROOM_THREADS = 24
STOP_SECONDS = 5
SWITCH_SECONDS = 0.0005


def address(chosen: Settings) -> str:
    """Return where people find the server."""
    return chosen.public_url or f"http://localhost:{chosen.port}{registry().url_prefix}"


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our options instead of a configuration file."""

    running: Flask

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options over."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application, made before the workers are forked."""
        return self._app


def _after_fork(_server: object, _worker: object) -> None:
    app = Server.running
    # The holder of the write queue comes back from the disk and waits for the interpreter:
    # Python's 5 ms between threads would be everybody's 5 ms.
    sys.setswitchinterval(SWITCH_SECONDS)
    # Connections must not be shared between processes.
    with app.app_context():
        db.engine.dispose(close=False)


def _warm(app: Flask) -> None:
    with app.app_context():
        compile_all(db.engine.dialect)


def _after_init(worker: Any) -> None:
    app = Server.running
    live.hub_of(app).adopts = True
    # The first person at the door need not wait until statements are compiled.
    threading.Thread(target=_warm, args=(app,), daemon=True).start()
    stop = signal.getsignal(signal.SIGTERM)

    def close(number: int, frame: Any) -> None:
        # Streams never end by themselves and would hold the worker until it is killed.
        live.close_hub(app)
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, close)


def run(
    host: str,
    port: int,
    workers: int,
    *,
    prepare: Callable[[Flask], None] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Bring the database up to date and serve until stopped.

    `prepare` gets the application before it is shared out, `more` are options of gunicorn.
    """
    app = create_app()
    crowd = FewAtOnce(app.wsgi_app, "/live/")
    app.wsgi_app = ReadableBodies(crowd)  # type: ignore[method-assign]  # Flask's own way
    if prepare is not None:
        prepare(app)
    with app.app_context():
        plugins = list(registry().plugins.values())
        upgrading.bring_up(db.engine, settings(), plugins)
        # With another secret key the door would call every letter unknown.
        if closed := meeting_keys.closed(db.session(), settings().secret_key):
            raise meeting_keys.OtherSecretKey(", ".join(closed))
        db.session.remove()
        db.engine.dispose()
        # Which files are this release's is settled now, whatever is put in their place later.
        static_files.release()
    Server.running = app
    # What is loaded now stays shared: a collector that looks at it would copy it.
    gc.collect()
    gc.freeze()
    streams = app.config["STREAMS_PER_WORKER"]
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "kiosk.worker.StreamingWorker",
        "threads": streams + HEADROOM_THREADS,
        "worker_connections": 2 * (streams + HEADROOM_THREADS),
        "preload_app": True,
        "keepalive": 30,
        "timeout": 60,
        "graceful_timeout": STOP_SECONDS,
        "post_fork": _after_fork,
        "post_worker_init": _after_init,
        "control_socket_disable": True,
        "errorlog": "-",
        "loglevel": logs.level(),
        "logger_class": logs.ServerLog,
        "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108  # heartbeat file
        **(more or {}),
    }
    Server(app, options).run()
