"""What keeps strangers out of a browser: the form's secret, the policy, the headers."""

from __future__ import annotations

import secrets

from flask import Flask
from flask import Response
from flask import g
from flask import request
from flask_wtf.csrf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from kiosk.auth.access import authorization
from kiosk.plugin import registry

csrf = CSRFProtect()

_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; "
    "style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


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


def csrf_field() -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def install(app: Flask) -> None:
    """Check the secret of every form, and put the headers on every answer."""
    csrf.init_app(app)
    app.before_request(_check_csrf)
    app.after_request(_secure)
