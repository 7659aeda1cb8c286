"""Scans that only the server reads: sealed on the tablet under the meeting's public key.

A tablet keeps what it has sent until the meeting is over, since a server that is brought
back from a copy has lost some of it. Whoever steals the tablet can open none of it: the
private key comes from the key of the meeting's codes, which never leaves the server.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import PublicFormat
from flask_babel import lazy_gettext as _l

from kiosk.errors import Refused

CURVE = ec.SECP256R1()
# The order of the curve's group: private keys are below it.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT_BYTES = 65
NONCE_BYTES = 12


def private_key(code_key: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the key that opens a meeting's sealed scans, the same after every restore."""
    # 48 bytes: what is left by the remainder favours no key.
    drawn = HKDF(SHA256(), length=48, salt=None, info=b"kiosk sealed scans").derive(code_key)
    return ec.derive_private_key(int.from_bytes(drawn) % (ORDER - 1) + 1, CURVE)


def public_text(code_key: bytes) -> str:
    """Return the public half as tablets take it: an uncompressed point of P-256, base64."""
    point = private_key(code_key).public_key()
    return base64.b64encode(
        point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    ).decode()


def opened(private: ec.EllipticCurvePrivateKey, scan_id: str, sealed: str) -> dict[str, Any]:
    """Return the scan that a tablet sealed: its one-time point, nonce and AES-GCM text.

    Raises Refused(`not_sealed`) for what was not sealed for this meeting under this id.
    """
    try:
        data = base64.b64decode(sealed, validate=True)
        point, rest = data[:POINT_BYTES], data[POINT_BYTES:]
        other = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
        key = hashlib.sha256(private.exchange(ec.ECDH(), other) + point).digest()
        nonce, text = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        found = json.loads(AESGCM(key).decrypt(nonce, text, scan_id.encode()))
    except (ValueError, InvalidTag) as error:
        raise _not_sealed() from error
    if not isinstance(found, dict) or found.get("scan_id") != scan_id:
        raise _not_sealed()
    return found


def _not_sealed() -> Refused:
    return Refused("not_sealed", _l("This scan cannot be opened. Compare with the paper list."))
