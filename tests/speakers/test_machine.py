"""Two moderators press anything in any order: the list stays whole, undo is exact.

Each example is a meeting of its own with five people. After every step, allowed or
refused, the stored state is compared: a refusal changes nothing, an undo brings back
every column as it was.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import invariant
from hypothesis.stateful import precondition
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test
from werkzeug.test import TestResponse

from kiosk import clock as kiosk_clock
from kiosk.access import issue_token
from kiosk.db import db
from kiosk.db import writing
from kiosk.model import Delegate
from kiosk.plugins.speakers import rules
from kiosk.plugins.speakers import service
from kiosk.plugins.speakers import speaking
from kiosk.plugins.speakers import turns
from kiosk.plugins.speakers import undo
from kiosk.plugins.speakers.models import Floor
from kiosk.plugins.speakers.models import Turn
from tests.conftest import FixedClock
from tests.conftest import Known

ACTIONS = (
    "start",
    "pause",
    "resume",
    "finish",
    "withdraw",
    "absent",
    "extend",
    "answer",
    "follow_up",
    "told",
)
POLICIES = ("arrival", "first_time", "alternate_areas", "by_topic", "least_time", "draw", "none")
WHO = st.integers(0, 1)
PERSON = st.integers(0, 4)
PLACE = st.integers(0, 7)
NUMBERS = count(1)
Step = tuple[str, str, dict[str, Any]]


class Machine(RuleBasedStateMachine):
    """A meeting's list and what is known of its past states."""

    app: Flask
    clock: FixedClock
    make_meeting: Any

    @initialize()
    def begin(self) -> None:
        number = next(NUMBERS)
        self.known: Known = self.make_meeting(f"m{number}", tag=f"{number:04d}")
        areas: list[int | None] = [*self.known.areas.values(), None]
        with self.app.app_context(), writing() as session:
            people = [
                Delegate(
                    meeting_id=self.known.id,
                    group_id=self.known.groups["E"],
                    area_id=areas[n % 3],
                    name=f"Người {n}",
                    created_at=self.clock(),
                )
                for n in range(5)
            ]
            session.add_all(people)
            session.flush()
            self.people = [one.id for one in people]
            now = kiosk_clock.now()
            self.headers = [
                {"Authorization": f"Bearer {issue_token(session, self.known.id, role, role, now)}"}
                for role in ("moderator", "organiser", "desk")
            ]
        self.past: list[list[Any]] = []
        for person in range(3):
            self.register(0, person, False, None)
        self.call_the_next(1)

    def send(self, who: int, method: str, path: str, body: Any = None) -> TestResponse:
        url = f"/api/v1/meetings/{self.known.name}/speakers{path}"
        client = self.app.test_client()
        return client.open(url, method=method, json=body or {}, headers=self.headers[who])

    def picture(self) -> list[Any]:
        """Return every stored column of the list, except the version it last moved at."""
        with self.app.app_context():
            turns = db.select(Turn.__table__).where(Turn.meeting_id == self.known.id)
            rows = [tuple(row) for row in db.session.execute(turns.order_by(Turn.id))]
            floor = db.session.get(Floor, self.known.id)
            skipped = {"moved_at", "meeting_id"}
            columns = [c.name for c in Floor.__table__.columns if c.name not in skipped]
            stood = [getattr(floor, name) for name in columns] if floor else FRESH
            return [rows, stood]

    def ask(self, who: int, method: str, path: str, body: Any = None) -> TestResponse:
        """Send one step: a refusal has a code and a sentence and changes nothing."""
        before = self.picture()
        answer = self.send(who, method, path, body)
        after = self.picture()
        if answer.status_code >= 400:
            assert answer.status_code in {403, 404, 409, 422}, answer.text
            assert (answer.json or {})["code"]
            assert (answer.json or {})["detail"]
            assert after == before
        elif after != before:
            self.past.append(before)
        return answer

    def turn(self, place: int) -> int:
        """Return a turn of the meeting, or one that does not exist."""
        rows = self.picture()[0]
        return int(rows[place % len(rows)][0]) if rows and place < 7 else 999_999

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.send(0, "GET", "").json or {}
        return found

    @rule(who=WHO, person=PERSON, priority=st.booleans(), topic=st.sampled_from((None, "T1", "T3")))
    def register(self, who: int, person: int, priority: bool, topic: str | None) -> None:
        body: dict[str, Any] = {"delegate": self.people[person], "priority": priority}
        body["topic"] = self.known.topics[topic] if topic else None
        self.ask(who, "POST", "", body)

    @rule(who=WHO, place=PLACE, action=st.sampled_from(ACTIONS), seconds=st.integers(-60, 90))
    def act(self, who: int, place: int, action: str, seconds: int) -> None:
        body = {"seconds": seconds} if action in {"extend", "answer", "follow_up"} else {}
        self.ask(who, "POST", f"/{self.turn(place)}/{action}", body)

    @rule(
        who=WHO,
        action=st.sampled_from(("pause", "answer", "follow_up", "resume", "finish")),
        seconds=st.sampled_from((40, -30)),
        back=st.booleans(),
    )
    def go_on(self, who: int, action: str, seconds: int, back: bool) -> None:
        """Press what the current speaker's box offers, and sometimes take it back."""
        self.clock.pass_(seconds=seconds)
        runs = self.state()["speaking"]
        if runs:
            answer = self.ask(who, "POST", f"/{runs['id']}/{action}")
            fits = {"pause": runs["state"] == "speaking", "resume": runs["state"] == "paused"}
            fits |= {"answer": runs["part"] != "answer", "follow_up": runs["part"] == "answer"}
            assert (answer.status_code == 200) == fits.get(action, True)
            ended = action == "finish"
            assert (self.state()["speaking"] is None) == ended
            if back and answer.status_code == 200:
                self.undo(who, 1)

    @rule(who=WHO)
    def call_the_next(self, who: int) -> None:
        waiting = self.state()["waiting"]
        if waiting:
            assert self.ask(who, "POST", f"/{waiting[0]['id']}/start").status_code == 200

    @rule(who=WHO, data=st.data(), fault=st.sampled_from((None, None, "missing", "foreign", "old")))
    def reorder(self, who: int, data: st.DataObject, fault: str | None) -> None:
        found = self.state()
        waiting = [turn["id"] for turn in found["waiting"]]
        ids = data.draw(st.permutations(waiting))
        body = {"ids": list(ids), "version": found["version"]}
        if fault == "missing":
            body["ids"] = ids[1:] or [999_999]
        elif fault == "foreign":
            body["ids"] = [*ids[1:], 999_999]
        elif fault == "old":
            body["version"] = -1
        answer = self.ask(who, "PUT", "/order", body)
        expected = {None: 200, "old": 409}.get(fault, 422)
        assert answer.status_code == expected, answer.text
        if fault is None:
            assert [turn["id"] for turn in (answer.json or {})["waiting"]] == list(ids)

    @rule(who=WHO, policy=st.sampled_from(POLICIES))
    def arrange(self, who: int, policy: str) -> None:
        body = {"policy": policy, "version": self.state()["version"], "seed": "7"}
        before = self.picture()
        shown = self.send(who, "POST", "/arrange", {**body, "preview": True})
        assert self.picture() == before
        answer = self.ask(who, "POST", "/arrange", {**body, "preview": False})
        if policy == "none":
            assert shown.status_code == answer.status_code == 422
        else:
            ids = [turn["id"] for turn in (answer.json or {})["waiting"]]
            assert ids == (shown.json or {})["ids"]

    @rule(
        who=WHO,
        values=st.fixed_dictionaries(
            {},
            optional={
                "open": st.booleans(),
                "locked": st.integers(-1, 4),
                "seconds": st.sampled_from((60, 180, -5)),
                "policy": st.sampled_from(POLICIES),
                "pace": st.sampled_from(("fixed", "shrink")),
                "present_only": st.booleans(),
                "slide": st.sampled_from(("", "break", "closing")),
                "break_minutes": st.sampled_from((10, -1)),
            },
        ),
        back=st.booleans(),
    )
    def patch(self, who: int, values: dict[str, Any], back: bool) -> None:
        answer = self.ask(who, "PATCH", "", values)
        if back and answer.status_code == 200 and self.past:
            self.undo(who, 1)

    @rule(who=WHO, place=PLACE, note=st.sampled_from(("a", "")), priority=st.booleans())
    def edit(self, who: int, place: int, note: str, priority: bool) -> None:
        self.ask(who, "PATCH", f"/{self.turn(place)}", {"note": note, "priority": priority})

    @rule(who=WHO, place=PLACE, outcome=st.sampled_from(("answered", "written", "nothing")))
    def conclude(self, who: int, place: int, outcome: str) -> None:
        self.ask(who, "PATCH", f"/{self.turn(place)}", {"note": "b", "outcome": outcome})

    @rule(who=WHO, turns=st.integers(-1, 4), is_old=st.booleans())
    def to_writing(self, who: int, turns: int, is_old: bool) -> None:
        version = self.state()["version"] - 50 * is_old
        self.ask(who, "POST", "/to_writing", {"turns": turns, "version": version})

    @rule(who=WHO, place=PLACE)
    def remove(self, who: int, place: int) -> None:
        self.ask(who, "DELETE", f"/{self.turn(place)}")

    @rule(who=WHO)
    def restore(self, who: int) -> None:
        self.ask(who, "POST", "/restore")

    @rule(who=WHO, times=st.integers(1, 3))
    def undo(self, who: int, times: int) -> None:
        """Take steps back: each brings the very state before."""
        for _ in range(times):
            expected = self.past.pop() if self.past else None
            answer = self.send(who, "POST", "/undo", {"step": self.state()["step"]})
            if expected is not None:
                assert answer.status_code == 200, answer.text
                assert self.picture() == expected

    @rule(person=PERSON, direction=st.sampled_from(("in", "out", "in")))
    def come_or_go(self, person: int, direction: str) -> None:
        before = self.picture()
        scan = {
            "scan_id": str(uuid.uuid4()),
            "via": "search",
            "delegate": self.people[person],
            "direction": direction,
            "scanned_at": kiosk_clock.rfc3339(self.clock()),
        }
        url = f"/api/v1/meetings/{self.known.name}/scans"
        answer = self.app.test_client().post(url, json=scan, headers=self.headers[2])
        assert answer.status_code == 200
        if self.picture() != before:
            self.past.append(before)

    @rule(seconds=st.sampled_from((1, 45, 200, -30)))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_(seconds=seconds)

    @precondition(lambda self: self.picture()[0])
    @rule(places=st.tuples(PLACE, PLACE), actions=st.tuples(*[st.sampled_from(ACTIONS)] * 2))
    def both_at_once(self, places: tuple[int, int], actions: tuple[str, str]) -> None:
        paths = [f"/{self.turn(p)}/{a}" for p, a in zip(places, actions, strict=True)]
        with ThreadPoolExecutor(2) as pool:
            sent = pool.map(lambda i: self.send(i, "POST", paths[i], _body(paths[i])), range(2))
            answers = list(sent)
        assert {answer.status_code for answer in answers} <= {200, 404, 409, 422}
        # Which came first is not known: what was before can no longer be compared.
        self.past.clear()

    @invariant()
    def the_list_is_whole(self) -> None:
        if not hasattr(self, "known"):
            return
        found = self.state()
        rows = self.picture()[0]
        columns = [column.name for column in Turn.__table__.columns]
        turns = [dict(zip(columns, row, strict=True)) for row in rows]
        running = [t for t in turns if t["state"] in {"speaking", "paused"}]
        assert len(running) <= 1
        assert (found["speaking"] or {}).get("id") == (running[0]["id"] if running else None)
        assert all(t["part_started_at"] is not None for t in running)
        waiting = [t for t in turns if t["state"] == "waiting"]
        assert [t["position"] for t in found["waiting"]] == list(range(1, len(waiting) + 1))
        assert sorted(t["position"] for t in waiting) == list(range(1, len(waiting) + 1))
        kinds = Counter((t["delegate_id"], t["kind"]) for t in waiting)
        assert all(times == 1 for times in kinds.values())
        for turn in turns:
            assert min(turn["seconds_spoken"], turn["seconds_answered"]) >= 0
            assert min(turn["seconds_paused"], turn["allotted"], turn["absences"]) >= 0
        for entry in [*found["waiting"], *found["done"]]:
            assert min(entry["seconds_spoken"], entry["seconds_answered"]) >= 0


