"""The kiosk command. Plugins add theirs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any
from typing import NoReturn

import click
from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import ProgrammingError

from kiosk import access
from kiosk import busy
from kiosk import clock
from kiosk import logs
from kiosk import private_files
from kiosk import server
from kiosk import upgrading
from kiosk.app import create_app
from kiosk.app import settings
from kiosk.db import db
from kiosk.db import writing
from kiosk.demo import demo
from kiosk.errors import KioskError
from kiosk.errors import Unavailable
from kiosk.model import Meeting
from kiosk.people import Membership
from kiosk.people import User
from kiosk.plugin import discover
from kiosk.plugin import registry
from kiosk.signin import sign_in_link
from kiosk.text import clean
from kiosk.version import DISTRIBUTION

# Commands whose modules cost a start something: imported when they are called.
LATER = {
    "backup": "kiosk.copies:backup",
    "restore": "kiosk.copies:restore",
    "erase": "kiosk.erasure:erase",
    "doctor": "kiosk.doctor:doctor",
}


# These tell of a database that is not ours themselves, or copy it as it is.
UNCHECKED = {"backup", "restore", "doctor"}


def loaded(name: str) -> Any:
    """Return what stands at "module:name", imported now."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


_ASKED = "kiosk.asked"


class KioskGroup(click.Group):
    """Our commands and those of the plugins; what goes wrong is one line and exit 2."""

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        """Run as a program: bad usage is told in one line."""
        try:
            code = super().main(*args, standalone_mode=False, **more)  # type: ignore[call-overload]
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            code = error.exit_code
        except click.ClickException as error:
            click.echo(_one_line(error), err=True)
            code = error.exit_code
        except click.Abort:
            click.echo("Stopped. Nothing was changed.", err=True)
            code = 1
        if not standalone_mode:
            return code
        sys.exit(code if isinstance(code, int) else 0)

    def _theirs(self) -> dict[str, click.Command]:
        return {c.name: c for plugin in discover() for c in plugin.cli if c.name}

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(context), *LATER, *self._theirs()})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command of ours, else a plugin's."""
        if name in LATER:
            command: click.Command = loaded(LATER[name])
            return command
        return super().get_command(context, name) or self._theirs().get(name)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Remember what was asked for before click takes it apart."""
        self.remember(context, args)
        return super().parse_args(context, args)

    def remember(self, context: click.Context, args: list[str]) -> None:
        """Remember the command line for `run`."""
        context.meta[_ASKED] = tuple(args)

    def invoke(self, context: click.Context) -> object:
        """Run the command inside the application."""
        return self.run(context, create_app, super().invoke)

    def run(
        self,
        context: click.Context,
        make: Callable[[], Flask],
        invoke: Callable[[click.Context], object],
    ) -> object:
        """Run what was asked for inside the application that `make` gives."""
        asked = context.meta[_ASKED]
        if not {"-h", "--help"}.isdisjoint(asked):
            # Help needs no settings and makes no data folder.
            return invoke(context)
        # Names, keys and codes: what a command makes is for nobody else on this machine.
        os.umask(private_files.UMASK)
        logs.install()
        try:
            app = make()
        except KioskError as error:
            # For the doctor a bad setting is a finding, for all others bad usage.
            _refuse(context, error, code=1 if asked[:1] == ("doctor",) else 2)
        with app.app_context(), force_locale(settings().language):
            # The doctor only looks.
            if asked[:1] != ("doctor",):
                private_files.close_to_others(settings())
            try:
                if asked[:1] and asked[0] not in UNCHECKED:
                    upgrading.check(db.engine, list(registry().plugins.values()))
                return invoke(context)
            except KioskError as error:
                # Told here, where sentences still know their language.
                _refuse(context, error)
            except (OperationalError, ProgrammingError) as error:
                passes = busy.is_busy(error)
                _refuse(
                    context,
                    busy.refusal() if passes else Unavailable("no_database", _NO_DATABASE),
                )
            except OSError as error:
                # The way out of Kiosk: a full disk, a folder that went, a file that is held.
                where = error.filename or ""
                words = _("The file %(file)s: %(reason)s.", file=where, reason=error.strerror)
                _refuse(context, Unavailable("no_file", words))
            finally:
                db.session.remove()
                db.engine.dispose()


_NO_DATABASE = _l(
    "The database does not answer or was not made yet. Run kiosk init, or kiosk doctor to see why."
)


def _one_line(error: click.ClickException) -> str:
    words = " ".join(error.format_message().split())
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
    return f"{words} ({path} --help)" if path else words


def _refuse(context: click.Context, error: KioskError, code: int = 2) -> NoReturn:
    fields = "; ".join(f"{name}: {words}" for name, words in error.fields.items())
    click.echo(f"{error} {fields}".strip(), err=True)
    context.exit(code)


@click.group(cls=KioskGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    package_name=DISTRIBUTION, prog_name=DISTRIBUTION, message="%(prog)s %(version)s"
)
def main() -> None:
    """Invitations, QR check-in and speaking order for community meetings."""


main.add_command(demo)


@main.command()
@click.option("--email", default="vanphong@localhost", help="E-mail of the first organiser.")
@click.option("--name", default="Văn phòng", help="Name of the first organiser.")
@click.option("--json", "as_json", is_flag=True, help="Print the link as JSON.")
def init(email: str, name: str, as_json: bool) -> None:
    """Create the database and the first organiser; print a one-time sign-in link."""
    upgrading.bring_up(db.engine, settings(), list(registry().plugins.values()))
    now, email = clock.now(), clean(email).lower()
    with writing() as session:
        user = session.scalar(select(User).where(User.email == email))
        if user is None:
            user = User(email=email, name=name, created_at=now)
            session.add(user)
            session.flush()
            session.add(Membership(user_id=user.id, meeting_id=None, role="organiser"))
        secret = sign_in_link(session, user.id, now)
    link = server.address(settings()) + f"/first/{secret}"
    found = {"office": None, "administrator": {"email": email, "link": link}}
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else link)


@main.command()
def upgrade() -> None:
    """Bring the database to this version, after a copy of it; serve does the same by itself."""
    done = upgrading.bring_up(db.engine, settings(), list(registry().plugins.values()))
    if done.copy is not None:
        click.echo(_("A copy of what was there: %(file)s", file=done.copy))
    if done.steps:
        click.echo(
            _("Done: %(steps)s. The database is of this version now.", steps=", ".join(done.steps))
        )
    else:
        click.echo(_("The database is of this version already; nothing was changed."))


@main.command()
@click.option("--host", help="Address to listen on; this machine only, or with --https the hall.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; PORT or 8000 when left out.")
@click.option("--workers", type=click.IntRange(1, 32), default=2, show_default=True)
@click.option("--https", is_flag=True, help="Serve HTTPS with the hall's own certificate.")
def serve(host: str | None, port: int | None, workers: int, https: bool) -> None:
    """Serve for real use (gunicorn)."""
    port = port or settings().port
    if https:
        loaded("kiosk.serving:run_https")(host or "0.0.0.0", port, workers)  # noqa: S104  # the hall
    else:
        server.run(host or "127.0.0.1", port, workers)


@main.command()
@click.argument("meeting")
@click.option("--role", type=click.Choice(access.ROLES), required=True)
@click.option("--name", required=True, help="What the token is for: 'Desk 1'.")
def token(meeting: str, role: str, name: str) -> None:
    """Print a bearer token for a role in MEETING."""
    found = db.session.scalar(select(Meeting.id).where(Meeting.name == meeting))
    if found is None:
        raise click.UsageError(f"There is no meeting named {meeting}.")
    with writing() as session:
        secret = access.issue_token(session, found, role, name, clock.now())
    click.echo(secret)


if __name__ == "__main__":
    main()
