"""What makes the door's page stay without a network: service worker and manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Blueprint
from flask import Response
from flask import current_app
from flask import url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from kiosk.access import public
from kiosk.paths import STATIC
from kiosk.plugin import registry
from kiosk.static_files import HEADER
from kiosk.static_files import plain_url
from kiosk.static_files import release
from kiosk.static_files import static_url

blueprint = Blueprint("checkin_shell", __name__)

_OWN = ("tokens.css", "components.css", "base.css", "ui.js", "http.js", "live.js", "mark.svg")
# Of the room, but of other pages; and the worker itself.
_NOT_OURS = {"sw.js", "devices.js", "devices.css", "readiness.js", "readiness.css"}
_FOLDERS = ("checkin/", "vendor/decoder/", "vendor/fonts/")


def files() -> dict[str, str]:
    """Return what the door's page needs of this release: path in `static/` to SHA-256."""
    return {
        name: digest
        for name, digest in release().files.items()
        if name in _OWN or (name.startswith(_FOLDERS) and Path(name).name not in _NOT_OURS)
    }


@blueprint.app_template_global()
def door_health(m: str) -> str:
    """Return where a tablet tells how it is; nothing when nobody listens there."""
    path = f"api/v1/meetings/{m}/devices/self/health"
    try:
        current_app.url_map.bind("").match(f"/{path}", "POST")
    except HTTPException:
        return ""
    return registry().home(path)


@blueprint.get("/m/<m>/kiosk-worker.js")
@public
def worker(m: str) -> Response:
    """Give the service worker of a meeting's door; it holds nothing of the meeting.

    It is the same for every release, but for its own lines: which files a release has it
    asks when it meets one.
    """
    about = {
        "page": url_for("checkin.kiosk", m=m),
        "base": plain_url("v/"),
        "list": url_for("checkin_shell.listing", m=m, version="0")[:-1],
        "header": HEADER,
    }
    script = (STATIC / "checkin" / "sw.js").read_text(encoding="utf-8")
    response = Response(
        f"const SHELL = {json.dumps(about)};\n{script}",
        content_type="text/javascript; charset=utf-8",
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/m/<m>/kiosk-files/<version>")
@public
def listing(m: str, version: str) -> Response:
    """List the files of a release with their digests; of another than ours, nothing."""
    found = {static_url(name): digest for name, digest in files().items()}
    known = version == release().version
    response = Response(
        json.dumps({"version": version, "files": found} if known else {}),
        200 if known else 404,
        content_type="application/json",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/m/<m>/kiosk.webmanifest")
@public
def manifest(m: str) -> Response:
    """Describe the page to a tablet that puts it on its home screen."""
    page = url_for("checkin.kiosk", m=m)
    # A picture on a home screen is of no release.
    body: dict[str, Any] = {
        "id": page,
        "name": _("Kiosk: the door"),
        "short_name": "Kiosk",
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": "#F6F1EA",
        "theme_color": "#F6F1EA",
        "icons": [{"src": plain_url("mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        content_type="application/manifest+json; charset=utf-8",
    )
