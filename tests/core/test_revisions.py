"""Two people with one form: what one saves is never lost without a word."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Malformed
from kiosk.web import forms

FIELDS = ("venue", "minutes", "host")
WORDS = st.sampled_from(["", "một", "hai", "ba"])
ROWS = st.fixed_dictionaries(dict.fromkeys(FIELDS, WORDS))


def _form(shown: dict[str, str], typed: dict[str, str]) -> dict[str, str]:
    field = str(forms.shown_field(shown))
    packed = re.search(r'value="([^"]*)"', field)
    assert packed is not None
    return {**typed, forms.FIELD: html.unescape(packed[1])}


@given(ROWS, ROWS, ROWS)
def test_a_field_changed_by_one_stands_and_one_changed_by_both_is_asked(
    shown: dict[str, str], stored: dict[str, str], typed: dict[str, str]
) -> None:
    both = {
        name
        for name in FIELDS
        if stored[name] != shown[name] and typed[name] not in (shown[name], stored[name])
    }
    if both:
        with pytest.raises(forms.ChangedMeanwhile) as refused:
            forms.merged(_form(shown, typed), stored)
        asked = refused.value
        assert set(asked.fields) == both
        assert {name: asked.values[name] for name in both} == {n: typed[n] for n in both}
        # Sent once more from the page that shows both, it is written as typed.
        again = forms.merged(_form(asked.stored, asked.values), stored)
        assert (again.values, again.theirs) == (asked.values, ())
        return
    found = forms.merged(_form(shown, typed), stored)
    for name in FIELDS:
        mine = typed[name] != shown[name]
        assert found.values[name] == (typed[name] if mine else stored[name])
        assert (name in found.theirs) == (not mine and stored[name] != shown[name])


def test_lines_and_accents_come_back_from_a_browser_as_they_went() -> None:
    shown = {"org_name": 'ỦY BAN "A" & <b>\nXÃ BÌNH MINH'}
    typed = {"org_name": shown["org_name"].replace("\n", "\r\n")}
    found = forms.merged(_form(shown, typed), {"org_name": "Khác"})
    assert (found.values["org_name"], found.theirs) == ("Khác", ("org_name",))


def test_a_program_that_saw_no_form_means_what_it_sends() -> None:
    stored = {"venue": "A", "host": "B"}
    assert forms.merged({"venue": "C"}, stored).values == {"venue": "C", "host": "B"}


@pytest.mark.parametrize("packed", ["", "[]", "{", "null", "7", '{"a":' + '"x"' * 100_000])
def test_what_no_page_of_ours_has_shown_is_malformed(packed: str) -> None:
    with pytest.raises(Malformed):
        forms.merged({forms.FIELD: packed}, {"venue": "A"})


def test_the_sentence_beside_a_field_says_in_words_what_stands() -> None:
    form = _form({"area": "1"}, {"area": "2"})
    with pytest.raises(forms.ChangedMeanwhile) as refused:
        forms.merged(form, {"area": "3"}, {"area": {"3": "Khu Ba"}})
    said = refused.value.fields["area"]
    assert "Khu Ba" in str(said)
    assert isinstance(said, forms.Meanwhile)
    assert said.value == "3"
