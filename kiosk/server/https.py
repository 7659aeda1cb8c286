"""Serving with https in the hall: certificates first, then gunicorn with both on one port."""

from __future__ import annotations

import click
from flask import Flask
from flask_babel import gettext as _

from kiosk import clock
from kiosk.app import settings
from kiosk.certificates import authority
from kiosk.certificates import install_page
from kiosk.certificates.network import Machine
from kiosk.certificates.network import machine_of
from kiosk.server import one_port
from kiosk.server import run


def run_https(host: str, port: int, workers: int) -> None:
    """Make or renew the certificates, say where to go, serve until stopped."""
    chosen = settings()
    machine = machine_of(chosen)
    held = authority.ensure(chosen.data, machine, clock.now())
    named = next((name for name in machine.names if name != "localhost"), "localhost")
    shown = install_page.Secured(held.authority, held.authority_until, named, port)

    def prepare(app: Flask) -> None:
        install_page.install(app, shown)
        app.wsgi_app = one_port.TrueScheme(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way

    _tell(machine, shown, held)
    more = one_port.options(held.certificate, held.key)
    run.run(host, port, workers, prepare=prepare, more=more)


def _tell(machine: Machine, shown: install_page.Secured, held: authority.Held) -> None:
    where = f"{machine.facing}:{shown.port}"
    click.echo(_("Open: %(address)s", address=f"https://{where}"))
    click.echo(_("New tablets first: %(address)s", address=f"http://{where}/https"))
    click.echo(_("Fingerprint of the certificate: %(fingerprint)s", fingerprint=shown.short))
    for part in held.missing(machine):
        click.echo(_("%(part)s is not covered: use another address.", part=part))
