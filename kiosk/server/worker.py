"""gunicorn's threaded worker for a hall: tablets that are known go before a crowd that comes."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import TConn
from gunicorn.workers.gthread import ThreadWorker


class StreamingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers kept connections first, lets go of those that are the hub's.

    A thousand screens that come back at once are a thousand new connections in one queue.
    A tablet's connection is kept open from scan to scan: it has threads of its own.
    """

    def init_process(self) -> None:
        """Get ready and serve until stopped."""
        # As many as the others: behind TLS a stream may keep one for hours.
        self._known = ThreadPoolExecutor(self.cfg.threads)
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection that has something to read to a thread."""
        pool = self._known if conn.initialized else self.tpool
        done = pool.submit(self.handle, conn)
        done.add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, conn, future)
        )

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Keep, close or forget a connection after its request."""
        if conn.sock.fileno() < 0:
            # Handed over (`kiosk.live.streams.Adopted`): gunicorn would try to close what it no
            # longer has, and count it twice.
            self.nr_conns -= 1
            return
        super().finish_request(conn, fs)
