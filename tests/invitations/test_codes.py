"""Codes: made, read, checked, harmless to keyboards, never kept in plain."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kiosk.db.base import db
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.models import Invitation
from kiosk.plugins.invitations.queries import Code

keys = st.binary(min_size=32, max_size=32)
ids = st.integers(1, 10**9)
tags = st.text(rules.ALPHABET, min_size=4, max_size=4)
codes = st.builds(rules.code, tags, keys, ids, st.integers(1, 99))
shorts = st.builds(rules.short, keys, ids, st.integers(1, 99), st.integers(0, 9))


@given(codes)
def test_a_code_has_24_characters_that_telex_and_vni_leave_alone(code: str) -> None:
    assert len(code) == 24
    assert not re.search("[AEIOUYDW]", code)
    assert set(code) <= set(rules.ALPHABET)


@given(codes, st.integers(0, 23), st.sampled_from(rules.ALPHABET))
def test_one_wrong_character_is_always_noticed(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert rules.is_code(changed) == (changed == code)


@given(codes, st.integers(0, 22))
def test_two_neighbours_changed_about_are_always_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert rules.is_code(swapped) == (swapped == code)


@given(shorts, st.integers(0, 7), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_a_short_code_is_always_noticed(
    short: str, place: int, digit: str
) -> None:
    changed = short[:place] + digit + short[place + 1 :]
    assert rules.is_short(changed) == (changed == short)


@given(shorts, st.integers(0, 6))
def test_two_digits_changed_about_are_always_noticed(short: str, place: int) -> None:
    swapped = short[:place] + short[place + 1] + short[place] + short[place + 2 :]
    assert rules.is_short(swapped) == (swapped == short)


@given(codes, st.sampled_from(["", "https://hop.example.vn/I/", "HTTPS://X.VN/i/"]), st.booleans())
def test_a_code_is_read_in_an_address_in_any_case_with_any_grouping(
    code: str, before: str, lower: bool
) -> None:
    text = "-".join(code[i : i + 6] for i in range(0, 24, 6))
    read = rules.read(f" {before}{text.lower() if lower else text}\r\n")
    assert (read.kind, read.text) == ("code", code)
    assert read.tag == code[:4]


@given(shorts)
def test_a_short_code_is_read_as_printed(short: str) -> None:
    assert rules.read(rules.grouped(short)) == rules.Read("short", short)


@given(st.text(max_size=60))
def test_any_text_is_read_as_something(text: str) -> None:
    assert rules.read(text).kind in {"code", "short", "mistyped", "id_card", "nothing"}
    decomposed = unicodedata.normalize("NFD", text)
    assert rules.read(decomposed).kind == rules.read(unicodedata.normalize("NFC", text)).kind


@given(keys, ids)
def test_the_next_issue_has_another_code(key: bytes, delegate: int) -> None:
    assert rules.code("K023", key, delegate, 1) != rules.code("K023", key, delegate, 2)


def test_the_database_holds_no_code(
    app: Flask, add_delegate: Callable[..., int], invite: Callable[[int], Code]
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa"))
    with app.app_context():
        kept = str(db.session.scalars(db.select(Invitation)).one().__dict__)
    assert code.code not in kept
    assert code.code[4:22] not in kept
    assert code.short not in kept


def test_issuing_over_the_api_and_reissuing_and_withdrawing(
    client: FlaskClient, bearer: Callable[..., dict[str, str]], add_delegate: Callable[..., int]
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    url = f"/api/v1/meetings/kd/delegates/{hoa}/invitation"
    headers = bearer("organiser")
    first = client.post(url, headers=headers)
    assert first.status_code == 201
    second = client.post(url, headers=headers)
    assert first.json is not None
    assert second.json is not None
    assert first.json["code"] != second.json["code"]
    assert rules.is_code(second.json["code"])
    assert rules.is_short(second.json["short"])
    assert client.delete(url, headers=headers).status_code == 204
    assert client.delete(url, headers=headers).status_code == 404
    assert client.post(url, headers=bearer("desk")).status_code == 403
    assert client.post(url.replace(str(hoa), "99999"), headers=headers).status_code == 404
    third = client.post(url, headers=headers)
    assert third.status_code == 201


def test_a_delegate_speaks_with_the_code_until_it_is_replaced(
    client: FlaskClient, add_delegate: Callable[..., int], invite: Callable[[int], Code]
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    old = {"Authorization": f"Invitation {invite(hoa).code}"}
    assert client.get("/api/v1/meetings/kd", headers=old).status_code == 200
    assert client.get("/api/v1/meetings/kd/delegates", headers=old).status_code == 403
    invite(hoa)
    assert client.get("/api/v1/meetings/kd", headers=old).status_code == 401
