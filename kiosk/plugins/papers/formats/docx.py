"""A paper as a Word document that an office edits."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.shared import Pt

from kiosk.plugins.papers import values
from kiosk.plugins.papers.formats import charts
from kiosk.plugins.papers.values import Chart
from kiosk.plugins.papers.values import Grid
from kiosk.plugins.papers.values import Paper
from kiosk.plugins.papers.values import Signer
from kiosk.plugins.papers.values import Text

FONT = "Times New Roman"
WIDTH_MM = 210 - values.MARGINS_MM[2] - values.MARGINS_MM[3]
LEFT_MM = 60
NUMBER_GAP = " " * 8
# How wide the motto is at 14 points: the rule under it is as long.
MOTTO_MM = 72


def write(paper: Paper) -> bytes:
    """Return the paper as .docx."""
    document = Document()
    _page(document)
    _head(document, paper)
    _line(document, paper.kind, bold=True, align=ALIGN.CENTER, before=18)
    _line(document, paper.about, bold=True, align=ALIGN.CENTER)
    _rule(document.add_paragraph(), WIDTH_MM, 60)
    for block in paper.blocks:
        if isinstance(block, Grid):
            _grid(document, block)
        elif isinstance(block, Chart):
            _chart(document, block)
        else:
            _text(document, block)
    _foot(document, paper)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    top, bottom, left, right = (Mm(value) for value in values.MARGINS_MM)
    section.top_margin, section.bottom_margin = top, bottom
    section.left_margin, section.right_margin = left, right
    section.header_distance = Mm(10)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(values.BODY_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    # The number stands in the top margin, and not on the first page.
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = ALIGN.CENTER
    _field(number.add_run(), "PAGE")


def _field(run: Any, code: str) -> None:
    for kind, words in (("begin", None), (None, code), ("end", None)):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = words
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _line(
    place: Any,
    words: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = values.BODY_PT,
    align: Any = None,
    before: float = 0,
) -> Any:
    paragraph = place.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    run = paragraph.add_run(words)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _rule(paragraph: Any, room: float, length: float) -> None:
    """Draw a line of this length in the middle of the room, both in millimetres."""
    paragraph.paragraph_format.left_indent = Mm((room - length) / 2)
    paragraph.paragraph_format.right_indent = Mm((room - length) / 2)
    paragraph.paragraph_format.line_spacing = Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)


def _head(document: Any, paper: Paper) -> None:
    table = document.add_table(rows=2, cols=2)
    right = WIDTH_MM - LEFT_MM
    _widths(table, (LEFT_MM, right))
    organ, motto = table.rows[0].cells
    for number, (words, bold) in enumerate(paper.organs):
        _centred(organ, words, first=number == 0, bold=bold, size=13)
    _rule(organ.add_paragraph(), LEFT_MM - 4, 24)
    _centred(motto, values.MOTTO[0], first=True, bold=True, size=13)
    _centred(motto, values.MOTTO[1], bold=True, size=14)
    _rule(motto.add_paragraph(), right - 4, MOTTO_MM)
    number_cell, date_cell = table.rows[1].cells
    if paper.symbol:
        _centred(
            number_cell, f"Số: {paper.number or NUMBER_GAP}/{paper.symbol}", first=True, size=13
        )
    if paper.dated:
        _centred(date_cell, paper.date_line, first=True, italic=True, size=14)


def _centred(
    cell: Any,
    words: str,
    *,
    first: bool = False,
    bold: bool = False,
    italic: bool = False,
    size: float = values.BODY_PT,
) -> None:
    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.alignment = ALIGN.CENTER
    run = paragraph.add_run(words)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _text(document: Any, block: Text) -> None:
    bold, italic = block.style == "heading", block.style == "note"
    align = {"line": ALIGN.LEFT, "centre": ALIGN.CENTER}.get(block.style, ALIGN.JUSTIFY)
    paragraph = _line(document, block.text, bold=bold, italic=italic, align=align, before=6)
    paragraph.paragraph_format.line_spacing = 1.15
    # A heading alone at the foot of a page is no heading.
    paragraph.paragraph_format.keep_with_next = bold
    if block.style in {"body", "heading", "note"}:
        paragraph.paragraph_format.first_line_indent = Mm(values.INDENT_MM)


def _chart(document: Any, chart: Chart) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN.CENTER
    paragraph.paragraph_format.space_before = Pt(6)
    drawing = paragraph.add_run().add_picture(io.BytesIO(charts.drawn(chart)), Mm(WIDTH_MM))
    # What a screen reader says in place of the picture.
    words = "; ".join(f"{name}: {number}" for name, number in chart.bars)
    drawing._inline.docPr.set("descr", f"{chart.title}. {words}")


def _grid(document: Any, grid: Grid) -> None:
    table = document.add_table(rows=1, cols=len(grid.columns), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, grid.columns, strict=True):
        _centred(cell, words, first=True, bold=True, size=13)
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in grid.rows:
        added = table.add_row()
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, words in zip(added.cells, row, strict=True):
            cell.paragraphs[0].add_run(words).font.size = Pt(13)
    whole = sum(grid.shares)
    _widths(table, [WIDTH_MM * share / whole for share in grid.shares])


def _widths(table: Any, widths_mm: Sequence[float]) -> None:
    # Word believes the cells, LibreOffice the columns.
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _foot(document: Any, paper: Paper) -> None:
    if not paper.signers:
        return
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    both = len(paper.signers) > 1
    _signer(right, paper.signers[-1])
    if both:
        _signer(left, paper.signers[0])
    if paper.recipients:
        place = document if both else left
        _line(place, "Nơi nhận:", bold=True, italic=True, size=12, before=12)
        for number, words in enumerate(paper.recipients, start=1):
            end = "." if number == len(paper.recipients) else ";"
            _line(place, f"- {words}{end}", size=11)


def _signer(cell: Any, signer: Signer) -> None:
    cell.paragraphs[0].paragraph_format.space_before = Pt(12)
    for number, words in enumerate(signer.lines):
        _centred(cell, words, first=number == 0, bold=True)
    # Room for signature and seal, which software never prints.
    for _line_number in range(4):
        cell.add_paragraph()
    if signer.name:
        _centred(cell, signer.name, bold=True)
