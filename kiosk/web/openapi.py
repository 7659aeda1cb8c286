"""The OpenAPI document of every described call, and the check that answers keep to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from flask import Flask
from flask import Response
from flask import current_app
from flask import request
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import TypeAdapter
from pydantic import ValidationError
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from kiosk import config
from kiosk.auth.access import DEVICE_COOKIE
from kiosk.auth.access import ROLES
from kiosk.auth.access import public
from kiosk.db.base import LARGEST_ID
from kiosk.plugin import Registry
from kiosk.web.api import Described
from kiosk.web.api import answer
from kiosk.web.api import described

_READS = frozenset({"GET", "HEAD"})
_SCHEMAS = "#/components/schemas/{model}"
_MEETING = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "examples": ["kim-dong"]}
_ERRORS = {
    400: ("Malformed", "The request cannot be understood."),
    401: ("SignInNeeded", "Nobody is signed in, or the token was revoked."),
    403: ("Forbidden", "Not in a role that may do this."),
    404: ("NotFound", "Not there, or not yours to know."),
    409: ("Conflict", "The present state does not allow it; nothing was changed."),
    413: ("TooLarge", "More than is taken in one request."),
    415: ("OtherMedia", "Not JSON."),
    422: ("Refused", "Understood, but wrong: `fields` names each field."),
    429: ("TooMany", "Slow down: `Retry-After` in seconds."),
    503: ("Unavailable", "Not now: send the same again after `Retry-After` seconds."),
}
_UNCHANGED = {"304": {"description": "As it was: the ETag is the same."}}
_KEYS: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "device": {
        "type": "apiKey",
        "in": "cookie",
        "name": DEVICE_COOKIE,
        "description": "The token of a paired browser.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "kiosk_session",
        "description": "A person who is signed in at `/login`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": 'From `<meta name="csrf-token">` of a page: cookies alone change nothing.',
    },
    "invitation": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Invitation` and the 24 characters of a delegate's own letter.",
    },
    "pass": {
        "type": "apiKey",
        "in": "cookie",
        "name": "kiosk_left_{m}",
        "description": "What the door's page leaves on a tablet for the meeting named after it.",
    },
}


class Problem(BaseModel):
    """An error (RFC 9457): `code` is stable, `detail` a sentence for people."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(examples=["stale"])
    detail: str
    fields: dict[str, str] = Field(default={}, description="What is wrong with each field.")
    retry_after: int | None = Field(default=None, description="Seconds.")


class Document(BaseModel):
    """An OpenAPI document."""

    model_config = ConfigDict(extra="allow")

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
@described("This document", answer=Document)
@public
def openapi() -> Response:
    """Describe the whole API."""
    return answer(document(current_app, request.script_root or "/"))


def document(app: Flask, server: str = "/") -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of every described view."""
    known = _described(app)
    schemas = _Schemas([about for _, _, about, _ in known])
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, about, view in known:
        operation = _operation(app, rule, method, about, view, schemas)
        paths.setdefault(_path(rule), {})[method.lower()] = operation
    tags = sorted({tag for path in paths.values() for one in path.values() for tag in one["tags"]})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kiosk", "version": config.installed_version()},
        "servers": [{"url": server}],
        "tags": [{"name": tag} for tag in tags],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas.all,
            "responses": {
                name: {
                    "description": words,
                    "content": {
                        "application/problem+json": {"schema": schemas.ref(Problem)},
                    },
                }
                for name, words in _ERRORS.values()
            },
            "securitySchemes": _KEYS,
        },
    }


def _described(app: Flask) -> list[tuple[Rule, str, Described, Any]]:
    found: list[tuple[Rule, str, Described, Any]] = []
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        about: Any = getattr(view, "described", None)
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) if about else []
        found += [(rule, method, about, view) for method in methods]
    return found


class _Schemas:
    """The models of all calls by their names; pydantic tells two of one name apart."""

    def __init__(self, known: Iterable[Described]) -> None:
        bodies = [about.body for about in known if about.body]
        answers = [one for about in known for one in _models(about.answer)]
        models = list(dict.fromkeys([Problem, *bodies, *answers]))
        asked: Any = [(model, "validation") for model in models]
        self._refs, made = models_json_schema(asked, ref_template=_SCHEMAS)
        self.all: dict[str, Any] = made.get("$defs", {})

    def ref(self, model: Any) -> dict[str, Any]:
        """Return the reference to a model, or the list of one."""
        if not isinstance(model, type) or not issubclass(model, BaseModel):
            made = TypeAdapter(model).json_schema(ref_template=_SCHEMAS)
            return {name: value for name, value in made.items() if name != "$defs"}
        return dict(self._refs[(model, "validation")])


def _models(kind: Any) -> list[type[BaseModel]]:
    """Return the models that a type is made of: itself, or those of a list or a union."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in getattr(kind, "__args__", ()) for model in _models(part)]


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _operation(
    app: Flask, rule: Rule, method: str, about: Described, view: Any, schemas: _Schemas
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": about.summary,
        "description": (view.__doc__ or "").strip(),
        "operationId": rule.endpoint.replace(".", "_"),
        "tags": [rule.endpoint.partition(".")[0].partition("_")[0]],
        "security": _security(app, method, about, view),
        "parameters": [*_from_path(rule), *_from_query(about)],
        "responses": {
            str(about.status): _good(about, schemas),
            **(_UNCHANGED if about.conditional else {}),
            **{
                str(status): {"$ref": f"#/components/responses/{_ERRORS[status][0]}"}
                for status in _refusals(rule, method, about, view)
            },
        },
    }
    if about.body is not None:
        operation["requestBody"] = {
            "required": any(field.is_required() for field in about.body.model_fields.values()),
            "content": {"application/json": {"schema": schemas.ref(about.body)}},
        }
    return operation


