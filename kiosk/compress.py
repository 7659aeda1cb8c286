"""Static text goes out compressed: a hall with poor Wi-Fi carries a quarter of it.

What we wrote ourselves loses its comments on the way too (see `kiosk.slim`).

Only files: a page holds a secret of its form, and compressing what also holds words of a
stranger would let the length tell of the secret.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from typing import cast

from flask import Flask
from flask import Response
from flask import request

from kiosk.paths import STATIC
from kiosk.paths import VENDOR
from kiosk.slim import slim

_TYPES = {"text/css", "text/javascript", "application/wasm", "image/svg+xml"}
_OURS = {".css", ".js"}
_LEVEL = 9
_SMALLEST = 500


@lru_cache(maxsize=256)
def _packed(path: Path, _modified: float) -> bytes:
    content = path.read_bytes()
    if path.suffix in _OURS and VENDOR not in path.parents:
        content = slim(content.decode()).encode()
    return gzip.compress(content, _LEVEL, mtime=0)


def _compress(response: Response) -> Response:
    if request.endpoint != "static" or response.mimetype not in _TYPES:
        return response
    response.vary.add("Accept-Encoding")
    file = STATIC / (request.view_args or {}).get("filename", "")
    whole = response.status_code == 200 and request.method == "GET" and file.is_file()
    if whole and request.accept_encodings.quality("gzip") > 0 and file.stat().st_size >= _SMALLEST:
        # Another representation of the same file: its tag says so by being weak.
        etag = response.get_etag()[0]
        # send_file has opened the file already.
        cast(BinaryIO, response.response).close()
        response.direct_passthrough = False
        response.set_data(_packed(file, file.stat().st_mtime))
        response.headers["Content-Encoding"] = "gzip"
        if etag:
            response.set_etag(etag, weak=True)
    return response


def install(app: Flask) -> None:
    """Compress what `static/` serves."""
    app.after_request(_compress)
