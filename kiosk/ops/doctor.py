"""kiosk doctor: whether this machine is ready, in plain words, with what to do."""

from __future__ import annotations

import json
import os
import shutil
import smtplib
import subprocess
import time
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from urllib.parse import urlsplit

import click
from flask_babel import gettext as _
from sqlalchemy import Engine
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.app import settings
from kiosk.auth import meeting_keys
from kiosk.certificates import authority
from kiosk.certificates.network import machine_of
from kiosk.config import Settings
from kiosk.db import migrate
from kiosk.db.base import db
from kiosk.documents import private_files
from kiosk.errors import KioskError
from kiosk.ops import upgrade
from kiosk.paths import VENDOR
from kiosk.plugin import Plugin
from kiosk.plugin import registry

LEAST_FREE_BYTES = 500 * 1024 * 1024
LARGEST_SKEW = timedelta(seconds=5)
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
SMTP_SECONDS = 5.0
MOST_NAMED = 8
DECODER = ("decoder/ponyfill.js", "decoder/zxing-exported.js", "decoder/zxing_reader.wasm")
FONTS = ("fonts/*.woff2", "fonts/Tinos_400Regular.ttf", "fonts/BeVietnamPro_400Regular.ttf")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: ok, note (works, but look at it) or wrong; `todo` what to do."""

    state: str
    words: str
    todo: str = ""


@dataclass(frozen=True)
class Patient:
    """What is looked at."""

    settings: Settings
    engine: Engine
    plugins: list[Plugin]
    now: datetime


def _ok(words: str) -> Finding:
    return Finding("ok", words)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check settings, database, disk, clock, certificate, files and e-mail."""
    patient = Patient(settings(), db.engine, list(registry().plugins.values()), clock.now())
    found = examine(patient)
    if as_json:
        click.echo(json.dumps([vars(finding) for finding in found], ensure_ascii=False))
    else:
        signs = {"ok": _("fine"), "note": _("note"), "wrong": _("WRONG")}
        for finding in found:
            click.echo(f"[{signs[finding.state]}] {finding.words}")
            if finding.todo:
                click.echo(f"    → {finding.todo}")
    context.exit(1 if any(finding.state == "wrong" for finding in found) else 0)


def examine(patient: Patient) -> list[Finding]:
    """Return everything that was found, in the order in which to mend it."""
    return [finding for look in LOOKS for finding in look(patient)]


def _settings(patient: Patient) -> Iterator[Finding]:
    chosen = patient.settings
    where = _("PostgreSQL") if not chosen.is_sqlite else _("SQLite")
    yield _ok(_("Settings: data in %(data)s, %(where)s.", data=chosen.data, where=where))


def _database(patient: Patient) -> Iterator[Finding]:
    try:
        current = migrate.is_current(patient.engine, patient.plugins)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield Finding(
            "wrong",
            _("The database does not answer: %(reason)s", reason=reason),
            _("Check KIOSK_DATABASE_URL, and that the database server runs."),
        )
        return
    try:
        upgrade.check(patient.engine, patient.plugins)
    except KioskError as error:
        yield Finding("wrong", str(error), _("Install what is named, or restore an older copy."))
        return
    if current:
        yield _ok(_("The database answers and has the present schema."))
        yield from _keys(patient)
    else:
        yield Finding(
            "wrong",
            _("The database was not made yet, or is of an older version."),
            _("Run kiosk init once, or kiosk upgrade for an older one."),
        )
    yield from _durable(patient.engine)


def _keys(patient: Patient) -> Iterator[Finding]:
    with Session(patient.engine) as session:
        closed = meeting_keys.closed(session, patient.settings.secret_key)
    if closed:
        words = _("The secret key does not open: %(meetings)s", meetings=", ".join(closed))
        yield Finding("wrong", words, str(meeting_keys.OTHER_SECRET_KEY))


def _durable(engine: Engine) -> Iterator[Finding]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            asked = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
            held = all(
                connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value
                for name, value in asked.items()
            )
        else:
            asked = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
            held = all(
                connection.exec_driver_sql(f"SHOW {name}").scalar() == value
                for name, value in asked.items()
            )
    wanted = ", ".join(f"{name} = {value}" for name, value in asked.items())
    if held:
        yield _ok(_("What was stored stays stored when the power goes."))
    else:
        yield Finding(
            "wrong",
            _("The database may forget the last scans when the power goes."),
            _("Set in the database server: %(wanted)s", wanted=wanted),
        )


