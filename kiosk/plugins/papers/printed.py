"""A paper as PDF with Typst."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from kiosk import typeset
from kiosk.plugins.papers import rules
from kiosk.plugins.papers.rules import Paper

_SOURCE = (Path(__file__).parent / "paper.typ").read_bytes()


def write(paper: Paper) -> bytes:
    """Return the paper as PDF; texts are data for the template, never its source."""
    data = json.dumps({**asdict(paper), "motto": rules.MOTTO}, ensure_ascii=False)
    return typeset.compiled(_SOURCE, {"paper.json": data.encode()})