def _good(about: Described, schemas: _Schemas) -> dict[str, Any]:
    found: dict[str, Any] = {"description": "Done."}
    if about.answer is not None:
        found["content"] = {"application/json": {"schema": schemas.ref(about.answer)}}
    elif about.files:
        found["content"] = {kind: {"schema": {"type": "string"}} for kind in about.files}
    return found


def _refusals(rule: Rule, method: str, about: Described, view: Any) -> list[int]:
    """Return with which errors a call may be answered."""
    found = {503}
    if getattr(view, "permission", None) is not None or about.key:
        found |= {401, 403}
    if rule.arguments:
        found.add(404)
    if about.query is not None:
        found.add(422)
    if method not in _READS:
        # 403: without the CSRF token a session may change nothing.
        found |= {400, 403, 404, 409, 413, 415, 422, 429}
    return sorted(found)


def _security(app: Flask, method: str, about: Described, view: Any) -> list[dict[str, list[str]]]:
    if about.key:
        return [{about.key: []}]
    permission = getattr(view, "permission", None)
    if permission is None:
        return []
    installed: Registry = app.extensions["kiosk"]
    roles = installed.permissions.get(permission, frozenset())
    guard: dict[str, list[str]] = {} if method in _READS else {"csrf": []}
    found: list[dict[str, list[str]]] = []
    if roles & set(ROLES):
        if not getattr(view, "person", False):
            found += [{"bearer": []}, {"device": [], **guard}]
        found.append({"session": [], **guard})
    if "delegate" in roles:
        found.append({"invitation": []})
    return found


def _from_path(rule: Rule) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _kind(converter, name)}
        for converter, name in re.findall(r"<(?:([^:<>]+):)?([^<>]+)>", rule.rule)
    ]


def _kind(converter: str, name: str) -> dict[str, Any]:
    if converter == "int":
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
    if converter.startswith("any("):
        return {"type": "string", "enum": converter[4:-1].split(",")}
    return _MEETING if name == "m" else {"type": "string"}


def _from_query(about: Described) -> list[dict[str, Any]]:
    if about.query is None:
        return []
    schema = about.query.model_json_schema()
    found = []
    for name, about_one in schema.get("properties", {}).items():
        one = {key: value for key, value in about_one.items() if key not in ("title", "default")}
        # What is left out is left out: nobody writes null into an address.
        kinds = [kind for kind in one.pop("anyOf", []) if kind.get("type") != "null"]
        one = {**one, **(kinds[0] if kinds else {})}
        if name in (about.choices or {}):
            names = list((about.choices or {})[name]())
            one = {**one, **({"items": {"enum": names}} if "items" in one else {"enum": names})}
        words = one.pop("description", "")
        parameter = {"name": name, "in": "query", "schema": one}
        parameter["required"] = name in schema.get("required", ())
        found.append({**parameter, **({"description": words} if words else {})})
    return found


class NotAsDescribed(AssertionError):
    """An answer is not what the document says. Programs would stumble over it."""


def install(app: Flask) -> None:
    """Check every answer against the document where people develop and test.

    At the door nothing is checked twice: a scan's answer goes out as it was made.
    """
    if app.testing or app.debug:
        app.after_request(_check)


def _check(response: Response) -> Response:
    rule = request.url_rule
    view = current_app.view_functions[rule.endpoint] if rule is not None else None
    about: Described | None = getattr(view, "described", None)
    if rule is None or about is None or request.method in ("OPTIONS", "HEAD"):
        return response
    called = f"{request.method} {rule.rule}"
    status = response.status_code
    known = {about.status, 500, *_refusals(rule, request.method, about, view)}
    if about.conditional:
        known.add(304)
    if status not in known:
        raise NotAsDescribed(f"{called}: status {status} is not described")
    try:
        if status >= 400:
            Problem.model_validate_json(response.get_data())
        elif status == about.status and about.answer is not None:
            _adapter(about.answer).validate_json(response.get_data(), **_extra(about))
    except ValidationError as error:
        raise NotAsDescribed(f"{called}: {error}") from error
    return response


def _extra(about: Described) -> dict[str, Any]:
    # What no model names is drift, save where a model takes anything.
    return {} if about.answer is Document else {"extra": "forbid"}


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
