"""The document: whole, valid, and nothing in it that a program could not rely on."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from kiosk import config
from kiosk.plugin import registry
from kiosk.web import openapi
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.openapi import NotAsDescribed
from tests.client import otherwise_than_described
from tests.conftest import Known
from tests.conftest import Person
from tests.openapi.conftest import Bearer
from tests.openapi.conftest import Lived

API = "/api/v1"


@pytest.fixture
def made(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{API}/openapi.json").get_json()
    return found


def operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_valid_and_says_whose_it_is(made: dict[str, Any]) -> None:
    validate(made)
    assert made["info"]["version"] == config.installed_version()
    assert made["servers"] == [{"url": "/"}]
    assert {"checkin", "speakers", "opinions", "live"} <= {tag["name"] for tag in made["tags"]}


def test_every_address_of_the_api_is_in_it(app: Flask, made: dict[str, Any]) -> None:
    with app.app_context():
        rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(API)]
    bare = [
        rule.endpoint
        for rule in rules
        if not hasattr(app.view_functions[rule.endpoint], "described")
    ]
    assert bare == []
    assert "/live/{m}" in made["paths"]


def test_every_call_says_what_it_answers(made: dict[str, Any]) -> None:
    for path, method, operation in operations(made):
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert len(good) == 1, path
        content = operation["responses"][good[0]].get("content", {})
        assert good == ["204"] or content, (method, path)
        for kind in content.values():
            assert kind["schema"], (method, path)


def test_every_refusal_is_problem_json_with_a_code(made: dict[str, Any]) -> None:
    for path, _method, operation in operations(made):
        for status, told in operation["responses"].items():
            if status >= "400":
                name = told["$ref"].rpartition("/")[2]
                kinds = made["components"]["responses"][name]["content"]
                assert list(kinds) == ["application/problem+json"], path
    problem = made["components"]["schemas"]["Problem"]
    assert {"code", "detail", "status", "title"} <= set(problem["required"])
    assert "fields" in problem["properties"]


def test_only_two_calls_are_open_and_each_other_says_who_may(made: dict[str, Any]) -> None:
    free = {path for path, _, operation in operations(made) if operation["security"] == []}
    assert free == {f"{API}/openapi.json", f"{API}/devices/pair"}
    patch = made["paths"][f"{API}/meetings/{{m}}"]["patch"]["security"]
    assert {"bearer": []} in patch
    # A session alone changes nothing.
    assert {"session": [], "csrf": []} in patch
    assert not any("invitation" in way for way in patch)
    asks = made["paths"][f"{API}/meetings/{{m}}/speakers"]["post"]["security"]
    assert {"invitation": []} in asks
    people = made["paths"][f"{API}/meetings/{{m}}/people"]["post"]["security"]
    assert people == [{"session": [], "csrf": []}]
    left = made["paths"][f"{API}/meetings/{{m}}/scans/left"]
    assert [left[method]["security"] for method in ("post", "delete")] == [[{"pass": []}]] * 2
    for name in {name for _, _, one in operations(made) for way in one["security"] for name in way}:
        assert name in made["components"]["securitySchemes"]


def test_numbers_and_choices_in_addresses_are_told(made: dict[str, Any]) -> None:
    for path, _method, operation in operations(made):
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            if parameter["name"].endswith("_id"):
                assert schema["type"] == "integer", path
            if parameter["name"] in ("action", "what", "ending"):
                assert len(schema["enum"]) >= 2, path
    listing = made["paths"][f"{API}/meetings/{{m}}/delegates"]["get"]["parameters"]
    asked = {one["name"]: one["schema"] for one in listing if one["in"] == "query"}
    assert set(asked) == {"q", "group", "area", "state", "page"}
    assert asked["group"]["type"] == "integer"
    assert {"in", "out", "absent"} <= set(asked["state"]["enum"])
    view = made["paths"]["/live/{m}"]["get"]["parameters"][1]
    assert view["required"]
    assert {"attendance", "speakers"} <= set(view["schema"]["items"]["enum"])


def test_no_two_things_share_a_name(made: dict[str, Any]) -> None:
    names = list(made["components"]["schemas"])
    # Of two models of one name pydantic writes out where each lives.
    assert [name for name in names if "__" in name] == []
    speakers = made["paths"][f"{API}/meetings/{{m}}/speakers/{{turn_id}}/answer"]["post"]
    body = speakers["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields = made["components"]["schemas"][body.rpartition("/")[2]]["properties"]
    assert set(fields) == {"body", "seconds"}
    ids = [operation["operationId"] for _, _, operation in operations(made)]
    assert len(ids) == len(set(ids))


def test_a_body_is_required_where_a_field_of_it_is(made: dict[str, Any]) -> None:
    undo = made["paths"][f"{API}/meetings/{{m}}/speakers/undo"]["post"]["requestBody"]
    order = made["paths"][f"{API}/meetings/{{m}}/speakers/order"]["put"]["requestBody"]
    assert (undo["required"], order["required"]) == (False, True)


def test_a_policy_that_is_not_installed_is_not_offered(app: Flask, made: dict[str, Any]) -> None:
    policy = made["components"]["schemas"]["ArrangeBody"]["properties"]["policy"]
    with app.app_context():
        assert policy["enum"] == list(registry().policies)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("group=x", "group"),
        ("area=-1", "area"),
        ("page=0", "page"),
        ("page=1e3", "page"),
        (f"group={2**31}", "group"),
        ("state=asleep", "state"),
    ],
)
def test_a_bad_value_in_a_query_is_named(
    client: FlaskClient, meeting: Known, bearer: Bearer, query: str, field: str
) -> None:
    told = client.get(f"{API}/meetings/kd/delegates?{query}", headers=bearer("organiser"))
    assert told.status_code == 422
    assert list(told.get_json()["fields"]) == [field]


def test_an_empty_value_in_a_query_counts_as_none(
    client: FlaskClient, meeting: Known, bearer: Bearer
) -> None:
    url = f"{API}/meetings/kd/delegates?q=&group=&area=&state=&page="
    assert client.get(url, headers=bearer("organiser")).status_code == 200


def test_the_register_names_a_bad_query_too(
    client: FlaskClient, meeting: Known, bearer: Bearer
) -> None:
    for query, field in (("state=lost", "state"), ("late=yes", "late"), ("topic=a", "topic")):
        told = client.get(f"{API}/meetings/kd/opinions?{query}", headers=bearer("secretary"))
        assert (told.status_code, list(told.get_json()["fields"])) == (422, [field])


@pytest.mark.parametrize(
    ("call", "body", "field"),
    [
        ("scans", {"scan_id": "0" * 32, "code": "x", "offline": 0}, "offline"),
        ("scans", {"scan_id": "0" * 32, "code": "x", "observer": "true"}, "observer"),
        ("scans", {"scan_id": "0" * 32, "delegate": True}, "delegate"),
        ("scans", {"scan_id": "0" * 32, "delegate": "1.0"}, "delegate"),
        ("speakers", {"delegate": 1, "priority": 0}, "priority"),
        ("opinions", {"matters": [{"text": "Cống"}], "read_back": 0}, "read_back"),
        ("roll", {"rows": [{"id": "a" * 12, "delegate": 1, "at": 0}]}, "rows.0.at"),
        ("devices/self/health", {"sent_at": 0}, "sent_at"),
        ("opinions/1/assign", {"lead": 1, "due_on": 0, "revision": 1}, "due_on"),
    ],
)
def test_a_value_of_another_type_is_not_made_to_fit(
    client: FlaskClient, meeting: Known, bearer: Bearer, call: str, body: Any, field: str
) -> None:
    told = client.post(f"{API}/meetings/kd/{call}", json=body, headers=bearer("organiser"))
    assert told.status_code == 422
    assert field in told.get_json()["fields"]


def test_an_answer_that_is_not_as_described_is_caught(
    app: Flask, meeting: Known, bearer: Bearer
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = True
    view: Any = app.view_functions["meetings_api.read"]
    about = view.described

    def more(m: str) -> Any:
        return answer({**view(m=m).get_json(), "unheard": 1})

    app.view_functions["meetings_api.read"] = described("More", answer=about.answer)(more)
    with pytest.raises(NotAsDescribed, match="unheard"):
        app.test_client().get(f"{API}/meetings/kd", headers=bearer("organiser"))

    def same(m: str) -> Any:
        return view(m=m)

    app.view_functions["meetings_api.read"] = described("Other", status=201)(same)
    with pytest.raises(NotAsDescribed, match="200"):
        app.test_client().get(f"{API}/meetings/kd", headers=bearer("organiser"))
    assert len(otherwise_than_described()) == 2


def test_at_the_door_nothing_is_checked_twice(app: Flask) -> None:
    def checks(one: Flask) -> list[str]:
        hooks = one.after_request_funcs.get(None, [])
        return [hook.__name__ for hook in hooks if hook.__module__ == openapi.__name__]

    served = Flask("served")
    openapi.install(served)
    assert len(checks(app)) == 1
    assert checks(served) == []


def test_a_walk_answers_as_described(
    client: FlaskClient, made: dict[str, Any], lived: Lived, as_role: Callable[[str], Person]
) -> None:
    """Each GET once: the answers themselves are checked while they go out."""
    seen = 0
    for path, method, _operation in operations(made):
        if method != "get" or path.startswith("/live"):
            continue
        url = path.replace("{m}", "kd").replace("{matter_id}", "1").replace("{ending}", "csv")
        headers = lived.delegate if url.endswith("/mine") else lived.organiser
        assert client.get(url, headers=headers).status_code == 200, url
        seen += 1
    assert seen >= 17
