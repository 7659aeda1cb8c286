"""A crowd of screens that comes back: few begin at a time, everybody else is not kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.server.throttle import FewAtOnce


class Screens:
    """An application whose streams begin when they are told to."""

    def __init__(self) -> None:
        self.beginning = 0
        self.most = 0
        self.closed = 0
        self.begin = threading.Event()
        self.changed = threading.Condition()

    def __call__(self, environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/scan":
            return [b"admitted"]
        return self._stream(environ)

    def _stream(self, environ: dict[str, Any]) -> Iterator[bytes]:
        try:
            with self.changed:
                self.beginning += 1
                self.most = max(self.most, self.beginning)
                self.changed.notify_all()
            assert self.begin.wait(10)
            with self.changed:
                self.beginning -= 1
            if environ.get("broken"):
                raise OSError("gone")
            yield b"first"
            yield b"second"
        finally:
            with self.changed:
                self.closed += 1
                self.changed.notify_all()


def ask(app: FewAtOnce, path: str, **more: Any) -> Iterable[bytes]:
    return app({"PATH_INFO": path, **more}, lambda *_: None)


def test_few_streams_begin_at_a_time_and_a_scan_waits_for_none_of_them() -> None:
    screens = Screens()
    app = FewAtOnce(screens, "/live/", most=2)
    answers: list[list[bytes]] = []
    crowd = [
        threading.Thread(target=lambda: answers.append(list(ask(app, "/live/m")))) for _ in range(9)
    ]
    for thread in crowd:
        thread.start()
    with screens.changed:
        assert screens.changed.wait_for(lambda: screens.beginning == 2, 10)
    assert list(ask(app, "/scan")) == [b"admitted"]
    screens.begin.set()
    for thread in crowd:
        thread.join(10)
    assert answers == [[b"first", b"second"]] * 9
    assert screens.most == 2


def test_a_stream_that_has_begun_keeps_no_place() -> None:
    screens = Screens()
    screens.begin.set()
    app = FewAtOnce(screens, "/live/", most=1)
    first, second = iter(ask(app, "/live/m")), iter(ask(app, "/live/m"))
    assert [next(first), next(second), next(first)] == [b"first", b"first", b"second"]


def test_an_answer_that_is_ended_early_or_breaks_is_closed_and_its_place_is_free() -> None:
    screens = Screens()
    screens.begin.set()
    app = FewAtOnce(screens, "/live/", most=1)
    answer = ask(app, "/live/m")
    assert next(iter(answer)) == b"first"
    answer.close()  # type: ignore[attr-defined]  # as servers do
    assert screens.closed == 1
    with pytest.raises(OSError, match="gone"):
        ask(app, "/live/m", broken=True)
    assert screens.closed == 2
    assert list(ask(app, "/live/m")) == [b"first", b"second"]
