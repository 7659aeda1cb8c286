"""Group commit: what several requests of a worker write at one moment shares one commit.

A durable commit waits for the disk, and at the door several tablets wait for it at once.
The first of them takes the write queue and does the work of all who came meanwhile, each
in a savepoint of its own; one commit, and each request has its own answer or error. On
PostgreSQL, which commits side by side by itself, each request has its own transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any
from typing import TypeVar

from flask import current_app
from sqlalchemy.orm import Session

from kiosk import events
from kiosk.db.base import writing
from kiosk.db.compiled import Line
from kiosk.db.compiled import line

MOST = 32

Value = TypeVar("Value")


def together(work: Callable[[Session], Value]) -> Value:
    """Do the work in a write transaction, commit, publish its events, return its value.

    The session may be another request's: the work runs statements of its own
    (`kiosk.db.compiled`, `session.execute`) and neither adds nor changes mapped objects.
    """
    shared: SharedCommit | None = current_app.extensions.get("kiosk.together")
    if shared is None:
        with writing() as session:
            return work(session)
    value: Value = shared.run(work)
    return value


class _Job:
    """What one request wants written."""

    def __init__(self, work: Callable[[Session], Any]) -> None:
        self._work = work
        # The work sees its own request and language in whatever thread it runs.
        self._context = copy_context()
        self._value: Any = None
        self._events: list[object] = []
        self.error: BaseException | None = None
        self.done = False
        self.woken = threading.Event()

    def do(self, session: Session, wire: Line) -> None:
        """Do the work in a savepoint; an exception undoes this work alone."""
        try:
            with wire.savepoint():
                self._value = self._context.run(self._work, session)
        except Exception as error:
            self.error = error
        finally:
            self._events = events.take(session)

    def result(self) -> Any:
        """Publish the events and return the value, or raise what the work raised."""
        if self.error is not None:
            raise self.error
        events.publish(self._events)
        return self._value


class SharedCommit:
    """The requests of this worker that wait to write; one of them leads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Job] = []
        self._led = False

    def run(self, work: Callable[[Session], Any]) -> Any:
        """Have the work done by whoever leads, or lead."""
        job = _Job(work)
        with self._lock:
            self._waiting.append(job)
            leads, self._led = not self._led, True
        if not leads:
            job.woken.wait()
        if not job.done:
            self._lead(job)
        return job.result()

    def _lead(self, own: _Job) -> None:
        jobs = [own]
        try:
            with writing() as session:
                wire = line(session)
                jobs = self._take()
                for job in jobs:
                    job.do(session, wire)
        except BaseException as error:
            # Nothing was committed: nobody may hear that it was.
            for job in jobs:
                job.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            self._hand_over(jobs)

    def _take(self) -> list[_Job]:
        with self._lock:
            return self._waiting[:MOST]

    def _hand_over(self, jobs: list[_Job]) -> None:
        with self._lock:
            self._waiting = [job for job in self._waiting if job not in jobs]
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        # The next leader first: the disk is free.
        if following is not None:
            following.woken.set()
        for job in jobs:
            job.done = True
            job.woken.set()
