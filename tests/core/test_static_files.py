"""Static files by release: under the address of a content there is that content or nothing."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import compress
from kiosk import static_files
from kiosk.paths import STATIC

KINDS = {
    "checkin/kiosk.js": "text/javascript; charset=utf-8",
    "tokens.css": "text/css; charset=utf-8",
    "mark.svg": "image/svg+xml",
    "vendor/decoder/zxing_reader.wasm": "application/wasm",
    "vendor/decoder/ponyfill.js": "text/javascript; charset=utf-8",
    "vendor/fonts/be-vietnam-pro-latin-600-normal.woff2": "font/woff2",
}


@pytest.fixture
def base(app: Flask) -> str:
    """Where the files of this release are."""
    with app.test_request_context():
        return static_files.static_url("x").removesuffix("x")


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of the release that a test may change."""
    for name in ("one.js", "two.js"):
        (tmp_path / name).write_text(f"export const name = '{name}';\n")
    monkeypatch.setattr(static_files, "STATIC", tmp_path)
    static_files._release.cache_clear()
    yield tmp_path / "one.js"
    static_files._release.cache_clear()


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_a_file_is_kept_for_ever_under_the_address_of_its_release(
    client: FlaskClient, base: str, name: str, kind: str
) -> None:
    with client.get(base + name) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == kind
        assert "immutable" in answer.headers["Cache-Control"]
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        whole = answer.data
        tag = answer.headers["ETag"]
    with client.get(base + name, headers={"If-None-Match": tag}) as answer:
        assert answer.status_code == 304
        assert answer.data == b""
    with client.get(base + name, headers={"Accept-Encoding": "gzip"}) as answer:
        packed = answer.headers.get("Content-Encoding") == "gzip"
        assert (gzip.decompress(answer.data) if packed else answer.data) == whole
        assert packed == ("woff2" not in name and len(whole) >= 500)
        tag = answer.headers["ETag"]
    with client.get(base + name, headers={"If-None-Match": tag}) as answer:
        assert answer.status_code == 304
    with client.head(base + name) as answer:
        assert int(answer.headers["Content-Length"]) == len(whole)


def test_what_is_sent_is_what_the_release_says_of_it(
    client: FlaskClient, app: Flask, base: str
) -> None:
    with app.test_request_context():
        files = static_files.release().files
    assert set(KINDS) <= set(files)
    for name in [*KINDS, "checkin/outbox.js", "base.css"]:
        with client.get(base + name) as answer:
            assert hashlib.sha256(answer.data).hexdigest() == files[name]
    with client.get(base + "ui.js") as answer:
        assert answer.data == compress.content(STATIC / "ui.js")


@pytest.mark.parametrize("name", KINDS)
def test_under_the_address_of_another_content_there_is_nothing(
    client: FlaskClient, base: str, name: str
) -> None:
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    for address in (
        f"/static/v/0123456789abcdef/{name}",
        f"/static/v/0/{name}",
        f"/static/v/{base.split('/')[3][:-1]}/{name}",
        f"/static/{name}?v=0123456789",
        f"/static/{name}?v=",
        f"/static/{name}?v=0",
        f"/static/{name}?v={digest[:-1]}x",
        f"/static/{name}?x=1&v=abc",
    ):
        with client.get(address) as answer:
            assert answer.status_code == 404, address
            assert answer.headers["Cache-Control"] == "no-store"
    # As pages of older releases ask for it.
    with client.get(f"/static/{name}?v={digest[:10]}") as answer:
        assert answer.status_code == 200
        assert "max-age" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["nothing.js", "../kiosk/app.py", "%2e%2e/kiosk/app.py", "checkin", "vendor/.stamp", ""]
)
def test_what_is_no_file_of_the_release_is_not_given(
    client: FlaskClient, base: str, name: str
) -> None:
    for address in (f"{base}{name}", f"/static/{name}?v=0123456789"):
        with client.get(address) as answer:
            assert answer.status_code == 404


@pytest.mark.parametrize("name", KINDS)
def test_a_file_that_is_named_without_a_release_is_asked_for_again(
    client: FlaskClient, name: str
) -> None:
    with client.get(f"/static/{name}") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "Expires" not in answer.headers
        assert answer.mimetype == KINDS[name].partition(";")[0]


def test_a_file_that_was_replaced_under_a_running_server_is_not_given_as_the_old_one(
    client: FlaskClient, app: Flask, tried: Path
) -> None:
    with app.test_request_context():
        address = static_files.static_url("one.js")
        other = static_files.static_url("two.js")
        before = static_files.version()
    with client.get(address) as answer:
        assert answer.status_code == 200
    tried.write_text("export const name = 'of the next release';\n")
    with client.get(address) as answer:
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"
    with client.get(other) as answer:
        assert answer.status_code == 200
    tried.unlink()
    with client.get(address) as answer:
        assert answer.status_code == 404
    # Who works on the files sees them at once.
    app.debug = True
    tried.write_text("export const name = 'being worked on';\n")
    with app.test_request_context():
        assert static_files.version() != before
        with client.get(static_files.static_url("one.js")) as answer:
            assert answer.status_code == 200


def test_every_file_that_a_page_names_is_of_its_release(client: FlaskClient, base: str) -> None:
    with client.get("/login") as answer:
        page = answer.get_data(as_text=True)
        told = answer.headers[static_files.HEADER]
    assert base == f"/static/v/{told}/"
    assert f'data-version="{told}"' in page
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(named) >= 5
    assert all(name.startswith(base) for name in named)
    # A module that is named without a version is the page's own, and none is named twice.
    assert f'{{"imports": {{"/static/": "{base}", "/static/v/": "/static/v/"}}}}' in page


def test_what_files_name_by_themselves_is_of_their_release_too() -> None:
    for path in [*STATIC.rglob("*.js"), *STATIC.rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        # From the root it would be of whatever release there is.
        assert not re.search(r"""(?:from|import\(|url\()\s*['"]?/""", text), path
