"""Bringing a backup back: tried out beside the database first, then put in at one stroke.

The copy is read into a scratch database, brought to the present schema and checked there.
Only then does one transaction replace the rows of the real one, whichever kind it is.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from pathlib import PurePosixPath

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection
from sqlalchemy import Engine
from sqlalchemy import Table
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import text

from kiosk import backup
from kiosk import generation
from kiosk import ledger
from kiosk import private_files
from kiosk import rows
from kiosk import schema
from kiosk import scratch
from kiosk.config import Settings
from kiosk.db import writing
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.plugin import Plugin
from kiosk.scratch import BadBackup
from kiosk.scratch import Manifest
from kiosk.scratch import Packed
from kiosk.scratch import Scratch

# What an installation has without anybody having entered anything.
_NOBODYS = {generation.Installation.__tablename__}


@dataclass(frozen=True)
class Restored:
    """What was brought back, where what was there before is kept, what stayed out.

    `left_out` are tables of the backup that no step of Kiosk or its plugins made.
    """

    manifest: Manifest
    before: Path | None
    left_out: list[str]


@dataclass(frozen=True)
class Target:
    """Where a backup is brought back to; `environ_secret` is what KIOSK_SECRET_KEY sets."""

    engine: Engine
    settings: Settings
    plugins: list[Plugin]
    environ_secret: str | None


def restore(target: Target, source: Path, *, replace: bool, now: datetime) -> Restored:
    """Replace everything by what the backup holds, or change nothing.

    Raises Conflict when the database holds something and `replace` is not given, or is newer
    than we are; BadBackup when the file is damaged, of a newer version or a missing plugin,
    or of another secret key. What was there is first kept as a backup of its own.
    """
    data = target.settings.data
    for left in data.glob(f"{backup.STAGING}*"):
        # Of a restore that was cut off: it holds a copy of everything.
        shutil.rmtree(left, ignore_errors=True)
    with (
        scratch.told(),
        tempfile.TemporaryDirectory(dir=data, prefix=backup.STAGING) as folder,
        scratch.opened(source) as packed,
    ):
        _check_steps(target, packed.manifest)
        _check_secret(target, packed)
        with scratch.database(Path(folder), target.plugins, packed.manifest.heads) as beside:
            left_out = scratch.fill(beside, packed)
            # An older backup holds the meetings' keys in the clear: its own secret key seals them.
            schema.upgrade(beside.engine, target.plugins, packed.file(scratch.SECRET).decode())
            with beside.engine.connect() as connection:
                beside.look(connection)
            holds = _holds_something(target.engine, beside.names)
            if holds and not replace:
                raise Conflict(
                    "not_empty",
                    _l(
                        "The database is not empty. To put the backup in its place, add --replace:"
                        " what is there now is copied first."
                    ),
                )
            before = _kept(target, now) if holds else None
            schema.upgrade(target.engine, target.plugins, target.settings.secret_key)
            files = _unpacked(packed, Path(folder) / "files")
            with _saying(before):
                _put_in(beside, target, files, now)
    return Restored(packed.manifest, before, left_out)


def _check_steps(target: Target, manifest: Manifest) -> None:
    for step in schema.unknown_steps(manifest.heads, target.plugins):
        code, words = schema.refusal(step, manifest.owners, target.plugins)
        words = _l("This backup cannot be brought back here: %(why)s", why=words)
        raise BadBackup(code, words)
    with target.engine.connect() as connection:
        present = schema.heads(connection)
    for step in schema.unknown_steps(present, target.plugins):
        code, words = schema.refusal(step, {}, target.plugins)
        words = _l("The database here cannot be replaced: %(why)s", why=words)
        raise Conflict(code, words)


def _check_secret(target: Target, packed: Packed) -> None:
    kept = packed.file(scratch.SECRET).decode(errors="replace")
    if target.environ_secret and target.environ_secret != kept:
        raise BadBackup(
            "other_secret",
            _l(
                "KIOSK_SECRET_KEY is not the key of this backup: its codes would not open. "
                "Unset it, or set the key of the backup."
            ),
        )


def _holds_something(engine: Engine, ours: set[str]) -> bool:
    with engine.connect() as connection:
        return any(
            connection.execute(select(table).limit(1)).first() is not None
            for table in rows.reflected(connection)
            if table.name in ours - _NOBODYS
        )


def _kept(target: Target, now: datetime) -> Path:
    """Copy what is there; two restores of one second never share a file."""
    stem, number = f"before-restore-{now:%Y%m%d-%H%M%S}", 1
    path = target.settings.data / f"{stem}.zip"
    while path.exists():
        number += 1
        path = target.settings.data / f"{stem}-{number}.zip"
    backup.write(target.engine, target.settings, target.plugins, path, now)
    return path


@contextmanager
def _saying(before: Path | None) -> Iterator[None]:
    """Add to what goes wrong in the block where the copy made before lies."""
    try:
        with scratch.told():
            yield
    except KioskError as error:
        if before is None:
            raise
        words = _l("%(why)s A copy of what is here lies in %(file)s.", why=error, file=before)
        error.message = words
        raise


def _unpacked(packed: Packed, folder: Path) -> Path:
    for name in packed.manifest.files:
        path = folder.joinpath(*PurePosixPath(name).parts)
        _make_folder(path.parent, folder.parent)
        path.touch(mode=0o600)
        path.write_bytes(packed.file(name))
    return folder


def _make_folder(path: Path, root: Path) -> None:
    """Make the folder and those above it up to `root`: nobody else may look into any."""
    for folder in (*reversed(path.relative_to(root).parents), path.relative_to(root)):
        (root / folder).mkdir(mode=0o700, exist_ok=True)
        (root / folder).chmod(0o700)


def _put_in(beside: Scratch, target: Target, files: Path, now: datetime) -> None:
    """Replace rows and files: the files just before the commit, back again when it fails."""
    views = sorted({view.name for plugin in target.plugins for view in plugin.views})
    with (
        beside.engine.connect() as source,
        _moved(target.settings.data) as moves,
        writing() as session,
    ):
        # Versions only ever grow: a screen that was ahead of the backup must hear of it.
        seen = ledger.highest(session)
        _copy(source, beside.tables, session.connection())
        ledger.lift(session, views, seen, now)
        # What tablets had sent since the backup was made is gone: they are to offer it again.
        generation.renew(session)
        brought = set()
        for path in sorted(files.rglob("*")):
            name = path.relative_to(files)
            if path.is_file() and not (str(name) == scratch.SECRET and target.environ_secret):
                moves.bring(path, name)
                brought.add(target.settings.data / name)
        for path in backup.files(target.settings):
            # Of rows that are not there any more: nothing would ever erase it.
            if path not in brought and private_files.is_stored(path.name):
                moves.take(path)


def _copy(source: Connection, found: list[Table], target: Connection) -> None:
    known = {table.name: table for table in found}
    # Tables that no step of ours made are not ours to empty.
    tables = [table for table in rows.reflected(target) if table.name in known]
    with _references_later(target, tables):
        for table in reversed(tables):
            target.execute(delete(table))
        for table in tables:
            there = known[table.name]
            columns = list(table.columns)
            read = rows.plain(source, there, [there.columns[c.name] for c in columns])
            count = rows.put(target, table, columns, read)
            if count != source.scalar(select(func.count()).select_from(there)):
                raise RuntimeError(f"{table.name} was not copied whole")
            rows.set_last_id(target, table, rows.last_id(source, there))


@contextmanager
def _references_later(connection: Connection, tables: list[Table]) -> Iterator[None]:
    """Have references to rows that come later checked at the end of the block.

    A row may refer to a later one of its own table, such as a matter that was joined to a
    newer one; each such row alone would be refused.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        yield
        return
    place = {table.name: number for number, table in enumerate(tables)}
    quote = connection.dialect.identifier_preparer.quote
    ahead = [
        f"ALTER TABLE {quote(table.name)} ALTER CONSTRAINT {quote(str(key.name))}"
        for table in tables
        for key in table.foreign_key_constraints
        if place.get(key.referred_table.name, -1) >= place[table.name]
    ]
    for one in ahead:
        connection.execute(text(f"{one} DEFERRABLE INITIALLY DEFERRED"))
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for one in ahead:
        connection.execute(text(f"{one} NOT DEFERRABLE"))


@dataclass(frozen=True)
class Moves:
    """Files brought into the data folder or taken out of it."""

    bring: Callable[[Path, Path], None]
    take: Callable[[Path], None]


@contextmanager
def _moved(data: Path) -> Iterator[Moves]:
    """Give moves into and out of the data folder that are taken back when the block fails."""
    done: list[tuple[Path, Path | None]] = []
    aside = Path(tempfile.mkdtemp(dir=data, prefix=backup.STAGING))

    def bring(source: Path, name: Path) -> None:
        target = data / name
        _make_folder(target.parent, data)
        old = aside / str(len(done)) if target.exists() else None
        if old is not None:
            shutil.copy2(target, old)
        done.append((target, old))
        os.replace(source, target)

    def take(path: Path) -> None:
        old = aside / str(len(done))
        done.append((path, old))
        os.replace(path, old)

    try:
        yield Moves(bring, take)
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
