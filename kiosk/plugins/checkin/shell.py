"""What makes the door's page stay without a network: service worker and manifest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint
from flask import Response
from flask import current_app
from flask import url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from kiosk.access import public
from kiosk.pages import static_url
from kiosk.paths import STATIC
from kiosk.plugin import registry

blueprint = Blueprint("checkin_shell", __name__)

_OWN = ("tokens.css", "components.css", "base.css", "ui.js", "http.js", "live.js", "mark.svg")
# Files of the room that other pages use, and the worker itself.
_NOT_OURS = {"sw.js", "devices.js", "devices.css", "readiness.js", "readiness.css"}
# Named by other files without their version: fetched afresh for each version of the shell.
_UNDATED = ("vendor/decoder/*", "vendor/fonts/*.woff2")


def _dated() -> list[str]:
    room = sorted(path.name for path in (STATIC / "checkin").iterdir() if path.is_file())
    return [*_OWN, *(f"checkin/{name}" for name in room if name not in _NOT_OURS)]


def _undated() -> list[str]:
    found = [path for pattern in _UNDATED for path in sorted(STATIC.glob(pattern))]
    return [path.relative_to(STATIC).as_posix() for path in found]


@blueprint.app_template_global()
def shell_version() -> str:
    """Return the version of the shell: a digest of everything in it."""
    files = [static_url(path) for path in (*_dated(), *_undated(), "checkin/sw.js")]
    return hashlib.sha256("\n".join(files).encode()).hexdigest()[:16]


@blueprint.app_template_global()
def door_health(m: str) -> str:
    """Return where a tablet tells how it is; nothing when nobody listens there."""
    path = registry().home(f"api/v1/meetings/{m}/devices/self/health")
    try:
        current_app.url_map.bind("").match(path, "POST")
    except HTTPException:
        return ""
    return path


@blueprint.get("/m/<m>/kiosk-worker.js")
@public
def worker(m: str) -> Response:
    """Give the service worker of a meeting's door; it holds nothing of the meeting."""
    shell = {
        "version": shell_version(),
        "page": url_for("checkin.kiosk", m=m),
        "base": url_for("static", filename=""),
        "files": [
            *(static_url(path) for path in _dated()),
            *(url_for("static", filename=path) for path in _undated()),
            url_for("checkin_shell.manifest", m=m),
        ],
    }
    script = (STATIC / "checkin" / "sw.js").read_text(encoding="utf-8")
    response = Response(
        f"const SHELL = {json.dumps(shell)};\n{script}",
        content_type="text/javascript; charset=utf-8",
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/m/<m>/kiosk.webmanifest")
@public
def manifest(m: str) -> Response:
    """Describe the page to a tablet that puts it on its home screen."""
    page = url_for("checkin.kiosk", m=m)
    body: dict[str, Any] = {
        "id": page,
        "name": _("Kiosk: the door"),
        "short_name": "Kiosk",
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": "#F6F1EA",
        "theme_color": "#F6F1EA",
        "icons": [{"src": static_url("mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        content_type="application/manifest+json; charset=utf-8",
    )
