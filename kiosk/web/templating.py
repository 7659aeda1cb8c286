"""What templates may call: icons, the menu, times and names as people say them."""

from __future__ import annotations

import re
from functools import lru_cache

from flask import Flask
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from kiosk import clock
from kiosk import vietnamese
from kiosk.auth.access import acting
from kiosk.auth.access import handed_over
from kiosk.db.base import db
from kiosk.paths import VENDOR
from kiosk.plugin import NavItem
from kiosk.plugin import registry
from kiosk.web import forms
from kiosk.web.security import csp_nonce
from kiosk.web.security import csrf_field


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
    """Put helpers and filters into the templates of an application."""
    app.jinja_env.globals.update(
        csp_nonce=csp_nonce,
        csrf_field=csrf_field,
        csrf_token=generate_csrf,
        shown_field=forms.shown_field,
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
        greeting=lambda d: vietnamese.greeting(d.salutation, d.name),
        called=lambda d: vietnamese.called(d.salutation, d.name),
        given=vietnamese.given,
        form=lambda d: vietnamese.address_form(d.salutation),
    )
