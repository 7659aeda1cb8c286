"""A paper as a file of either format."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from kiosk.plugins.papers import printed
from kiosk.plugins.papers.rules import Paper


def _word(paper: Paper) -> bytes:
    # The Word library takes a tenth of a second to load, which every start would pay.
    made: bytes = import_module("kiosk.plugins.papers.word").write(paper)
    return made


FORMATS: dict[str, tuple[str, Callable[[Paper], bytes]]] = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _word),
    "pdf": ("application/pdf", printed.write),
}
