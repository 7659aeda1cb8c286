"""The names and addresses by which other machines in the hall find this one."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from ipaddress import IPv6Address
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.config import Settings

Address = IPv4Address | IPv6Address

_LOCAL_IPV4 = re.compile(r"\|-- (\S+)\n\s+/32 host LOCAL")
# Of an IPv6 address: made for a while only, or on its way out.
_PASSING = 0x01 | 0x20


@dataclass(frozen=True)
class Machine:
    """Host names, and addresses with the one that faces the hall's network first."""

    names: tuple[str, ...]
    addresses: tuple[Address, ...]

    @property
    def facing(self) -> str:
        """The address to print: what a tablet of the same network can reach."""
        reachable = [a for a in self.addresses if a.version == 4 and not a.is_loopback]
        return str(reachable[0]) if reachable else "localhost"


def this_machine(public_name: str | None = None, proc: Path = Path("/proc/net")) -> Machine:
    """Return what this machine is called and reached by now, `localhost` included.

    `public_name` is the host of KIOSK_PUBLIC_URL. No name server is asked: in a hall
    without internet that would take as long as a start.
    """
    host = socket.gethostname().split(".")[0].lower()
    names = dict.fromkeys(
        name
        for name in ("localhost", host, f"{host}.local", (public_name or "").lower())
        if re.fullmatch(r"(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)*", name)
    )
    found = {*_ipv4(proc / "fib_trie"), *_ipv6(proc / "if_inet6")}
    found |= {ip_address("127.0.0.1"), ip_address("::1"), *_outward()}
    first = _outward()
    order = sorted(found, key=lambda a: (a not in first, a.is_loopback, a.version, int(a)))
    return Machine(tuple(names), tuple(order))


def machine_of(chosen: Settings) -> Machine:
    """Return this machine with the public name that the settings give it."""
    return this_machine(urlsplit(chosen.public_url or "").hostname)


def _ipv4(table: Path) -> set[Address]:
    with suppress(OSError):
        return {ip_address(text) for text in _LOCAL_IPV4.findall(table.read_text())}
    return set()


def _ipv6(table: Path) -> set[Address]:
    found: set[Address] = set()
    with suppress(OSError):
        for line in table.read_text().splitlines():
            digits, _index, _length, scope, flags, _name = line.split()
            # A link-local address needs a zone, which no browser takes.
            if scope in {"00", "10"} and not int(flags, 16) & _PASSING:
                found.add(ip_address(int(digits, 16)))
    return {address for address in found if address.version == 6}


def _outward() -> set[Address]:
    # Nothing is sent: connecting a datagram socket only asks which way it would go.
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("10.255.255.255", 9))
        return {ip_address(asking.getsockname()[0])}
    return set()
