"""The rooms of the house by name. A name that is not here is a violation; so is one not used.

What stands here is the house of DESIGN section 3. What the tree does not have yet is named in
`not_yet.toml`, and only there.
"""

from __future__ import annotations

# A feature's files: the same few names in every plugin, each only where it has something to hold.
STANDARD = {
    "__init__": "says what the folder is",
    "rules": "decisions on plain values",
    "models": "tables",
    "service": "verbs",
    "queries": "reads; at a plugin's root the face for others",
    "events": "what others may hear of",
    "handlers": "who listens",
    "schemas": "what comes in and goes out",
    "pages": "what a browser asks",
    "api": "what a program asks",
    "cli": "what a shell asks",
    "labels": "words for states",
    "erase": "what is removed when a meeting is over",
}
# Where a feature has two of them, the second says of what it is.
TWICE = ("rules", "pages")

# From the ground up. Arrows only run down; two on one floor do not know each other.
FLOORS = {
    "offices": 1,
    "accounts": 2,
    "meetings": 3,
    "delegates": 4,
    "invitations": 5,
    "checkin": 6,
    "attendance": 7,
    "speakers": 7,
    "opinions": 8,
    "papers": 9,
}

# The folders of features, each with what it is about.
FEATURES = {
    "kiosk/plugins/meetings/calendar": "working days, holidays, legal dates",
    "kiosk/plugins/meetings/preparation": "a new meeting and its duties",
    "kiosk/plugins/delegates/bulk": "many delegates changed at once",
    "kiosk/plugins/delegates/importer": "guest lists from spreadsheets",
    "kiosk/plugins/delegates/importer/parse": "what a cell means, one kind of cell a file",
    "kiosk/plugins/invitations/delegate_page": "what a delegate sees and answers",
    "kiosk/plugins/invitations/delivery": "rounds, e-mail, who got theirs",
    "kiosk/plugins/invitations/letters": "what is printed, and its wording",
    "kiosk/plugins/checkin/calls": "a gate that needs a person",
    "kiosk/plugins/checkin/devices": "tablets, their pairing and health",
    "kiosk/plugins/checkin/offline": "what a tablet keeps",
    "kiosk/plugins/checkin/reviews": "conflicts that a person decides",
    "kiosk/plugins/checkin/roll": "the paper roll, ticked afterwards",
    "kiosk/plugins/checkin/scans": "a code becomes a verdict",
    "kiosk/plugins/speakers/delegate_page": "a delegate's own place in the order",
    "kiosk/plugins/speakers/questions": "what somebody wants to ask",
    "kiosk/plugins/speakers/queue": "the order, its steps and their undoing",
    "kiosk/plugins/speakers/statistics": "who spoke how long",
    "kiosk/plugins/opinions/conclusions": "what was promised, and until when",
    "kiosk/plugins/opinions/matters": "one matter from its body to its answer",
    "kiosk/plugins/opinions/public": "what everyone may read and ask",
    "kiosk/plugins/opinions/register": "what came in",
    "kiosk/plugins/papers/corrections": "a paper in other words, with its history",
    "kiosk/plugins/papers/formats": "Word and PDF",
    "kiosk/plugins/papers/slips": "slips that are printed empty",
    "kiosk/plugins/papers/templates": "an office's own Word files",
    "kiosk/plugins/papers/texts": "what each kind of paper says",
}

# Folders of static/ whose feature lives in the browser only.
SCREENS = {
    "static/checkin/camera": "what a camera sees",
    "static/checkin/desk": "what somebody at a table does for a guest",
    "static/checkin/shell": "the door's page, kept whole release by release",
    "static/speakers/chair": "what the chair sees",
    "static/speakers/console": "the moderator's table",
    "static/speakers/hall": "the screen of the hall",
}