def _disk(patient: Patient) -> Iterator[Finding]:
    free = shutil.disk_usage(patient.settings.data).free
    words = _("%(megabytes)s MB free on the disk.", megabytes=free // 2**20)
    if free >= LEAST_FREE_BYTES:
        yield _ok(words)
    else:
        least = LEAST_FREE_BYTES // 2**20
        yield Finding("wrong", words, _("Free at least %(least)s MB.", least=least))


def _clock(patient: Patient) -> Iterator[Finding]:
    todo = _("Set the date and time of this machine, and switch automatic time on.")
    shown = clock.local(patient.now).strftime("%H:%M:%S %d/%m/%Y")
    skew = _skew(patient.engine)
    if patient.now < EARLIEST:
        yield Finding("wrong", _("The clock is wrong: %(shown)s.", shown=shown), todo)
    elif skew is not None and abs(skew) > LARGEST_SKEW:
        seconds = round(abs(skew).total_seconds())
        words = _("The clock is %(n)s seconds away from the database server's.", n=seconds)
        yield Finding("wrong", words, todo)
    elif not _runs_evenly():
        yield Finding("wrong", _("The clock jumps while it is watched."), todo)
    else:
        yield _ok(_("The clock says %(shown)s in Vietnam.", shown=shown))
    if _synchronised() is False:
        yield Finding("note", _("Automatic time is off or has not worked yet."), todo)


def _skew(engine: Engine) -> timedelta | None:
    """Return how far we are ahead of the database server; None when it is this machine."""
    if engine.dialect.name == "sqlite":
        return None
    try:
        with engine.connect() as connection:
            before = datetime.now(UTC)
            theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            after = datetime.now(UTC)
    except SQLAlchemyError:
        return None
    return before + (after - before) / 2 - theirs


def _runs_evenly() -> bool:
    wall, steady = time.time(), time.monotonic()
    while time.monotonic() - steady < 0.05:
        time.sleep(0.01)  # the stretch that is measured
    return abs((time.time() - wall) - (time.monotonic() - steady)) < 0.02


def _synchronised() -> bool | None:
    """Return what the system says of network time; None when it does not say."""
    command = shutil.which("timedatectl")
    if command is None:
        return None
    asked = [command, "show", "--property=NTPSynchronized", "--value"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=True)  # noqa: S603  # fixed words
    except (OSError, subprocess.SubprocessError):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip())


def _certificate(patient: Patient) -> Iterator[Finding]:
    held = authority.read(patient.settings.data)
    again = _("Start kiosk serve --https again: it makes a new one.")
    if held is None:
        if (patient.settings.data / authority.FOLDER / "ca.crt").exists():
            yield Finding("wrong", _("The certificate cannot be read."), again)
        else:
            words = _("No certificate yet: tablets need one to use their camera.")
            yield Finding("note", words, _("Serve with: kiosk serve --https"))
        return
    days = (held.until - patient.now).days
    missing = held.missing(machine_of(patient.settings))
    if days < 0:
        yield Finding("wrong", _("The certificate has ended."), again)
    elif missing:
        words = _("The certificate does not cover %(names)s.", names=", ".join(missing))
        todo = _("Start kiosk serve --https again, or open the pages by another address.")
        yield Finding("wrong", words, todo)
    else:
        yield _ok(_("The certificate covers every address and is good for %(n)s days.", n=days))
    left = (held.authority_until - patient.now).days
    if left < authority.LEAF_DAYS:
        words = _("What the tablets trust ends in %(n)s days.", n=left)
        yield Finding("note", words, _("Plan to install the new certificate on every tablet."))


def _files(_patient: Patient) -> Iterator[Finding]:
    missing = [name for name in (*DECODER, *FONTS) if not list(VENDOR.glob(name))]
    if missing:
        yield Finding(
            "wrong",
            _("Files are missing: %(names)s", names=", ".join(missing)),
            _("Run ./scripts/assets, or install Kiosk again."),
        )
    else:
        yield _ok(_("The code reader and the fonts are there."))


def _mail(patient: Patient) -> Iterator[Finding]:
    url = patient.settings.smtp_url
    if url is None:
        return
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    make: Callable[..., smtplib.SMTP] = (
        smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    )
    port = parts.port or (465 if parts.scheme == "smtps" else 25)
    try:
        with make(host, port, timeout=SMTP_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding(
            "wrong",
            _("The e-mail server %(host)s does not answer: %(reason)s", host=host, reason=error),
            _("Check KIOSK_SMTP_URL and the network."),
        )
    else:
        yield _ok(_("The e-mail server %(host)s answers.", host=host))


def _folder(patient: Patient) -> Iterator[Finding]:
    opened = private_files.open_to_others(patient.settings)
    if opened:
        shown = ", ".join(str(path) for path in opened[:MOST_NAMED])
        if len(opened) > MOST_NAMED:
            shown += " " + _("and %(n)s more files", n=len(opened) - MOST_NAMED)
        words = _("Others on this machine can read: %(files)s", files=shown)
        todo = _("Run: chmod -R go= %(folder)s", folder=patient.settings.data)
        yield Finding("wrong", words, todo)
    else:
        yield _ok(_("Nobody else on this machine can read the data."))
    if not os.access(patient.settings.data, os.W_OK | os.X_OK):
        words = _("The data folder cannot be written.")
        yield Finding("wrong", words, _("Give it to the user that runs Kiosk."))


LOOKS: tuple[Callable[[Patient], Iterator[Finding]], ...] = (
    _settings,
    _folder,
    _database,
    _disk,
    _clock,
    _certificate,
    _files,
    _mail,
)
