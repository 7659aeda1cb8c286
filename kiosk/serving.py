"""Serving with https in the hall: certificates first, then gunicorn with both on one port."""

from __future__ import annotations

import click
from flask import Flask
from flask_babel import gettext as _

from kiosk import certificates
from kiosk import clock
from kiosk import https
from kiosk import server
from kiosk import tls
from kiosk.addresses import Machine
from kiosk.addresses import machine_of
from kiosk.app import settings


def run_https(host: str, port: int, workers: int) -> None:
    """Make or renew the certificates, say where to go, serve until stopped."""
    chosen = settings()
    machine = machine_of(chosen)
    held = certificates.ensure(chosen.data, machine, clock.now())
    named = next((name for name in machine.names if name != "localhost"), "localhost")
    shown = https.Secured(held.authority, held.authority_until, named, port)

    def prepare(app: Flask) -> None:
        https.install(app, shown)
        app.wsgi_app = tls.TrueScheme(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way

    _tell(machine, shown, held)
    more = tls.options(held.certificate, held.key)
    server.run(host, port, workers, prepare=prepare, more=more)


def _tell(machine: Machine, shown: https.Secured, held: certificates.Held) -> None:
    where = f"{machine.facing}:{shown.port}"
    click.echo(_("Open: %(address)s", address=f"https://{where}"))
    click.echo(_("New tablets first: %(address)s", address=f"http://{where}/https"))
    click.echo(_("Fingerprint of the certificate: %(fingerprint)s", fingerprint=shown.short))
    for part in held.missing(machine):
        click.echo(_("%(part)s is not covered: use another address.", part=part))
