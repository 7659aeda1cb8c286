"""Accounts from the command line, for whoever runs the server."""

from __future__ import annotations

import json

import click
from flask_babel import gettext as _

from kiosk import clock
from kiosk.app import settings
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import NotFound
from kiosk.plugins.accounts import queries
from kiosk.plugins.accounts import service
from kiosk.server import run as server


@click.group()
def user() -> None:
    """Accounts: list them, make a sign-in link, shut out, let in again."""


@user.command("list")
@click.argument("email", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the accounts as JSON.")
def list_accounts(email: str | None, as_json: bool) -> None:
    """List all accounts, or that of EMAIL, with their roles."""
    found = queries.accounts(db.session(), email)
    if email is not None and not found:
        raise NotFound(
            "no_account", _("There is no account with the e-mail %(email)s.", email=email)
        )
    if as_json:
        click.echo(json.dumps([_as_json(account) for account in found], ensure_ascii=False))
        return
    for account in found:
        click.echo(f"{account.email}  {account.name}" + (_("  (shut out)") * account.disabled))
        everywhere = _("every meeting")
        for meeting, role in account.roles:
            click.echo(f"    {role}  {meeting or everywhere}")


def _as_json(account: queries.Account) -> dict[str, object]:
    return {
        "email": account.email,
        "name": account.name,
        "disabled": account.disabled,
        "roles": [
            {"office": None, "meeting": meeting, "role": role} for meeting, role in account.roles
        ],
    }


@user.command()
@click.argument("email")
def link(email: str) -> None:
    """Make a one-time sign-in link for EMAIL; earlier ones end."""
    with writing() as session:
        secret = service.link_at_machine(session, email, clock.now())
    click.echo(f"{server.address(settings())}/first/{secret}")


@user.command()
@click.argument("email")
def disable(email: str) -> None:
    """Shut EMAIL out at once: sessions, live screens and links end."""
    with writing() as session:
        name = service.shut_out(session, email, clock.now())
    click.echo(_("%(name)s is shut out.", name=name))


@user.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let EMAIL in again, with the same password and roles."""
    with writing() as session:
        name = service.let_in(session, email)
    click.echo(_("%(name)s may sign in again.", name=name))
