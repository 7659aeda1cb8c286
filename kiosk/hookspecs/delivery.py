"""Ways to bring an invitation to its holder: what a plugin's channel gets and gives back."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.errors import KioskError

LONGEST_CHANNEL_NAME = 20


class DeliveryRefused(KioskError):
    """It will never arrive this way; it is not tried again by itself."""

    status = 422


class DeliveryDelayed(KioskError):
    """It did not go now; it is tried again later."""

    status = 503


class DeliveryUnsure(KioskError):
    """It may have arrived and may not: a person decides whether to send it again."""

    status = 503


@dataclass(frozen=True)
class Outgoing:
    """One invitation on its way. `id` is the same at every try; letters are made on demand.

    `greeting` is "Bà Nguyễn Thị Hoa", `called` "bà Hoa"; `link` is empty while phones
    cannot reach the server.
    """

    id: int
    name: str
    greeting: str
    called: str
    area: str
    household: str
    email: str
    phone: str
    short: str
    link: str
    meeting: str
    sender: str
    when: str
    venue: str
    letter: Callable[[], bytes]
    picture: Callable[[], bytes]


@dataclass(frozen=True)
class Parcel:
    """Invitations that a person takes along: each alone, and all letters as one PDF."""

    items: Sequence[Outgoing]
    letters: Callable[[], bytes]


@dataclass(frozen=True)
class DeliveryChannel:
    """A way to bring invitations to their holders: one by one, or packed for a person.

    `send(outgoing)` sends one and returns a receipt in a few words; it raises
    DeliveryRefused, DeliveryDelayed or DeliveryUnsure. It should end within half a minute.
    `pack(parcel)` instead makes one file, `media` and `ending` say of which kind, and a
    person says later who got it. `reaches(outgoing)` tells whom the channel can reach, and
    `unreached` says in a few words why not. `unready()` returns a sentence while the
    channel cannot be used at all. The name has at most 20 characters.
    """

    name: str
    title: object
    icon: str
    send: Callable[[Outgoing], str] | None = None
    pack: Callable[[Parcel], bytes] | None = None
    media: str = ""
    ending: str = ""
    reaches: Callable[[Outgoing], bool] = lambda _outgoing: True
    unreached: object = ""
    unready: Callable[[], object | None] = lambda: None
