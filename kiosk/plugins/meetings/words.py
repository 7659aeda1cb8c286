"""Words of the deadline table."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

DEADLINE_WORDS = {
    "notice": _l("Tell everyone time, place, content and how to attend"),
    "invitations": _l("Letters are in everybody's hand"),
    "questions_close": _l("Written questions are in"),
    "loudspeaker": _l("Read out on the loudspeakers"),
    "conclusion_notice": _l("Notice of conclusions"),
    "results": _l("Publish the results"),
    "answer": _l("Answer each matter"),
    "posting": _l("Results stay posted"),
}
