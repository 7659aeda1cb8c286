"""What the calls about people take and answer."""

from __future__ import annotations

from pydantic import Field

from kiosk.auth.access import ROLES
from kiosk.web.api import Id
from kiosk.web.api import Input
from kiosk.web.api import Output


class NewRole(Input):
    """Who gets which role; `body` is the id of the body that a role `body` answers for."""

    name: str
    email: str
    role: str = Field(json_schema_extra={"enum": list(ROLES)})
    body: Id | None = None


class RoleGiven(Output):
    """The one-time sign-in link; null unless the account is new."""

    link: str | None
