"""One port that speaks https, and to who does not trust it yet, http for the install page."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HANDSHAKE_SECONDS = 10.0
_TLS_HANDSHAKE = b"\x16"


class OnePort:
    """Stands where gunicorn looks for a TLS context: looks at the first byte, then decides."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificate, key)

    def wrap_socket(self, connection: socket.socket, **options: Any) -> socket.socket:
        """Return the connection, encrypted when its other end wants that."""
        # Who opens a connection and says nothing must not hold a thread for ever.
        connection.settimeout(HANDSHAKE_SECONDS)
        try:
            if connection.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE:
                connection = self._context.wrap_socket(connection, **options)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "no handshake in time") from error
        connection.settimeout(None)
        return connection


def options(certificate: Path, key: Path) -> dict[str, Any]:
    """Return gunicorn's options for both on one port."""
    port = OnePort(certificate, key)
    return {
        "certfile": str(certificate),
        "keyfile": str(key),
        "ssl_context": lambda _config, _default: port,
        # A connection that stayed plain has no handshake for gunicorn to do afterwards.
        "do_handshake_on_connect": True,
    }


class TrueScheme:
    """Tells the application http for connections that are not encrypted."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        secure = isinstance(environ.get("gunicorn.socket"), ssl.SSLSocket)
        environ["wsgi.url_scheme"] = "https" if secure else "http"
        return self._app(environ, start_response)
