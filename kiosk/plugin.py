"""The interface of a feature, ours or a stranger's, and the registry of what is installed."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from importlib.metadata import EntryPoint
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
from flask import Blueprint
from flask import current_app
from flask import has_request_context
from flask import request
from sqlalchemy.orm import Session

from kiosk.config import Settings
from kiosk.delivery import LONGEST_CHANNEL_NAME
from kiosk.delivery import DeliveryChannel
from kiosk.errors import KioskError

GROUP = "kiosk.plugins"
LONGEST_POLICY_NAME = 20

Snapshot = dict[str, Any]
# Says by the host's WSGI environment whose e-mail is signed in there; None: nobody.
Identity = Callable[[dict[str, Any]], str | None]


@dataclass(frozen=True)
class LiveView:
    """A part of a meeting that screens follow.

    `snapshot(session, meeting_id)` returns the whole view as JSON values, without its
    version. `watches` are prefixes of ledger kinds: a change of such a kind raises the
    view's version. `without_names` makes the copy for roles outside `names_for`.
    """

    name: str
    permission: str
    snapshot: Callable[[Session, int], Snapshot]
    watches: tuple[str, ...]
    names_for: frozenset[str] = frozenset()
    without_names: Callable[[Snapshot], Snapshot] | None = None

    def is_moved_by(self, kind: str) -> bool:
        """Whether a change of this kind changes what the view shows."""
        return any(kind == watch or kind.startswith(watch + ".") for watch in self.watches)


@dataclass(frozen=True)
class NavItem:
    """An entry of a meeting's menu; `count` puts a number beside it."""

    endpoint: str
    label: object
    icon: str
    permission: str
    rank: int
    section: str = "main"
    count: Callable[[Session, int], int | None] | None = None


@dataclass(frozen=True)
class CodeReader:
    """Reads a code that a delegate holds.

    `read(session, text)` returns (meeting id, delegate id), or None when it is not ours.
    `within(session, meeting id, text)` also takes codes that are unique in one meeting only.
    """

    name: str
    read: Callable[[Session, str], tuple[int, int] | None]
    within: Callable[[Session, int, str], int | None] | None = None


@dataclass(frozen=True)
class DelegateState:
    """Something that is true of some delegates, to filter and mark a list by.

    `where(meeting_id)` is an SQL condition on Delegate. `kind` and `icon` dress its chip;
    without an icon the state is only a filter. `came` says that such people have been here,
    `away` that they said before that they cannot come.
    """

    name: str
    label: object
    where: Callable[[int], Any]
    kind: str = ""
    icon: str = ""
    came: bool = False
    away: bool = False


@dataclass(frozen=True)
class Asking:
    """Somebody who waits to speak, as a policy sees it.

    `kind` is normal or priority, `area` an id, `topic` the place of the topic in the
    meeting's list, from 0. `times_spoken` counts finished normal speeches and
    `seconds_spoken` all finished speaking of this person in this meeting.
    """

    id: int
    delegate: int
    kind: str
    requested_at: datetime
    area: int | None = None
    topic: int | None = None
    times_spoken: int = 0
    seconds_spoken: int = 0


@dataclass(frozen=True)
class Heard:
    """What the hall will have heard before the first of those a policy orders.

    `areas` holds one area for each finished speech and each place in front, `just_heard`
    the latest area, or nothing while nobody has spoken. `seed` is for drawing lots.
    """

    areas: tuple[int | None, ...] = ()
    just_heard: tuple[int | None, ...] = ()
    seed: str = ""


@dataclass(frozen=True)
class SpeakingPolicy:
    """A way to order who waits to speak.

    `order(asking, heard)` gets the waiting people whom it may move, in the order of
    asking, and returns their ids, each once. It must be pure: the same in, the same
    out. Locked places and the priority lane never reach it. `standing` says that a
    single newcomer can be placed by it too; `draws` that it needs the seed. The name
    has at most 20 characters.
    """

    name: str
    title: object
    order: Callable[[Sequence[Asking], Heard], Sequence[int]]
    detail: object = ""
    standing: bool = True
    draws: bool = False


