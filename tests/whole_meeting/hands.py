"""Who does things in a played meeting: people at a browser, programs with a token."""

from __future__ import annotations

import uuid
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import Person

Fields = dict[str, list[str]]


def _is_sent(kind: str, facts: dict[str, str]) -> bool:
    if kind in {"radio", "checkbox"}:
        return "checked" in facts
    return kind not in {"file", "submit", "button"}


class _Forms(HTMLParser):
    """The forms of a page with what a browser would send of each, buttons left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Fields]] = []
        self._open = False
        self._text = ""
        self._select = ""
        self._chosen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((facts.get("action", ""), {}))
            self._open = True
        elif self._open and "disabled" not in facts:
            self._field(tag, facts)

    def _field(self, tag: str, facts: dict[str, str]) -> None:
        name, kind = facts.get("name", ""), facts.get("type", "text")
        if tag == "textarea":
            self._text = name
            self._keep(name, "")
        elif tag == "select":
            self._select, self._chosen = name, []
        elif tag == "option" and self._select:
            if "selected" in facts or not self._chosen:
                self._chosen = [facts.get("value", "")]
        elif tag == "input" and name and _is_sent(kind, facts):
            self._keep(name, facts.get("value", "on" if kind == "checkbox" else ""))

    def _keep(self, name: str, value: str) -> None:
        self.found[-1][1].setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._text:
            # A line break right after the tag is not part of the text.
            self.found[-1][1][self._text][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "textarea":
            self._text = ""
        elif tag == "select":
            for value in self._chosen if self._select else ():
                self._keep(self._select, value)
            self._select = ""


def forms(page: str) -> list[tuple[str, Fields]]:
    """Return (address, fields) of each form of a page, filled in as it was served."""
    parser = _Forms()
    parser.feed(page)
    return parser.found


class Hands:
    """The people and programs of the demo meeting, and short words for what they do."""

    def __init__(self, app: Flask, made: dict[str, Any]) -> None:
        self.app = app
        self.made = made
        self.m: str = made["meeting"]
        self.people: list[dict[str, Any]] = made["codes"]
        self._programs = app.test_client()
        self.organiser = self.signed_in(made["organiser"])

    def signed_in(self, who: dict[str, str]) -> Person:
        """Sign somebody in with e-mail and password."""
        person = Person(self.app.test_client())
        done = person.post("/login", {"email": who["email"], "password": who["password"]})
        assert done.status_code == 302, done.get_data(as_text=True)
        # A new session has another token.
        return Person(person.client)

    def call(self, role: str, method: str, path: str, body: Any = None) -> Any:
        """Call the API below the meeting with the token of a role (or a token itself)."""
        token = self.made["tokens"].get(role, role)
        answer = self._programs.open(
            f"/api/v1/meetings/{self.m}{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code < 300, (method, path, body, answer.get_data(as_text=True))
        return answer.json

    def scan(self, role: str, **body: Any) -> dict[str, Any]:
        """Send one scan; returns its answer."""
        whole = {"scan_id": str(uuid.uuid4()), **body}
        found: dict[str, Any] = self.call(role, "POST", "/scans", whole)
        return found

    def get(self, path: str, who: Person | None = None) -> str:
        """Return a page of the meeting."""
        answer = (who or self.organiser).get(f"/m/{self.m}{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def send(
        self, path: str, who: Person | None = None, /, to: str | None = None, **fields: Any
    ) -> TestResponse:
        """Fill in the form of a page as a person does and send it.

        The form is the one whose address ends in `to` (else the page's own); what it holds
        already stays, but for `fields` (None takes one away). Returns the answer.
        """
        at = f"/m/{self.m}{path}"
        wanted = at if to is None else to
        found = [
            (action, kept)
            for action, kept in forms(self.get(path, who))
            if (action or at).partition("?")[0].endswith(wanted.partition("?")[0])
        ]
        assert found, f"{at} has no form for {wanted}"
        action, kept = found[0]
        filled = {**kept, **fields}
        given = {name: value for name, value in filled.items() if value is not None}
        sender = who or self.organiser
        answer = sender.post(action or at, given, content_type="multipart/form-data")
        assert answer.status_code in {200, 302}, (action, given, answer.get_data(as_text=True))
        return answer

    def press(self, path: str, who: Person | None = None, /, **fields: Any) -> TestResponse:
        """Send fields to an address of the meeting, as a button or a page's script does."""
        answer = (who or self.organiser).post(
            f"/m/{self.m}{path}", fields, content_type="multipart/form-data"
        )
        assert answer.status_code in {200, 302}, (path, answer.get_data(as_text=True))
        return answer

    def own(self, delegate: int, path: str, **fields: Any) -> None:
        """Send a form of somebody's own page, opened from the letter."""
        code = next(one["code"] for one in self.people if one["delegate"] == delegate)
        person = Person(self.app.test_client())
        answer = person.post(f"/I/{code}{path}", fields)
        assert answer.status_code == 302, (path, answer.get_data(as_text=True))
