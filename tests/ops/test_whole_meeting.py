"""The driver of a whole meeting leaves something in every table that a step made."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func
from sqlalchemy import select

from kiosk import rows
from kiosk.db import db
from tests.whole_meeting import whole_meeting


def test_a_whole_meeting_leaves_a_row_in_every_table(app: Flask) -> None:
    whole_meeting(app)
    with app.app_context(), db.engine.connect() as connection:
        empty = [
            table.name
            for table in rows.reflected(connection)
            if not connection.scalar(select(func.count()).select_from(table))
        ]
    # A new table is driven too: add to tests/whole_meeting what fills it.
    assert empty == []
