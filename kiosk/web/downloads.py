"""Answers that are files."""

from __future__ import annotations

from flask import Response

from kiosk.documents import spreadsheet
from kiosk.documents.spreadsheet import Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file(data: bytes, kind: str, name: str, *, inline: bool = False) -> Response:
    """Return the bytes as a file of this media type; `inline` lets a browser show it."""
    response = Response(data, content_type=kind)
    place = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f'{place}; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def workbook(table: Table, name: str) -> Response:
    """Return the table as an Excel workbook."""
    return file(spreadsheet.as_xlsx(table), XLSX, name)
