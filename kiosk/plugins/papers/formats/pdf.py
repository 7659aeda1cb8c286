"""A paper as PDF, or its first page as a picture, with Typst."""

from __future__ import annotations

import json
from dataclasses import asdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.documents import typst
from kiosk.plugins.papers import values as rules
from kiosk.plugins.papers.formats import charts
from kiosk.plugins.papers.values import Block
from kiosk.plugins.papers.values import Chart
from kiosk.plugins.papers.values import Grid
from kiosk.plugins.papers.values import Paper

_SOURCE = (Path(__file__).parent / "paper.typ").read_bytes()
PREVIEW_DPI = 110
PREVIEW_BLOCKS, PREVIEW_ROWS = 40, 40


def write(paper: Paper) -> bytes:
    """Return the paper as PDF; texts are data for the template, never its source."""
    return typst.compiled(_SOURCE, _files(paper, gaps=False))


def preview(paper: Paper) -> bytes:
    """Return the first page as PNG; what the records clerk still gives stands out in yellow."""
    return typst.first_page(_SOURCE, _files(_beginning(paper), gaps=True), PREVIEW_DPI)


def _beginning(paper: Paper) -> Paper:
    """Return what can stand on a first page: a report of a hundred pages is not drawn for it."""
    blocks = [
        replace(block, rows=block.rows[:PREVIEW_ROWS]) if isinstance(block, Grid) else block
        for block in paper.blocks[:PREVIEW_BLOCKS]
    ]
    return replace(paper, blocks=blocks)


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
