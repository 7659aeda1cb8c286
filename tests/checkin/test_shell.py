"""What makes the door's page stay without a network, as the server gives it."""

from __future__ import annotations

import hashlib
import json
import re

from flask import Flask
from flask.testing import FlaskClient

from kiosk import Kiosk
from kiosk.config import Settings
from kiosk.paths import STATIC


def _shell(client: FlaskClient, url: str) -> dict[str, str]:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    found: dict[str, str] = json.loads(
        re.match(r"const SHELL = (\{.*?\});\n", answer.get_data(as_text=True)).group(1)  # type: ignore[union-attr]  # it begins so
    )
    return found


def _files(client: FlaskClient, shell: dict[str, str]) -> dict[str, str]:
    """The files of the release that the server says it is of, with their digests."""
    version = client.get("/healthz").headers[shell["header"]]
    answer = client.get(shell["list"] + version)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.get_json()
    assert found["version"] == version
    files: dict[str, str] = found["files"]
    return files


def _plain(files: dict[str, str]) -> set[str]:
    return {re.sub(r"^.*/static/v/[^/]+/", "", file) for file in files}


def test_the_service_worker_brings_decoder_fonts_and_every_module(client: FlaskClient) -> None:
    shell = _shell(client, "/m/kd/kiosk-worker.js")
    assert shell["page"] == "/m/kd/kiosk"
    files = _files(client, shell)
    assert {
        "checkin/kiosk.js",
        "checkin/outbox.js",
        "checkin/decoder-worker.js",
        "vendor/decoder/zxing_reader.wasm",
        "vendor/decoder/zxing-exported.js",
        "vendor/fonts/be-vietnam-pro-vietnamese-700-normal.woff2",
        "tokens.css",
    } <= _plain(files)
    for file, digest in files.items():
        assert file.startswith(shell["base"])
        with client.get(file) as answer:
            assert answer.status_code == 200
            assert hashlib.sha256(answer.data).hexdigest() == digest


def test_of_another_release_there_is_no_list(client: FlaskClient) -> None:
    shell = _shell(client, "/m/kd/kiosk-worker.js")
    for version in ("0123456789abcdef", "0", "x" * 300):
        answer = client.get(shell["list"] + version)
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.get_json() == {}


def test_every_module_that_a_module_names_is_in_the_shell(client: FlaskClient) -> None:
    files = _files(client, _shell(client, "/m/kd/kiosk-worker.js"))
    named = set()
    for path in (STATIC / "checkin").glob("*.js"):
        for name in re.findall(r"(?:from |import\()'(\./[^']+|\.\./[^']+)'", path.read_text()):
            named.add((path.parent / name).resolve().relative_to(STATIC).as_posix())
    assert "checkin/reception.js" in named
    assert named <= _plain(files)


def test_under_a_prefix_every_address_keeps_to_it(settings: Settings) -> None:
    host = Flask("a-host")
    Kiosk(settings=settings).init_app(host, url_prefix="/doi-thoai")
    client = host.test_client()
    shell = _shell(client, "/doi-thoai/m/kd/kiosk-worker.js")
    assert shell["page"] == "/doi-thoai/m/kd/kiosk"
    assert shell["base"] == "/doi-thoai/static/v/"
    version = client.get("/doi-thoai/healthz").headers[shell["header"]]
    files = client.get(shell["list"] + version).get_json()["files"]
    assert all(file.startswith(shell["base"]) for file in files)
    with client.get(next(iter(files))) as answer:
        assert answer.status_code == 200
    manifest = json.loads(client.get("/doi-thoai/m/kd/kiosk.webmanifest").data)
    assert manifest["start_url"] == manifest["scope"] == "/doi-thoai/m/kd/kiosk"
    assert manifest["icons"][0]["src"] == "/doi-thoai/static/mark.svg"
