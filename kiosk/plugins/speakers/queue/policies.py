"""The ways to order who waits to speak, and the frame that holds every one of them.

A policy only ever orders the normal requests behind the locked places, in the order of
asking. Whatever a policy does, nobody is lost, the locked places stay and the priority
lane stays ahead; `arranged` sees to that.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from flask_babel import lazy_gettext as _l

from kiosk.plugin import Asking
from kiosk.plugin import Heard
from kiosk.plugin import SpeakingPolicy


class BadOrder(Exception):
    """A policy failed, or did not return each id that it was given once."""


def arranged(
    policy: SpeakingPolicy, waiting: Sequence[Asking], locked: int, heard: Heard
) -> list[int]:
    """Return the ids in the policy's order; the first `locked` stay where they are.

    Raises BadOrder when the policy loses or invents somebody.
    """
    kept, rest = waiting[:locked], in_order_of_asking(waiting[locked:])
    front = [*kept, *(asking for asking in rest if asking.kind == "priority")]
    normal = [asking for asking in rest if asking.kind != "priority"]
    try:
        found = list(policy.order(normal, after(front, heard)))
    except Exception as error:
        raise BadOrder(policy.name) from error
    if len(found) != len(normal) or set(found) != {asking.id for asking in normal}:
        raise BadOrder(policy.name)
    return [*(asking.id for asking in front), *found]


def in_order_of_asking(waiting: Sequence[Asking]) -> list[Asking]:
    """Return the waiting people by the time of asking."""
    return sorted(waiting, key=lambda asking: (asking.requested_at, asking.id))


def after(front: Sequence[Asking], heard: Heard) -> Heard:
    """Return what will have been heard when the people in front have spoken."""
    if not front:
        return heard
    areas = tuple(asking.area for asking in front)
    return replace(heard, areas=(*heard.areas, *areas), just_heard=areas[-1:])


def place_of(
    policy: SpeakingPolicy, others: Sequence[Asking], one: Asking, locked: int, heard: Heard
) -> int:
    """Return the index among the others at which the policy puts one more person.

    The others keep their order: what the moderator arranged is not repaired.
    """
    return arranged(policy, [*others, one], min(locked, len(others)), heard).index(one.id)


def _arrival(asking: Sequence[Asking], heard: Heard) -> list[int]:
    return [one.id for one in asking]


def _first_time(asking: Sequence[Asking], heard: Heard) -> list[int]:
    return [one.id for one in sorted(asking, key=lambda one: one.times_spoken > 0)]


def _least_time(asking: Sequence[Asking], heard: Heard) -> list[int]:
    return [one.id for one in sorted(asking, key=lambda one: one.seconds_spoken)]


def _by_topic(asking: Sequence[Asking], heard: Heard) -> list[int]:
    ordered = sorted(asking, key=lambda one: (one.topic is None, one.topic or 0))
    return [one.id for one in ordered]


def _alternate_areas(asking: Sequence[Asking], heard: Heard) -> list[int]:
    served, last = Counter(heard.areas), heard.just_heard
    rest, found = list(asking), []
    while rest:
        # The first of the best: equals keep the order of asking.
        one = min(rest, key=lambda each: (served[each.area], (each.area,) == last))
        rest.remove(one)
        found.append(one.id)
        served[one.area] += 1
        last = (one.area,)
    return found


def _draw(asking: Sequence[Asking], heard: Heard) -> list[int]:
    ids = [one.id for one in asking]
    # A draw that anybody can repeat from its recorded seed; nothing here is a secret.
    random.Random(heard.seed).shuffle(ids)  # noqa: S311
    return ids


POLICIES = (
    SpeakingPolicy(
        "arrival",
        _l("Order of asking"),
        _arrival,
        _l("Who asked first speaks first."),
        standing=False,
    ),
    SpeakingPolicy(
        "first_time",
        _l("First-time speakers first"),
        _first_time,
        _l("Who has not spoken yet comes first, then the others; each in the order of asking."),
    ),
    SpeakingPolicy(
        "alternate_areas",
        _l("Areas in turn"),
        _alternate_areas,
        _l("The area heard least comes next, never the same area twice while another waits."),
    ),
    SpeakingPolicy(
        "by_topic",
        _l("Topic by topic"),
        _by_topic,
        _l("In the order of the plan's topics; who named no topic comes last."),
    ),
    SpeakingPolicy(
        "least_time",
        _l("Least time first"),
        _least_time,
        _l("Who has spoken for the shortest time in this meeting comes first."),
    ),
    SpeakingPolicy(
        "draw",
        _l("Draw lots"),
        _draw,
        _l("By lot. The seed is recorded, so the draw can be repeated in public."),
        standing=False,
        draws=True,
    ),
)
