"""A whole installation as one file: every table, the secret key, certificates and papers.

A zip: `manifest.json`, `tables/<name>.jsonl` (one JSON list a row), `files/<path>`. All
tables are read in one transaction, so the copy is of one moment while others write. The
same file fits SQLite and PostgreSQL. It takes its name only after it was read back.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection
from sqlalchemy import Engine
from sqlalchemy import text

from kiosk import rows
from kiosk import schema
from kiosk import scratch
from kiosk import version
from kiosk.config import Settings
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.plugin import Plugin
from kiosk.scratch import FORMAT
from kiosk.scratch import MANIFEST
from kiosk.scratch import SECRET
from kiosk.scratch import FileFacts
from kiosk.scratch import Manifest
from kiosk.scratch import Scratch
from kiosk.scratch import TableFacts

STAGING = "restoring-"
# The database itself, locks, half-made files; beside them also copies that lie there.
_LEFT_OUT = (".sqlite3", "-wal", "-shm", "-journal", ".lock", ".new")
_COPIES = ".zip"


def write(
    engine: Engine, settings: Settings, plugins: list[Plugin], target: Path, now: datetime
) -> Manifest:
    """Write a copy of everything to `target`, mode 600; returns its manifest.

    The file appears when it is whole and was read back into a database of its own. Raises
    Conflict when another kind of file is there, KioskError when it could not be read back.
    """
    if target.exists() and not _is_ours(target):
        words = _l("Another file has this name. Choose another name for the backup.")
        raise Conflict("not_a_backup", words)
    with engine.connect() as connection:
        steps = schema.heads(connection)
    strange = schema.unknown_steps(steps, plugins)
    known = [step for step in steps if step not in strange]
    with (
        scratch.told(),
        tempfile.TemporaryDirectory(dir=settings.data, prefix=STAGING) as folder,
        scratch.database(Path(folder), plugins, known) as beside,
        _appearing(target) as file,
    ):
        # Where a plugin is missing its tables cannot be told from a stranger's.
        own = None if strange else beside.names
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            with snapshot(engine) as connection:
                manifest = _begun(connection, plugins, now)
                _write_tables(connection, packed, manifest, own)
            _write_files(packed, manifest, settings, target)
            packed.writestr(MANIFEST, manifest.model_dump_json(indent=1))
        _read_back(file, beside)
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
            connection.execute(text(f"SELECT version_num FROM {rows.VERSIONS}")).all()  # noqa: S608  # our name
            yield connection


def _begun(connection: Connection, plugins: list[Plugin], now: datetime) -> Manifest:
    steps, owners = schema.heads(connection), schema.owners(plugins)
    return Manifest(
        format=FORMAT,
        kiosk=version.current(),
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        database=connection.dialect.name,
        heads=steps,
        tables={},
        files={},
        owners={step: owners[step] for step in steps if step in owners},
    )


def _write_tables(
    connection: Connection, packed: zipfile.ZipFile, manifest: Manifest, own: set[str] | None
) -> None:
    for table in rows.reflected(connection):
        if own is not None and table.name not in own:
            manifest.left_out.append(table.name)
            continue
        columns, digest, count = list(table.columns), hashlib.sha256(), 0
        with packed.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
            for line in rows.lines(connection, table, columns):
                digest.update(line)
                out.write(line)
                count += 1
        manifest.tables[table.name] = TableFacts(
            columns=[column.name for column in columns],
            rows=count,
            sha256=digest.hexdigest(),
            last_id=rows.last_id(connection, table),
        )


def _write_files(
    packed: zipfile.ZipFile, manifest: Manifest, settings: Settings, target: Path
) -> None:
    for path in files(settings, target):
        name = path.relative_to(settings.data).as_posix()
        # Taken away since its row was read: whoever did so wants it gone.
        with suppress(FileNotFoundError):
            manifest.files[name] = _add(packed, f"files/{name}", path.read_bytes())
    # The key in use, wherever it comes from: without it no code opens again.
    key = settings.secret_key.encode()
    manifest.files[SECRET] = _add(packed, f"files/{SECRET}", key)


def files(settings: Settings, target: Path | None = None) -> list[Path]:
    """Return the files of the data folder that a backup at `target` holds."""
    return [
        path
        for path in sorted(settings.data.rglob("*"))
        if path.is_file()
        and not path.name.endswith(_LEFT_OUT)
        and not (path.parent == settings.data and path.name.endswith(_COPIES))
        and path != settings.data / SECRET
        and not path.relative_to(settings.data).parts[0].startswith(STAGING)
        and (target is None or path.resolve() != target.resolve())
    ]


def _add(packed: zipfile.ZipFile, name: str, content: bytes) -> FileFacts:
    packed.writestr(name, content)
    return FileFacts(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def _read_back(file: BinaryIO, beside: Scratch) -> None:
    """Bring the copy that was just written back into a scratch database and compare.

    Raises KioskError that names the tables which do not come back as they were.
    """
    file.flush()
    with scratch.opened(file) as packed:
        scratch.fill(beside, packed)
        wrong = scratch.differing(beside, packed.manifest)
    if wrong:
        raise KioskError(
            "not_read_back",
            _l(
                "The backup was read back and is not what was written (%(tables)s). It was not "
                "kept. Please try once more, and report this when it comes again.",
                tables=", ".join(wrong),
            ),
            tables=wrong,
        )
