"""The install page, the files it gives, and the set-up card."""

from __future__ import annotations

import hashlib
import plistlib
import subprocess
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from kiosk.certificates import authority
from kiosk.certificates import install_page
from kiosk.certificates.network import Machine
from kiosk.certificates.network import this_machine
from tests.conftest import Known
from tests.conftest import Person

HALL = {"REMOTE_ADDR": "192.168.1.30", "HTTP_HOST": "192.168.1.20:8000"}


@pytest.fixture
def secured(app: Flask, tmp_path: Path) -> install_page.Secured:
    machine = Machine(("localhost", "vanphong"), this_machine().addresses)
    held = authority.ensure(tmp_path, machine, datetime.now(UTC))
    found = install_page.Secured(held.authority, held.authority_until, "vanphong", 8000)
    install_page.install(app, found)
    return found


def test_plain_requests_lead_to_the_install_page(app: Flask, secured: install_page.Secured) -> None:
    client = app.test_client()
    for path, target in (("/login", "/https?next=/login"), ("/", "/https")):
        answer = client.get(path, environ_overrides=HALL)
        assert (answer.status_code, answer.location) == (302, target)
    posted = client.post("/login", environ_overrides=HALL)
    assert posted.status_code == 403
    with client.get("/static/tokens.css", environ_overrides=HALL) as style:
        assert style.status_code == 200
    safe = client.get("/login", environ_overrides=HALL, base_url="https://192.168.1.20:8000")
    assert safe.status_code == 200
    assert secured.short in client.get("/https", environ_overrides=HALL).get_data(as_text=True)


def test_on_the_servers_own_machine_plain_is_fine(
    app: Flask, secured: install_page.Secured
) -> None:
    assert secured
    assert app.test_client().get("/login").status_code == 200


@pytest.mark.parametrize("evil", ["//evil.example/", "https://evil.example", "/\\evil.example"])
def test_the_page_leads_on_only_to_a_page_of_ours(
    app: Flask, secured: install_page.Secured, evil: str
) -> None:
    assert secured
    page = app.test_client().get("/https", query_string={"next": evil}).get_data(as_text=True)
    assert "evil.example" not in page
    assert 'data-begin="/"' in page


def test_the_files_are_what_each_kind_of_device_takes(
    app: Flask, secured: install_page.Secured
) -> None:
    client = app.test_client()
    der = client.get("/https/kiosk.crt", environ_overrides=HALL)
    assert der.mimetype == "application/x-x509-ca-cert"
    assert hashlib.sha256(der.data).hexdigest().upper() == secured.fingerprint.replace(" ", "")
    profile = client.get("/https/kiosk.mobileconfig", environ_overrides=HALL)
    assert profile.mimetype == "application/x-apple-aspen-config"
    facts = plistlib.loads(profile.data)
    assert facts["PayloadContent"][0]["PayloadType"] == "com.apple.security.root"
    assert facts["PayloadContent"][0]["PayloadContent"] == der.data
    again = client.get("/https/kiosk.mobileconfig", environ_overrides=HALL)
    assert again.data == profile.data


def test_without_https_the_page_says_how_to_start_it(app: Flask) -> None:
    answer = app.test_client().get("/https")
    assert answer.status_code == 404
    assert "kiosk serve --https" in answer.get_data(as_text=True)


def _read(pdf: bytes, tmp_path: Path) -> tuple[str, set[str]]:
    """Return the words of a PDF of one page, and what its QR codes hold."""
    file = tmp_path / "card.pdf"
    file.write_bytes(pdf)
    facts = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True)
    assert "Pages:           1" in facts.stdout
    told = ["pdftotext", str(file), "-"]
    words = subprocess.run(told, capture_output=True, text=True, check=True)
    drawn = ["pdftoppm", "-r", "200", "-png", "-singlefile", str(file), str(tmp_path / "card")]
    subprocess.run(drawn, capture_output=True, check=True)
    read = ["zbarimg", "--quiet", "--raw", str(tmp_path / "card.png")]
    codes = subprocess.run(read, capture_output=True, text=True, check=True).stdout
    return " ".join(words.stdout.split()), set(codes.split())


def test_the_card_holds_both_addresses_and_the_fingerprint(
    app: Flask,
    secured: install_page.Secured,
    meeting: Known,
    bearer: Callable[..., dict[str, str]],
    tmp_path: Path,
) -> None:
    card = f"/m/{meeting.name}/setup-card.pdf"
    safe = {"base_url": "https://192.168.1.20:8000", "headers": bearer("organiser")}
    answer = app.test_client().get(card, **safe)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    words, codes = _read(answer.data, tmp_path)
    assert codes == {"http://192.168.1.20:8000/https", "https://192.168.1.20:8000/pair"}
    for part in (secured.short, "Ghim", "Truy cập được hướng dẫn", "26/10/2023", "Phường Tân Dân"):
        # Wide letters come out of a PDF with spaces between them.
        assert part.lower().replace(" ", "") in words.lower().replace(" ", "")


def test_the_card_without_https_has_the_pairing_code_only(
    app: Flask, meeting: Known, sign_in: Callable[..., Person], tmp_path: Path
) -> None:
    answer = sign_in("organiser", meeting.id).get(f"/m/{meeting.name}/setup-card.pdf")
    words, codes = _read(answer.data, tmp_path)
    assert len(codes) == 1
    assert codes.pop().endswith("/pair")
    assert "chứng thư" not in words


def test_the_card_is_the_organisers(
    app: Flask, meeting: Known, sign_in: Callable[..., Person]
) -> None:
    assert app
    card = f"/m/{meeting.name}/setup-card.pdf"
    assert sign_in("moderator", meeting.id).get(card).status_code == 403
    assert sign_in("organiser", meeting.id).get(card).status_code == 200
