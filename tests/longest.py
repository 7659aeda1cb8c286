"""The test modules that take longest are begun first: the last to end is waited for alone."""

from __future__ import annotations

import pytest

# Each takes from half a minute to four minutes on two slow cores.
LONGEST = (
    *(
        "test_upgrade_between",
        "test_upgrade",
        "test_offline_arrival",
        "test_tablet",
        "test_machine",
    ),
    *("test_kiosk_reading", "test_https", "test_speakers_sizes", "test_letters", "test_ready"),
    *("test_speakers_live", "test_server", "test_speakers_console", "test_story", "test_phone"),
    *("test_opinion_story", "test_backup", "test_round_trip", "test_looking", "test_limits"),
)


def rank(item: pytest.Item) -> int:
    """Return the place of a test's module: 0 is begun first."""
    name = item.path.stem
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)
