"""The page on which a tablet learns to trust this server, and the printed set-up card.

Reached without https: until the certificate is installed, nothing else is. Everything
but this page and the signs of life leads here when asked for without encryption.
"""

from __future__ import annotations

import base64
import hashlib
import json
import plistlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint
from flask import Flask
from flask import Response
from flask import current_app
from flask import redirect
from flask import render_template
from flask import request
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from kiosk import clock
from kiosk import download
from kiosk import qr
from kiosk import text
from kiosk import typeset
from kiosk.access import acting
from kiosk.access import needs
from kiosk.access import public
from kiosk.addresses import this_machine
from kiosk.db import db
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.model import Meeting
from kiosk.plugin import registry

blueprint = Blueprint("https", __name__)

_CARD = (Path(__file__).parent / "card.typ").read_bytes()
_LOOPBACK = ("127.", "::1")
_SHORT_FINGERPRINT = 16
_CONFIG = "KIOSK_HTTPS"


@dataclass(frozen=True)
class Secured:
    """What the running server shows: its authority (DER), until when, and its port."""

    authority: bytes
    until: datetime
    host: str
    port: int

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority in groups of four, as Android and iPad show it."""
        return _groups(hashlib.sha256(self.authority).hexdigest())

    @property
    def short(self) -> str:
        """The first 64 bits of the fingerprint: what people compare."""
        return _groups(hashlib.sha256(self.authority).hexdigest()[:_SHORT_FINGERPRINT])

    @property
    def thumbprint(self) -> str:
        """SHA-1, only because it is what Windows shows."""
        return _groups(hashlib.sha1(self.authority).hexdigest())  # noqa: S324  # shown, never trusted

    @property
    def file(self) -> str:
        """Name of the certificate's file, without its ending."""
        return f"kiosk-{self.host}"


def _groups(digits: str) -> str:
    digits = digits.upper()
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def install(app: Flask, secured: Secured) -> None:
    """Have an application that is served with https lead plain requests to this page."""
    app.config[_CONFIG] = secured
    app.config["SESSION_COOKIE_SECURE"] = True
    app.before_request(_lead_here)


def _lead_here() -> Answer | None:
    # On the server's own machine nothing travels, and browsers trust localhost.
    if request.is_secure or (request.remote_addr or "").startswith(_LOOPBACK):
        return None
    path = request.path
    if path in {"/https", "/healthz", "/readyz"} or path.startswith(("/https/", "/static/")):
        return None
    if request.method in {"GET", "HEAD"} and "/api/" not in path:
        address = registry().home("https")
        return redirect(f"{address}?next={registry().home(path[1:])}" if path != "/" else address)
    raise Forbidden("https_only", _l("Please use the address that begins with https."))


def secured() -> Secured:
    """Return what the running server shows.

    Raises NotFound when it runs without https.
    """
    found = current_app.config.get(_CONFIG)
    if not isinstance(found, Secured):
        raise NotFound(
            "no_https", _l("This server runs without https. Start it with: kiosk serve --https")
        )
    return found


@blueprint.get("/https")
@public
def page() -> str:
    """Show how to install the certificate, and whether this browser trusts it."""
    # Whoever asks is nobody's yet: with several offices here, none of them is named.
    wards = set(db.session.scalars(select(Meeting.ward).distinct()))
    ward = wards.pop() if len(wards) == 1 else ""
    return render_template(
        "https.html",
        here=secured(),
        office=f"UBND {ward[:1].lower()}{ward[1:]}" if ward else "Kiosk",
        begin=_after(request.args.get("next", "")),
        code=Markup(qr.svg(_plain(request.host))),  # noqa: S704  # our own drawing
        plain=_plain(request.host),
    )


def _after(asked: str) -> str:
    # Only a path of ours: two slashes would be somebody else's address.
    home = registry().home()
    return asked if asked.startswith(home) and asked[len(home) :][:1] not in {"/", "\\"} else home


def _plain(host: str) -> str:
    return f"http://{host}{registry().home('https')}"


@blueprint.get("/https/kiosk.crt")
@public
def certificate() -> Response:
    """Give the certificate to Android and Windows (DER)."""
    here = secured()
    return download.file(here.authority, "application/x-x509-ca-cert", f"{here.file}.crt")


@blueprint.get("/https/kiosk.mobileconfig")
@public
def profile() -> Response:
    """Give the certificate to iPad and iPhone as a profile."""
    here = secured()
    kind = "application/x-apple-aspen-config"
    # Inline: a file in the Downloads folder would not be offered as a profile.
    return download.file(_profile(here), kind, f"{here.file}.mobileconfig", inline=True)


def _profile(here: Secured) -> bytes:
    # The same certificate makes the same profile, so that installing twice replaces.
    def name(part: str) -> str:
        words = f"{part} {base64.b64encode(here.authority).decode()}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, words)).upper()

    root = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"vn.kiosk.{here.host}.root",
        "PayloadUUID": name("root"),
        "PayloadDisplayName": f"Kiosk {here.host}",
        "PayloadCertificateFileName": f"{here.file}.crt",
        "PayloadContent": here.authority,
    }
    whole = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"vn.kiosk.{here.host}",
        "PayloadUUID": name("profile"),
        "PayloadDisplayName": f"Kiosk {here.host}",
        "PayloadDescription": here.short,
        "PayloadContent": [root],
    }
    return plistlib.dumps(whole)


@blueprint.get("/m/<m>/setup-card.pdf")
@needs("setup.card")
def card(m: str) -> Response:
    """Give the page to print and lay beside a tablet: how to set it up and lock it down."""
    found = current_app.config.get(_CONFIG)
    here = found if isinstance(found, Secured) else None
    data = card_data(acting().meeting, address_for_tablets(), here)
    made = typeset.compiled(_CARD, {"data.json": _packed(data)})
    return download.file(made, "application/pdf", f"setup-card-{m}.pdf", inline=True)


def address_for_tablets() -> str:
    """Return the address for tablets: the public one, else this machine's in the hall."""
    found = current_app.config.get(_CONFIG)
    here = found if isinstance(found, Secured) else None
    settings = registry().settings
    if settings.public_url:
        return settings.public_url
    host = request.host.rsplit(":", 1)[0]
    if host in {"localhost", "127.0.0.1", "[::1]"}:
        host = this_machine().facing
    port = here.port if here else int(request.environ.get("SERVER_PORT", settings.port))
    scheme = "https" if here or request.is_secure else "http"
    return f"{scheme}://{host}:{port}{request.script_root}"


def card_data(meeting: Meeting, base: str, here: Secured | None) -> dict[str, Any]:
    """Return what stands on the card: addresses and a fingerprint, no password, no name."""
    pairing = f"{base}/pair"
    plain = base.replace("https://", "http://", 1) + "/https"
    return {
        "title": meeting.title,
        "day": clock.vi_date(meeting.starts_at),
        "office": f"UBND {meeting.ward[:1].lower()}{meeting.ward[1:]}" if meeting.ward else "",
        "fingerprint": here.short if here else "",
        "install": {"qr": qr.svg(plain), "words": _bare(plain)} if here else None,
        "pairing": {"qr": qr.svg(pairing), "words": _bare(pairing)},
    }


def _bare(address: str) -> str:
    return address.partition("://")[2]


def _packed(data: dict[str, Any]) -> bytes:
    return text.nfc(json.dumps(data, ensure_ascii=False)).encode()
