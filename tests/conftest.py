"""Fixtures of every room: an application on a fresh database, a fixed clock, people.

KIOSK_TEST_DATABASE chooses sqlite (default) or postgresql; the tests are the same, but
those that open no database run with the first only.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy import delete
from werkzeug.test import TestResponse

from kiosk import clock as kiosk_clock
from kiosk import vietnamese
from kiosk.app import create_app
from kiosk.auth import access
from kiosk.auth import meeting_keys
from kiosk.config import Settings
from kiosk.db import migrate
from kiosk.db.base import db
from kiosk.db.base import prepare
from kiosk.db.base import writing
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import Group
from kiosk.models import Household
from kiosk.models import Meeting
from kiosk.models import Membership
from kiosk.models import Topic
from kiosk.models import User
from kiosk.plugin import Plugin
from kiosk.plugin import discover
from kiosk.plugins.invitations import service as invitations
from kiosk.plugins.invitations.queries import Code
from tests import client as test_client
from tests import longest
from tests import once
from tests import postgres

# How long an example takes says something of the machine, nothing of the rule.
hypothesis.settings.register_profile(
    "ours", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("ours")
ON_POSTGRESQL = os.environ.get("KIOSK_TEST_DATABASE", "sqlite") == "postgresql"
once.modules()
once.addresses()
once.catalogs()
once.plugins()
SECRET = "a secret that only the tests know"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=longest.rank)
    if not ON_POSTGRESQL:
        return
    opening = [
        item
        for item in items
        if "cluster" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("once")
    ]
    kept = set(opening)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = opening


class FixedClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **parts: float) -> datetime:
        """Let time pass: pass_(minutes=5)."""
        self.moment += timedelta(**parts)
        return self.moment


# 26/10/2023, 13:05 in Vietnam: doors open since 13:00, start at 13:30.
DOORS_OPEN = datetime(2023, 10, 26, 6, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[FixedClock]:
    fixed = FixedClock(DOORS_OPEN + timedelta(minutes=5))
    kiosk_clock.use(fixed)
    yield fixed
    kiosk_clock.use(None)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str | None]:
    """The URL of a private PostgreSQL cluster; None when the tests run on SQLite."""
    if not ON_POSTGRESQL:
        yield None
        return
    with postgres.cluster() as url:
        yield url


@pytest.fixture(scope="session")
def migrated(cluster: str | None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database brought up to date by the migrations, copied for each test."""
    if cluster is not None:
        url = postgres.fresh_database(cluster)
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'kiosk.sqlite3'}"
    engine = create_engine(url)
    prepare(engine)
    migrate.upgrade(engine, discover())
    engine.dispose()
    return url


@pytest.fixture
def database_url(migrated: str, cluster: str | None, tmp_path: Path) -> Iterator[str]:
    if cluster is not None:
        url = postgres.fresh_database(cluster, template=migrated)
        yield url
        postgres.drop(url)
        return
    source = Path(migrated.removeprefix("sqlite:///"))
    target = tmp_path / "data" / "kiosk.sqlite3"
    target.parent.mkdir()
    for file in source.parent.glob(source.name + "*"):
        shutil.copy(file, target.parent / file.name)
    yield f"sqlite:///{target}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)
    return Settings(
        data=data,
        database_url=database_url,
        secret_key=SECRET,
        public_url=None,
        language="vi",
        smtp_url=None,
        port=8000,
    )


@pytest.fixture
def make_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Make applications on this test's database, with other settings where needed."""
    made: list[Flask] = []

    def make(plugins: list[Plugin] | None = None, **other: Any) -> Flask:
        app = create_app(
            replace(settings, **other), plugins, TESTING=True, PROPAGATE_EXCEPTIONS=False
        )
        once.templates(app)
        made.append(test_client.watched(app))
        return app

    yield make
    for app in made:
        app.extensions["kiosk.hub"].close()
        app.extensions["kiosk.hub"].join()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    assert test_client.otherwise_than_described() == []


@pytest.fixture
def app(make_app: Callable[..., Flask], clock: FixedClock) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@dataclass(frozen=True)
class Known:
    """A small meeting: its ids by the names that tests use."""

    id: int
    name: str
    areas: dict[str, int]
    groups: dict[str, int]
    topics: dict[str, int]


TOPICS = ("Kinh tế", "Chính sách", "Xây dựng Đảng", "An sinh", "Đất đai", "An ninh", "Thái độ")


