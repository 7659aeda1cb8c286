"""What the calls about delegates take and answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kiosk.db.base import LARGEST_ID
from kiosk.plugin import registry
from kiosk.web.api import Input
from kiosk.web.api import Number
from kiosk.web.api import Output
from kiosk.web.api import Query
from kiosk.web.api import one_of


class NewDelegate(Input):
    """A person added by hand; area and group by name, code or id."""

    name: str = Field(min_length=1, max_length=200)
    area: str | Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    household: str | None = Field(default=None, max_length=40)
    salutation: str = Field(default="", max_length=20)
    group: str | Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None


class Reason(Input):
    """Why somebody cannot come."""

    reason: str = Field(default="", max_length=200)


def states() -> list[str]:
    """Return the states that the installed plugins know."""
    return list(registry().states)


class DelegateQuery(Query):
    """What the list is narrowed to."""

    q: str = Field(
        default="", description="Without accents, any word order; a household or a code."
    )
    group: Number | None = None
    area: Number | None = None
    state: Annotated[str, one_of(states)] = ""
    page: Number = 1


class DelegateEntry(Output):
    """A person of the list as staff sees it; `birth_year` for the organiser alone."""

    id: int
    name: str
    salutation: str
    title: str
    group: str
    group_kind: str
    area: str
    household: str
    origin: str
    seat: str | None
    excused: bool
    birth_year: int | None = None


class DelegatePage(Output):
    """A page of the list; `total` counts all pages."""

    items: list[DelegateEntry]
    total: int
