"""JSON in and out: pydantic models that validate what comes, and tell what is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from typing import Any
from typing import TypeVar
from typing import get_origin

from flask import Response
from flask import request
from flask_babel import lazy_gettext as _l
from pydantic import AfterValidator
from pydantic import AwareDatetime
from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Field
from pydantic import Strict
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from kiosk import vietnamese
from kiosk.db.base import LARGEST_ID
from kiosk.errors import Malformed
from kiosk.errors import OtherMedia
from kiosk.errors import Refused

Model = TypeVar("Model", bound=BaseModel)
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
_DIGITS = re.compile(r"[0-9]{1,19}")
_WRITTEN_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


class Input(BaseModel):
    """What a call takes: no field that is not named, each of the very type (0 is not false)."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Output(BaseModel):
    """What a call answers, each value of the very type. Checked where people develop and test."""

    model_config = ConfigDict(strict=True)


class Query(BaseModel):
    """What may stand after the `?`: all texts there, and an empty one counts as not given."""


def _written(value: Any) -> Any:
    # A number would count as seconds since 1970.
    if value is not None and not (isinstance(value, str) and _WRITTEN_TIME.match(value)):
        raise PydanticCustomError("time_form", "a time is a text")
    return value


def _written_day(value: Any) -> Any:
    if value is not None and not isinstance(value, str):
        raise PydanticCustomError("day_form", "a day is a text")
    return value


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise PydanticCustomError("number_form", "a whole number")
    return value


def _id(value: Any) -> Any:
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value


# A number, or its digits: what a device wrote down before it was sent may be either.
Id = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_id)]
# JSON has no times: they are texts, RFC 3339 with an offset.
Time = Annotated[AwareDatetime, Strict(False), BeforeValidator(_written)]
Day = Annotated[date, Strict(False), BeforeValidator(_written_day)]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_digits)]


def one_of(names: Callable[[], Sequence[str]]) -> AfterValidator:
    """Return the check that a text is one of these, for what plugins may add to."""

    def check(value: str) -> str:
        if value and value not in names():
            raise PydanticCustomError("no_such", "none of the names")
        return value

    return AfterValidator(check)


@dataclass(frozen=True)
class Described:
    """What a call of the API takes and gives.

    `files` are the kinds of content of an answer that is no JSON; `conditional`: it has
    an ETag and may be 304. `key` names what opens it when that is no role: a cookie.
    `choices` are the values of a parameter that only the installed plugins can tell.
    """

    summary: str
    body: type[BaseModel] | None = None
    answer: Any = None
    status: int = 200
    query: type[BaseModel] | None = None
    files: Sequence[str] = ()
    conditional: bool = False
    key: str = ""
    choices: Mapping[str, Callable[[], Sequence[str]]] | None = None


def described(summary: str, **about: Any) -> Callable[[View], View]:
    """Put a call into the OpenAPI document, with the fields of Described. Stands outermost."""
    known = Described(summary, **about)

    def declare(view: View) -> View:
        view.described = known  # type: ignore[attr-defined]  # read by `openapi`
        return view

    return declare


def asked(model: type[Model]) -> Model:
    """Return what stands after the `?` as the model; Refused names every wrong field."""
    given: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        values = [value for value in request.args.getlist(key) if value]
        if values:
            given[key] = values if get_origin(field.annotation) is list else values[0]
    return validated(model, given)


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


def parse(model: type[Model]) -> Model:
    """Return the request's JSON as the model; Refused names every wrong field."""
    return validated(model, raw())


def validated(model: type[Model], value: Any) -> Model:
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