# Technical rooms: names beside the standard ones, each with the reason why it has its own.
TECHNICAL = {
    "kiosk": {
        "app": "puts an application together",
        "config": "settings, read once at the start",
        "paths": "where data and shipped files stand",
        "errors": "the tree of errors: code, status, sentence",
        "clock": "the one source of now, so that tests may set it",
        "vietnamese": "folding, sorting and names of the language",
        "assets": "translations are compiled and fonts looked for",
        "plugin": "what a feature is",
        "registry": "what is installed, asked by type",
        "logs": "what may be written down about what happened",
        "mail": "SMTP, for letters and reminders alike",
    },
    "kiosk/hookspecs": {
        "papers": "kinds of papers",
        "home": "steps of a meeting's home",
        "checks": "what doctor asks",
        "imports": "readers of lists",
        "delivery": "channels a letter may take",
    },
    "kiosk/db": {
        "base": "engine, types, writing",
        "compiled": "the door's statements, compiled once",
        "group_commit": "many scans, one commit",
        "migrate": "steps of the schema",
        "ledger": "who did what, and the versions of views",
        "busy": "a database that is locked",
        "free_pages": "deleted means gone from the file",
        "ready": "could this process write now",
    },
    "kiosk/auth": {
        "access": "who may do what",
        "passwords": "argon2 and one-time links",
        "sessions": "sign-ins that can be ended",
        "second_factor": "TOTP",
        "rate_limits": "counted in the database, across workers",
        "oidc": "a province's provider",
        "meeting_keys": "keys of codes, sealed",
        "stream_rights": "may an open stream stay",
    },
    "kiosk/web": {
        "security": "CSRF, CSP, headers",
        "errors": "an error as page or problem+json",
        "templating": "what templates may call",
        "forms": "two people with one form",
        "static_files": "asked by version",
        "compression": "static text without its margins, packed",
        "downloads": "a file as an answer",
        "request_body": "what gunicorn cannot read",
        "openapi": "the API's description, made from the schemas",
    },
    "kiosk/live": {
        "hub": "who watches what",
        "streams": "sockets without a thread each",
        "changes": "how a worker hears of a commit",
    },
    "kiosk/jobs": {"claims": "one node takes what is due"},
    "kiosk/documents": {
        "typst": "a child process with limits",
        "docx": "Word, restricted",
        "qr": "our own path",
        "spreadsheet": "cells that never become formulas",
        "private_files": "mode 600",
        "out_file": "the file a command writes",
    },
    "kiosk/certificates": {
        "authority": "a private CA",
        "network": "addresses a tablet reaches",
        "install_page": "how a tablet comes to trust us",
        "setup_card.typ": "the same on paper",
    },
    "kiosk/server": {
        "run": "gunicorn's settings",
        "worker": "gthread with streams set aside",
        "throttle": "how fast a crowd is let back",
        "one_port": "TLS and plain on one port",
        "https": "certificates renewed while it runs",
        "mount": "the application under the prefix of another one",
    },
    "kiosk/ops": {
        "backup": "one file for both databases",
        "restore": "checked before it is put in",
        "doctor": "what is wrong, in plain words",
        "upgrade": "a lock across nodes, a copy first",
        "metrics": "figures without names",
        "rows": "a table's rows as JSON and back",
        "read_backup": "a backup proved whole beside the real database",
        "generation": "which restore this database is of",
    },
    "kiosk/demo": {
        "meeting": "the meeting of the plan",
        "plan": "its plan as data",
        "residents": "made-up households",
        "opinions": "made-up matters",
    },
    "kiosk/migrations": {
        "env": "Alembic asks for this name",
        "script.py.mako": "Alembic writes a step by it",
    },
    "kiosk/plugins/meetings": {
        "plan": "what is usual in a plan, as data",
    },
    "kiosk/plugins/meetings/calendar": {"holidays": "Tết and the days of the law, as data"},
    "kiosk/plugins/meetings/preparation": {"new_meeting": "a meeting made like another"},
    "kiosk/plugins/delegates": {
        "legacy_fonts": "TCVN3 and VNI",
        "matching": "who of two lists is the same person",
    },
    "kiosk/plugins/delegates/importer": {
        "apply": "a draft becomes delegates",
        "choices": "what the clerk ticked",
        "preview": "what a list would change",
        "report": "what was read and repaired",
        "workbooks": "xlsx, xls and csv alike",
        "xlsx_styles": "formats that carry meaning",
    },
    "kiosk/plugins/delegates/importer/parse": {
        "areas": "residential areas",
        "side_by_side": "two lists on one sheet",
        "birth_years": "years and dates",
        "cells": "what a cell holds",
        "columns": "which column is which",
        "groups": "composition groups",
        "headings": "rows that head others",
        "column_content": "a column told by its cells",
        "names": "forms of address and names",
        "person": "one row, one person",
        "phones": "telephone numbers",
        "sheets": "a sheet from top to bottom",
        "rows": "rows that belong together",
        "duplicates": "the same person twice",
    },
    "kiosk/plugins/invitations": {"list_queries": "the list's lines: too many for queries"},
    "kiosk/plugins/invitations/delegate_page": {"ics": "a calendar entry"},
    "kiosk/plugins/invitations/delivery": {
        "sender": "a round that goes on by itself",
        "outgoing": "what a round still holds",
        "channels": "the ways of our own",
        "email": "a letter as a message",
        "email_addresses": "which address is whose",
        "signing_sheet": "the list that a carrier has signed",
        "sheet.typ": "the same on paper",
    },
    "kiosk/plugins/invitations/letters": {
        "pdf": "letters by Typst",
        "picture": "a letter for chat applications",
        "badges": "badges and signs",
        "wording": "an office's own sentences",
        "letter.typ": "A5",
        "badge.typ": "to wear",
    },
    "kiosk/plugins/checkin": {
        "answers": "what calls answer: beside what they take it would be too long a file",
        "filters": "states of delegates that the list may ask",
        "unsent_api": "what a tablet held back for another meeting: by the blueprint of scans",
    },
    "kiosk/plugins/checkin/devices": {
        "health_api": "a beat is sent by another caller than pairing",
        "scanner_card.typ": "settings of a hand-held scanner",
    },
    "kiosk/plugins/checkin/offline": {
        "roster": "sealed rows",
        "service_worker": "a page that answers with a script",
        "sealing": "scans that only the server reads",
    },
    "kiosk/plugins/checkin/roll": {"roll.typ": "the roll on paper"},
    "kiosk/plugins/checkin/scans": {
        "values": "one attempt and its verdict",
        "decide": "the fast way of a scan",
        "statements": "the door's SQL",
        "reconcile": "the slow way: an offline scan fits in",
        "guessing": "short codes, counted before they are looked up",
    },
    "kiosk/plugins/speakers/queue": {
        "editing": "entries changed",
        "floor": "who speaks now",
        "turns": "turns as rows",
        "undo": "the stored inverse",
        "snapshot": "the console's picture",
        "policies": "ways to order",
        "course": "before, during, after",
    },
    "kiosk/plugins/speakers/statistics": {"flow_chart": "the meeting as a drawing"},
    "kiosk/plugins/opinions": {"live": "what its live views show"},
    "kiosk/plugins/opinions/matters": {
        "editing": "a matter corrected",
        "files": "what is attached",
    },
    "kiosk/plugins/opinions/register": {
        "history": "what a matter was before",
        "values": "a matter as screens see it",
        "similar": "the same matter twice",
        "board": "columns of the board",
        "settings": "the office's ways",
        "access": "which matters somebody may see",
        "authors": "who brought it",
    },
    "kiosk/plugins/papers": {
        "kinds": "which papers there are",
        "values": "a paper as plain values",
    },
    "kiosk/plugins/papers/formats": {
        "docx": "Word",
        "pdf": "PDF",
        "charts": "figures as drawings",
        "files": "names of files",
        "paper.typ": "the layout of Decree 30/2020",
    },
    "kiosk/plugins/papers/templates": {
        "docx_templates": "a Word file filled in",
        "placeholders": "what a template may say",
        "starters": "a first template to begin with",
    },
    "kiosk/plugins/papers/texts": {
        "before_meeting": "programme, list, letter",
        "after_meeting": "conclusions, report",
        "minutes": "what was said",
        "facts": "what a kind of paper needs to know",
    },
}
# Standard names that a core folder has too; elsewhere in the core a name needs its reason above.
CORE_STANDARD = {
    "kiosk": ("__init__", "models", "events", "cli"),
    "kiosk/plugins": ("__init__",),
    "kiosk/hookspecs": ("__init__",),
    "kiosk/db": ("__init__",),
    "kiosk/auth": ("__init__",),
    "kiosk/web": ("__init__", "api", "schemas"),
    "kiosk/live": ("__init__",),
    "kiosk/jobs": ("__init__",),
    "kiosk/documents": ("__init__",),
    "kiosk/certificates": ("__init__",),
    "kiosk/server": ("__init__",),
    "kiosk/ops": ("__init__", "cli", "erase"),
    "kiosk/demo": ("__init__",),
    "kiosk/migrations": (),
}