@pytest.fixture
def make_meeting(app: Flask) -> Callable[..., Known]:
    def make(name: str = "kd", **other: Any) -> Known:
        with app.app_context(), writing() as session:
            facts: dict[str, Any] = {
                "title": "Đối thoại với nhân dân khu Kim Đồng",
                "host": "Chủ tịch UBND phường",
                "venue": "Nhà văn hóa khu Kim Đồng I",
                "ward": "Phường Tân Dân",
                "org_name": "ỦY BAN NHÂN DÂN PHƯỜNG TÂN DÂN",
                "place_name": "Tân Dân",
                "starts_at": DOORS_OPEN + timedelta(minutes=30),
                "ends_at": DOORS_OPEN + timedelta(hours=4),
                "doors_open_at": DOORS_OPEN,
                "tag": f"K{sum(name.encode()) % 1000:03d}",
                "code_key": b"",
                "created_at": DOORS_OPEN - timedelta(days=20),
            }
            meeting = Meeting(name=name, **{**facts, **other})
            session.add(meeting)
            session.flush()
            meeting.code_key = meeting_keys.seal(
                SECRET, meeting.id, name.encode().ljust(meeting_keys.KEY_BYTES, b"k")
            )
            areas = [
                Area(meeting_id=meeting.id, name=f"Khu Kim Đồng {n}", rank=i, aliases=[f"KĐ{i}"])
                for i, n in enumerate(("I", "II"), start=1)
            ]
            groups = [
                Group(
                    meeting_id=meeting.id, code=code, name=words, rank=i, kind=kind, target=target
                )
                for i, (code, words, kind, target) in enumerate(
                    (
                        ("A", "Đại biểu thị xã", "official", 3),
                        ("B", "Đại biểu phường", "official", 27),
                        ("E", "Đại biểu khu", "household", 100),
                    )
                )
            ]
            topics = [
                Topic(meeting_id=meeting.id, code=f"T{i}", name=words, rank=i)
                for i, words in enumerate(TOPICS, start=1)
            ]
            session.add_all([*areas, *groups, *topics])
            session.flush()
            return Known(
                meeting.id,
                name,
                {area.name: area.id for area in areas},
                {group.code: group.id for group in groups},
                {topic.code: topic.id for topic in topics},
            )

    return make


@pytest.fixture
def meeting(make_meeting: Callable[..., Known]) -> Known:
    return make_meeting()


@pytest.fixture
def add_delegate(app: Flask, meeting: Known) -> Callable[..., int]:
    """Add a household delegate (or, with group="B", an official); returns the id.

    `household` is a number: the same number again is a member of the same household.
    """
    numbers: dict[str, int] = {}

    def add(name: str, household: str | None = "", group: str = "E", **other: Any) -> int:
        area = other.pop("area", "Khu Kim Đồng I" if group == "E" else None)
        with app.app_context(), writing() as session:
            household_id = None
            if group == "E":
                number = household or f"{len(numbers) + 1:03d}"
                if number not in numbers:
                    home = Household(
                        meeting_id=meeting.id, number=number, area_id=meeting.areas[area]
                    )
                    session.add(home)
                    session.flush()
                    numbers[number] = home.id
                household_id = numbers[number]
            delegate = Delegate(
                meeting_id=meeting.id,
                group_id=meeting.groups[group],
                area_id=meeting.areas[area] if area else None,
                household_id=household_id,
                name=name,
                folded=vietnamese.search_key(f"{name} {household or ''} {area or ''}"),
                sort_key=vietnamese.sort_key(name),
                created_at=kiosk_clock.now(),
                **{"salutation": "bà", **other},
            )
            session.add(delegate)
            session.flush()
            return delegate.id

    return add


class Person:
    """A browser in which somebody is signed in: sends the CSRF token as pages do."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token = ""

    def get(self, url: str, **options: Any) -> TestResponse:
        return self.client.get(url, **options)

    @property
    def token(self) -> str:
        if not self._token:
            page = self.client.get("/login").get_data(as_text=True)
            found = re.search(r'name="csrf-token" content="([^"]+)"', page)
            assert found is not None
            self._token = found.group(1)
        return self._token

    def post(self, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(url, data={"csrf_token": self.token, **(data or {})}, **options)

    def send(self, method: str, url: str, body: Any = None) -> TestResponse:
        """Send JSON."""
        return self.client.open(url, method=method, json=body, headers={"X-CSRF-Token": self.token})


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., Person]:
    """Sign somebody in with a role in a meeting (None: in every meeting)."""

    def make(role: str, meeting_id: int | None = None, name: str = "") -> Person:
        email = f"{role}-{meeting_id or 'all'}@phuong.example"
        with app.app_context(), writing() as session:
            session.execute(delete(User).where(User.email == email))
            user = User(email=email, name=name or role.title(), created_at=kiosk_clock.now())
            session.add(user)
            session.flush()
            session.add(Membership(user_id=user.id, meeting_id=meeting_id, role=role))
            user_id = user.id
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["user"], cookie["epoch"] = user_id, 0
        return Person(client)

    return make


@pytest.fixture
def as_role(sign_in: Callable[..., Person], meeting: Known) -> Callable[[str], Person]:
    """Sign somebody in with a role in the meeting."""
    return lambda role: sign_in(role, meeting.id)


@pytest.fixture
def bearer(app: Flask, meeting: Known) -> Callable[..., dict[str, str]]:
    """Make a token and return the header that carries it."""

    def make(role: str, name: str = "", meeting_id: int | None = None) -> dict[str, str]:
        with app.app_context(), writing() as session:
            secret = access.issue_token(
                session, meeting_id or meeting.id, role, name or role.title(), kiosk_clock.now()
            )
        return {"Authorization": f"Bearer {secret}"}

    return make


@pytest.fixture
def invite(app: Flask, meeting: Known) -> Callable[[int], Code]:
    """Issue (or reissue) the invitation of a delegate."""

    def issue(delegate_id: int) -> Code:
        with app.app_context(), writing() as session:
            return invitations.issue(
                session, meeting.id, delegate_id, actor="test", now=kiosk_clock.now()
            )

    return issue
