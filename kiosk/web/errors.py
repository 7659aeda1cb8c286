"""An error as a page for people or as problem+json for programs."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response as Answer

from kiosk.db import busy
from kiosk.db.base import LARGEST_ID
from kiosk.db.base import db
from kiosk.errors import Forbidden
from kiosk.errors import KioskError
from kiosk.errors import Malformed
from kiosk.errors import NotAllowed
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.errors import SignInNeeded
from kiosk.errors import TooLarge
from kiosk.plugin import registry

log = logging.getLogger(__name__)

_HTTP = {
    400: (Malformed, "malformed", _l("The request cannot be understood.")),
    404: (NotFound, "not_found", _l("There is no such page.")),
    405: (NotAllowed, "method_not_allowed", _l("This address does not take that kind of request.")),
    413: (TooLarge, "too_large", _l("The file is too large. Please split it.")),
}


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


def install(app: Flask) -> None:
    """Answer every error of ours, of Flask and of the database."""
    app.register_error_handler(KioskError, _on_error)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(DataError, _on_too_much)
    app.register_error_handler(OverflowError, _on_too_much)
    app.register_error_handler(Exception, _on_crash)
