"""A paper as a file of either format; what needs the Word library is asked for here."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Response

from kiosk.plugins.papers.formats import pdf as formats
from kiosk.plugins.papers.templates import placeholders
from kiosk.plugins.papers.templates import starters
from kiosk.plugins.papers.texts.facts import Facts
from kiosk.plugins.papers.values import Paper
from kiosk.web import downloads

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA = {"docx": WORD, "pdf": "application/pdf", "png": "image/png"}
WITH_CODES = "diem-danh"
# The Word library takes a tenth of a second to load, which every start would pay.
_DOCX = "kiosk.plugins.papers.formats.docx"
_TEMPLATES = "kiosk.plugins.papers.templates.docx_templates"


def _word(module: str) -> Any:
    return import_module(module)


def check_template(data: bytes) -> None:
    """Refuse a file that cannot serve as a Word template; the sentence names each line."""
    _word(_TEMPLATES).check(data)


def starter(kind: str) -> bytes:
    """Return the template to begin with, as .docx."""
    made: bytes = _word(_DOCX).write(starters.starter(kind))
    return made


def word(kind: str, facts: Facts, paper: Paper, template: bytes | None) -> bytes:
    """Return a paper as .docx: in our layout, or in the ward's own template."""
    if template is None:
        made: bytes = _word(_DOCX).write(paper)
        return made
    values = placeholders.values(facts, paper, with_codes=kind == WITH_CODES)
    filled: bytes = _word(_TEMPLATES).filled(template, values)
    return filled


def pdf(paper: Paper) -> bytes:
    """Return a paper as PDF, in our layout."""
    return formats.write(paper)


def preview(paper: Paper) -> bytes:
    """Return the first page of a paper as PNG."""
    return formats.preview(paper)


def response(data: bytes, stem: str, ending: str) -> Response:
    """Return a paper as an answer: a browser shows what it can, Word files are saved."""
    return downloads.file(data, MEDIA[ending], f"{stem}.{ending}", inline=ending != "docx")


def own_layout(ending: str, paper: Paper) -> bytes:
    """Return a paper that knows no template in one of the formats of MEDIA."""
    if ending == "docx":
        made: bytes = _word(_DOCX).write(paper)
        return made
    return pdf(paper) if ending == "pdf" else preview(paper)
