"""What makes the door's page stay without a network, as the server gives it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from kiosk.app import Kiosk
from kiosk.config import Settings
from kiosk.paths import STATIC
from kiosk.paths import TEMPLATES


def _shell(client: FlaskClient, url: str) -> dict[str, object]:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    found: dict[str, object] = json.loads(
        re.match(r"const SHELL = (\{.*?\});\n", answer.get_data(as_text=True)).group(1)  # type: ignore[union-attr]  # it begins so
    )
    return found


def test_the_service_worker_brings_decoder_fonts_and_every_module(client: FlaskClient) -> None:
    shell = _shell(client, "/m/kd/kiosk-worker.js")
    assert shell["page"] == "/m/kd/kiosk"
    files = shell["files"]
    assert isinstance(files, list)
    plain = {file.split("?")[0] for file in files}
    for path in (
        "/static/checkin/kiosk.js",
        "/static/checkin/outbox.js",
        "/static/checkin/decoder-worker.js",
        "/static/vendor/decoder/zxing_reader.wasm",
        "/static/vendor/fonts/be-vietnam-pro-vietnamese-700-normal.woff2",
        "/static/tokens.css",
        "/m/kd/kiosk.webmanifest",
    ):
        assert path in plain
    for file in files:
        with client.get(file) as answer:
            assert answer.status_code == 200


def test_every_module_that_a_module_names_is_in_the_shell(client: FlaskClient) -> None:
    files = _shell(client, "/m/kd/kiosk-worker.js")["files"]
    assert isinstance(files, list)
    named = set()
    for path in (STATIC / "checkin").glob("*.js"):
        for name in re.findall(r"from '(\./[^']+|\.\./[^']+)'", path.read_text()):
            named.add((path.parent / name).resolve().relative_to(STATIC).as_posix())
    plain = {file.split("?")[0].removeprefix("/static/") for file in files}
    assert named <= plain


def test_under_a_prefix_every_address_keeps_to_it(settings: Settings) -> None:
    host = Flask(
        "a-host",
        template_folder=str(TEMPLATES),
        static_folder=str(STATIC),
        static_url_path="/doi-thoai/static",
    )
    Kiosk(settings=settings).init_app(host, url_prefix="/doi-thoai")
    client = host.test_client()
    shell = _shell(client, "/doi-thoai/m/kd/kiosk-worker.js")
    files = shell["files"]
    assert isinstance(files, list)
    assert shell["page"] == "/doi-thoai/m/kd/kiosk"
    assert all(file.startswith("/doi-thoai/") for file in files)
    manifest = json.loads(client.get("/doi-thoai/m/kd/kiosk.webmanifest").data)
    assert manifest["start_url"] == manifest["scope"] == "/doi-thoai/m/kd/kiosk"
    assert Path(manifest["icons"][0]["src"]).name.startswith("mark.svg")