# Flask ends at the edge. Beside pages, api and cli these may know it.
KNOW_FLASK = {
    "kiosk.app": "makes the Flask application",
    "kiosk.plugin": "a plugin hands over blueprints",
    "kiosk.db.base": "Flask-SQLAlchemy",
    "kiosk.auth.access": "who is asking is on the request",
    "kiosk.live.hub": "a stream begins as a request",
    "kiosk.certificates.install_page": "a page",
    "kiosk.server.run": "gunicorn is handed the application",
    "kiosk.server.mount": "two applications of Flask meet",
    "kiosk.plugins.checkin.offline.service_worker": "a page that answers with a script",
}
# Every module of these rooms may know Flask: they are the edge.
EDGE = ("kiosk.web.",)

# The one place that commits, and who beside it opens a connection of its own.
MAY_COMMIT = {
    "kiosk.db.base": "writing(): the one commit of a request",
    "kiosk.db.migrate": "steps of the schema run before there is a session",
    "kiosk.ops.read_backup": "a backup is read into a database of its own",
}
# Who may open the transaction: the edge, listeners after the answer, and what runs by itself.
MAY_WRITE = {
    "kiosk": "hands it on: a stranger's pages write too",
    "kiosk.cli": "commands",
    "kiosk.db.group_commit": "the door's commit, shared",
    "kiosk.auth.rate_limits": "a try counts even when the request fails",
    "kiosk.plugins.invitations.delivery.sender": "each letter is claimed before it goes out",
}
WRITING_ROOMS = ("kiosk.demo.", "kiosk.ops.", "kiosk.jobs.", "kiosk.db.")

