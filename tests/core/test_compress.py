"""Static text is compressed for whoever takes it so, and only static text."""

from __future__ import annotations

import gzip

from flask.testing import FlaskClient

from kiosk import compress
from kiosk.paths import STATIC

TAKES = {"Accept-Encoding": "gzip, br"}
STYLES = "/static/components.css"


def test_static_text_is_smaller_on_the_way_and_the_same_afterwards(client: FlaskClient) -> None:
    whole = compress.content(STATIC / "components.css")
    with client.get(STYLES, headers=TAKES) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(answer.data) == whole
        assert int(answer.headers["Content-Length"]) == len(answer.data) < len(whole) / 3


def test_what_others_wrote_goes_out_letter_for_letter(client: FlaskClient) -> None:
    path = "vendor/decoder/zxing-exported.js"
    with client.get(f"/static/{path}", headers=TAKES) as answer:
        assert gzip.decompress(answer.data) == (STATIC / path).read_bytes()


def test_whoever_does_not_ask_for_it_gets_the_file_as_it_is(client: FlaskClient) -> None:
    with client.get(STYLES) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data == (STATIC / "components.css").read_bytes()


def test_a_browser_that_has_it_gets_304_either_way(client: FlaskClient) -> None:
    for headers in ({}, TAKES):
        with client.get(STYLES, headers=headers) as answer:
            known = {**headers, "If-None-Match": answer.headers["ETag"]}
        with client.get(STYLES, headers=known) as answer:
            assert answer.status_code == 304


def test_pictures_and_fonts_and_pages_are_left_alone(client: FlaskClient) -> None:
    for path in ("/static/vendor/fonts/be-vietnam-pro-latin-600-normal.woff2", "/login"):
        with client.get(path, headers=TAKES) as answer:
            assert answer.status_code == 200
            assert "Content-Encoding" not in answer.headers


def test_a_file_that_is_not_there_is_404(client: FlaskClient) -> None:
    assert client.get("/static/nothing.css", headers=TAKES).status_code == 404