@dataclass(frozen=True)
class OwnPart:
    """A part of a delegate's own page, added by a floor above the invitations.

    `show(session, meeting_id, delegate_id, now)` returns what `template` shows as `part`.
    The template is drawn again whenever the page looks for news.
    """

    template: str
    show: Callable[[Session, int, int, datetime], Mapping[str, Any]]


@dataclass(frozen=True)
class Plugin:
    """One feature. Fields left out mean "nothing of the kind"."""

    name: str
    title: object
    requires: tuple[str, ...] = ()
    blueprints: tuple[Blueprint, ...] = ()
    cli: tuple[click.Command, ...] = ()
    on: Mapping[type, Callable[[Any], None]] = field(default_factory=dict)
    # Like `on`, but in the transaction of who announces: handler(session, event).
    within: Mapping[type, Callable[[Session, Any], None]] = field(default_factory=dict)
    states: tuple[DelegateState, ...] = ()
    views: tuple[LiveView, ...] = ()
    nav: tuple[NavItem, ...] = ()
    readers: tuple[CodeReader, ...] = ()
    policies: tuple[SpeakingPolicy, ...] = ()
    channels: tuple[DeliveryChannel, ...] = ()
    permissions: Mapping[str, frozenset[str] | set[str]] = field(default_factory=dict)
    exports: Mapping[str, Callable[[Session, int], Any]] = field(default_factory=dict)
    own_parts: tuple[OwnPart, ...] = ()
    # Counts that other pages of a meeting may show, by name: (session, meeting id) -> counts.
    numbers: Callable[[Session, int], Mapping[str, int]] | None = None
    migrations: Path | None = None
    # Takes the personal data of a meeting that is over out of the plugin's tables.
    erase: Callable[[Session, int], None] | None = None


class BadPlugin(KioskError):
    """A plugin that cannot be used; the sentence names it and says why."""


@dataclass
class Registry:
    """What is installed in one application, put together from its plugins.

    `url_prefix` and `identity` are of the host that this application is mounted in.
    """

    settings: Settings
    url_prefix: str = ""
    identity: Identity | None = None
    plugins: dict[str, Plugin] = field(default_factory=dict)
    views: dict[str, LiveView] = field(default_factory=dict)
    permissions: dict[str, frozenset[str]] = field(default_factory=dict)
    handlers: dict[type, list[Callable[[Any], None]]] = field(default_factory=dict)
    inner: dict[type, list[Callable[[Session, Any], None]]] = field(default_factory=dict)
    states: dict[str, DelegateState] = field(default_factory=dict)
    nav: list[NavItem] = field(default_factory=list)
    readers: list[CodeReader] = field(default_factory=list)
    policies: dict[str, SpeakingPolicy] = field(default_factory=dict)
    channels: dict[str, DeliveryChannel] = field(default_factory=dict)
    exports: dict[str, Callable[[Session, int], Any]] = field(default_factory=dict)

    @property
    def own_parts(self) -> list[OwnPart]:
        """What the floors above add to a delegate's own page, from the ground up."""
        return [part for plugin in self.plugins.values() for part in plugin.own_parts]

    def numbers(self, session: Session, meeting_id: int) -> dict[str, int]:
        """Return every count that a plugin tells of a meeting, by name."""
        found: dict[str, int] = {}
        for plugin in self.plugins.values():
            if plugin.numbers is not None:
                found |= plugin.numbers(session, meeting_id)
        return found

    def home(self, path: str = "") -> str:
        """Return the address of a path of ours, wherever we are mounted."""
        # A proxy or a host may put us elsewhere: while somebody asks, the request knows best.
        root = request.script_root if has_request_context() else self.url_prefix
        return f"{root}/{path}"

    def outside(self, address: str) -> str:
        """Return an address of ours (of `url_for`) as people elsewhere reach it.

        Empty while no public address is set, which says itself where we are mounted.
        """
        base = self.settings.public_url
        return f"{base}{address.removeprefix(request.script_root)}" if base else ""

    def add(self, plugin: Plugin) -> None:
        """Take a plugin in; two of one name, or two makers of one thing, are refused."""
        if plugin.name in self.plugins:
            raise BadPlugin("two_of_one_name", f"Two plugins are named {plugin.name!r}.")
        missing = [name for name in plugin.requires if name not in self.plugins]
        if missing:
            raise BadPlugin(
                "missing_requirement",
                f"Plugin {plugin.name!r} needs {', '.join(missing)}, which is not installed.",
            )
        self.plugins[plugin.name] = plugin
        for view in plugin.views:
            _once(self.views, view.name, view, plugin)
        for name, roles in plugin.permissions.items():
            _once(self.permissions, name, frozenset(roles) | {"organiser"}, plugin)
        self._add_policies(plugin)
        self._add_channels(plugin)
        for name, export in plugin.exports.items():
            _once(self.exports, name, export, plugin)
        for state in plugin.states:
            _once(self.states, state.name, state, plugin)
        self._add_handlers(plugin)
        self.readers.extend(plugin.readers)
        self.nav = sorted([*self.nav, *plugin.nav], key=lambda item: item.rank)

    def _add_handlers(self, plugin: Plugin) -> None:
        for event, handler in plugin.on.items():
            self.handlers.setdefault(event, []).append(handler)
        for event, inside in plugin.within.items():
            self.inner.setdefault(event, []).append(inside)

    def _add_policies(self, plugin: Plugin) -> None:
        for policy in plugin.policies:
            if not 0 < len(policy.name) <= LONGEST_POLICY_NAME:
                raise BadPlugin(
                    "bad_name",
                    f"Plugin {plugin.name!r}: the policy name {policy.name!r} must have"
                    f" 1 to {LONGEST_POLICY_NAME} characters.",
                )
            _once(self.policies, policy.name, policy, plugin)

    def _add_channels(self, plugin: Plugin) -> None:
        for channel in plugin.channels:
            if not 0 < len(channel.name) <= LONGEST_CHANNEL_NAME:
                raise BadPlugin(
                    "bad_name",
                    f"Plugin {plugin.name!r}: the channel name {channel.name!r} must have"
                    f" 1 to {LONGEST_CHANNEL_NAME} characters.",
                )
            if (channel.send is None) == (channel.pack is None):
                raise BadPlugin(
                    "bad_channel",
                    f"Plugin {plugin.name!r}: the channel {channel.name!r} must either send"
                    " or pack.",
                )
            _once(self.channels, channel.name, channel, plugin)


