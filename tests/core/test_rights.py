"""A stream ends when its owner loses the right to it, and not before."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete

from kiosk.auth import access
from kiosk.auth.access import Actor
from kiosk.auth.stream_rights import Claim
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import AccessToken
from kiosk.models import Membership
from kiosk.models import User
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]
SECONDS = 5.0


def test_a_claim_needs_one_role_of_each_set() -> None:
    who = Actor("token", 1, grants=frozenset({(7, "screen")}))
    both = frozenset({"screen", "moderator"})
    claim = Claim(7, (who,), (both, frozenset({"screen"})))
    assert claim.holds({who: who})
    assert not claim.holds({who: Actor("token", 1, grants=frozenset({(7, "moderator")}))})
    assert not claim.holds({who: Actor("token", 1, grants=frozenset({(8, "screen")}))})
    assert not claim.holds({})


@pytest.fixture
def follow(app: Flask, meeting: Known) -> Iterator[Callable[..., Iterator[bytes]]]:
    """Open a live stream and read its first frame; returns what follows."""
    opened = []

    def open_stream(client: object, view: str = "speakers", **options: object) -> Iterator[bytes]:
        answer = client.get(f"/live/kd?view={view}", buffered=False, **options)  # type: ignore[attr-defined]  # a test client
        assert answer.status_code == 200
        opened.append(answer)
        parts: Iterator[bytes] = iter(answer.response)
        assert any(f"event: {view}".encode() in part for part in parts)
        return parts

    yield open_stream
    app.extensions["kiosk.hub"].close()
    for answer in opened:
        answer.close()


def _ends(parts: Iterator[bytes]) -> bool:
    """Whether a stream ends within the time that it may take."""
    begun = time.monotonic()
    for _part in parts:
        pass
    return time.monotonic() - begun < SECONDS


def test_a_revoked_screen_is_sent_no_more(
    app: Flask, follow: Callable[..., Iterator[bytes]], bearer: Bearer, clock: FixedClock
) -> None:
    parts = follow(app.test_client(), headers=bearer("screen"))
    stays = follow(app.test_client(), headers=bearer("moderator"))
    with app.app_context(), writing() as session:
        asked = db.select(AccessToken.id).where(AccessToken.role == "screen")
        access.revoke_token(session, session.scalars(asked).one(), clock())
    assert _ends(parts)
    assert app.extensions["kiosk.hub"].streams == 2 - 1
    assert stays is not None


def test_a_screen_that_was_paired_anew_elsewhere_loses_its_old_stream(
    app: Flask, follow: Callable[..., Iterator[bytes]], bearer: Bearer
) -> None:
    parts = follow(app.test_client(), headers=bearer("screen"))
    with app.app_context(), writing() as session:
        access.renew_token(session, session.scalars(db.select(AccessToken.id)).one())
    assert _ends(parts)


@pytest.mark.parametrize("how", ["role", "epoch", "disabled", "gone"])
def test_a_person_who_is_out_is_sent_no_more(
    app: Flask,
    follow: Callable[..., Iterator[bytes]],
    as_role: Callable[[str], Person],
    clock: FixedClock,
    how: str,
) -> None:
    parts = follow(as_role("moderator").client)
    with app.app_context(), writing() as session:
        user = session.scalars(db.select(User)).one()
        if how == "role":
            session.execute(delete(Membership).where(Membership.user_id == user.id))
        elif how == "epoch":
            user.session_epoch += 1
        elif how == "disabled":
            user.disabled_at = clock()
        else:
            session.delete(user)
    assert _ends(parts)


def test_another_role_that_may_see_it_too_keeps_the_stream(
    app: Flask,
    follow: Callable[..., Iterator[bytes]],
    as_role: Callable[[str], Person],
    meeting: Known,
) -> None:
    follow(as_role("moderator").client)
    with app.app_context(), writing() as session:
        membership = session.scalars(db.select(Membership)).one()
        membership.role = "organiser"
    hub = app.extensions["kiosk.hub"]
    hub._ask_rights()
    assert [stream.gone for feed in hub._feeds.values() for stream in feed.watchers] == [False]
