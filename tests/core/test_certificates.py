"""The hall's certificates: made once, narrow, short, renewed in time."""

from __future__ import annotations

import socket
import ssl
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509

from kiosk.certificates import authority as certificates
from kiosk.certificates.network import Machine
from kiosk.certificates.network import this_machine
from kiosk.server.one_port import OnePort

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
HALL = Machine(
    ("localhost", "vanphong", "vanphong.local"),
    (ip_address("192.168.1.20"), ip_address("127.0.0.1"), ip_address("::1")),
)


def _cert(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_authority_is_made_once_and_the_keys_are_nobody_elses(tmp_path: Path) -> None:
    first = certificates.ensure(tmp_path, HALL, NOW)
    again = certificates.ensure(tmp_path, HALL, NOW + timedelta(days=3))
    assert again == first
    for name in ("ca.key", "server.key"):
        path = tmp_path / certificates.FOLDER / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / certificates.FOLDER).stat().st_mode) == 0o700


def test_two_starts_at_once_make_one_authority(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: certificates.ensure(tmp_path, HALL, NOW), range(8)))
    assert len({held.fingerprint for held in made}) == 1


def test_the_authority_may_speak_only_for_this_machine_and_private_addresses(
    tmp_path: Path,
) -> None:
    held = certificates.ensure(tmp_path, HALL, NOW)
    authority = x509.load_der_x509_certificate(held.authority)
    found = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert found.critical
    permitted = [str(part.value) for part in found.value.permitted_subtrees or []]
    assert {"vanphong", "vanphong.local", "localhost", "192.168.0.0/16"} <= set(permitted)
    assert not [name for name in permitted if name in {"vn", "local", "0.0.0.0/0", "::/0"}]
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 0)


def test_the_leaf_is_short_and_names_the_machine(tmp_path: Path) -> None:
    held = certificates.ensure(tmp_path, HALL, NOW)
    leaf = _cert(held.certificate)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc < timedelta(days=398)
    assert leaf.not_valid_before_utc < NOW
    assert held.covered == {
        "localhost",
        "vanphong",
        "vanphong.local",
        "192.168.1.20",
        "127.0.0.1",
        "::1",
    }
    leaf.verify_directly_issued_by(x509.load_der_x509_certificate(held.authority))


def test_it_is_renewed_near_its_end_and_the_authority_stays(tmp_path: Path) -> None:
    first = certificates.ensure(tmp_path, HALL, NOW)
    early = certificates.ensure(tmp_path, HALL, NOW + timedelta(days=59))
    assert early.until == first.until
    late = certificates.ensure(tmp_path, HALL, NOW + timedelta(days=61))
    assert late.until > first.until
    assert late.fingerprint == first.fingerprint


def test_it_is_renewed_for_a_new_address(tmp_path: Path) -> None:
    first = certificates.ensure(tmp_path, HALL, NOW)
    moved = Machine(HALL.names, (ip_address("10.0.0.7"), *HALL.addresses))
    assert first.missing(moved) == ["10.0.0.7"]
    second = certificates.ensure(tmp_path, moved, NOW)
    assert second.missing(moved) == []
    assert second.fingerprint == first.fingerprint


def test_a_name_that_the_authority_may_not_speak_for_is_left_out(tmp_path: Path) -> None:
    certificates.ensure(tmp_path, HALL, NOW)
    renamed = Machine(("localhost", "tandan"), (*HALL.addresses, ip_address("8.8.8.8")))
    held = certificates.ensure(tmp_path, renamed, NOW)
    assert held.missing(renamed) == ["tandan", "8.8.8.8"]
    # And a second start does not make a new one again and again.
    assert certificates.ensure(tmp_path, renamed, NOW) == held


def test_an_address_outside_the_private_ranges_is_permitted_by_itself(tmp_path: Path) -> None:
    public = Machine(HALL.names, (ip_address("203.0.113.9"), *HALL.addresses))
    held = certificates.ensure(tmp_path, public, NOW)
    assert held.missing(public) == []
    neighbour = Machine(HALL.names, (ip_address("203.0.113.10"),))
    assert certificates.ensure(tmp_path, neighbour, NOW).missing(neighbour) == ["203.0.113.10"]


