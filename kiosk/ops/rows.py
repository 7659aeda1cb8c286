"""The rows of a table as lines of JSON and back: one table of types for both ways.

What a column's type is decides how its values are written and read. A type that is not in the
table stops the writing: a copy that nobody can read back is worse than none.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON
from sqlalchemy import Boolean
from sqlalchemy import Column
from sqlalchemy import Connection
from sqlalchemy import Date
from sqlalchemy import DateTime
from sqlalchemy import Float
from sqlalchemy import Integer
from sqlalchemy import LargeBinary
from sqlalchemy import MetaData
from sqlalchemy import Numeric
from sqlalchemy import String
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import Time
from sqlalchemy import Uuid
from sqlalchemy import bindparam
from sqlalchemy import cast
from sqlalchemy import collate
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import inspect
from sqlalchemy import select
from sqlalchemy import text

from kiosk.errors import KioskError

VERSIONS = "alembic_version"
_ROWS_AT_ONCE = 500

Row = list[Any]


@dataclass(frozen=True)
class Codec:
    """How values of one type are written: `plain` gives JSON, `value` takes it back."""

    plain: Callable[[Any], Any]
    value: Callable[[Any, Any], Any]


def utc(value: datetime) -> datetime:
    """Return a moment as read from either database, aware, in UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _moment(kind: Any, value: str) -> datetime:
    found = datetime.fromisoformat(value)
    return utc(found) if kind.timezone else utc(found).replace(tzinfo=None)


def _same(value: Any) -> Any:
    return value


def _taken(_kind: Any, value: Any) -> Any:
    return value


# The first that fits: Float is a Numeric, DateTime is no Date. JSON goes as the text that the
# database holds, so that a JSON null and no value at all stay two things.
_CODECS: tuple[tuple[type[Any], Codec], ...] = (
    (JSON, Codec(_same, _taken)),
    (Boolean, Codec(bool, lambda _kind, value: bool(value))),
    (Integer, Codec(_same, _taken)),
    (Float, Codec(float, lambda _kind, value: float(value))),
    (Numeric, Codec(str, lambda _kind, value: Decimal(value))),
    (String, Codec(_same, _taken)),
    (DateTime, Codec(lambda value: utc(value).isoformat(), _moment)),
    (Date, Codec(date.isoformat, lambda _kind, value: date.fromisoformat(value))),
    (Time, Codec(time.isoformat, lambda _kind, value: time.fromisoformat(value))),
    # SQLite keeps it as the same 32 letters.
    (Uuid, Codec(lambda value: value.hex, lambda _kind, value: UUID(value))),
    (
        LargeBinary,
        Codec(
            lambda value: base64.b64encode(bytes(value)).decode(),
            lambda _kind, value: base64.b64decode(value),
        ),
    ),
)


def codec(column: Column[Any]) -> Codec:
    """Return how a column's values are written. Raises KioskError for a type nobody knows."""
    for kind, found in _CODECS:
        if isinstance(column.type, kind):
            return found
    raise KioskError(
        "unknown_type",
        _l(
            "Column %(column)s of table %(table)s has the type %(kind)s, which a backup cannot "
            "hold. Nothing was written. Please report this to the makers of Kiosk, or of the "
            "plugin that has this table.",
            table=column.table.name,
            column=column.name,
            kind=type(column.type).__name__,
        ),
        table=column.table.name,
        column=column.name,
    )


def reflected(connection: Connection) -> list[Table]:
    """Return all tables as the database has them, those referred to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSIONS]


def lines(connection: Connection, table: Table, columns: list[Column[Any]]) -> Iterator[bytes]:
    """Yield the table's rows, each a line: a JSON list of the columns' values."""
    for row in plain(connection, table, columns):
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def plain(connection: Connection, table: Table, columns: list[Column[Any]]) -> Iterator[Row]:
    """Yield the table's rows as JSON values, in an order that is the same on each database."""
    codecs = [codec(column) for column in columns]
    read = select(*(_as_text(c) if isinstance(c.type, JSON) else c for c in columns))
    read = read.order_by(*_order(connection, table))
    for row in connection.execute(read, execution_options={"yield_per": _ROWS_AT_ONCE}):
        yield [
            None if value is None else one.plain(value)
            for one, value in zip(codecs, row, strict=True)
        ]


def _as_text(column: Column[Any]) -> Any:
    return cast(column, Text)


def _order(connection: Connection, table: Table) -> list[Any]:
    # Letters by their bytes: what a database's own language puts first differs.
    by_bytes = "C" if connection.dialect.name == "postgresql" else "BINARY"
    key = list(table.primary_key.columns)
    if key:
        return [collate(c, by_bytes) if isinstance(c.type, String) else c for c in key]
    return [collate(_as_text(column), by_bytes) for column in table.columns]


def put(
    connection: Connection, table: Table, columns: list[Column[Any]], rows: Iterable[Row]
) -> int:
    """Insert rows of JSON values into the columns; returns how many there were."""
    codecs = [codec(column) for column in columns]
    # Not the columns' own names: those are taken by what an insert binds itself.
    names = [f"value_{index}" for index in range(len(columns))]
    on_postgresql = connection.dialect.name == "postgresql"
    given = {}
    for column, name in zip(columns, names, strict=True):
        as_text = isinstance(column.type, JSON)
        bound = bindparam(name, type_=Text() if as_text else column.type)
        given[column.name] = cast(bound, column.type) if as_text and on_postgresql else bound
    statement, count, waiting = insert(table).values(given), 0, iter(rows)
    while part := list(islice(waiting, _ROWS_AT_ONCE)):
        values = [
            {
                name: None if value is None else one.value(column.type, value)
                for name, one, column, value in zip(names, codecs, columns, row, strict=True)
            }
            for row in part
        ]
        connection.execute(statement, values)
        count += len(part)
    return count


def number_column(table: Table) -> Column[Any] | None:
    """Return the column whose values the database counts up by itself."""
    return table.autoincrement_column


def last_id(connection: Connection, table: Table) -> int:
    """Return the last number given out, also when its row is gone."""
    column = number_column(table)
    if column is None:
        return 0
    highest = connection.scalar(select(func.max(column))) or 0
    if connection.dialect.name == "postgresql":
        given = connection.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), _named(table))
        if given is not None:
            last = text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {given}")  # noqa: S608  # its own name
            return max(int(highest), int(connection.scalar(last) or 0))
    elif inspect(connection).has_table("sqlite_sequence"):
        last = text("SELECT seq FROM sqlite_sequence WHERE name = :t")
        return max(int(highest), int(connection.scalar(last, {"t": table.name}) or 0))
    return int(highest)


def _named(table: Table) -> dict[str, str]:
    column = number_column(table)
    return {"t": f'"{table.name}"', "c": column.name if column is not None else ""}


def set_last_id(connection: Connection, table: Table, last: int) -> None:
    """Have the database go on counting after `last`."""
    if number_column(table) is None or not last:
        return
    if connection.dialect.name == "postgresql":
        given = connection.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), _named(table))
        if given is not None:
            connection.execute(text("SELECT setval(:s, :n)"), {"s": given, "n": last})
        return
    values = {"t": table.name, "n": last}
    counts = "SELECT 1 FROM sqlite_master WHERE name = :t AND sql LIKE '%AUTOINCREMENT%'"
    if connection.scalar(text(counts), values):
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :t"), values)
        connection.execute(text("INSERT INTO sqlite_sequence VALUES (:t, :n)"), values)
