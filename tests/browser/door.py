"""What tests of the door do again and again: scan, look at a verdict, fill a form."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server


def wedge(page: Page, text: str, end: str = "Enter") -> None:
    """Type as a hand-held scanner does: fast, into the field that waits for it."""
    page.locator("input[name=code]").focus()
    page.keyboard.insert_text(text)
    if end:
        page.keyboard.press(end)


def shows(page: Page, verdict: str) -> None:
    """Wait for a verdict."""
    expect(page.locator(f"#verdict[data-verdict={verdict}]")).to_be_visible()


def show(page: Page, answer: dict[str, Any]) -> None:
    """Show an answer as if the server had given it."""
    page.evaluate(
        """(answer) => import('/static/checkin/scans/kiosk.js')
          .then((door) => door.show(answer))""",
        answer,
    )
    shows(page, answer["verdict"])


def households(server: Server) -> list[dict[str, Any]]:
    """Return the codes of household delegates."""
    _, found = server.call("GET", "/delegates?q=&page=1", "organiser")
    ids = {item["id"] for item in found["items"] if item["group_kind"] == "household"}
    _, more = server.call("GET", "/delegates?q=&page=2", "organiser")
    ids |= {item["id"] for item in more["items"] if item["group_kind"] == "household"}
    return [code for code in server.demo["codes"] if code["delegate"] in ids]


def scans(server: Server) -> str:
    """Return the table of scans as CSV."""
    out = server.data / "scans.csv"
    server.run("export", server.demo["meeting"], "--what", "scans", "--out", str(out))
    return out.read_text(encoding="utf-8-sig")
