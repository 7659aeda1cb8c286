"""Sending a batch: claim a row, commit, send, say what came of it, until time is up.

There is no queue and no thread: the page that shows the progress asks for the next step, and
a command does the same in a loop. Whoever asks, the state is in the database; a closed page
or a stopped server loses nothing, and two pages at once share the work.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import NotFound
from kiosk.hookspecs.delivery import DeliveryChannel
from kiosk.hookspecs.delivery import DeliveryDelayed
from kiosk.hookspecs.delivery import DeliveryRefused
from kiosk.hookspecs.delivery import DeliveryUnsure
from kiosk.models import Meeting
from kiosk.plugins.invitations.delivery import email_addresses
from kiosk.plugins.invitations.delivery import outgoing
from kiosk.plugins.invitations.delivery import queries
from kiosk.plugins.invitations.delivery import service
from kiosk.plugins.invitations.delivery.outgoing import Desk
from kiosk.plugins.invitations.letters import service as letters
from kiosk.plugins.invitations.letters import wording

# A step of the page answers after this long at the latest, once the letter in hand is done.
STEP_SECONDS = 2.0


def desk(session: Session, meeting: Meeting, public_url: str | None, sheet: str = "a5") -> Desk:
    """Return the desk from which a meeting's invitations go, apart from the session.

    Each commit would make the session forget the meeting, and a letter read it again while
    a mail server takes its time.
    """
    found = wording.of(session, meeting.id)
    own = session.get_one(Meeting, meeting.id, populate_existing=True)
    session.expunge(own)
    return Desk(own, public_url, found, sheet)


@dataclass(frozen=True)
class Sender:
    """Who sends what for whom."""

    desk: Desk
    channel: DeliveryChannel
    batch_id: int
    actor: str

    def step(self, seconds: float = STEP_SECONDS) -> queries.Progress:
        """Send what is due for so long; returns where the batch stands."""
        until = time.monotonic() + seconds
        token = secrets.token_hex(8)
        while self._one(token) and time.monotonic() < until:
            pass
        return queries.progress(db.session(), self.batch_id, clock.now())

    def run(
        self, tell: Callable[[queries.Progress], None], wait: Callable[[float], None]
    ) -> queries.Progress:
        """Send until nothing waits any more, waiting for those to be tried again."""
        while True:
            now = self.step()
            tell(now)
            if not now.waiting and not now.sending:
                return now
            if now.stopped:
                return now
            wait(max(0.1, min(now.next_in, 30.0)))

    def _one(self, token: str) -> bool:
        """Send one letter; False when none is due."""
        with writing() as session:
            batch = service.batch_of(session, self.desk.meeting.id, self.batch_id)
            taken = service.claim(session, batch, token, clock.now())
            held = (taken.id, taken.delegate_id) if taken is not None else None
        if held is None:
            return False
        delivery_id, delegate_id = held
        # The claim is committed: whatever happens to us now, nobody sends this one again.
        outcome = self._sent(delivery_id, delegate_id)
        with writing() as session:
            service.settle(session, delivery_id, token, outcome, actor=self.actor, now=clock.now())
        return True

    def _sent(self, delivery_id: int, delegate_id: int) -> tuple[str, str, str]:
        session = db.session()
        try:
            who = letters.one(session, self.desk.meeting, delegate_id)
        except NotFound:
            return "dropped", "not_current", ""
        email = email_addresses.emails(session, self.desk.meeting.id).get(delegate_id, "")
        item = outgoing.outgoing(self.desk, who, email, delivery_id)
        # The mail server may take its time: no connection to the database is held meanwhile.
        session.rollback()
        if not self.channel.reaches(item):
            return "refused", "unreached", ""
        send = self.channel.send
        if send is None:
            return "refused", "unreached", ""
        try:
            return "sent", "sent", send(item)
        except DeliveryRefused as refused:
            return "refused", refused.code, str(refused)
        except DeliveryDelayed as delayed:
            return "waiting", delayed.code, str(delayed)
        except DeliveryUnsure as unsure:
            return "unsure", unsure.code, str(unsure)
        except Exception as error:  # a stranger's channel: the batch goes on
            return "unsure", "channel", f"{type(error).__name__}: {error}"
