"""Live views: one snapshot per worker and change, the same bytes to every stream.

Each worker has one tailer thread. On SQLite it asks `PRAGMA data_version`, on PostgreSQL
it LISTENs. When the version of a watched view has moved it makes one snapshot, encodes
it once and writes it to the streams. Bursts are merged: at most ten snapshots a second per
view. A stream begins with a whole snapshot, so reconnecting is the same as connecting.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

from flask import Blueprint
from flask import Flask
from flask import Response
from flask import current_app
from flask import request
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy.orm import Session

from kiosk.auth import stream_rights
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db import ledger
from kiosk.db.base import db
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.errors import Unavailable
from kiosk.live.changes import Tail
from kiosk.live.changes import tail_of
from kiosk.live.streams import Adopted
from kiosk.live.streams import Feed
from kiosk.live.streams import Frame
from kiosk.live.streams import HandedOver
from kiosk.live.streams import Key
from kiosk.live.streams import Stream
from kiosk.live.streams import Threaded
from kiosk.live.streams import hung_up
from kiosk.plugin import LiveView
from kiosk.plugin import Snapshot
from kiosk.plugin import registry
from kiosk.web.api import Query
from kiosk.web.api import answer
from kiosk.web.api import described

log = logging.getLogger(__name__)

SHORTEST_GAP_SECONDS = 0.1
LOOK_SECONDS = 0.1
# Revoking a device, taking a role, shutting an account out ends streams within so long.
RIGHTS_SECONDS = 2.0
STREAMS_PER_WORKER = 600


def snapshot(session: Session, meeting_id: int, name: str) -> Snapshot:
    """Return a view's whole content with its version.

    The version is read first: content that is newer than its version is sent again,
    content that is older never is.
    """
    version = ledger.version_of(session, meeting_id, name)
    view = registry().views[name]
    return {"version": version, **view.snapshot(session, meeting_id)}


class Hub:
    """The worker's feeds and the thread that keeps them fresh."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._feeds: dict[Key, Feed] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._started: list[threading.Thread] = []
        self._stopping = False
        self.streams = 0
        # Set by a server whose worker lets go of connections.
        self.adopts = False

    def close(self) -> None:
        """End every stream, so that a worker can stop at once."""
        self._stopping = True
        with self._lock:
            watchers = {stream for feed in self._feeds.values() for stream in feed.watchers}
        for stream in watchers:
            stream.end()

    def join(self, seconds: float = 5) -> None:
        """After `close`: wait until no thread holds a connection any more."""
        for thread in self._started:
            thread.join(seconds)

    def enter(self, limit: int) -> bool:
        """Take one of the worker's places for a stream; False when all are taken."""
        with self._lock:
            if self.streams >= limit or self._stopping:
                return False
            self.streams += 1
            return True

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self.streams -= 1

    def stream(self, keys: list[Key], stream: Stream) -> Iterator[bytes]:
        """Yield the views as Server-Sent Events until the client or the request goes away."""
        kept = False
        try:
            yield from stream.serve([self._watch(key, stream) for key in keys])
        except HandedOver:
            kept = True
            raise
        finally:
            if not kept:
                self._unwatch(keys, stream)
                self.leave()

    def _watch(self, key: Key, stream: Stream) -> Feed:
        with self._lock:
            feed = self._feeds.get(key)
            if feed is None:
                feed = self._feeds[key] = Feed(key)
            feed.watchers.add(stream)
            if self._stopping:
                stream.end()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="tailer", daemon=True)
                self._started = [t for t in self._started if t.is_alive()] + [self._thread]
                self._thread.start()
        # A thousand screens that come at once need one first frame, not one each.
        with feed.beginning:
            if feed.frame is None:
                self._refresh(feed)
        return feed

    def _unwatch(self, keys: list[Key], stream: Stream) -> None:
        with self._lock:
            for key in keys:
                feed = self._feeds.get(key)
                if feed is not None:
                    feed.watchers.discard(stream)
                    if not feed.watchers:
                        # A feed nobody watches would grow stale and be served to the next.
                        del self._feeds[key]

    def _refresh(self, feed: Feed) -> None:
        with self._app.app_context():
            view = registry().views[feed.key[1]]
            found = snapshot(db.session(), *feed.key)
            db.session.remove()
        frame = _encode(view, found)
        with self._lock:
            # Two threads may refresh at once: the newer one stays.
            if feed.frame is None or frame.version >= feed.frame.version:
                feed.frame, feed.made_at = frame, time.monotonic()
            watchers = list(feed.watchers)
        for stream in watchers:
            stream.push()

    def _run(self) -> None:
        while not self._stopping:
            try:
                with self._app.app_context():
                    tail = tail_of(db.engine)
                with tail:
                    self._follow(tail)
                return
            except Exception:
                log.exception("The live tail broke; it starts again in a second")
                time.sleep(1)

    def _follow(self, tail: Tail) -> None:
        stale: set[Key] = set()
        first = True
        looked = 0.0
        asked = time.monotonic()
        while not self._stopping:
            if tail.moved(SHORTEST_GAP_SECONDS / 4 if stale else LOOK_SECONDS) or first:
                stale |= self._moved()
            first = False
            if time.monotonic() - looked > LOOK_SECONDS:
                looked = time.monotonic()
                self._tend(looked)
            if looked - asked > RIGHTS_SECONDS:
                asked = looked
                self._ask_rights()
            with self._lock:
                if not self._feeds:
                    self._thread = None
                    return
                due = time.monotonic() - SHORTEST_GAP_SECONDS
                ready = [f for k, f in self._feeds.items() if k in stale and f.made_at <= due]
            for feed in ready:
                stale.discard(feed.key)
                self._refresh(feed)

    def _tend(self, now: float) -> None:
        with self._lock:
            watched: dict[Adopted, list[Key]] = {}
            for key, feed in self._feeds.items():
                for stream in feed.watchers:
                    if isinstance(stream, Adopted):
                        watched.setdefault(stream, []).append(key)
        for stream in hung_up(watched):
            stream.gone = True
        for stream, keys in watched.items():
            stream.tend(now)
            if stream.gone and stream.fileno() >= 0:
                stream.end()
                self._unwatch(keys, stream)
                self.leave()

    def _ask_rights(self) -> None:
        """Let those streams expire whose owner may not see them any more."""
        with self._lock:
            watching = {stream for feed in self._feeds.values() for stream in feed.watchers}
        claims = {stream: stream.claim for stream in watching if stream.claim is not None}
        actors = {actor for claim in claims.values() for actor in claim.askers}
        with self._app.app_context():
            standing = stream_rights.standing(db.session(), actors)
            db.session.remove()
        for stream, claim in claims.items():
            if not claim.holds(standing):
                stream.expire()

    def _moved(self) -> set[Key]:
        with self._app.app_context():
            current = ledger.versions(db.session())
            db.session.remove()
        with self._lock:
            return {
                key
                for key, feed in self._feeds.items()
                if feed.frame is None or feed.frame.version != current.get(key, 0)
            }


