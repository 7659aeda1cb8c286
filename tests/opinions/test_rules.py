"""The machine of states, likeness, names in public words: plain values."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import invariant
from hypothesis.stateful import rule

from kiosk.plugins.opinions import rules

ROLES = ("organiser", "moderator", "secretary", "body", "observer", "security", "gate", "screen")
NEVER = {"moderator", "observer", "security", "gate", "desk", "screen", "delegate"}

standings = st.builds(
    rules.Standing,
    st.sampled_from(rules.STATES),
    st.sampled_from(rules.KINDS),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


class Life(RuleBasedStateMachine):
    """A matter that people of every role push about as far as they are allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.state = rules.first_state("request", has_topic=False)
        self.topic = self.body = self.answer = False
        self.kind = "request"

    def standing(self) -> rules.Standing:
        return rules.Standing(self.state, self.kind, self.topic, self.body, self.answer)

    @rule(topic=st.booleans(), body=st.booleans(), answer=st.booleans())
    def becomes(self, topic: bool, body: bool, answer: bool) -> None:
        self.topic, self.body, self.answer = topic, body, answer

    @rule(kind=st.sampled_from(rules.KINDS))
    def changes_kind(self, kind: str) -> None:
        if (kind in rules.SPLIT_OUT) != (self.kind in rules.SPLIT_OUT):
            self.state = rules.first_state(kind, self.topic)
        self.kind = kind

    @rule(roles=st.sets(st.sampled_from(ROLES)), wanted=st.sampled_from(rules.STATES))
    def moves(self, roles: set[str], wanted: str) -> None:
        before, target = self.state, wanted
        offered = rules.targets(roles, self.standing())
        assert (target in offered) <= rules.may_move(roles, before, target)
        if target in offered:
            self.state = target
            assert roles & (rules.STAFF | {"body"})
            assert target == rules.REDIRECTED or self.kind not in rules.SPLIT_OUT

    @invariant()
    def the_state_has_a_name_and_a_column(self) -> None:
        assert self.state in rules.STATES
        assert rules.column_of(self.state) in rules.COLUMNS


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_every_state_is_in_the_machine_and_none_leads_outside() -> None:
    assert set(rules.MOVES) == set(rules.STATES)
    assert {target for moves in rules.MOVES.values() for target in moves} <= set(rules.STATES)


def test_every_state_can_be_reached_and_left_by_the_office() -> None:
    reached = {rules.RECEIVED}
    while (
        more := {t for s in reached for t in rules.MOVES[s] if rules.may_move({"organiser"}, s, t)}
        - reached
    ):
        reached |= more
    assert reached == set(rules.STATES)
    assert all(rules.MOVES[state] for state in rules.STATES)


@pytest.mark.parametrize("role", sorted(NEVER))
def test_other_roles_move_nothing(role: str) -> None:
    assert not any(rules.may_move({role}, s, t) for s, t in product(rules.STATES, rules.STATES))


def test_a_body_only_begins_and_reports_work() -> None:
    moves = {
        (s, t) for s, t in product(rules.STATES, rules.STATES) if rules.may_move({"body"}, s, t)
    }
    assert moves == {
        ("assigned", "preparing"),
        ("assigned", "in_progress"),
        ("preparing", "in_progress"),
    }


@given(standings, st.sets(st.sampled_from(ROLES)))
def test_a_written_answer_needs_words_and_work_needs_a_body(
    standing: rules.Standing, roles: set[str]
) -> None:
    found = rules.targets(roles, standing)
    assert standing.has_answer or rules.IN_WRITING not in found
    assert standing.has_body or not {rules.ASSIGNED, rules.IN_PROGRESS} & set(found)
    assert rules.DUPLICATE not in found


@given(st.dictionaries(st.integers(0, 8), st.integers(0, 8) | st.none()), st.integers(0, 8))
def test_a_chain_of_duplicates_ends_or_is_refused(
    duplicates: dict[int, int | None], start: int
) -> None:
    try:
        assert duplicates.get(rules.main_of(duplicates, start)) is None
    except ValueError:
        seen: set[int] = set()
        at: int | None = start
        while at is not None and at not in seen:
            seen.add(at)
            at = duplicates.get(at)
        assert at is not None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Bà Nguyễn Thị Hoa nhờ xem lại", "Nguyễn Thị Hoa"),
        ("ba nguyen thi hoa nho xem lai", "Nguyễn Thị Hoa"),
        ("Gọi số 0912 345 678 để hẹn", "0912 345 678"),
        ("CCCD 030185001234", "030185001234"),
        ("Nạo vét rãnh ngõ 6, dài 180 mét, xong 08/11/2023", ""),
        ("Hoa ở đầu ngõ rất đẹp", ""),
    ],
)
def test_personal_data_in_public_words_is_found(words: str, found: str) -> None:
    assert rules.holds_personal_data(words, ["Nguyễn Thị Hoa"]) == found


@given(st.text(max_size=60), st.text(max_size=60))
def test_names_and_phones_never_survive_masking(before: str, after: str) -> None:
    words = f"{before} Nguyễn  thị Hoa, 0912345678 {after}"
    shown = rules.nameless(words, ["Nguyễn Thị Hoa"])
    assert "thị hoa" not in shown.lower()
    assert "0912345678" not in shown


def test_a_rule_with_a_fitting_word_goes_before_the_topic() -> None:
    kept = [
        rules.Rule(5, (), 1),
        rules.Rule(5, ("mương", "thủy lợi"), 2, (1,)),
        rules.Rule(6, ("xe tải",), 3),
    ]
    defaults = {5: 9, 7: 8}
    assert rules.suggest(kept, defaults, 5, "Mương nội đồng bị lấp").lead_body_id == 2
    assert rules.suggest(kept, defaults, 5, "Sổ đỏ chậm").lead_body_id == 1
    assert rules.suggest(kept, defaults, 7, "Thái độ").lead_body_id == 8
    # Without a topic the words find one.
    found = rules.suggest(kept, defaults, None, "xe tai chay qua truong")
    assert (found.topic_id, found.lead_body_id) == (6, 3)
    assert rules.suggest(kept, defaults, None, "khác").lead_body_id is None
