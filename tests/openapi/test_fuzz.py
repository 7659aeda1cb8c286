"""Every call of the document with made-up content: each answer is one that it describes."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import given
from hypothesis import settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from kiosk.plugins.checkin import api as door
from tests.openapi.conftest import Lived

pytestmark = pytest.mark.once
# So many of each kind and call: all calls together stay under a minute.
EXAMPLES = 4
# Rows that the meeting has; a fourth is nobody's.
IDS = 4
CHECKED = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
)


@pytest.fixture
def operations(app: Flask, lived: Lived) -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app=app)
    every: Any = list(schema.get_all_operations())
    # A stream has no end to wait for.
    return [found.ok() for found in every if not found.ok().path.startswith("/live")]


def _headers(operation: Any, lived: Lived) -> dict[str, str]:
    if operation.path.endswith("/mine"):
        return lived.delegate
    return lived.moderator if "/speakers" in operation.path else lived.organiser


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_described(
    operations: list[Any], lived: Lived, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PAIRINGS_PER_MINUTE", 10_000)
    tried = 0
    for operation in operations:

        @hypothesis.seed(13)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def walk(case: Any) -> None:
            nonlocal tried
            if mode is GenerationMode.POSITIVE:
                _aim(case)
            answer = case.call(headers=_headers(case.operation, lived))
            case.validate_response(answer, checks=CHECKED)
            tried += 1

        try:
            walk()
        except hypothesis.errors.Unsatisfiable:
            # Nothing can be wrong with a call that takes nothing.
            assert mode is GenerationMode.NEGATIVE, operation.label
    assert tried > EXAMPLES * 20


def _aim(case: Any) -> None:
    """Point the address at what is there."""
    for name, value in dict(case.path_parameters or {}).items():
        if name == "m":
            case.path_parameters[name] = "kd"
        elif isinstance(value, int):
            case.path_parameters[name] = 1 + value % IDS


def test_an_address_says_which_methods_it_has(operations: list[Any], app: Flask) -> None:
    by_path: dict[str, set[str]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, set()).add(operation.method.upper())
    client = app.test_client()
    for path, methods in by_path.items():
        url = path.format(m="kd", action="start", what="read", ending="csv", **_IDS)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            told = client.open(url, method=method)
            assert told.status_code == 405, (method, path)
            assert methods <= set(told.headers["Allow"].split(", ")), path


_IDS = dict.fromkeys(
    ("turn_id", "delegate_id", "device_id", "call_id", "question_id", "matter_id"), 1
)
