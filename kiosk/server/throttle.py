"""A crowd of screens that comes back at one moment keeps no scan waiting.

Hundreds of threads that begin a stream at once would each want the interpreter, and a scan
would have its turn after all of them whenever it comes back from the disk. Here they queue
outside of the application, where they cost nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

# One works while another waits for the database.
MOST_AT_ONCE = 2

Application = Callable[..., Iterable[bytes]]


class FewAtOnce:
    """Lets few requests under a path begin their answer at the same time."""

    def __init__(self, app: Application, path: str, most: int = MOST_AT_ONCE) -> None:
        self._app = app
        self._path = path
        self._places = threading.BoundedSemaphore(most)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        if not environ.get("PATH_INFO", "").startswith(self._path):
            return self._app(environ, start_response)
        with self._places:
            return _Begun(self._app(environ, start_response))


class _Begun:
    """An answer whose first part is made: what follows is sent without a place."""

    def __init__(self, answer: Iterable[bytes]) -> None:
        self._answer = answer
        self._rest = iter(answer)
        try:
            self._first = next(self._rest, b"")
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        yield from self._rest

    def close(self) -> None:
        """End the answer, however far it was sent."""
        close = getattr(self._answer, "close", None)
        if close is not None:
            close()