def _encode(view: LiveView, found: Snapshot) -> Frame:
    full = _event(view.name, found)
    nameless = _event(view.name, view.without_names(found)) if view.without_names else full
    return Frame(found["version"], full, nameless)


def _event(name: str, found: Snapshot) -> bytes:
    data = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\nid: {found['version']}\ndata: {data}\n\n".encode()


def polled(name: str) -> Response:
    """Answer a request for a view's snapshot; 304 when the asker has this version.

    Where no stream comes through (a proxy that buffers, every place taken) pages ask for
    this again and again: an unchanged view must cost next to nothing.
    """
    here = acting()
    view = registry().views[name]
    version = ledger.version_of(db.session(), here.meeting.id, name)
    if request.if_none_match.contains_weak(str(version)):
        response = Response(status=304)
    else:
        found = snapshot(db.session(), here.meeting.id, name)
        version = found["version"]
        if view.without_names is not None and not here.roles & view.names_for:
            found = view.without_names(found)
        response = answer(found)
        # Asked for again each time, and kept only by who asked.
        response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(str(version), weak=True)
    return response


class LiveQuery(Query):
    """Which views; each is an event of its name with its snapshot as data."""

    view: list[str] = Field(min_length=1)


blueprint = Blueprint("live", __name__)


def hub() -> Hub:
    """Return this worker's hub."""
    return hub_of(current_app)


