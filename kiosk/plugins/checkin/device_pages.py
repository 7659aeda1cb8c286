"""The organiser's page of devices: how they are, pairing, renaming, revoking."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask import current_app
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.certificates import install_page
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents import qr
from kiosk.errors import Conflict
from kiosk.errors import Refused
from kiosk.plugin import registry
from kiosk.plugins.checkin.devices import queries
from kiosk.plugins.checkin.devices import rules
from kiosk.plugins.checkin.devices import service as devices
from kiosk.plugins.checkin.reviews import service as reviews
from kiosk.web import forms

blueprint = Blueprint("checkin_devices", __name__)


@blueprint.get("/m/<m>/devices")
@needs("checkin.devices")
def listing(m: str) -> str:
    """Show the meeting's devices and how they are."""
    return _page()


@blueprint.get("/m/<m>/devices/fleet")
@needs("checkin.devices")
def now(m: str) -> str:
    """Give the part of the page that changes by itself."""
    return render_template("checkin/fleet.html", **_fleet())


def _fleet() -> dict[str, Any]:
    here = acting()
    found = queries.devices(db.session(), here.meeting.id, here.now)
    paired = [device for device in found if device.state == "paired"]
    return {
        "m": here.meeting.name,
        "devices": found,
        "paired": paired,
        "in_contact": sum(device.in_contact for device in paired),
        "waiting": sum(device.waiting or 0 for device in paired),
        "holding": [device for device in paired if device.waiting],
        "scans": sum(device.scans for device in found),
        "last": max((d.last_scan_at for d in found if d.last_scan_at), default=None),
        "reviews": reviews.count_waiting(db.session(), here.meeting.id) or 0,
        "conflicts": _conflicts(here.meeting.name),
        "shown_skew": rules.SKEW_SHOWN,
        "low_battery": rules.LOW_BATTERY,
    }


def _conflicts(m: str) -> str:
    """Return the address of the list of conflicts, nothing while no room has one."""
    pages = current_app.url_map.iter_rules()
    found = any(rule.rule.endswith("/m/<m>/devices/conflicts") for rule in pages)
    return registry().home(f"m/{m}/devices/conflicts") if found else ""


def _page(
    offered: devices.Offered | None = None,
    typed: dict[str, str] | None = None,
    fields: dict[str, object] | None = None,
) -> str:
    address = ""
    if offered is not None:
        pairing = url_for("checkin.pair", code=offered.code, ready=1)
        address = f"{install_page.address_for_tablets()}{pairing}"
    known = _fleet()
    return render_template(
        "checkin/devices.html",
        **known,
        offered=offered,
        device=next((d for d in known["devices"] if offered and d.id == offered.id), None),
        address=address,
        picture=qr.path(address) if address else None,
        quiet=qr.QUIET,
        typed=typed or {"profile": "gate"},
        fields=fields or {},
    )


@blueprint.post("/m/<m>/devices")
@needs("checkin.devices")
def offer(m: str) -> str | tuple[str, int]:
    """Offer a place to a device and show its code."""
    here = acting()
    typed = {key: request.form.get(key, "") for key in ("name", "profile", "place")}
    try:
        with writing() as session:
            offered = devices.add(
                session, here.meeting.id, **typed, actor=here.actor.name, now=here.now
            )
    except Refused as error:
        return _page(None, typed, error.fields), error.status
    return _page(offered)


@blueprint.post("/m/<m>/devices/<int:device_id>/code")
@needs("checkin.devices")
def offer_again(m: str, device_id: int) -> str:
    """Show a new code for a device: the first was not used, or the tablet lost its pairing."""
    here = acting()
    with writing() as session:
        offered = devices.offer_again(
            session, here.meeting.id, device_id, actor=here.actor.name, now=here.now
        )
    return _page(offered)


@blueprint.post("/m/<m>/devices/<int:device_id>/name")
@needs("checkin.devices")
def rename(m: str, device_id: int) -> Response:
    """Give a device another name or place."""
    here = acting()
    form = request.form
    try:
        with writing() as session:
            stored = devices.named(session, here.meeting.id, device_id)
            typed = forms.merged(form, stored).values
            name = devices.rename(
                session,
                here.meeting.id,
                device_id,
                typed["name"],
                typed["place"],
                actor=here.actor.name,
            )
        flash(_("The device is named %(name)s now.", name=name))
    except (Refused, Conflict) as error:
        flash(str(next(iter(error.fields.values()))), "warn")
    return redirect(url_for("checkin_devices.listing", m=m))


@blueprint.post("/m/<m>/devices/<int:device_id>/revoke")
@needs("checkin.devices")
def revoke(m: str, device_id: int) -> Response:
    """Revoke a device."""
    here = acting()
    with writing() as session:
        name = devices.revoke(
            session, here.meeting.id, device_id, actor=here.actor.name, now=here.now
        )
    flash(_("%(name)s is revoked. It opens nothing any more.", name=name))
    return redirect(url_for("checkin_devices.listing", m=m))
