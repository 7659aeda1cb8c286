"""The distribution's name and version. The package is `kiosk`; that name on the public index
belongs to somebody else.
"""

from __future__ import annotations

from importlib.metadata import version

DISTRIBUTION = "kiosk-meeting"


def current() -> str:
    """Return the version of the installed distribution."""
    return version(DISTRIBUTION)