def hub_of(app: Flask) -> Hub:
    """Return the hub of an application."""
    found: Hub = app.extensions["kiosk.hub"]
    return found


@blueprint.get("/live/<m>")
@described(
    "Live views: whole at first and after each change",
    query=LiveQuery,
    files=("text/event-stream",),
    choices={"view": lambda: list(registry().views)},
)
@needs("live.follow")
def follow(m: str) -> Response:
    """Stream the views named by `view` of a meeting, whole at first and after each change."""
    here = acting()
    names = request.args.getlist("view")
    wanted = _open_views(names)
    if request.method == "HEAD":
        # Only whether it may be followed: a stream would never end.
        return Response(content_type="text/event-stream")
    if not request.environ.get("wsgi.multithread"):
        # The stream would be all that this process does, and nobody could check in.
        words = _l(
            "This server answers one at a time: nothing can be followed. Ask again by itself."
        )
        raise Unavailable("no_threads", words)
    sees_names = all(not v.without_names or here.roles & v.names_for for v in wanted)
    meeting_id = here.meeting.id
    claim = stream_rights.Claim(meeting_id, here.askers, _needed(wanted, names=sees_names))
    # A stream may last for hours: it must not keep the request's connection.
    db.session.remove()
    if not hub().enter(current_app.config["STREAMS_PER_WORKER"]):
        raise Unavailable("too_many_streams", _l("Many screens are watching. Ask again by itself."))
    keys = list(dict.fromkeys((meeting_id, name) for name in names))
    connection = _connection() if hub().adopts else None
    names_too = bool(sees_names)
    stream = Threaded(names_too) if connection is None else Adopted(names_too, connection)
    stream.claim = claim
    response = Response(hub().stream(keys, stream), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


@blueprint.get("/live/<m>/<view>")
@needs("live.follow")
def look(m: str, view: str) -> Response:
    """Give a view as it is now: what a page asks for again while no stream comes through."""
    _open_views([view])
    return polled(view)


def _open_views(names: list[str]) -> list[LiveView]:
    views = [registry().views.get(name) for name in names]
    if not names or None in views:
        raise NotFound("no_view", _l("There is no such live view."))
    wanted = [view for view in views if view is not None]
    if not all(acting().may(view.permission) for view in wanted):
        raise Forbidden("not_your_role", _l("Your role does not include this."))
    return wanted


def _needed(views: list[LiveView], *, names: bool) -> tuple[frozenset[str], ...]:
    permissions = registry().permissions
    open_to = [permissions.get(view.permission, frozenset()) for view in views]
    named = [view.names_for for view in views if view.without_names and names]
    return tuple(frozenset(roles) for roles in [permissions["live.follow"], *open_to, *named])


def _connection() -> socket.socket | None:
    """Return the connection when chunks may be written to it instead of the server."""
    found = request.environ.get("gunicorn.socket")
    chunked = request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1"
    # Not a subclass: TLS would have to encrypt under its own lock.
    return found if chunked and type(found) is socket.socket else None


def close_hub(app: Flask) -> None:
    """Let the streams of this worker end."""
    with suppress(KeyError):
        app.extensions["kiosk.hub"].close()
