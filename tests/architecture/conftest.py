"""The real tree, read once, and a small made one to plant faults in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.architecture.not_yet import ROOT
from tests.architecture.tree import Tree

WORDS = """# A small house

## Words

| code | screen | meaning |
|---|---|---|
| `Presence` | có mặt | where a delegate stands |

### Not used

| word | where | instead |
|---|---|---|
| `mend`, `mending` | any | correct |
| `looks` | whole name | style |
| `people` | module, blueprint | models |
| `Body` | end of a class | In |
"""
# Whatever stands here keeps every rule; each planted fault is one file more, or another text.
HOUSE = {
    "docs/architecture.md": WORDS,
    "kiosk/__init__.py": "",
    "kiosk/app.py": "from flask import Flask\n",
    "kiosk/clock.py": "",
    "kiosk/cli.py": "from kiosk.demo import meeting\n",
    "kiosk/db/__init__.py": "",
    "kiosk/db/base.py": "def writing(session):\n    session.commit()\n",
    "kiosk/db/compiled.py": "",
    "kiosk/demo/__init__.py": "",
    "kiosk/demo/meeting.py": "from kiosk.plugins.checkin import queries\n",
    "kiosk/models.py": "from kiosk.db import base\n",
    "kiosk/plugins/__init__.py": "",
    "kiosk/plugins/invitations/__init__.py": "plugin = dict(name='invitations')\n",
    "kiosk/plugins/invitations/events.py": "import datetime\n",
    "kiosk/plugins/invitations/models.py": "",
    "kiosk/plugins/invitations/queries.py": "from flask_babel import lazy_gettext as _l\n",
    "kiosk/plugins/checkin/__init__.py": "plugin = dict(requires=('invitations',))\n",
    "kiosk/plugins/checkin/models.py": "import sqlalchemy\n\n\nclass Presence: ...\n",
    "kiosk/plugins/checkin/queries.py": "from kiosk.plugins.invitations import queries\n",
    "kiosk/plugins/checkin/scans/__init__.py": "",
    "kiosk/plugins/checkin/scans/api.py": (
        "from flask import Blueprint\n"
        "from kiosk.db.base import writing\n"
        "from kiosk.plugins.checkin.scans import service\n"
        "blueprint = Blueprint('checkin_scans', __name__)\n"
    ),
    "kiosk/plugins/checkin/scans/rules.py": "from kiosk import clock\n",
    "kiosk/plugins/checkin/scans/schemas.py": "import pydantic\n",
    "kiosk/plugins/checkin/scans/service.py": (
        "from kiosk.plugins.checkin import models\n"
        "from kiosk.plugins.checkin.scans import timeline_rules\n"
    ),
    "kiosk/plugins/checkin/scans/timeline_rules.py": (
        "from kiosk.plugins.checkin.scans import rules\n"
    ),
    "static/checkin/scans/scan.js": "export function scan() {\n  return 1;\n}\n",
    "static/lib/http.js": "",
    "templates/base.html": "",
    "templates/checkin/review.html": "",
}


def build(root: Path, files: Mapping[str, str]) -> Tree:
    """Write the files under `root` and give the tree of them."""
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return Tree(root)


@pytest.fixture(scope="session")
def tree() -> Tree:
    """The project as it stands."""
    return Tree(ROOT)