# A floor nobody has touched is made when it is first needed: that is no change.
FRESH = [True, False, None, 0, "arrival", "fixed", 60, 240, 1800, "", "", None]


def _body(path: str) -> dict[str, int]:
    return {"seconds": 30} if path.endswith(("extend", "answer", "follow_up")) else {}


def run(app: Flask, clock: FixedClock, make_meeting: Callable[..., Known], **other: Any) -> None:
    """Let the machine press buttons, the same ones each time."""

    class Here(Machine):
        pass

    Here.app, Here.clock = app, clock
    Here.make_meeting = staticmethod(make_meeting)
    chosen: dict[str, Any] = {"max_examples": 12, "stateful_step_count": 40, **other}
    suppressed = list(HealthCheck)
    run_state_machine_as_test(
        Here,
        settings=settings(
            derandomize=True, deadline=None, suppress_health_check=suppressed, **chosen
        ),
    )


def test_whatever_two_moderators_press_the_list_stays_whole_and_undo_is_exact(
    app: Flask, clock: FixedClock, make_meeting: Callable[..., Known]
) -> None:
    run(app, clock, make_meeting)


def _lasts(began: datetime | None, paused: datetime | None, pauses: int, now: datetime) -> int:
    return int(((paused or now) - began).total_seconds()) - pauses if began else 0


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "undo forgets what was spoken": (
        undo,
        "_TURN",
        tuple(name for name in undo._TURN if name != "seconds_spoken"),
    ),
    "undo forgets the locked places": (
        undo,
        "_FLOOR",
        tuple(name for name in undo._FLOOR if name != "locked"),
    ),
    "undo keeps who registered": (undo, "delete", lambda model: db.update(model).values(note="")),
    "any ids are an order": (rules, "is_permutation", lambda ids, waiting: True),
    "no order is stale": (service, "must_be_fresh", lambda session, floor, version: True),
    "every step fits every state": (turns, "must", lambda turn, states, parts=(): None),
    "places are not numbered": (turns, "number", lambda found: None),
    "the one before goes on": (speaking, "end", lambda turn, now: None),
    "time may be negative": (rules, "seconds_of", _lasts),
}


@pytest.mark.once
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_planted_in_the_verbs_is_found(
    app: Flask,
    clock: FixedClock,
    make_meeting: Callable[..., Known],
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    where, name, instead = FAULTS[fault]
    monkeypatch.setattr(where, name, instead)
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        run(
            app,
            clock,
            make_meeting,
            max_examples=60,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
        )
