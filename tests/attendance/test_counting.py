"""Counting over plain values: the numbers add up whatever the door did."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from kiosk.plugins.attendance import counting_rules


class Plain(NamedTuple):
    """A person as plain values."""

    group_kind: str
    household_id: int | None
    invited: bool
    removed: bool
    excused: bool
    state: str
    observer: bool
    instead: dict[str, str] | None


PEOPLE = st.lists(
    st.builds(
        Plain,
        st.sampled_from(("official", "household", "guest")),
        st.none() | st.integers(1, 4),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.sampled_from(("", "in", "out")),
        st.booleans(),
        st.none() | st.just({"name": "Tư"}),
    ),
    max_size=30,
)


@given(PEOPLE)
def test_the_numbers_add_up(people: list[Plain]) -> None:
    found = counting_rules.count(people)
    assert found.invited == found.came + found.excused + found.absent
    assert found.present == found.came + found.added
    assert found.inside == found.present - found.left + found.removed_inside
    assert found.inside == sum(person.state == "in" for person in people if not person.removed) + (
        found.removed_inside
    )
    assert found.households_present <= min(found.households, found.came)
    assert found.observers <= found.present
    assert found.came - found.seated <= found.observers


@given(PEOPLE)
def test_rows_add_up_and_people_who_were_added_stand_in_none_of_them(people: list[Plain]) -> None:
    found = counting_rules.count(people)
    rows = counting_rules.rows(people, lambda person: person.group_kind)
    for row in rows.values():
        assert row.invited == row.present + row.excused + row.absent
    sums = [sum(row[n] for row in rows.values()) for n in range(5)]
    assert sums == [found.invited, found.came, found.excused, found.absent, found.added]


@given(PEOPLE, st.integers(0, 29))
def test_taking_somebody_off_the_list_never_empties_the_hall(
    people: list[Plain], place: int
) -> None:
    before_ = counting_rules.count(people)
    off = [p._replace(removed=True) if n == place else p for n, p in enumerate(people)]
    assert counting_rules.count(off).inside == before_.inside
