"""Static files are asked by version: the address names the release that the file is of.

Everything that a browser gets of one release (scripts, styles, fonts, decoder; templates and
their words) has one digest, and it stands in the path: what a file names by itself (a module
another one, a style its font, the decoder its wasm) is of the same release, whatever the
browser knows of import maps. Under a version that is not ours there is nothing: two nodes of
different releases never answer for each other.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint
from flask import Flask
from flask import Response
from flask import current_app
from flask import g
from flask import request
from flask import url_for
from werkzeug.security import safe_join

from kiosk.auth.access import public
from kiosk.paths import PACKAGE
from kiosk.paths import STATIC
from kiosk.paths import TEMPLATES
from kiosk.paths import VENDOR
from kiosk.web import compression

# Every answer tells the release of who gave it: an open page hears of a newer one by it.
HEADER = "Kiosk-Version"
VERSION_CHARS = 16
# Older releases put so much of a file's digest behind its address.
_SHORTEST = 10
# Drawn into pages or printed with; what brings them is in the stamp.
_NOT_ASKED = {".ttf", ".txt"}
_ICONS = VENDOR / "icons"
_STAMP = VENDOR / ".stamp"
_FOR_EVER = "public, max-age=31536000, immutable, no-transform"
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}

blueprint = Blueprint("static_files", __name__)


@dataclass(frozen=True)
class Release:
    """What a browser gets of this release: its digest, and that of each file as it is sent."""

    version: str
    files: dict[str, str]


@lru_cache(maxsize=1)
def _release() -> Release:
    files = {
        path.relative_to(STATIC).as_posix(): _sent(path, path.stat().st_mtime_ns)
        for path in sorted(STATIC.rglob("*"))
        if path.is_file() and _is_asked(path)
    }
    whole = hashlib.sha256("\n".join(f"{name} {files[name]}" for name in files).encode())
    for path in [*sorted(TEMPLATES.rglob("*.html")), *sorted(PACKAGE.rglob("*.mo")), _STAMP]:
        if path.is_file():
            whole.update(f"\n{path.name} {_sha256(path.read_bytes())}".encode())
    return Release(whole.hexdigest()[:VERSION_CHARS], files)


def _is_asked(path: Path) -> bool:
    named = not path.name.startswith(".") and path.suffix not in _NOT_ASKED
    return named and path.parent != _ICONS


@lru_cache(maxsize=512)
def _sent(path: Path, _modified: int) -> str:
    return _sha256(compression.content(path))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def release() -> Release:
    """Return the release as it was when this process first looked.

    What is put in the place of its files meanwhile is of another release and not given out
    under this one's version; a process that is being worked on looks again each request.
    """
    if current_app.debug and "release_looked" not in g:
        g.release_looked = True
        _release.cache_clear()
    return _release()


def version() -> str:
    """Return the digest of everything that a browser gets of this release."""
    return release().version


def static_url(path: str) -> str:
    """Return the address of a static file of this release."""
    return url_for("static_files.file", version=version(), filename=path)


def plain_url(path: str) -> str:
    """Return the address of a static file of whatever release there is when it is asked for."""
    versioned = static_url("x")
    return versioned.removesuffix(f"v/{version()}/x") + path


def modules() -> dict[str, str]:
    """Return the import map: a module that is named without a version is this release's.

    Under two addresses a module would run twice, each time with a state of its own.
    """
    every = plain_url("v/")
    return {plain_url(""): f"{every}{version()}/", every: every}


@blueprint.get("/static/v/<version>/<path:filename>")
@public
def file(version: str, filename: str) -> Response:
    """Give a file of this release; of another one there is nothing to be had here."""
    digest = release().files.get(filename)
    path = STATIC / filename
    if version != release().version or digest is None or not path.is_file():
        return _nothing()
    if _sent(path, path.stat().st_mtime_ns) != digest:
        return _nothing()
    response = Response(compression.content(path), content_type=_content_type(path))
    response.headers["Cache-Control"] = _FOR_EVER
    response.set_etag(digest[:32])
    compression.shrink(response, path)
    response.make_conditional(request)
    return response


def _content_type(path: Path) -> str:
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    kind = kind or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _nothing() -> Response:
    response = Response("There is no such file in this release.\n", 404, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


def _check_query() -> Response | None:
    """Refuse a file whose address wishes for another content: pages of older releases ask so."""
    if request.endpoint != "static" or "v" not in request.args:
        return None
    found = safe_join(str(STATIC), (request.view_args or {}).get("filename", ""))
    wanted = request.args["v"]
    path = Path(found) if found else STATIC
    theirs = path.is_file() and _sha256(path.read_bytes()).startswith(wanted)
    return None if theirs and len(wanted) >= _SHORTEST else _nothing()


def _say(response: Response) -> Response:
    response.headers[HEADER] = version()
    undated = request.endpoint == "static" and "v" not in request.args
    if undated and response.status_code in {200, 304}:
        # Named without a version: asked for again, never an old one.
        response.headers["Cache-Control"] = "no-cache"
        response.headers.pop("Expires", None)
    return response


def install(app: Flask) -> None:
    """Have an application give out files by version, and say its version in every answer."""
    # The machine's own table of types may lack or misname what browsers insist on.
    for suffix, kind in _TYPES.items():
        mimetypes.add_type(kind, suffix)
    app.before_request(_check_query)
    app.after_request(_say)
    app.jinja_env.globals.update(static_url=static_url, modules=modules, version=version)
