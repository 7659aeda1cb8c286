"""Static text goes out compressed: a hall with poor Wi-Fi carries a quarter of it.

What we wrote ourselves loses its comments and margins on the way too; nothing is renamed.

Only files: a page holds a secret of its form, and compressing what also holds words of a
stranger would let the length tell of the secret.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from typing import cast

from flask import Flask
from flask import Response
from flask import request
from rcssmin import cssmin
from rjsmin import jsmin

from kiosk.paths import STATIC
from kiosk.paths import VENDOR

_TYPES = {"text/css", "text/javascript", "application/wasm", "image/svg+xml"}
_MINIFIED: dict[str, Callable[[str], str]] = {".css": cssmin, ".js": jsmin}
_LEVEL = 9
_SMALLEST = 500


@lru_cache(maxsize=256)
def _content(path: Path, _modified: int) -> bytes:
    content = path.read_bytes()
    if path.suffix in _MINIFIED and VENDOR not in path.parents:
        content = _MINIFIED[path.suffix](content.decode()).encode()
    return content


@lru_cache(maxsize=256)
def _packed(path: Path, modified: int) -> bytes:
    return gzip.compress(_content(path, modified), _LEVEL, mtime=0)


def content(path: Path) -> bytes:
    """Return what a browser is given of a file, before it is compressed."""
    return _content(path, path.stat().st_mtime_ns)


def shrink(response: Response, path: Path) -> None:
    """Compress an answer that gives a whole file, for whoever takes it so."""
    if response.mimetype not in _TYPES:
        return
    response.vary.add("Accept-Encoding")
    whole = response.status_code == 200 and request.method == "GET"
    if whole and request.accept_encodings.quality("gzip") > 0 and path.stat().st_size >= _SMALLEST:
        # Another representation of the same file: its tag says so by being weak.
        etag = response.get_etag()[0]
        if response.direct_passthrough:
            # send_file has opened the file already.
            cast(BinaryIO, response.response).close()
            response.direct_passthrough = False
        response.set_data(_packed(path, path.stat().st_mtime_ns))
        response.headers["Content-Encoding"] = "gzip"
        if etag:
            response.set_etag(etag, weak=True)


def _compress(response: Response) -> Response:
    path = STATIC / (request.view_args or {}).get("filename", "")
    if request.endpoint == "static" and path.is_file():
        shrink(response, path)
    return response


def install(app: Flask) -> None:
    """Compress what `static/` serves."""
    app.after_request(_compress)
