"""gunicorn's threaded worker, from which the hub may take a connection over."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import TConn
from gunicorn.workers.gthread import ThreadWorker


class StreamingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Lets go of connections that are the hub's (`kiosk.streams.Adopted`)."""

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Keep, close or forget a connection after its request."""
        if conn.sock.fileno() < 0:
            # gunicorn would try to close what it no longer has, and count it twice.
            self.nr_conns -= 1
            return
        super().finish_request(conn, fs)
