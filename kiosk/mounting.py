"""The Flask extension: our own application, reached through another one under a prefix.

Nothing of ours is put into the host but a layer around its `wsgi_app` and a group of
commands: its configuration, cookies, errors, headers and database stay its own, and so do ours.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import click
from flask import Flask

from kiosk.access import HOST_ENVIRON
from kiosk.app import create_app
from kiosk.config import Settings
from kiosk.errors import BadSetting
from kiosk.plugin import Identity
from kiosk.plugin import Plugin
from kiosk.plugin import Registry

PREFIX = "/doi-thoai"
# A server of our own is started alone: a host is served by whatever serves it.
ALONE = {"serve"}
# Named, not imported: the commands bring a server and a demo that no page needs.
_COMMANDS = "kiosk.cli"

_Application = Callable[..., Iterable[bytes]]


class Kiosk:
    """Mounts Kiosk into any Flask application, under a prefix.

    `identity(environ)` returns the e-mail of whoever the host has signed in, else None: an
    account of that e-mail acts then. Settings come from the environment where none are given.
    """

    def __init__(
        self,
        app: Flask | None = None,
        url_prefix: str = PREFIX,
        identity: Identity | None = None,
        *,
        settings: Settings | None = None,
        plugins: Iterable[Plugin] | None = None,
    ) -> None:
        self._prefix = url_prefix
        self._identity = identity
        self._settings = settings
        self._plugins = None if plugins is None else tuple(plugins)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask, url_prefix: str | None = None) -> None:
        """Mount Kiosk under `url_prefix`; `app.extensions["kiosk"]` is our application then.

        Raises BadSetting for a prefix that is no path, and for a second Kiosk in one host.
        """
        prefix = _checked(self._prefix if url_prefix is None else url_prefix)
        if "kiosk" in app.extensions:
            raise BadSetting("mounted_twice", f"Kiosk is mounted in {app.name} already.")
        inner = create_app(
            _public(self._settings or Settings.read(os.environ), prefix), self._plugins
        )
        installed: Registry = inner.extensions["kiosk"]
        installed.url_prefix, installed.identity = prefix, self._identity
        app.extensions["kiosk"] = inner
        app.wsgi_app = Under(app.wsgi_app, prefix, inner)  # type: ignore[method-assign]  # Flask's own way
        app.cli.add_command(Commands(inner))


def _checked(prefix: str) -> str:
    if not re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)+", prefix):
        words = f"url_prefix: must look like {PREFIX} (no slash at its end), not {prefix!r}"
        raise BadSetting("bad_setting", words, name="url_prefix")
    return prefix


def _public(chosen: Settings, prefix: str) -> Settings:
    """Return the settings with a public address that leads to us, not to the host."""
    public_url = chosen.public_url
    if public_url is None or urlsplit(public_url).path.endswith(prefix):
        return chosen
    return replace(chosen, public_url=public_url + prefix)


class Under:
    """Hands what is asked for under a prefix to an application of its own, all else to the host."""

    def __init__(self, host: _Application, prefix: str, inner: _Application) -> None:
        self._host = host
        self._prefix = prefix
        self._inner = inner

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        rest = path.removeprefix(self._prefix)
        if rest == path or rest[:1] not in {"", "/"}:
            return self._host(environ, start_response)
        where = environ.get("SCRIPT_NAME", "") + self._prefix
        own = {**environ, "SCRIPT_NAME": where, "PATH_INFO": rest, HOST_ENVIRON: environ}
        return self._inner(own, start_response)


class Commands(click.Group):
    """`flask kiosk …`: our commands, run in the application that the host has mounted."""

    def __init__(self, inner: Flask) -> None:
        super().__init__("kiosk", help="Community meetings, in the application mounted here.")
        self._inner = inner

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands but those of a server of its own."""
        return [name for name in _ours().list_commands(context) if name not in ALONE]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command of ours or a plugin's."""
        return None if name in ALONE else _ours().get_command(context, name)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Remember what was asked for before click takes it apart."""
        _ours().remember(context, args)
        return super().parse_args(context, args)

    def invoke(self, context: click.Context) -> object:
        """Run the command inside our application, errors told as `kiosk` tells them."""
        return _ours().run(context, lambda: self._inner, super().invoke)


def _ours() -> Any:
    return import_module(_COMMANDS).main
