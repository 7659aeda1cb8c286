"""A whole meeting, played through the product's own pages and calls in a few seconds.

    played = whole_meeting(app)

makes the demo meeting in an application on an empty database, prepares it, opens the door,
lets people speak, carries opinions to answers and papers, and leaves something in every table
that a step of the schema made. Nothing is written past the product: whoever changes a form or
a call changes what is played here too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner
from flask import Flask

from kiosk.demo.meeting import demo
from tests.whole_meeting import door
from tests.whole_meeting import floor
from tests.whole_meeting import papers
from tests.whole_meeting import preparing
from tests.whole_meeting import register
from tests.whole_meeting.hands import Hands


@dataclass(frozen=True)
class Played:
    """What was played: `demo` is what `kiosk demo --json` printed, `devices` tokens by profile.

    `present` are delegates who are inside at the end, `outside` who left or never came;
    `matters` the opinions taken in on the day, `finished` the turns that were spoken to the end.
    """

    app: Flask
    demo: dict[str, Any]
    devices: dict[str, str]
    present: list[int]
    outside: list[int]
    matters: list[int]
    finished: list[int]

    @property
    def meeting(self) -> str:
        """The meeting's short name."""
        name: str = self.demo["meeting"]
        return name

    def code(self, delegate: int) -> str:
        """Return the long code of somebody's letter."""
        found: str = next(c["code"] for c in self.demo["codes"] if c["delegate"] == delegate)
        return found


def made_up(app: Flask, households: int = 24) -> dict[str, Any]:
    """Make the demo meeting, as the command does; returns what it prints."""
    with app.app_context():
        asked = ["--json", "--households", str(households)]
        made = CliRunner().invoke(demo, asked, catch_exceptions=False)
    assert made.exit_code == 0, made.output
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def whole_meeting(app: Flask, made: dict[str, Any] | None = None) -> Played:
    """Play the meeting that was made up; makes it first when it was not."""
    made = made or made_up(app)
    hands = Hands(app, made)
    preparing.play(hands)
    came = door.play(hands)
    spoken = floor.play(hands, came.present)
    matters = register.play(hands, came.present, spoken)
    papers.play(hands, matters)
    return Played(app, made, came.devices, came.present, came.outside, matters, spoken)