# The compiled statements buy the door its speed and are hard to read: only where that is measured.
MAY_COMPILE = {
    "kiosk.db.ledger": "one row with every scan",
    "kiosk.db.group_commit": "the door's commit",
    "kiosk.auth.access": "a device's token with every scan",
    "kiosk.server.run": "compiled before the workers fork",
    "kiosk.plugins.checkin.scans.statements": "the door",
    "kiosk.plugins.checkin.scans.values": "the door",
    "kiosk.plugins.checkin.scans.guessing": "the door, before a short code is looked up",
    "kiosk.plugins.checkin.devices.service": "a guessing token without a place, within its scan",
    "kiosk.plugins.invitations.queries": "the door asks whose code it is",
}

# Modules that are read only when a command needs them: the command line starts in half the time.
LOADS_LATE = {"kiosk.cli": "a command loads what it runs"}

# Folders of templates and static files that belong to no plugin.
SHARED_TEMPLATES = {"components": "macros of all pages"}
SHARED_STATIC = {"lib": "dom, http, live, strings, time", "https": "the install page's"}
# Files at the root of templates/ and static/.
ROOT_FILES = {
    "templates/base.html": "every page",
    "templates/shell.html": "every page of a meeting",
    "templates/error.html": "an error as a page",
    "templates/own.html": "a delegate's pages",
    "templates/https.html": "the install page",
    "static/base.css": "elements",
    "static/tokens.css": "colours and sizes",
    "static/components.css": "what pages are made of",
    "static/mark.svg": "the mark",
}
