"""What gunicorn cannot read in a request's body is the sender's mistake, not ours."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from gunicorn.http.errors import NoMoreData
from gunicorn.http.errors import ParseException

from kiosk.errors import Malformed


class ReadableBodies:
    """WSGI middleware: a body that is cut off or wrongly chunked raises Malformed when read."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Hand the request on."""
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        return self._app(environ, start_response)


class _Body:
    """A request's body as WSGI wants it (PEP 3333)."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._try(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._try(self._stream.readline, size)

    def readlines(self, _hint: int = -1) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    @staticmethod
    def _try(read: Callable[[int | None], bytes], size: int) -> bytes:
        try:
            return read(None if size < 0 else size)
        except (ParseException, NoMoreData) as error:
            raise Malformed(
                "broken_body", _l("The request broke off or is not whole. Please send it again.")
            ) from error