def _once(table: dict[str, Any], name: str, value: object, plugin: Plugin) -> None:
    if name in table:
        raise BadPlugin("two_of_one_name", f"Plugin {plugin.name!r}: {name!r} exists already.")
    table[name] = value


def registry() -> Registry:
    """Return what is installed in the current application."""
    found: Registry = current_app.extensions["kiosk"]
    return found


def discover(points: Iterable[EntryPoint] | None = None) -> list[Plugin]:
    """Return every installed plugin, requirements before those who need them.

    Raises BadPlugin that names a plugin which fails to import, or a circle.
    """
    found: dict[str, Plugin] = {}
    for point in entry_points(group=GROUP) if points is None else points:
        plugin = _load(point)
        if plugin.name in found:
            raise BadPlugin("two_of_one_name", f"Two plugins are named {plugin.name!r}.")
        found[plugin.name] = plugin
    if not found:
        raise BadPlugin("no_plugins", "No plugins found. In a checkout, run: pip install -e .")
    return in_order(found)


def _load(point: EntryPoint) -> Plugin:
    try:
        plugin = point.load()
    except Exception as error:
        raise BadPlugin(
            "import_failed", f"Plugin {point.name!r} ({point.value}) cannot be imported: {error}"
        ) from error
    if not isinstance(plugin, Plugin):
        raise BadPlugin("not_a_plugin", f"{point.value} is not a kiosk.Plugin.")
    return plugin


def in_order(plugins: Mapping[str, Plugin]) -> list[Plugin]:
    """Return the plugins so that each stands after what it requires, else by name."""
    done: list[Plugin] = []
    waiting = dict(sorted(plugins.items()))
    while waiting:
        names = {plugin.name for plugin in done}
        ready = [p for p in waiting.values() if names.issuperset(p.requires)]
        if not ready:
            name, plugin = next(iter(waiting.items()))
            raise BadPlugin(
                "missing_requirement",
                f"Plugin {name!r} needs {', '.join(plugin.requires)}: not installed, or a circle.",
            )
        done.append(waiting.pop(ready[0].name))
    return done
