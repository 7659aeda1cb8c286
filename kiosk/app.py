"""Puts an application together from settings and plugins."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from babel import Locale
from flask import Blueprint
from flask import Flask
from flask import Response
from flask import request
from flask import session as cookie
from flask.sessions import SecureCookieSessionInterface
from flask_babel import Babel
from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from kiosk.auth.access import cookie_path
from kiosk.auth.access import public
from kiosk.certificates import install_page
from kiosk.config import Settings
from kiosk.db import ready
from kiosk.db.base import WriterQueue
from kiosk.db.base import db
from kiosk.db.base import engine_options
from kiosk.db.base import prepare
from kiosk.db.group_commit import SharedCommit
from kiosk.errors import Unavailable
from kiosk.live import hub
from kiosk.paths import PACKAGE
from kiosk.paths import STATIC
from kiosk.paths import TEMPLATES
from kiosk.plugin import Plugin
from kiosk.plugin import Registry
from kiosk.plugin import discover
from kiosk.plugin import registry
from kiosk.web import compression
from kiosk.web import errors
from kiosk.web import openapi
from kiosk.web import security
from kiosk.web import static_files
from kiosk.web import templating

MAX_UPLOAD_BYTES = 16 * 1024 * 1024

core = Plugin(
    name="core",
    title="Kiosk",
    permissions={
        "live.follow": {
            "moderator",
            "secretary",
            "observer",
            "security",
            "screen",
            "desk",
            "gate",
            "delegate",
        },
        "setup.card": {"organiser"},
    },
)
health = Blueprint("health", __name__)
# Parsed once: flask-babel would parse the name again in each request.
_LOCALES = {name: Locale(name) for name in ("vi", "en")}


def settings() -> Settings:
    """Return the settings of the current application."""
    return registry().settings


class OwnCookie(SecureCookieSessionInterface):
    """The session's cookie goes to where this application stands, and nowhere else."""

    def get_cookie_path(self, app: Flask) -> str:
        """Return the path under which the browser sends it."""
        return cookie_path()


def _configure(app: Flask, chosen: Settings) -> None:
    app.secret_key = chosen.secret_key
    app.session_interface = OwnCookie()
    secure = bool(chosen.public_url and chosen.public_url.startswith("https"))
    app.config.update(
        SQLALCHEMY_DATABASE_URI=chosen.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(chosen.database_url),
        MAX_CONTENT_LENGTH=MAX_UPLOAD_BYTES,
        # A list waits in the form between looking and accepting.
        MAX_FORM_MEMORY_SIZE=2 * MAX_UPLOAD_BYTES,
        SESSION_COOKIE_NAME="kiosk_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=14),
        WTF_CSRF_CHECK_DEFAULT=False,
        # A tablet's page stays open all day; the token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        STREAMS_PER_WORKER=hub.STREAMS_PER_WORKER,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it


def _database(app: Flask, chosen: Settings) -> None:
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    if chosen.is_sqlite:
        app.extensions["kiosk.writers"] = WriterQueue(chosen.data / "writers.lock")
        app.extensions["kiosk.together"] = SharedCommit()


def _languages(app: Flask, installed: Registry) -> None:
    folders = [PACKAGE / "translations"]
    folders += [
        PACKAGE / "plugins" / name / "translations"
        for name in installed.plugins
        if (PACKAGE / "plugins" / name).is_dir()
    ]
    Babel(
        app,
        default_locale=installed.settings.language,
        default_timezone="Asia/Ho_Chi_Minh",
        default_translation_directories=";".join(str(folder) for folder in folders),
        locale_selector=lambda: _language(installed.settings.language),
    )


def _language(default: str) -> Locale:
    asked = request.args.get("lang") if request else None
    if asked in _LOCALES:
        cookie["lang"] = asked
    return _LOCALES[cookie.get("lang", default) if request else default]


def create_app(
    settings: Settings | None = None,
    plugins: Iterable[Plugin] | None = None,
    **config: Any,
) -> Flask:
    """Return the application: Flask with nothing but Kiosk in it."""
    app = Flask("kiosk", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.config.update(config)
    chosen = settings or Settings.read(os.environ)
    installed = Registry(chosen)
    app.extensions["kiosk"] = installed
    for plugin in [core, *(discover() if plugins is None else plugins)]:
        installed.add(plugin)
    _configure(app, chosen)
    _database(app, chosen)
    _languages(app, installed)
    security.install(app)
    errors.install(app)
    templating.install(app)
    compression.install(app)
    static_files.install(app)
    openapi.install(app)
    app.extensions["kiosk.hub"] = hub.Hub(app)
    own = (
        health,
        static_files.blueprint,
        install_page.blueprint,
        openapi.blueprint,
        hub.blueprint,
    )
    for blueprint in [*own, *(b for p in installed.plugins.values() for b in p.blueprints)]:
        app.register_blueprint(blueprint)
    return app


@health.get("/healthz")
@public
def healthz() -> Response:
    """Answer when the process lives."""
    return Response("ok\n", content_type="text/plain")


@health.get("/readyz")
@public
def readyz() -> Response:
    """Answer 200 when a request could be answered and written down."""
    try:
        db.session.execute(text("SELECT 1 FROM meeting LIMIT 1"))
        ready.check_writing(db.engine, settings().data)
    except Unavailable:
        raise
    except Exception as error:
        raise Unavailable("not_ready", _l("The database does not answer yet.")) from error
    return Response("ready\n", content_type="text/plain")
