"""The register over HTTP, and the forms of the pages, also with bad input."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.config import Settings
from kiosk.db.base import db
from kiosk.errors import TooLarge
from kiosk.plugins.opinions.matters import files
from kiosk.plugins.opinions.models import MatterFile
from kiosk.plugins.opinions.models import Posting
from tests.conftest import Known
from tests.conftest import Person
from tests.opinions.conftest import Register

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n"


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def test_from_slip_to_public(
    as_role: Callable[[str], Person], meeting: Known, bodies: dict[str, int]
) -> None:
    person, base = as_role("secretary"), f"/api/v1/meetings/{meeting.name}/opinions"
    body = {
        "channel": "phone",
        "authors": [{"name": "Bà Hoa"}],
        "matters": [{"text": "Cống ngõ 5 tắc", "topic": meeting.topics["T5"]}],
    }
    made = person.send("POST", base, body)
    assert made.status_code == 201
    one = f"{base}/{made.get_json()['ids'][0]}"
    lead = bodies["Địa chính"]
    # A Saturday is a day off: moved, and said.
    given = person.send(
        "POST", f"{one}/assign", {"lead": lead, "due_on": "2023-10-28", "revision": 1}
    )
    assert (given.get_json()["due_on"], given.get_json()["moved_from"]) == (
        "2023-10-30",
        "2023-10-28",
    )
    stale = person.send("POST", f"{one}/assign", {"lead": lead, "revision": 1})
    assert (stale.status_code, stale.get_json()["code"]) == (409, "changed_meanwhile")
    revision = given.get_json()["revision"]
    wrote = person.send("PUT", f"{one}/answer", {"text": "Đã nạo vét.", "revision": revision})
    moved = person.send(
        "POST",
        f"{one}/move",
        {"state": "answered_in_writing", "revision": wrote.get_json()["revision"]},
    )
    shown = person.send(
        "POST",
        f"{one}/publish",
        {"title": "Nạo vét cống ngõ 5", "revision": moved.get_json()["revision"]},
    )
    assert shown.get_json()["public"] is True
    page = person.get(f"/p/{meeting.name}/opinions").get_data(as_text=True)
    assert "Đã nạo vét." in page
    hidden = person.send(
        "POST", f"{one}/publish", {"public": False, "revision": shown.get_json()["revision"]}
    )
    assert hidden.get_json()["public"] is False
    assert person.get(f"{base}?q=nao+vet+cong").get_json()["total"] == 1
    assert person.get(f"{base}?q=khong+co").get_json()["total"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"matters": []},
        {"matters": [{"text": ""}]},
        {"matters": [{"text": "x", "kind": "no"}]},
        {"matters": [{"text": "x"}], "channel": "no"},
        {"matters": [{"text": "x"}], "area": 2**60},
        {"matters": [{"text": "x"}], "authors": [{"delegate": -1}]},
        {"matters": [{"text": "x", "topic": 10**9}]},
        [],
        "x",
    ],
)
def test_a_bad_slip_is_refused_and_never_a_crash(
    as_role: Callable[[str], Person], meeting: Known, body: Any
) -> None:
    person, base = as_role("secretary"), f"/api/v1/meetings/{meeting.name}/opinions"
    assert person.send("POST", base, body).status_code in {400, 422}
    assert person.get(base).get_json()["total"] == 0


def test_a_delegate_brings_only_the_own_by_the_page(
    app: Flask,
    meeting: Known,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Any],
    register: Register,
) -> None:
    hoa, lan = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Thị Lan")
    header = {"Authorization": f"Invitation {invite(hoa).code}"}
    client, base = app.test_client(), f"/api/v1/meetings/{meeting.name}/opinions"
    body = {"channel": "front", "matters": [{"text": "Cống tắc"}]}
    made = client.post(base, json=body, headers=header)
    assert made.status_code == 201
    other = client.post(base, json={**body, "authors": [{"delegate": lan}]}, headers=header)
    assert other.status_code == 403
    assert client.get(base, headers=header).status_code == 403
    for _ in range(6):
        last = client.post(base, json=body, headers=header)
    assert last.status_code == 429
    with app.app_context():
        prepared = app.test_client().get(f"{base}/prepared?delegate={hoa}")
    assert prepared.status_code == 401
    matter = register.matter(made.get_json()["ids"][0])
    assert matter.state == "received"


def test_what_was_prepared_for_a_speaker(
    as_role: Callable[[str], Person],
    meeting: Known,
    register: Register,
    bodies: dict[str, int],
    add_delegate: Callable[..., int],
) -> None:
    hoa, lan = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Thị Lan")
    topic = meeting.topics["T5"]
    (one,) = register.take("Cống tắc", authors=[hoa], topic_id=topic)
    (same,) = register.take("Cống bị tắc", authors=[lan], topic_id=topic)
    person = as_role("secretary")
    base = f"/api/v1/meetings/{meeting.name}/opinions"
    person.send("PUT", f"{base}/{one}/answer", {"text": "Sẽ nạo vét.", "revision": 1})
    merged = person.send("POST", f"{base}/{same}/merge", {"into": one, "revision": 1})
    assert merged.get_json()["duplicate_of"] == 1
    shown = as_role("moderator").get(f"{base}/prepared?delegate={lan}&delegate={hoa}").get_json()
    assert shown["delegates"][str(lan)][0]["answer"] == "Sẽ nạo vét."
    assert shown["delegates"][str(hoa)] == shown["delegates"][str(lan)]
    assert as_role("screen").get(f"{base}/prepared?delegate={lan}").status_code == 403
    assert as_role("moderator").get(base).status_code == 403


def test_alike_and_suggested(
    as_role: Callable[[str], Person], meeting: Known, register: Register, bodies: dict[str, int]
) -> None:
    person = as_role("secretary")
    register.take("Cống thoát nước ngõ 5 bị tắc, mưa là ngập")
    topic, lead = meeting.topics["T5"], bodies["Văn hóa"]
    person.post(
        f"/m/{meeting.name}/opinions/settings/rule",
        {"topic": topic, "lead": lead, "words": "cống, rãnh"},
    )
    path = f"/api/v1/meetings/{meeting.name}/opinions/alike"
    found = person.get(f"{path}?text=cong thoat nuoc ngo 5 tac mua ngap").get_json()
    assert [one["number"] for one in found["alike"]] == [1]
    assert found["suggested"] == {"topic_id": topic, "lead_body_id": lead, "with_body_ids": []}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("anh.jpg", b"MZ\x90\x00 a program"),
        ("bao-cao.pdf", b"#!/bin/sh\nrm -rf /"),
        ("bang.xlsx", zipped("xl/workbook.xml", "xl/vbaProject.bin")),
        ("tep.docx", zipped("setup.exe")),
        ("trang.pdf", b"<html><script>alert(1)</script>"),
        ("anh.svg", b"<svg onload='x'/>"),
        ("rong.pdf", b""),
        ("hong.docx", b"PK\x03\x04broken"),
    ],
)
def test_a_file_that_is_no_document_is_refused_and_the_words_are_kept(
    app: Flask,
    as_body: Callable[[str], Person],
    meeting: Known,
    register: Register,
    bodies: dict[str, int],
    name: str,
    data: bytes,
) -> None:
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    register.assign(one, bodies["Địa chính"])
    person = as_body("Địa chính")
    answer = person.post(
        f"/m/{meeting.name}/opinions/{one}/answer",
        {"revision": "2", "answer": "Chữ tôi vừa gõ", "file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Chữ tôi vừa gõ" in page
    assert "PDF" in page
    assert register.matter(one).answer == ""
    with app.app_context():
        assert db.session.scalars(select(MatterFile)).all() == []


def test_a_file_lies_outside_the_web_under_a_random_name_and_comes_as_a_download(
    app: Flask,
    settings: Settings,
    as_body: Callable[[str], Person],
    meeting: Known,
    register: Register,
    bodies: dict[str, int],
) -> None:
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    register.assign(one, bodies["Địa chính"])
    person, base = as_body("Địa chính"), f"/m/{meeting.name}/opinions/{one}"
    sent = person.post(
        f"{base}/answer",
        {
            "revision": "2",
            "answer": "Đã xong",
            "file": (io.BytesIO(PDF), "../../etc/Biên bản; x=y.exe"),
        },
        content_type="multipart/form-data",
    )
    assert sent.status_code == 302
    with app.app_context():
        kept = db.session.scalars(select(MatterFile)).one()
    stored = settings.data / files.FOLDER / kept.stored
    assert stored.read_bytes() == PDF
    assert stored.stat().st_mode & 0o777 == 0o600
    assert kept.name.endswith(".pdf")
    assert not set(kept.name) & set('/\\\r\n"')
    assert kept.name in person.get(base).get_data(as_text=True)
    got = person.get(f"{base}/files/{kept.id}")
    assert got.data == PDF
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    other = as_body("Công an")
    assert other.get(f"{base}/files/{kept.id}").status_code == 404
    assert other.post(f"{base}/files/{kept.id}/remove").status_code == 404
    person = as_body("Địa chính")
    assert person.post(f"{base}/files/{kept.id}/remove").status_code == 302
    assert not Path(stored).exists()
    assert person.get(f"{base}/files/{kept.id}").status_code == 404


def test_a_file_that_is_too_large_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 100)
    with pytest.raises(TooLarge):
        files.check(PDF + b"x" * 200)


def test_the_second_secretary_keeps_the_typed_words_on_the_page(
    as_role: Callable[[str], Person], meeting: Known, register: Register
) -> None:
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    person, path = as_role("secretary"), f"/m/{meeting.name}/opinions/{one}/answer"
    assert person.post(path, {"revision": "1", "answer": "Bản của Lan"}).status_code == 302
    second = person.post(path, {"revision": "1", "answer": "Bản của Cúc"})
    page = second.get_data(as_text=True)
    assert second.status_code == 409
    assert "Bản của Lan" in page
    assert "Bản của Cúc" in page
    assert register.matter(one).answer == "Bản của Lan"


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("opinions/settings/rule", {}, 422),
        ("opinions/settings/rule", {"topic": "99999", "lead": "99999"}, 422),
        ("opinions/settings/unrule", {"rule": "99999"}, 302),
        ("opinions/settings/post", {"kind": "results", "place": ""}, 422),
        ("opinions/settings/post", {"kind": "x", "place": "Nhà văn hóa"}, 422),
        (
            "opinions/settings/post",
            {
                "kind": "results",
                "place": "UBND",
                "posted_on": "2023-11-02",
                "until_on": "2023-10-01",
            },
            422,
        ),
        ("opinions/settings/post", {"kind": "sent", "place": "Trưởng khu"}, 302),
        ("opinions/new", {"channel": "slip", "text": ""}, 422),
        ("opinions/new", {"channel": "slip", "text": "Cống tắc", "author": "A; B"}, 302),
        ("follow-up", {"text": ""}, 422),
        ("follow-up", {"text": "Kết luận", "due_on": "hôm qua"}, 422),
        ("follow-up", {"text": "Kết luận", "conclusion": "99999"}, 404),
        ("follow-up/99999", {"kind": "supervision", "text": "x"}, 404),
        ("opinions/99999/mend", {"revision": "1", "text": "x"}, 404),
        ("opinions/1/move", {"state": "settled"}, 400),
    ],
)
def test_forms_with_good_and_bad_input(
    as_role: Callable[[str], Person],
    meeting: Known,
    path: str,
    form: dict[str, str],
    status: int,
) -> None:
    person = as_role("secretary")
    assert person.post(f"/m/{meeting.name}/{path}", form).status_code == status


def test_conclusions_on_the_page(
    app: Flask,
    as_role: Callable[[str], Person],
    meeting: Known,
    register: Register,
    bodies: dict[str, int],
) -> None:
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"], title="Nạo vét cống")
    person, base = as_role("secretary"), f"/m/{meeting.name}/follow-up"
    new = {"text": "Nạo vét xong", "matter": str(one), "body": str(bodies["Địa chính"])}
    made = person.post(base, {**new, "due_on": "2023-11-04"})
    assert made.status_code == 302
    page = person.get(made.headers["Location"]).get_data(as_text=True)
    assert "Nạo vét xong" in page
    assert "06/11" in page  # the Saturday moved to Monday
    conclusion = made.headers["Location"].split("one=")[1]
    mended = {**new, "text": "Nạo vét, đậy nắp", "conclusion": conclusion, "revision": "1"}
    assert person.post(base, mended).status_code == 302
    assert person.post(base, mended | {"text": "Khác"}).status_code == 409
    front = as_role("observer")
    note = {"kind": "supervision", "text": "Đã gặp hai hộ"}
    assert front.post(f"{base}/{conclusion}", note).status_code == 302
    seen = front.get(base).get_data(as_text=True)
    assert "Đã gặp hai hộ" in seen
    assert "Nạo vét xong" in seen  # what it read before
    assert front.post(base, new).status_code == 403
    assert person.post(base, {"conclusion": conclusion, "remove": "1", **new}).status_code == 302
    assert "đậy nắp" not in front.get(base).get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(select(Posting)).all() == []


def test_an_author_is_erased_from_the_page(
    as_role: Callable[[str], Person], meeting: Known, register: Register
) -> None:
    (one,) = register.take("Cống tắc", authors=["Nguyễn Thị Hoa"])
    person, base = as_role("secretary"), f"/m/{meeting.name}/opinions/{one}"
    assert person.post(f"{base}/forget", {"author": "99999"}).status_code == 404
    assert person.post(f"{base}/forget", {"author": "1"}).status_code == 302
    assert "Hoa" not in person.get(base).get_data(as_text=True)


def test_the_calls_are_described(app: Flask) -> None:
    paths = app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    ours = {path for path in paths if "/opinions" in path}
    assert len(ours) == 10