def test_an_authority_at_its_end_is_replaced(tmp_path: Path) -> None:
    first = certificates.ensure(tmp_path, HALL, NOW)
    last_days = certificates.ensure(tmp_path, HALL, first.authority_until - timedelta(days=10))
    assert last_days.fingerprint == first.fingerprint
    assert last_days.until <= first.authority_until
    over = certificates.ensure(tmp_path, HALL, first.authority_until)
    assert over.fingerprint != first.fingerprint


@pytest.mark.parametrize("name", ["server.crt", "server.key"])
@pytest.mark.parametrize("content", [b"", b"torn", None])
def test_a_torn_or_missing_file_is_made_again(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    first = certificates.ensure(tmp_path, HALL, NOW)
    path = tmp_path / certificates.FOLDER / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    again = certificates.ensure(tmp_path, HALL, NOW)
    assert again.fingerprint == first.fingerprint
    assert certificates.read(tmp_path) == again


def test_reading_makes_nothing(tmp_path: Path) -> None:
    assert certificates.read(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_this_machine_is_found_without_a_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("a name server was asked")

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    monkeypatch.setattr(socket, "getfqdn", asked)
    monkeypatch.setattr(socket, "gethostname", lambda: "Van-Phong.tandan.vn")
    machine = this_machine("hop.tandan.vn")
    assert machine.names == ("localhost", "van-phong", "van-phong.local", "hop.tandan.vn")
    assert {ip_address("127.0.0.1"), ip_address("::1")} <= set(machine.addresses)


def test_all_addresses_of_the_tables_are_found(tmp_path: Path) -> None:
    (tmp_path / "fib_trie").write_text(
        "Main:\n  +-- 192.168.1.0/24 2 0 2\n     |-- 192.168.1.20\n        /32 host LOCAL\n"
        "     |-- 192.168.1.255\n        /32 link BROADCAST\n     |-- 10.8.0.2\n"
        "        /32 host LOCAL\n"
    )
    (tmp_path / "if_inet6").write_text(
        "fd000000000000000000000000000002 02 40 00 80     eth0\n"
        "fe8000000000000000fc00fffe000001 02 40 20 80     eth0\n"
        "fd000000000000000000000000000003 02 40 00 01     eth0\n"
    )
    found = {str(address) for address in this_machine(None, tmp_path).addresses}
    assert {"192.168.1.20", "10.8.0.2", "fd00::2"} <= found
    assert not found & {"192.168.1.255", "fe80::fc:ff:fe00:1", "fd00::3"}


@pytest.fixture
def served(tmp_path: Path) -> certificates.Held:
    return certificates.ensure(tmp_path, this_machine(), datetime.now(UTC))


def _talk(held: certificates.Held, client: Callable[[socket.socket], bytes]) -> tuple[bytes, bool]:
    """Let a client talk to one connection; returns what it heard, and if it was encrypted."""
    ours, theirs = socket.socketpair()
    encrypted = []

    def serve() -> None:
        spoken = OnePort(held.certificate, held.key).wrap_socket(ours, server_side=True)
        encrypted.append(isinstance(spoken, ssl.SSLSocket))
        spoken.sendall(b"heard " + spoken.recv(100))
        spoken.close()

    server = Thread(target=serve)
    server.start()
    heard = client(theirs)
    server.join(10)
    theirs.close()
    return heard, encrypted[0]


def test_one_port_speaks_plain_and_encrypted(served: certificates.Held) -> None:
    def plain(connection: socket.socket) -> bytes:
        connection.sendall(b"GET /")
        return connection.recv(100)

    def trusting(connection: socket.socket) -> bytes:
        context = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(served.authority))
        with context.wrap_socket(connection, server_hostname="127.0.0.1") as spoken:
            spoken.sendall(b"GET /")
            return spoken.recv(100)

    assert _talk(served, plain) == (b"heard GET /", False)
    assert _talk(served, trusting) == (b"heard GET /", True)
