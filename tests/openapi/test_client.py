"""A program's author makes a client from the document, and needs nothing else."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from flask import Flask

from kiosk.web.openapi import document
from tests.openapi.conftest import Lived

pytestmark = pytest.mark.once
NAME = "kiosk_made_client"


@pytest.fixture
def made(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The client as a package: `call(module)` of its calls, `models`, its two clients."""
    with app.app_context():
        (tmp_path / "openapi.json").write_text(json.dumps(document(app)))
    # Without tools of its own for formatting: they are not always there.
    (tmp_path / "config.yml").write_text("post_hooks: []\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate"]
    options = ["--path", "openapi.json", "--meta", "none", "--config", "config.yml"]
    subprocess.run(
        [*command, *options, "--output-path", NAME], cwd=tmp_path, check=True, capture_output=True
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield SimpleNamespace(
        call=lambda name: importlib.import_module(f"{NAME}.api.{name}"),
        models=importlib.import_module(f"{NAME}.models"),
        root=importlib.import_module(NAME),
    )
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


def test_pairing_scanning_and_counting_with_typed_answers(
    app: Flask, made: Any, lived: Lived
) -> None:
    wire = {
        "base_url": "http://localhost",
        "httpx_args": {"transport": httpx.WSGITransport(app=app)},
    }
    offered = app.test_client().post(
        "/api/v1/meetings/kd/devices",
        json={"name": "Cổng phụ", "profile": "gate"},
        headers=lived.organiser,
    )
    pair = made.call("checkin.checkin_api_pair")
    with made.root.Client(**wire) as stranger:
        body = made.models.PairBody(code=offered.get_json()["code"])
        paired = pair.sync_detailed(client=stranger, body=body).parsed
    assert paired.device.profile == "gate"
    assert paired.meeting.name == "kd"

    scan = made.call("checkin.checkin_api_scan")
    with made.root.AuthenticatedClient(token=paired.token, **wire) as gate:
        told = scan.sync_detailed(
            m="kd", client=gate, body=made.models.ScanBody(scan_id="f" * 32, code=lived.code.code)
        ).parsed
        assert told.verdict == "admitted"
        assert told.delegate.name == "Đỗ Văn Năm"
        refused = scan.sync_detailed(
            m="kd", client=gate, body=made.models.ScanBody(scan_id="no uuid", code="x")
        ).parsed
        assert (refused.status, refused.code) == (422, "invalid")
        assert "scan_id" in refused.fields.additional_properties

    token = lived.organiser["Authorization"].removeprefix("Bearer ")
    with made.root.AuthenticatedClient(token=token, **wire) as office:
        counted = made.call("attendance.attendance_api_read").sync_detailed(m="kd", client=office)
        found = made.call("delegates.delegates_api_listing").sync_detailed(
            m="kd", client=office, q="do van nam", page=1
        )
    assert (counted.parsed.invited, counted.parsed.inside) == (3, 3)
    assert [one.name for one in found.parsed.items] == ["Đỗ Văn Năm"]
