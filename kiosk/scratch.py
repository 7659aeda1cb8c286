"""A backup read: its parts proved whole, its rows in a database of their own beside the real one.

Only what cannot be read, or is not what was written, is called damaged. Whatever goes wrong
with a file that is whole is a fault of ours, and is told as one.
"""

from __future__ import annotations

import hashlib
import json
import logging
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pathlib import PurePosixPath
from typing import Any
from typing import BinaryIO

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy import Engine
from sqlalchemy import Table
from sqlalchemy import create_engine
from sqlalchemy import delete
from sqlalchemy import event
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kiosk import rows
from kiosk import schema
from kiosk.db import prepare
from kiosk.errors import KioskError
from kiosk.errors import Refused
from kiosk.errors import Unavailable
from kiosk.plugin import Plugin

log = logging.getLogger(__name__)

FORMAT = 1
MANIFEST = "manifest.json"
SECRET = "secret-key"  # noqa: S105  # the name of a file
# What SQLite says when it works and the machine does not let it.
_MACHINE = ("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_READONLY")


class BadBackup(Refused):
    """A file that cannot be brought back; nothing was changed."""


class TableFacts(BaseModel):
    """A table in the backup: its columns, how many rows, the digest of their lines.

    `last_id` is the last number given out, 0 where the database counts none.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    columns: list[str]
    rows: int
    sha256: str
    last_id: int


class FileFacts(BaseModel):
    """A file in the backup: its length in bytes and its digest."""

    model_config = ConfigDict(strict=True, frozen=True)

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds, and where it comes from.

    `heads` are the steps of the schema seen last, `owners` who brings them: a plugin's name,
    "" for Kiosk. `left_out` are tables of the database that no step made.
    """

    model_config = ConfigDict(strict=True)

    format: int
    kiosk: str
    made_at: str
    database: str
    heads: list[str]
    tables: dict[str, TableFacts]
    files: dict[str, FileFacts]
    owners: dict[str, str] = {}
    left_out: list[str] = []


def damaged() -> BadBackup:
    """Return the refusal of a file that is not what was written."""
    words = _l("This file is not a whole backup. Nothing was changed. Take another copy.")
    return BadBackup("damaged", words)


@contextmanager
def told() -> Iterator[None]:
    """Tell what goes wrong in the block as what it is: the machine's fault, or ours."""
    try:
        yield
    except KioskError:
        raise
    except Exception as error:
        if isinstance(error, OSError) or _of_the_machine(error):
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise Unavailable(
                "machine",
                _l(
                    "This machine or the database did not let it happen: %(reason)s. Nothing was "
                    "changed. Put that right, then try again.",
                    reason=reason,
                ),
            ) from error
        log.exception("A fault of Kiosk's own while copying")
        raise KioskError(
            "internal",
            _l(
                "Kiosk itself made a mistake here (%(what)s); the backup is not to blame and was "
                "left as it is. Nothing was changed. Please keep the file and report this.",
                what=f"{type(error).__name__}: {_where(error)}",
            ),
        ) from error


def _of_the_machine(error: Exception) -> bool:
    if not isinstance(error, OperationalError):
        return False
    name = getattr(error.orig, "sqlite_errorname", None)
    # Of PostgreSQL an operational error is never a wrong statement.
    return name is None or str(name).startswith(_MACHINE)


def _where(error: BaseException) -> str:
    """Return the innermost place of ours: what was stored there is nobody's to read."""
    place, trace = "", error.__traceback__
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__", ""))
        if name.startswith("kiosk."):
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


