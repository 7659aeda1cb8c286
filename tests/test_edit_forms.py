"""Every form that writes what is stored already says what it showed of it.

The whole URL map is walked with a meeting in which there is something of everything, so that
a new form must carry its version too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.db.base import db
from kiosk.models import Delegate
from kiosk.plugins.papers import queries as papers
from tests.conftest import Known
from tests.conftest import Person

# The hidden fields that say which state a form was made from.
VERSIONS = {"shown", "revision", "seen"}
TYPED = {"", "text", "date", "time", "email", "tel", "number", "search"}
# Filled in, but nothing of it is stored yet: what they send is new. By the end of the address.
NEW = {
    "/meetings/new": "the usual hours of a new meeting",
    "/opinions/new": "a new opinion, begun from the turn",
    "/opinions/settings/post": "today as the day of a new posting",
    "/devices": "the name of a new device",
}
# Which words or which paper a page is asked for.
ASKED = {
    "papers.listing": ("kind", sorted(papers.KINDS)),
    "wording.edit": ("form", ["household", "official", "guest"]),
}


@dataclass
class Form:
    """A form that is sent: where to, its hidden fields, and those that came filled in."""

    action: str
    hidden: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._address, self._now, self._area = address, None, ""
        self.feed(page)

    _now: Form | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of it."""
        got = {name: value or "" for name, value in attrs}
        if tag == "form" and got.get("method") == "post":
            self._now = Form(got.get("action") or self._address)
            self.found.append(self._now)
        if self._now is None or "name" not in got:
            return
        if tag == "textarea":
            self._area = got["name"]
        elif tag == "input" and got.get("type") == "hidden":
            self._now.hidden.add(got["name"])
        elif tag == "input" and got.get("type", "") in TYPED and got.get("value", "").strip():
            self._now.filled.add(got["name"])

    def handle_data(self, data: str) -> None:
        """Note what stands in a text field of several lines."""
        if self._now is not None and self._area and data.strip():
            self._now.filled.add(self._area)

    def handle_endtag(self, tag: str) -> None:
        """Leave a field, or the form."""
        self._area = "" if tag == "textarea" else self._area
        self._now = None if tag == "form" else self._now


@pytest.fixture
def ids(
    app: Flask,
    meeting: Known,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Any],
    bearer: Callable[..., dict[str, str]],
    as_role: Callable[[str], Person],
) -> dict[str, Any]:
    """What stands in addresses: a meeting with something of everything."""
    hoa = add_delegate("Nguyễn Thị Hoa", phone="0912345678", email="hoa@phuong.example")
    code = invite(hoa).code
    office = as_role("organiser")
    points = {"minutes": ["30"], "what": ["Đối thoại"], "who": ["Chủ tịch"]}
    assert office.post("/m/kd/programme", points).status_code == 302
    device = {"name": "Bàn đón số 1", "place": "Cửa chính", "profile": "gate"}
    assert office.post("/m/kd/devices", device).status_code == 200
    base, client = "/api/v1/meetings/kd", app.test_client()
    turn = client.post(
        f"{base}/speakers", json={"delegate": hoa, "note": "Đèn"}, headers=bearer("moderator")
    )
    assert turn.status_code == 201
    matter = {"text": "Đèn đường hỏng", "topic": meeting.topics["T5"]}
    new = {"channel": "slip", "matters": [matter], "authors": [{"delegate": hoa}]}
    opinion = client.post(f"{base}/opinions", json=new, headers=bearer("secretary"))
    assert opinion.status_code == 201, opinion.text
    said = {"text": "Sửa đèn", "due_on": "2023-11-20"}
    assert office.post("/m/kd/follow-up", said).status_code == 302
    number = {"number": "87", "dated_on": "2023-10-27"}
    assert office.post("/m/kd/papers/thong-bao-ket-luan/issue", number).status_code == 302
    with app.app_context():
        home = db.session.scalars(select(Delegate.household_id).where(Delegate.id == hoa)).one()
    return {
        "m": "kd",
        "code": code,
        "delegate_id": hoa,
        "household_id": home,
        "matter_id": opinion.get_json()["ids"][0],
        "kind": "bien-ban",
    }


def _addresses(app: Flask, ids: dict[str, Any]) -> Iterator[str]:
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            # A file holds no form, and making one takes long.
            is_file = "." in rule.rule.rsplit("/", 1)[-1]
            shown = "GET" in (rule.methods or ()) and not is_file
            if not shown or not rule.arguments <= ids.keys() or rule.endpoint == "accounts.first":
                continue
            address = adapter.build(rule.endpoint, {name: ids[name] for name in rule.arguments})
            name, values = ASKED.get(rule.endpoint, ("", []))
            yield from (f"{address}?{name}={value}" for value in values)
            yield address


def _edited(person: Person, address: str) -> Iterator[Form]:
    with person.get(address) as answer:
        page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    # A paper is corrected one paragraph at a time.
    part = re.search(r'href="([^"]*[?&]edit=[^"]*)"', page)
    if part is not None and "edit=" not in address:
        yield from _edited(person, part[1].replace("&amp;", "&"))
    yield from Forms(page, address).found


def test_every_form_that_comes_filled_in_carries_its_version(
    app: Flask, ids: dict[str, Any], sign_in: Callable[..., Person]
) -> None:
    person = sign_in("organiser")
    versioned, wrong = set(), set()
    for address in _addresses(app, ids):
        for form in _edited(person, address):
            action = form.action.partition("?")[0]
            if not form.filled or action.endswith(tuple(NEW)):
                continue
            if form.hidden & VERSIONS:
                versioned.add(action)
            else:
                wrong.add((action, *sorted(form.filled)))
    assert wrong == set()
    # The walk has really been everywhere.
    parts = (
        "/edit /programme /dates/deadlines /groups /invitations/wording /invitations/emails /words"
        " /issue /name /mend /follow-up /speak"
    )
    seen = {end for end in parts.split() if any(action.endswith(end) for action in versioned)}
    assert seen == set(parts.split())
    assert f"/m/kd/delegates/{ids['delegate_id']}" in versioned
