"""The hall's own certificate authority, and the short certificate that the server shows.

Made once in KIOSK_DATA/certificates. What tablets trust can speak only for this machine's
names and for private addresses (RFC 5280, 4.2.1.10), so a stolen key opens nobody's bank.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from ipaddress import IPv4Network
from ipaddress import IPv6Network
from ipaddress import ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.oid import NameOID

from kiosk.certificates.network import Address
from kiosk.certificates.network import Machine

FOLDER = "certificates"
AUTHORITY_DAYS = 5 * 365
# Tablets refuse more than 398 days; a short life makes a stolen key worthless soon.
LEAF_DAYS = 90
RENEW_DAYS = 30
# The clock of a borrowed tablet may be behind.
BACKDATED = timedelta(days=1)
PRIVATE = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1")
)

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Held:
    """What lies in the folder: the authority's certificate (DER) and the server's."""

    authority: bytes
    authority_until: datetime
    until: datetime
    covered: frozenset[str]
    certificate: Path
    key: Path

    @property
    def fingerprint(self) -> str:
        """The authority's SHA-256, 64 hexadecimal digits in capitals."""
        return hashlib.sha256(self.authority).hexdigest().upper()

    def missing(self, machine: Machine) -> list[str]:
        """Return the names and addresses of the machine that are not covered."""
        return [str(part) for part in wanted(machine) if str(part) not in self.covered]


def wanted(machine: Machine) -> list[str | Address]:
    """Return everything that the certificate should stand for."""
    return [*machine.names, *machine.addresses]


def ensure(data: Path, machine: Machine, now: datetime) -> Held:
    """Return the certificates, made or renewed where needed.

    The authority is made once and lives five years; the server's certificate is renewed
    when it is near its end or the machine has a new name or address.
    """
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with _alone(folder):
        authority = _authority(folder, machine, now)
        held = _held(folder, authority)
        if held is None or _is_stale(held, authority, machine, now):
            _issue(folder, authority, machine, now)
            held = _held(folder, authority)
    if held is None:
        raise RuntimeError("the certificate that was just made cannot be read")
    return held


def read(data: Path) -> Held | None:
    """Return what is there, without making anything; None when it is not whole."""
    folder = data / FOLDER
    path = folder / "ca.crt"
    if not path.is_file():
        return None
    try:
        return _held(folder, x509.load_pem_x509_certificate(path.read_bytes()))
    except ValueError:
        return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    path = folder / "making.lock"
    path.touch(mode=0o600)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _authority(folder: Path, machine: Machine, now: datetime) -> x509.Certificate:
    path = folder / "ca.crt"
    if path.is_file() and (folder / "ca.key").is_file():
        found = x509.load_pem_x509_certificate(path.read_bytes())
        if found.not_valid_after_utc > now + timedelta(days=1):
            return found
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Kiosk {_short(machine)}")])
    made = (
        _builder(name, name, key, now, timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(machine), None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _keep(folder / "ca.key", _key_bytes(key))
    _keep(path, made.public_bytes(serialization.Encoding.PEM))
    return made


def _short(machine: Machine) -> str:
    return next((name for name in machine.names if name != "localhost"), "localhost")[:50]


def _permitted(machine: Machine) -> list[x509.GeneralName]:
    # An address outside the private ranges is permitted by itself, not with its network.
    alone = [
        ip_network(address)
        for address in machine.addresses
        if not _inside(address, PRIVATE) and not address.is_loopback
    ]
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in machine.names]
    return [*names, *(x509.IPAddress(network) for network in (*PRIVATE, *alone))]


def _inside(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == net.version and address in net for net in networks)


def _allowed(authority: x509.Certificate, machine: Machine) -> list[str | Address]:
    """Return what the authority may vouch for; one name too many spoils a certificate."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = constraints.permitted_subtrees or []
    names = {part.value for part in permitted if isinstance(part, x509.DNSName)}
    networks = [
        part.value
        for part in permitted
        if isinstance(part, x509.IPAddress) and isinstance(part.value, IPv4Network | IPv6Network)
    ]
    allowed: list[str | Address] = [name for name in machine.names if name in names]
    return [*allowed, *(a for a in machine.addresses if _inside(a, networks))]


def _is_stale(held: Held, authority: x509.Certificate, machine: Machine, now: datetime) -> bool:
    leaf = x509.load_pem_x509_certificate(held.certificate.read_bytes())
    if leaf.issuer != authority.subject or _signer(leaf) != _signer(authority):
        return True
    if held.until - now < timedelta(days=RENEW_DAYS) and held.until < held.authority_until:
        return True
    return any(str(part) not in held.covered for part in _allowed(authority, machine))


def _signer(certificate: x509.Certificate) -> bytes | None:
    extension = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    return extension.value.key_identifier


def _issue(folder: Path, authority: x509.Certificate, machine: Machine, now: datetime) -> None:
    signer = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("ca.key holds another kind of key")
    key = ec.generate_private_key(ec.SECP256R1())
    life = min(timedelta(days=LEAF_DAYS), authority.not_valid_after_utc - now)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _short(machine))])
    parts: list[x509.GeneralName] = [
        x509.DNSName(part) if isinstance(part, str) else x509.IPAddress(part)
        for part in _allowed(authority, machine)
    ]
    leaf = (
        _builder(name, authority.subject, key, now, life, signer)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(parts), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _keep(folder / "server.key", _key_bytes(key))
    _keep(folder / "server.crt", leaf.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
    signer: ec.EllipticCurvePrivateKey | None = None,
) -> x509.CertificateBuilder:
    public, above = key.public_key(), (signer or key).public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(above),
            critical=False,
        )
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _keep(path: Path, content: bytes) -> None:
    """Write the file whole or not at all; nobody else may read it."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _held(folder: Path, authority: x509.Certificate) -> Held | None:
    certificate, key = folder / "server.crt", folder / "server.key"
    if not (certificate.is_file() and key.is_file()):
        return None
    try:
        leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
        fits = _public(key) == leaf.public_key()
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return None
    if not fits:
        # Power went between the two files: the pair is made again.
        return None
    return Held(
        authority.public_bytes(serialization.Encoding.DER),
        authority.not_valid_after_utc,
        leaf.not_valid_after_utc,
        frozenset(str(part.value) for part in names),
        certificate,
        key,
    )


def _public(key: Path) -> object:
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    return private.public_key()
