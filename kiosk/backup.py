"""A whole installation as one file: every table, the secret key, certificates and papers.

A zip: `manifest.json`, `tables/<name>.jsonl` (one JSON list a row), `files/<path>`. All
tables are read in one transaction, so the copy is of one moment while others write. The
same file fits SQLite and PostgreSQL.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from datetime import UTC
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import Any
from typing import BinaryIO

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON
from sqlalchemy import Column
from sqlalchemy import Connection
from sqlalchemy import Engine
from sqlalchemy import MetaData
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import cast
from sqlalchemy import func
from sqlalchemy import inspect
from sqlalchemy import select
from sqlalchemy import text

from kiosk import version
from kiosk.config import Settings
from kiosk.errors import Conflict

FORMAT = 1
MANIFEST = "manifest.json"
SECRET = "secret-key"  # noqa: S105  # the name of a file
VERSIONS = "alembic_version"
_ROWS_AT_ONCE = 1000
# The database itself, locks, half-made files, and copies that lie beside it.
STAGING = "restoring-"
_LEFT_OUT = (".sqlite3", "-wal", "-shm", "-journal", ".lock", ".new", ".zip")


def write(engine: Engine, settings: Settings, target: Path, now: datetime) -> dict[str, Any]:
    """Write a copy of everything to `target`, mode 600; returns its manifest.

    The file appears when it is whole. Raises Conflict when another kind of file is there.
    """
    if target.exists() and not _is_ours(target):
        words = _l("Another file has this name. Choose another name for the backup.")
        raise Conflict("not_a_backup", words)
    with _appearing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "kiosk": version.current(),
            "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "tables": {},
            "files": {},
        }
        with snapshot(engine) as connection:
            _write_tables(connection, packed, manifest)
        for path in _files(settings, target):
            name = path.relative_to(settings.data).as_posix()
            with suppress(FileNotFoundError):
                manifest["files"][name] = _add(packed, f"files/{name}", path.read_bytes())
        # The key in use, wherever it comes from: without it no code opens again.
        manifest["files"][SECRET] = _add(packed, f"files/{SECRET}", settings.secret_key.encode())
        packed.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as packed:
            return MANIFEST in packed.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


@contextmanager
def _appearing(target: Path) -> Iterator[BinaryIO]:
    """Give a file that takes its name only when it is whole and on the disk."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one moment, whatever others write meanwhile."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            # SQLite takes its moment with the first read, not with BEGIN.
            connection.execute(text(f"SELECT version_num FROM {VERSIONS}")).all()  # noqa: S608  # our name
            yield connection


def reflected(connection: Connection) -> list[Table]:
    """Return all tables as the database has them, those referred to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSIONS]


def heads(connection: Connection) -> list[str]:
    """Return the steps of the schema that the database has seen last."""
    return sorted(connection.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalars())  # noqa: S608  # our name


def _write_tables(
    connection: Connection, packed: zipfile.ZipFile, manifest: dict[str, Any]
) -> None:
    manifest["database"] = connection.dialect.name
    manifest["heads"] = heads(connection)
    for table in reflected(connection):
        digest, count = hashlib.sha256(), 0
        with packed.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
            for row in _rows(connection, table):
                line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
                digest.update(line)
                out.write(line)
                count += 1
        manifest["tables"][table.name] = {
            "columns": [column.name for column in table.columns],
            "rows": count,
            "sha256": digest.hexdigest(),
            "last_id": last_id(connection, table),
        }


def _rows(connection: Connection, table: Table) -> Iterator[list[Any]]:
    read = select(*(_readable(column) for column in table.columns))
    read = read.order_by(*table.primary_key.columns)
    options = {"yield_per": _ROWS_AT_ONCE}
    for row in connection.execute(read, execution_options=options):
        yield [_plain(value) for value in row]


def _readable(column: Column[Any]) -> Any:
    # As text: a JSON null and no value at all stay two things.
    return cast(column, Text) if isinstance(column.type, JSON) else column


def utc(value: datetime) -> datetime:
    """Return a moment as read from either database, aware, in UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return utc(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value


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


def _files(settings: Settings, target: Path) -> list[Path]:
    return [
        path
        for path in sorted(settings.data.rglob("*"))
        if path.is_file()
        and not path.name.endswith(_LEFT_OUT)
        and path.name != SECRET
        and not path.relative_to(settings.data).parts[0].startswith(STAGING)
        and path.resolve() != target.resolve()
    ]


def _add(packed: zipfile.ZipFile, name: str, content: bytes) -> dict[str, Any]:
    packed.writestr(name, content)
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
