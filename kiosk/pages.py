"""What every page shares: security headers, errors as pages, helpers in templates."""

from __future__ import annotations

import json
import logging
import re
import secrets
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask import Response
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from flask_wtf.csrf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy.exc import DataError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response as Answer

from kiosk import busy
from kiosk import clock
from kiosk import revisions
from kiosk import text
from kiosk.access import acting
from kiosk.access import authorization
from kiosk.access import handed_over
from kiosk.db import LARGEST_ID
from kiosk.db import db
from kiosk.errors import Forbidden
from kiosk.errors import KioskError
from kiosk.errors import Malformed
from kiosk.errors import NotAllowed
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.errors import SignInNeeded
from kiosk.errors import TooLarge
from kiosk.paths import VENDOR
from kiosk.plugin import NavItem
from kiosk.plugin import registry

log = logging.getLogger(__name__)
csrf = CSRFProtect()

_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; "
    "style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HTTP = {
    400: (Malformed, "malformed", _l("The request cannot be understood.")),
    404: (NotFound, "not_found", _l("There is no such page.")),
    405: (NotAllowed, "method_not_allowed", _l("This address does not take that kind of request.")),
    413: (TooLarge, "too_large", _l("The file is too large. Please split it.")),
}


def csp_nonce() -> str:
    """Return this answer's nonce for inline scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    found: str = g.csp_nonce
    return found


def _secure(response: Response) -> Response:
    headers = response.headers
    if response.mimetype == "text/html":
        headers["Content-Security-Policy"] = _POLICY.format(nonce=csp_nonce())
        headers.setdefault("Cache-Control", "no-store")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def _check_csrf() -> None:
    # A header is never sent by a browser on its own: only where cookies speak is the check due.
    if request.method in {"GET", "HEAD", "OPTIONS"} or authorization():
        return
    # An address that takes no such method says so, whoever asks.
    if request.routing_exception is not None:
        return
    # What a host signs people in by need not be a cookie.
    silent = not request.cookies and registry().identity is None
    if "/api/" in request.path and silent:
        return
    csrf.protect()


def wants_json() -> bool:
    """Whether this request's errors are for a program."""
    return "/api/" in request.path or request.path.startswith("/live/")


def problem(error: KioskError) -> Response:
    """Return the error as RFC 9457 problem+json."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(error),
        "status": error.status,
        "code": error.code,
        "detail": str(error),
        **error.facts,
    }
    if error.fields:
        body["fields"] = {name: str(words) for name, words in error.fields.items()}
    return Response(
        json.dumps(body, ensure_ascii=False, default=str),
        error.status,
        content_type="application/problem+json; charset=utf-8",
    )


def _on_error(error: KioskError) -> Answer:
    _let_go()
    if not wants_json() and isinstance(error, SignInNeeded) and request.method == "GET":
        asked = request.script_root + request.full_path.rstrip("?")
        return redirect(registry().home(f"login?{urlencode({'next': asked})}"))
    response: Answer
    if wants_json():
        response = problem(error)
    else:
        response = Response(render_template("error.html", error=error), error.status)
    retry = error.facts.get("retry_after")
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    if isinstance(error, NotAllowed):
        response.headers["Allow"] = ", ".join(error.allow)
    return response


def _let_go() -> None:
    try:
        db.session.rollback()
    except SQLAlchemyError:
        # The connection is gone: the session gets another one.
        db.session.remove()


def _on_http(error: HTTPException) -> Answer:
    if error.code is not None and error.code < 400:
        return error.get_response()
    kind, code, words = _HTTP.get(error.code or 500, (KioskError, "internal", error.name))
    known = kind(code, words)
    if isinstance(known, NotAllowed) and isinstance(error, MethodNotAllowed):
        known.allow = sorted(error.valid_methods or ())
    if kind is KioskError:
        known.status = error.code or 500
    return _on_error(known)


def _on_csrf(_error: CSRFError) -> Answer:
    words = _l("This page was open for a long time. Please reload it and try again.")
    return _on_error(Forbidden("csrf", words))


def _on_too_much(_error: Exception) -> Answer:
    """A number or text that no column holds: asked for at an address, nothing is there."""
    if any(
        isinstance(part, int) and part > LARGEST_ID for part in (request.view_args or {}).values()
    ):
        return _on_error(NotFound("not_found", _HTTP[404][2]))
    words = _l("A number or a text is larger than can be kept. Please shorten it.")
    return _on_error(Refused("too_much", words))


def _on_crash(error: Exception) -> Answer:
    if busy.is_busy(error):
        return _on_busy(error)
    log.error("A request failed: %s %s", request.method, request.path, exc_info=error)
    words = _l("Something went wrong on our side. Nothing was lost; please try again.")
    return _on_error(KioskError("internal", words))


def _on_busy(error: Exception) -> Answer:
    log.warning("The database is busy: %s", type(error).__name__)
    return _on_error(busy.refusal())


@lru_cache(maxsize=512)
def _icon(name: str, cls: str) -> Markup:
    path = VENDOR / "icons" / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        return Markup("")
    inner = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>.*$", "", path.read_text())
    return Markup(  # noqa: S704  # a pinned icon file of ours and a checked name
        f'<svg class="ic {cls}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f"{inner.strip()}</svg>"
    )


def icon(name: str, cls: str = "") -> Markup:
    """Return a Lucide icon as inline SVG; nothing when there is none of that name."""
    return _icon(name, cls)


def csrf_field() -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def menu(section: str) -> list[tuple[NavItem, int | None]]:
    """Return the entries of the meeting's menu that this role may open, with their counts."""
    here = acting()
    if here.found is None:
        return []
    return [
        (item, item.count(db.session(), here.found.id) if item.count else None)
        for item in registry().nav
        if item.section == section and here.may(item.permission)
    ]


def install(app: Flask) -> None:
    """Put headers, error handlers and template helpers into an application."""
    csrf.init_app(app)
    app.before_request(_check_csrf)
    app.after_request(_secure)
    app.register_error_handler(KioskError, _on_error)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(DataError, _on_too_much)
    app.register_error_handler(OverflowError, _on_too_much)
    app.register_error_handler(Exception, _on_crash)
    app.jinja_env.globals.update(
        csp_nonce=csp_nonce,
        csrf_field=csrf_field,
        csrf_token=generate_csrf,
        shown_field=revisions.shown_field,
        icon=icon,
        menu=menu,
        acting=acting,
        handed_over=handed_over,
        language=lambda: str(get_locale()),
        now=clock.now,
        home=lambda path="": registry().home(path),
    )
    app.jinja_env.filters.update(
        hm=clock.hm,
        dmy=clock.dmy,
        vi_time=clock.vi_time,
        vi_date=clock.vi_date,
        local=clock.local,
        rfc3339=clock.rfc3339,
        greeting=lambda d: text.greeting(d.salutation, d.name),
        called=lambda d: text.called(d.salutation, d.name),
        given=text.given,
        form=lambda d: text.address_form(d.salutation),
    )
