"""A paper as PDF, or its first page as a picture, with Typst."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kiosk import typeset
from kiosk.plugins.papers import charts
from kiosk.plugins.papers import rules
from kiosk.plugins.papers.rules import Block
from kiosk.plugins.papers.rules import Chart
from kiosk.plugins.papers.rules import Paper

_SOURCE = (Path(__file__).parent / "paper.typ").read_bytes()
PREVIEW_DPI = 110


def write(paper: Paper) -> bytes:
    """Return the paper as PDF; texts are data for the template, never its source."""
    return typeset.compiled(_SOURCE, _files(paper, gaps=False))


def preview(paper: Paper) -> bytes:
    """Return the first page as PNG; what the records clerk still gives stands out in yellow."""
    options: dict[str, Any] = {"format": "png", "ppi": PREVIEW_DPI, "page": "1"}
    return typeset.compiled(_SOURCE, _files(paper, gaps=True), **options)


def _files(paper: Paper, *, gaps: bool) -> dict[str, bytes]:
    data = {
        **asdict(paper),
        "blocks": [_block(block) for block in paper.blocks],
        "dated_on": None,
        "organs": paper.organs,
        "motto": rules.MOTTO,
        "date": rules.dated(paper.dated_on) if paper.dated_on else "",
        "gaps": gaps,
    }
    return {"paper.json": json.dumps(data, ensure_ascii=False).encode()}


def _block(block: Block) -> dict[str, Any]:
    values = asdict(block)
    if isinstance(block, Chart):
        # Typst takes only text beside its source: a picture goes in as numbers.
        values["picture"] = list(charts.drawn(block))
    return values
