"""A stranger's way to bring invitations to people."""

from __future__ import annotations

from kiosk import DeliveryChannel
from kiosk import Parcel


def seat_cards(parcel: Parcel) -> bytes:
    """Return a list of names and numbers for whoever lays cards on the seats."""
    lines = [f"{item.greeting}\t{item.short}" for item in parcel.items]
    return "\n".join(lines).encode()


SEAT_CARDS = DeliveryChannel(
    "seat_cards",
    "Thẻ đặt sẵn trên ghế",
    "armchair",
    pack=seat_cards,
    media="text/plain; charset=utf-8",
    ending="txt",
)
