"""Word templates of the ward's own: looked at line by line before one is kept, then filled."""

from __future__ import annotations

import io
import re
import traceback
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined
from jinja2 import TemplateSyntaxError
from jinja2 import UndefinedError
from jinja2 import meta
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from kiosk.errors import Refused
from kiosk.errors import TooLarge
from kiosk.plugins.papers.templates import placeholders

LARGEST = 2 * 1024 * 1024
LARGEST_OPEN = 40 * 1024 * 1024
SHOWN = 60
MOST_FAULTS = 8
# A tag may say that it stands for its whole paragraph, row, cell or run.
_SCOPE = re.compile(r"\{([%{])(?:p|tr|tc|r)\s")
_NAME = re.compile(r"'([^']+)'(?: is undefined)?$")
_UNKNOWN = _l("Line %(n)s: there is no placeholder “%(name)s”. The line reads: %(words)s")
_UNFITTING = _l(
    "Line %(n)s: the braces or tags do not fit together (%(name)s). It reads: %(words)s"
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a template: the line, counted from 1, its words, the name."""

    line: int
    words: str
    name: str
    code: str

    def __str__(self) -> str:
        facts = {"n": self.line, "name": self.name, "words": self.words}
        if self.code == "unknown":
            return str(_UNKNOWN % facts)
        return str(_UNFITTING % facts)


def check(data: bytes) -> None:
    """Refuse a file that is no Word template, or asks for what there is not; names every line."""
    faults = look(_opened(data))
    if faults:
        sentence = " ".join(str(fault) for fault in faults[:MOST_FAULTS])
        raise Refused("bad_template", sentence, fields={"file": sentence})


def _opened(data: bytes) -> list[str]:
    if len(data) > LARGEST:
        raise TooLarge("file_too_large", _l("A template may have 2 MB. Please take pictures out."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            names = [entry.filename.lower() for entry in opened.infolist()]
            size = sum(entry.file_size for entry in opened.infolist())
        if size > LARGEST_OPEN or any(name.endswith("vbaproject.bin") for name in names):
            raise ValueError("too large inside, or a program")
        return list(lines(data))
    except Exception as error:
        # Whatever a broken file does to the reader, it is one thing to the clerk.
        words = _l("Please choose a Word file (.docx) without macros.")
        raise Refused("not_a_template", words, fields={"file": words}) from error


def lines(data: bytes) -> Iterator[str]:
    """Yield the paragraphs as a reader counts them: the body with its tables, heads, feet."""
    document = Document(io.BytesIO(data))
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
        if section.different_first_page_header_footer:
            parts += [section.first_page_header._element, section.first_page_footer._element]
    for part in parts:
        for paragraph in part.iter(qn("w:p")):
            yield "".join(piece.text or "" for piece in paragraph.iter(qn("w:t")))


def look(texts: list[str]) -> list[Fault]:
    """Return what is wrong with a template's lines: nothing when it can be filled."""
    source = "\n".join(_SCOPE.sub(r"{\1 ", line) for line in texts)

    def fault(line: int, name: str, code: str) -> Fault:
        words = texts[min(line, len(texts)) - 1].strip() if texts else ""
        return Fault(line, words[:SHOWN] + ("…" if len(words) > SHOWN else ""), name, code)

    engine = _engine()
    try:
        tree = engine.parse(source)
        unknown = meta.find_undeclared_variables(tree) - set(placeholders.MEANINGS)
        found = {
            (node.lineno, node.name) for node in tree.find_all(nodes.Name) if node.name in unknown
        }
        if found:
            return [fault(line, name, "unknown") for line, name in sorted(found)]
        engine.from_string(source).render(placeholders.sample())
    except TemplateSyntaxError as error:
        return [fault(error.lineno, str(error.message), "syntax")]
    except UndefinedError as error:
        named = _NAME.search(str(error))
        return [fault(_line_of(error), named[1] if named else str(error), "unknown")]
    except Exception as error:
        return [fault(_line_of(error), str(error)[:SHOWN], "syntax")]
    return []


def _line_of(error: BaseException) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    places = [frame.lineno for frame in frames if frame.filename == "<template>"]
    return places[-1] or 1 if places else 1


def _engine() -> SandboxedEnvironment:
    # A template comes from a person of the ward, not from us: no attribute of Python's own.
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def filled(data: bytes, values: dict[str, Any]) -> bytes:
    """Return the template filled with values as .docx; a fault is named, never a crash."""
    template = DocxTemplate(io.BytesIO(data))
    try:
        template.render(values, jinja_env=_engine(), autoescape=True)
    except (UndefinedError, TemplateSyntaxError) as error:
        check(data)
        sentence = _("The template cannot be filled: %(why)s", why=str(error))
        raise Refused("bad_template", sentence, fields={"file": sentence}) from error
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()
