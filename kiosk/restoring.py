"""Bringing a backup back: tried out beside the database first, then put in at one stroke.

The copy is read into a scratch database, brought to the present schema and checked there.
Only then does one transaction replace the rows of the real one, whichever kind it is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from pathlib import PurePosixPath
from typing import Any

from alembic import command
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON
from sqlalchemy import Column
from sqlalchemy import Connection
from sqlalchemy import DateTime
from sqlalchemy import Engine
from sqlalchemy import LargeBinary
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import bindparam
from sqlalchemy import cast
from sqlalchemy import create_engine
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kiosk import backup
from kiosk import schema
from kiosk.config import Settings
from kiosk.db import prepare
from kiosk.db import writing
from kiosk.errors import Conflict
from kiosk.errors import Refused
from kiosk.plugin import Plugin

_ROWS_AT_ONCE = 500
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SQLAlchemyError,
)


class BadBackup(Refused):
    """A file that cannot be brought back; nothing was changed."""


@dataclass(frozen=True)
class Restored:
    """What was brought back, and where what was there before is kept."""

    manifest: dict[str, Any]
    before: Path | None


def restore(
    engine: Engine,
    settings: Settings,
    plugins: list[Plugin],
    source: Path,
    *,
    replace: bool,
    environ_secret: str | None,
    now: datetime,
) -> Restored:
    """Replace everything by what the backup holds, or change nothing.

    Raises Conflict when the database holds something and `replace` is not given, BadBackup
    when the file is damaged, of a newer version, or of another secret key than the one
    that KIOSK_SECRET_KEY sets. What was there is first kept as a backup of its own.
    """
    if not schema.is_current(engine, plugins):
        schema.upgrade(engine, plugins, settings.secret_key)
    holds = _holds_something(engine)
    if holds and not replace:
        words = _l("The database is not empty. To put the backup in its place, add --replace.")
        raise Conflict("not_empty", words)
    for left in settings.data.glob(f"{backup.STAGING}*"):
        # Of a restore that was cut off: it holds a copy of everything.
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=settings.data, prefix=backup.STAGING) as folder:
        with _opened(source) as packed:
            manifest = _manifest(packed)
            _check_secret(packed, environ_secret)
            files = _unpacked(packed, manifest, Path(folder) / "files")
            scratch = _scratch(packed, manifest, plugins, Path(folder))
        before = _kept(engine, settings, now) if holds else None
        try:
            _put_in(scratch, settings, files, environ_secret)
        finally:
            scratch.dispose()
    return Restored(manifest, before)


def _holds_something(engine: Engine) -> bool:
    with engine.connect() as connection:
        return any(
            connection.execute(select(table).limit(1)).first() is not None
            for table in backup.reflected(connection)
        )


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as packed:
            yield packed
    except _DAMAGED as error:
        words = _l("This file is not a whole backup. Nothing was changed. Take another copy.")
        raise BadBackup("damaged", words) from error


def _manifest(packed: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(packed.read(backup.MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != backup.FORMAT:
        words = _l("This backup was made by a newer Kiosk. Install that version, then restore.")
        raise BadBackup("newer_version", words)
    return manifest


def _check_secret(packed: zipfile.ZipFile, environ_secret: str | None) -> None:
    kept = packed.read(f"files/{backup.SECRET}").decode()
    if environ_secret and environ_secret != kept:
        raise BadBackup(
            "other_secret",
            _l(
                "KIOSK_SECRET_KEY is not the key of this backup: its codes would not open. "
                "Unset it, or set the key of the backup."
            ),
        )


def _unpacked(packed: zipfile.ZipFile, manifest: dict[str, Any], folder: Path) -> Path:
    for name, facts in manifest["files"].items():
        parts = PurePosixPath(name).parts
        if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
            raise ValueError(f"a path that leads elsewhere: {name}")
        content = packed.read(f"files/{name}")
        if hashlib.sha256(content).hexdigest() != facts["sha256"]:
            raise ValueError(f"{name} is not what was written")
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(content)
    return folder


def _scratch(
    packed: zipfile.ZipFile, manifest: dict[str, Any], plugins: list[Plugin], folder: Path
) -> Engine:
    """Return a database of its own that holds the backup in the present schema."""
    engine = create_engine(f"sqlite:///{folder / 'scratch'}", hide_parameters=True)
    prepare(engine)
    _upgrade_to(engine, plugins, manifest["heads"])
    with engine.begin() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        # What the steps themselves put in is in the backup too.
        tables = {table.name: table for table in backup.reflected(connection)}
        for table in reversed(tables.values()):
            connection.execute(delete(table))
        for name, facts in manifest["tables"].items():
            _read_table(connection, tables[name], packed, facts)
        if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            raise ValueError("rows refer to rows that are not there")
    # An older backup holds the meetings' keys in the clear: its own secret key seals them.
    secret = packed.read(f"files/{backup.SECRET}").decode()
    schema.upgrade(engine, plugins, secret)
    return engine


def _upgrade_to(engine: Engine, plugins: list[Plugin], heads: list[str]) -> None:
    made = schema.config(plugins)
    known = {script.revision for script in schema.scripts(plugins)}
    if not set(heads) <= known:
        words = _l("This backup was made by a newer Kiosk. Install that version, then restore.")
        raise BadBackup("newer_version", words)
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        for head in heads:
            command.upgrade(made, head)
        connection.commit()


def _read_table(
    connection: Connection, table: Table, packed: zipfile.ZipFile, facts: dict[str, Any]
) -> None:
    columns = [table.columns[name] for name in facts["columns"]]
    digest = hashlib.sha256()
    with packed.open(f"tables/{table.name}.jsonl") as lines:
        rows = _digested(lines, digest)
        count = _insert(connection, table, columns, (_typed(columns, row) for row in rows))
    if digest.hexdigest() != facts["sha256"] or count != facts["rows"]:
        raise ValueError(f"{table.name} is not what was written")
    backup.set_last_id(connection, table, facts["last_id"])


def _digested(lines: Any, digest: Any) -> Iterator[list[Any]]:
    for line in lines:
        digest.update(line)
        yield json.loads(line)


def _typed(columns: list[Column[Any]], row: list[Any]) -> list[Any]:
    return [_value(column, value) for column, value in zip(columns, row, strict=True)]


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=None)
    return base64.b64decode(value) if isinstance(column.type, LargeBinary) else value


def _insert(
    connection: Connection, table: Table, columns: list[Column[Any]], rows: Iterator[list[Any]]
) -> int:
    on_postgresql = connection.dialect.name == "postgresql"
    # Not the columns' own names: those are taken by what an insert binds itself.
    names = [f"value_{index}" for index in range(len(columns))]
    given = {}
    for column, name in zip(columns, names, strict=True):
        as_text = isinstance(column.type, JSON)
        bound = bindparam(name, type_=Text() if as_text else column.type)
        given[column.name] = cast(bound, JSON) if as_text and on_postgresql else bound
    statement, count = insert(table).values(given), 0
    while part := list(islice(rows, _ROWS_AT_ONCE)):
        connection.execute(statement, [dict(zip(names, row, strict=True)) for row in part])
        count += len(part)
    return count


def _kept(engine: Engine, settings: Settings, now: datetime) -> Path:
    path = settings.data / f"before-restore-{now:%Y%m%d-%H%M%S}.zip"
    backup.write(engine, settings, path, now)
    return path


def _put_in(scratch: Engine, settings: Settings, files: Path, environ_secret: str | None) -> None:
    """Replace rows and files: the files just before the commit, back again when it fails."""
    with scratch.connect() as source, _moved(settings.data) as move, writing() as session:
        _copy(source, session.connection())
        for path in sorted(files.rglob("*")):
            name = path.relative_to(files)
            if path.is_file() and not (str(name) == backup.SECRET and environ_secret):
                move(path, name)


def _copy(source: Connection, target: Connection) -> None:
    tables = backup.reflected(target)
    for table in reversed(tables):
        target.execute(delete(table))
    known = {table.name: table for table in backup.reflected(source)}
    for table in tables:
        if table.name not in known:
            continue
        columns = [known[table.name].columns[column.name] for column in table.columns]
        read = select(
            *(cast(c, Text) if isinstance(c.type, JSON) else c for c in columns)
        ).order_by(*known[table.name].primary_key.columns)
        rows = source.execute(read, execution_options={"yield_per": _ROWS_AT_ONCE})
        zone = target.dialect.name == "postgresql"
        ready = ([_with_zone(value, zone) for value in row] for row in rows)
        count = _insert(target, table, list(table.columns), ready)
        if count != source.scalar(select(func.count()).select_from(known[table.name])):
            raise RuntimeError(f"{table.name} was not copied whole")
        backup.set_last_id(target, table, backup.last_id(source, known[table.name]))


def _with_zone(value: Any, zone: bool) -> Any:
    if zone and isinstance(value, datetime):
        return backup.utc(value)
    return value


@contextmanager
def _moved(data: Path) -> Iterator[Any]:
    """Give a move into the data folder that is taken back when the block fails."""
    done: list[tuple[Path, Path | None]] = []
    aside = Path(tempfile.mkdtemp(dir=data, prefix=backup.STAGING))

    def move(source: Path, name: Path) -> None:
        target = data / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        old = aside / str(len(done)) if target.exists() else None
        if old is not None:
            shutil.copy2(target, old)
        done.append((target, old))
        os.replace(source, target)

    try:
        yield move
    except BaseException:
        for target, old in reversed(done):
            with suppress(FileNotFoundError):
                if old is None:
                    target.unlink()
                else:
                    old.replace(target)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