class Packed:
    """A backup file, opened and found whole: every part has the digest that was written."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.manifest = self._read_manifest()
        for name, file in self.manifest.files.items():
            if not _is_inside(name) or _digest(self.file(name)) != file.sha256:
                raise damaged()
        for name, table in self.manifest.tables.items():
            self._check(name, table)
        if SECRET not in self.manifest.files:
            raise damaged()

    def file(self, name: str) -> bytes:
        """Return the content of a file of the data folder."""
        return self._part(f"files/{name}")

    def rows(self, name: str) -> Iterator[rows.Row]:
        """Yield the rows of a table as JSON values."""
        for line in self._lines(name):
            yield json.loads(line)

    def _part(self, name: str) -> bytes:
        try:
            return self._packed.read(name)
        except Exception as error:
            # Whatever a broken zip does to its reader, the file is not whole.
            raise damaged() from error

    def _lines(self, name: str) -> Iterator[bytes]:
        try:
            with self._packed.open(f"tables/{name}.jsonl") as file:
                yield from file
        except GeneratorExit:
            raise
        except Exception as error:
            raise damaged() from error

    def _read_manifest(self) -> Manifest:
        try:
            found = json.loads(self._part(MANIFEST))
        except ValueError as error:
            raise damaged() from error
        if isinstance(found, dict) and found.get("format", FORMAT) != FORMAT:
            words = _l("This backup was made by a newer Kiosk. Install that version, then restore.")
            raise BadBackup("newer_version", words)
        try:
            return Manifest.model_validate(found)
        except ValidationError as error:
            raise damaged() from error

    def _check(self, name: str, facts: TableFacts) -> None:
        digest, count = hashlib.sha256(), 0
        for line in self._lines(name):
            digest.update(line)
            count += 1
            if not _is_row(line, len(facts.columns)):
                raise damaged()
        if digest.hexdigest() != facts.sha256 or count != facts.rows:
            raise damaged()


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_row(line: bytes, length: int) -> bool:
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, list) and len(found) == length


@contextmanager
def opened(source: Path | BinaryIO) -> Iterator[Packed]:
    """Give a backup that was found whole. Raises BadBackup when it is not."""
    try:
        packed = zipfile.ZipFile(source)
    except Exception as error:
        raise damaged() from error
    with packed:
        yield Packed(packed)


class Scratch:
    """A database of its own and its tables: looking at them takes longer than reading most."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.tables: list[Table] = []

    def look(self, connection: Connection) -> None:
        """Read from the database which tables it has: after each step of its schema."""
        self.tables = rows.reflected(connection)

    @property
    def names(self) -> set[str]:
        """The names of its tables."""
        return {table.name for table in self.tables}


@contextmanager
def database(folder: Path, plugins: list[Plugin], heads: list[str]) -> Iterator[Scratch]:
    """Give a database of its own in the schema of these steps, without a row."""
    engine = create_engine(f"sqlite:///{folder / 'scratch'}", hide_parameters=True)
    prepare(engine)
    event.listen(engine, "connect", _in_haste)
    made = Scratch(engine)
    try:
        with engine.connect() as connection:
            schema.upgrade_to(connection, plugins, heads)
            made.look(connection)
            # What the steps themselves put in is in the backup too.
            for table in reversed(made.tables):
                connection.execute(delete(table))
            connection.commit()
        yield made
    finally:
        engine.dispose()


def _in_haste(connection: Any, _record: object) -> None:
    # It is thrown away after a crash: nothing need be on the disk.
    connection.execute("PRAGMA synchronous=OFF")


def fill(made: Scratch, packed: Packed) -> list[str]:
    """Put the backup's rows into a scratch database of the same steps.

    Returns the tables that none of the steps made: they are a stranger's and stay out.
    """
    tables = {table.name: table for table in made.tables}
    with made.engine.begin() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name, facts in packed.manifest.tables.items():
            if name in tables:
                table = tables[name]
                rows.put(connection, table, _columns(table, facts), packed.rows(name))
                rows.set_last_id(connection, table, facts.last_id)
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise ValueError(f"rows of {broken[0]} refer to rows of {broken[2]} not there")
        return sorted(packed.manifest.tables.keys() - tables.keys())


def _columns(table: Table, facts: TableFacts) -> list[Any]:
    return [table.columns[name] for name in facts.columns]


def differing(made: Scratch, manifest: Manifest) -> list[str]:
    """Return the tables whose rows, read out again, are not those of the manifest."""
    with made.engine.connect() as connection:
        return [
            table.name
            for table in made.tables
            if table.name in manifest.tables
            and not _is_same(connection, table, manifest.tables[table.name])
        ]


def _is_same(connection: Connection, table: Table, facts: TableFacts) -> bool:
    digest = hashlib.sha256()
    for line in rows.lines(connection, table, _columns(table, facts)):
        digest.update(line)
    return digest.hexdigest() == facts.sha256
