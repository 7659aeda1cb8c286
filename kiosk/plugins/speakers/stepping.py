"""The verb of somebody who is not ready yet: back by one place."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kiosk.errors import Conflict
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.speakers import rules
from kiosk.plugins.speakers import turns
from kiosk.plugins.speakers.undo import step


def step_back(
    session: Session, meeting_id: int, turn_id: int, *, actor: str, now: datetime
) -> None:
    """Let the next person who is in the hall speak before this one.

    NotFound `no_turn`, Conflict `wrong_state` when the turn does not wait, `nobody_behind`
    when nobody who is here waits after it; nothing is changed then.
    """
    with step(session, meeting_id, "turn.stepped_back", actor=actor, now=now, turn_id=turn_id):
        turn = turns.one(session, meeting_id, turn_id)
        turns.must(turn, (rules.WAITING,))
        waiting = turns.waiting(session, meeting_id)
        here = checkin.present_ids(session, meeting_id)
        place = waiting.index(turn)
        # Behind somebody who has not come, one would be called at once all the same.
        after = next(
            (i for i in range(place + 1, len(waiting)) if waiting[i].delegate_id in here), None
        )
        if after is None:
            words = _l("Nobody waits after you. The moderator can call you a little later.")
            raise Conflict("nobody_behind", words)
        turns.number(
            [*waiting[:place], *waiting[place + 1 : after + 1], turn, *waiting[after + 1 :]]
        )
