"""What an office does with our papers: opens them, prints them, finds the layout kept."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.db import db
from kiosk.model import Meeting
from kiosk.plugins.papers import printed
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import rules
from kiosk.plugins.papers import word
from tests.conftest import Known

MM = 72 / 25.4
KINDS = list(queries.KINDS)


@pytest.fixture
def papers(app: Flask, held: Known) -> dict[str, rules.Paper]:
    with app.app_context(), app.test_request_context():
        meeting = db.session.scalars(select(Meeting)).one()
        return {kind: queries.made(db.session(), meeting, kind) for kind in KINDS}


@pytest.fixture
def in_office(tmp_path: Path) -> Callable[[dict[str, rules.Paper]], dict[str, bytes]]:
    """Open Word files in LibreOffice and return what it prints."""

    def convert(papers: dict[str, rules.Paper]) -> dict[str, bytes]:
        for kind, paper in papers.items():
            (tmp_path / f"{kind}.docx").write_bytes(word.write(paper))
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir"]
        names = [str(tmp_path / f"{kind}.docx") for kind in papers]
        subprocess.run(
            [*command, str(tmp_path), *names], check=True, capture_output=True, timeout=240
        )
        return {kind: (tmp_path / f"{kind}.pdf").read_bytes() for kind in papers}

    return convert


@pytest.mark.once
def test_libreoffice_prints_every_paper_with_its_words_and_margins(
    papers: dict[str, rules.Paper],
    in_office: Callable[[dict[str, rules.Paper]], dict[str, bytes]],
) -> None:
    for kind, data in in_office(papers).items():
        with pdfplumber.open(io.BytesIO(data)) as opened:
            page = opened.pages[0]
            assert (round(page.width), round(page.height)) == (595, 842), kind
            words = " ".join((page.extract_text() or "").split())
            assert papers[kind].kind in words
            assert rules.MOTTO[1] in words
            left = min(char["x0"] for char in page.chars) / MM
            right = max(char["x1"] for char in page.chars if char["text"].strip()) / MM
            assert left > 29, kind
            assert right < 210 - 14, kind


@pytest.mark.parametrize("kind", KINDS)
def test_the_printed_page_keeps_margins_sizes_and_rules(
    papers: dict[str, rules.Paper], kind: str
) -> None:
    with pdfplumber.open(io.BytesIO(printed.write(papers[kind]))) as opened:
        page = opened.pages[0]
        inked = [char for char in page.chars if char["text"].strip()]
        assert min(char["x0"] for char in inked) / MM >= 29.8
        assert max(char["x1"] for char in inked) / MM <= 195.3
        # The box of a letter is a little taller than the letter, which stands at 20 mm.
        assert min(char["top"] for char in inked) / MM >= 19
        motto = _line(inked, "Độc lập - Tự do - Hạnh phúc")
        assert {round(char["size"]) for char in motto} == {14}
        assert all("Bold" in char["fontname"] for char in motto)
        # The rule under the motto is as long as the motto (annex I, part II, 1).
        length = motto[-1]["x1"] - motto[0]["x0"]
        rules_drawn = sorted(line["width"] for line in [*page.lines, *page.rects])
        assert any(abs(width - length) < 2 for width in rules_drawn)
        title = _line(inked, papers[kind].kind)
        middle = (title[0]["x0"] + title[-1]["x1"]) / 2 / MM
        assert middle == pytest.approx((30 + 195) / 2, abs=1)


def _line(chars: list[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    squeezed = wanted.replace(" ", "")
    text = "".join(str(char["text"]) for char in chars)
    start = text.index(squeezed)
    return chars[start : start + len(squeezed)]


def test_a_heading_never_stands_alone_at_the_foot_of_a_page(
    papers: dict[str, rules.Paper],
) -> None:
    body = [rules.Text("Một đoạn văn dài vừa phải. " * 6, "body") for _ in range(40)]
    blocks: list[rules.Block] = []
    for number, text in enumerate(body):
        blocks += [rules.Text(f"MỤC SỐ {number}", "heading"), text]
    paper = rules.Paper(**{**vars(papers["bien-ban"]), "blocks": blocks})
    with pdfplumber.open(io.BytesIO(printed.write(paper))) as opened:
        for page in opened.pages[:-1]:
            lines = [line for line in (page.extract_text() or "").splitlines() if line.strip()]
            assert not lines[-1].startswith("MỤC SỐ")
