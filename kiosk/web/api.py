"""JSON in and out: pydantic models that validate, and the OpenAPI made from them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from typing import TypeVar

from flask import Blueprint
from flask import Flask
from flask import Response
from flask import current_app
from flask import request
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel
from pydantic import ValidationError
from werkzeug.routing import Rule

from kiosk import vietnamese
from kiosk.auth.access import public
from kiosk.errors import Malformed
from kiosk.errors import OtherMedia
from kiosk.errors import Refused

Body = TypeVar("Body", bound=BaseModel)
View = TypeVar("View", bound=Callable[..., Any])

_WORDS = {
    "missing": _l("This is missing."),
    "string_too_short": _l("This must not be empty."),
    "string_too_long": _l("This is too long."),
    "extra_forbidden": _l("There is no such field."),
    "greater_than_equal": _l("This number is too small."),
    "less_than_equal": _l("This number is too large."),
}
_OTHERWISE = _l("This does not have the expected form.")


@dataclass(frozen=True)
class Described:
    """What a call of the API takes and gives."""

    summary: str
    body: type[BaseModel] | None
    answer: type[BaseModel] | None
    status: int


def described(
    summary: str,
    *,
    body: type[BaseModel] | None = None,
    answer: type[BaseModel] | None = None,
    status: int = 200,
) -> Callable[[View], View]:
    """Put a call into the OpenAPI document. Stands outermost, above `needs`."""

    def declare(view: View) -> View:
        view.described = Described(summary, body, answer, status)  # type: ignore[attr-defined]  # read by `document`
        return view

    return declare


def raw() -> Any:
    """Return the request's JSON; a body that is none is Malformed, one of another kind OtherMedia.

    A request without a body needs no kind and counts as an object with nothing in it.
    """
    body = request.get_data()
    if body and not request.is_json:
        raise OtherMedia(
            "not_json_type", _l("Send JSON, with the header Content-Type: application/json.")
        )
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Malformed("not_json", _l("The request is not JSON.")) from error


def parse(model: type[Body]) -> Body:
    """Return the request's JSON as the model; Refused names every wrong field."""
    return validated(model, raw())


def validated(model: type[Body], value: Any) -> Body:
    """Return the value as the model, its texts composed (NFC)."""
    try:
        return model.model_validate(_composed(value))
    except ValidationError as error:
        fields = {
            ".".join(str(part) for part in item["loc"]) or "body": _WORDS.get(
                item["type"], _OTHERWISE
            )
            for item in error.errors(include_url=False, include_input=False)
        }
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields) from error


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        # PostgreSQL keeps no NUL in a text, and no keyboard types one.
        return vietnamese.nfc(value).replace("\x00", "")
    if isinstance(value, list):
        return [_composed(item) for item in value]
    if isinstance(value, dict):
        return {key: _composed(item) for key, item in value.items()}
    return value


def answer(value: BaseModel | dict[str, Any] | list[Any], status: int = 200) -> Response:
    """Return a JSON answer, UTF-8, never cached."""
    data = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    response = Response(body, status, content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """Describe the whole API."""
    return answer(document(current_app))


def document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of every described view."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    for rule in app.url_map.iter_rules():
        about = getattr(app.view_functions[rule.endpoint], "described", None)
        if about is None:
            continue
        path = paths.setdefault(_path(rule), {})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path[method.lower()] = _operation(rule, about, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kiosk", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _operation(rule: Rule, about: Described, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": about.summary,
        "operationId": rule.endpoint,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in sorted(rule.arguments)
        ],
        "responses": {
            str(about.status): {"description": "OK", **_content(about.answer, schemas)},
            "default": {"description": "problem+json (RFC 9457)"},
        },
    }
    if about.body is not None:
        operation["requestBody"] = {"required": True, **_content(about.body, schemas)}
    return operation


def _content(model: type[BaseModel] | None, schemas: dict[str, Any]) -> dict[str, Any]:
    if model is None:
        return {}
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"content": {"application/json": {"schema": reference}}}
