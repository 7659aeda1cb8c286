"""Faults, each put into the small house, with what the rules say of it."""

from __future__ import annotations

from typing import NamedTuple

CHECKIN = "kiosk/plugins/checkin"
SCANS = f"{CHECKIN}/scans"


class Plant(NamedTuple):
    """A file put into the small house and what its rule says of it."""

    rule: str
    path: str
    text: str
    sentences: tuple[str, ...]


NAMES = (
    Plant(
        "free_names",
        f"{CHECKIN}/utils_misc.py",
        "",
        (f"{CHECKIN}/utils_misc.py: utils_misc.py is not a name of its room",),
    ),
    Plant(
        "free_names",
        f"{SCANS}/scan_helpers.py",
        "",
        (f"{SCANS}/scan_helpers.py: scan_helpers.py is not a name of its room",),
    ),
    Plant(
        "free_names",
        f"{SCANS}/_rules.py",
        "",
        (f"{SCANS}/_rules.py: _rules.py is not a name of its room",),
    ),
    Plant(
        "free_names",
        "kiosk/people.py",
        "",
        ("kiosk/people.py: people.py is not a name of its room",),
    ),
    Plant(
        "free_names",
        # A feature's names are for features: the core has few of them.
        "kiosk/db/pages.py",
        "",
        ("kiosk/db/pages.py: pages.py is not a name of its room",),
    ),
    Plant(
        "free_names",
        f"{SCANS}/notes.txt",
        "",
        (f"{SCANS}/notes.txt: notes.txt is not a name of its room",),
    ),
    Plant(
        "free_names",
        f"{CHECKIN}/corner/rules.py",
        "",
        (f"{CHECKIN}/corner/rules.py: {CHECKIN}/corner is not a room of the house",),
    ),
    Plant(
        "free_names",
        "kiosk/core2/__init__.py",
        "",
        ("kiosk/core2/__init__.py: kiosk/core2 is not a room of the house",),
    ),
    Plant(
        "free_names",
        "kiosk/plugins/raffle/rules.py",
        "",
        ("kiosk/plugins/raffle/rules.py: kiosk/plugins/raffle is not a room of the house",),
    ),
    Plant(
        "asset_places",
        "static/planted.css",
        "",
        ("static/planted.css: not one of the files at the root of static",),
    ),
    Plant(
        "asset_places",
        "templates/raffle/draw.html",
        "",
        ("templates/raffle/draw.html: raffle is neither a plugin nor shared",),
    ),
    Plant(
        "asset_places",
        "static/checkin/corner/a.js",
        "",
        (f"static/checkin/corner/a.js: {CHECKIN}/corner is not a feature",),
    ),
    Plant(
        "declarations",
        f"{CHECKIN}/__init__.py",
        "requires = ('invitations',)\nif requires:\n    print(requires)\n",
        (f"{CHECKIN}/__init__.py:2: a plugin's __init__ only declares",),
    ),
)
KINDS = (
    Plant(
        "pure_rules",
        f"{SCANS}/rules.py",
        "from kiosk.db import base\nimport sqlalchemy\nfrom kiosk.plugins.checkin import models\n",
        (
            "kiosk.plugins.checkin.scans.rules imports kiosk.db.base: rules are pure",
            "kiosk.plugins.checkin.scans.rules imports kiosk.plugins.checkin.models:"
            " rules are pure",
            "kiosk.plugins.checkin.scans.rules imports sqlalchemy: rules are pure",
        ),
    ),
    Plant(
        "pure_rules",
        f"{SCANS}/timeline_rules.py",
        "from . import service\n",
        (
            "kiosk.plugins.checkin.scans.timeline_rules imports"
            " kiosk.plugins.checkin.scans.service: rules are pure",
        ),
    ),
    Plant(
        "models_know_the_database",
        f"{CHECKIN}/late_models.py",
        "from flask import g\nfrom kiosk import clock\n",
        (
            "kiosk.plugins.checkin.late_models imports flask:"
            " models know the database and the nouns",
            "kiosk.plugins.checkin.late_models imports kiosk.clock:"
            " models know the database and the nouns",
        ),
    ),
    Plant(
        "events_know_nothing",
        f"{CHECKIN}/events.py",
        "from kiosk import models\n",
        ("kiosk.plugins.checkin.events imports kiosk.models: events are plain values",),
    ),
    Plant(
        "schemas_know_values",
        f"{SCANS}/schemas.py",
        "import pydantic\nfrom kiosk.plugins.checkin.scans import rules\nimport flask\n",
        ("kiosk.plugins.checkin.scans.schemas imports flask: schemas know values only",),
    ),
    Plant(
        "flask_at_the_edge",
        f"{SCANS}/steps.py",
        "from flask import request\n",
        ("kiosk.plugins.checkin.scans.steps imports flask: Flask ends at the edge",),
    ),
    Plant(
        "flask_at_the_edge",
        f"{CHECKIN}/models.py",
        "class Presence: ...\n\n\ndef now():\n    from werkzeug.local import LocalProxy\n",
        ("kiosk.plugins.checkin.models imports werkzeug.local: Flask ends at the edge",),
    ),
    Plant(
        "flask_at_the_edge",
        "kiosk/clock.py",
        "import flask.globals\n",
        ("kiosk.clock imports flask.globals: Flask ends at the edge",),
    ),
    Plant(
        "sentences_only_marked",
        f"{SCANS}/service.py",
        "from flask_babel import gettext, lazy_gettext\n",
        (
            "kiosk.plugins.checkin.scans.service imports gettext:"
            " verbs and reads only mark sentences",
        ),
    ),
    Plant(
        "one_commit",
        f"{SCANS}/service.py",
        "def admit(session):\n    session.commit()\n",
        (f"{SCANS}/service.py:2: only writing() commits",),
    ),
    Plant(
        "writing_at_the_edge",
        f"{SCANS}/service.py",
        "from kiosk.db.base import writing\n",
        (
            "kiosk.plugins.checkin.scans.service imports kiosk.db.base:"
            " who is asked from outside opens the transaction",
        ),
    ),
    Plant(
        "compiled_for_the_door",
        f"{CHECKIN}/queries.py",
        "from kiosk.db import compiled\n",
        (
            "kiosk.plugins.checkin.queries imports kiosk.db.compiled:"
            " compiled statements are the door's",
        ),
    ),
    Plant(
        "late_imports",
        f"{SCANS}/service.py",
        "def admit():\n    import json\n\n    return json\n",
        (f"{SCANS}/service.py:2: import inside a function",),
    ),
    Plant(
        "late_imports",
        f"{SCANS}/service.py",
        "import importlib\n\nlate = lambda name: importlib.import_module(name)\n",
        (f"{SCANS}/service.py:3: import inside a function",),
    ),
)
ARROWS = (
    Plant(
        "core_without_plugins",
        "kiosk/app.py",
        "from kiosk.plugins.checkin import queries\n",
        ("kiosk.app imports kiosk.plugins.checkin.queries: the core knows no plugin",),
    ),
    Plant(
        "core_without_plugins",
        "kiosk/app.py",
        "from importlib import import_module\n\nimport_module('kiosk.plugins.checkin.queries')\n",
        ("kiosk.app imports kiosk.plugins.checkin.queries: the core knows no plugin",),
    ),
    Plant(
        "composition_root",
        f"{SCANS}/api.py",
        "from kiosk.demo import meeting\n",
        (
            "kiosk.plugins.checkin.scans.api imports kiosk.demo.meeting:"
            " only the command line calls it",
        ),
    ),
    Plant(
        "faces",
        f"{SCANS}/service.py",
        "from kiosk.plugins.invitations.models import Invitation\n",
        (
            "kiosk.plugins.checkin.scans.service imports kiosk.plugins.invitations.models:"
            " of another plugin only events and queries",
        ),
    ),
    Plant(
        "faces",
        f"{SCANS}/service.py",
        "import kiosk.plugins.invitations\n",
        (
            "kiosk.plugins.checkin.scans.service imports kiosk.plugins.invitations:"
            " of another plugin only events and queries",
        ),
    ),
    Plant(
        "required",
        f"{CHECKIN}/__init__.py",
        "plugin = dict(requires=())\n",
        ("kiosk.plugins.checkin.queries: checkin does not require invitations",),
    ),
    Plant(
        "floors",
        "kiosk/plugins/invitations/queries.py",
        "from kiosk.plugins.checkin import events\n",
        ("kiosk.plugins.invitations.queries imports kiosk.plugins.checkin: arrows only run down",),
    ),
    Plant(
        "floors",
        "kiosk/plugins/raffle/events.py",
        "",
        ("kiosk.plugins.raffle.events: raffle has no floor",),
    ),
    Plant(
        "module_circles",
        f"{SCANS}/rules.py",
        "from kiosk.plugins.checkin.scans import timeline_rules\n",
        (
            "modules in a circle: kiosk.plugins.checkin.scans.rules,"
            " kiosk.plugins.checkin.scans.timeline_rules",
        ),
    ),
    Plant(
        "folder_circles",
        # No module is in a circle here: queries of the plugin and the feature's service are.
        f"{CHECKIN}/models.py",
        "from kiosk.plugins.checkin.scans import rules\n\n\nclass Presence: ...\n",
        ("folders in a circle: kiosk.plugins.checkin.models, kiosk/plugins/checkin/scans",),
    ),
)
LONG_SCRIPT = "export const many = (list) => {\n" + "  list.push(1);\n" * 59 + "};\n"
METHOD = "class Page {\n  async draw(a, b) {\n" + "    a();\n" * 60 + "  }\n}\n"
SIZES = (
    Plant(
        "file_lengths",
        "static/checkin/long.css",
        "a {}\n" * 401,
        ("static/checkin/long.css: 401 lines, 400 at most",),
    ),
    Plant(
        "line_lengths",
        "static/checkin/planted.css",
        "a{color:red}" * 1000,
        ("static/checkin/planted.css:1: 12000 characters, 110 at most",),
    ),
    Plant(
        "line_lengths",
        "templates/checkin/door.html",
        "<p>\n" + "ế" * 110 + "\n" + "ế" * 111 + "\n",
        ("templates/checkin/door.html:3: 111 characters, 110 at most",),
    ),
    Plant(
        "line_lengths",
        f"{CHECKIN}/roll/roll.typ",
        "#" * 111,
        (f"{CHECKIN}/roll/roll.typ:1: 111 characters, 110 at most",),
    ),
    Plant(
        "function_lengths",
        f"{SCANS}/service.py",
        "async def admit():\n" + "    await None\n" * 60,
        (f"{SCANS}/service.py:1: a function of 61 lines, 60 at most",),
    ),
    Plant(
        "function_lengths",
        "static/checkin/scans/scan.js",
        LONG_SCRIPT,
        ("static/checkin/scans/scan.js:1: a function of 61 lines, 60 at most",),
    ),
    Plant(
        "function_lengths",
        "static/checkin/scans/scan.js",
        METHOD,
        ("static/checkin/scans/scan.js:2: a function of 62 lines, 60 at most",),
    ),
)
WORDS = (
    Plant(
        "unwanted_words",
        f"{SCANS}/service.py",
        "def mend_name(): ...\n\n\ndef recommend(): ...\n\n\ndef looks_typed(): ...\n",
        (f"{SCANS}/service.py:1: function mend_name: not mend but correct",),
    ),
    Plant(
        "unwanted_words",
        f"{SCANS}/service.py",
        "class ScanBody: ...\n\n\nclass Body: ...\n\n\nclass looks: ...\n",
        (
            f"{SCANS}/service.py:1: class ScanBody: not Body but In",
            f"{SCANS}/service.py:7: class looks: not looks but style",
        ),
    ),
    Plant(
        "unwanted_words",
        f"{SCANS}/people_pages.py",
        "import flask\n\n\ndef people(): ...\n\n\nb = flask.Blueprint('people', __name__)\n",
        (
            f"{SCANS}/people_pages.py:1: module people_pages: not people but models",
            f"{SCANS}/people_pages.py:7: blueprint people: not people but models",
        ),
    ),
    Plant(
        "blueprint_names",
        f"{SCANS}/api.py",
        "from flask import Blueprint\n\nblueprint = Blueprint('scans', __name__)\n",
        (f"{SCANS}/api.py:3: blueprint scans is not checkin_…",),
    ),
    Plant(
        "unused_words",
        f"{CHECKIN}/models.py",
        "class Place: ...\n",
        ("docs/architecture.md: nothing in the code is called Presence",),
    ),
)
PLANTS = (*NAMES, *KINDS, *ARROWS, *SIZES, *WORDS)
