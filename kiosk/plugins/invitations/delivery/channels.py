"""Our own ways to bring invitations to people: on paper, as pictures, by e-mail."""

from __future__ import annotations

import io
import zipfile

from flask_babel import lazy_gettext as _l

from kiosk.hookspecs.delivery import DeliveryChannel
from kiosk.hookspecs.delivery import Parcel
from kiosk.plugins.invitations.delivery import email
from kiosk.plugins.invitations.letters.service import file_name


def pictures(parcel: Parcel) -> bytes:
    """Return the pictures in one zip; the names sort like the list and say who it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for number, item in enumerate(parcel.items, start=1):
            packed.writestr(file_name(number, item.household, item.greeting), item.picture())
    return out.getvalue()


PRINT = DeliveryChannel(
    "print",
    _l("On paper"),
    "printer",
    pack=lambda parcel: parcel.letters(),
    media="application/pdf",
    ending="pdf",
)
PICTURES = DeliveryChannel(
    "pictures",
    _l("As pictures"),
    "images",
    pack=pictures,
    media="application/zip",
    ending="zip",
)
ALL = (PRINT, PICTURES, email.CHANNEL)
