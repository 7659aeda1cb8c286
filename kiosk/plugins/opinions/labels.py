"""The words of screens and papers for what the rules name."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugins.opinions import rules

CHANNEL_WORDS = {
    "front": _l("Front committee"),
    "association": _l("Association"),
    "letter": _l("Letter"),
    "phone": _l("Phone"),
    "page": _l("Invitation page"),
    "slip": _l("Slip in the hall"),
    "spoken": _l("Spoken in the hall"),
}
KIND_WORDS = {
    "request": _l("Request"),
    "report": _l("Report of a fact"),
    "suggestion": _l("Suggestion"),
    "question": _l("Question"),
    "complaint": _l("Complaint (redirected)"),
    "denunciation": _l("Denunciation (redirected, secret)"),
}
COMPETENCE_WORDS = {
    "ward": _l("The ward"),
    "above": _l("A higher level"),
    "elsewhere": _l("Another authority"),
}
STATE_WORDS = {
    rules.RECEIVED: _l("Received"),
    rules.CLASSIFIED: _l("Classified"),
    rules.ASSIGNED: _l("Assigned"),
    rules.PREPARING: _l("Answer in preparation"),
    rules.IN_PROGRESS: _l("In progress"),
    rules.PASSED_UP: _l("Passed to a higher level"),
    rules.IN_HALL: _l("Answered in the hall"),
    rules.IN_WRITING: _l("Answered in writing"),
    rules.SETTLED: _l("Settled"),
    rules.OUT_OF_SCOPE: _l("Out of scope, guided on"),
    rules.DUPLICATE: _l("Same as another"),
    rules.REDIRECTED: _l("Redirected"),
}
COLUMN_WORDS = {
    "new": _l("New"),
    "assigned": _l("Given to a body"),
    "doing": _l("Being worked on"),
    "done": _l("Answered"),
    "aside": _l("Put aside"),
}
CONCLUSION_WORDS = {
    "open": _l("Not begun"),
    "doing": _l("Being worked on"),
    "done": _l("Done"),
    "passed_up": _l("Higher level"),
}
POSTING_WORDS = {
    "notice": _l("Notice of the meeting"),
    "results": _l("Results posted"),
    "loudspeaker": _l("Read out"),
    "sent": _l("Sent to the heads of the areas"),
}
STEP_WORDS = {
    "received": _l("Taken down"),
    "mended": _l("Words or kind changed"),
    "assigned": _l("Given to a body"),
    "answer": _l("Answer being written"),
    "answer_sent": _l("Answer sent to the secretary"),
    "published": _l("Made public"),
    "unpublished": _l("Taken off the public page"),
    "merged": _l("Joined to another matter"),
    "took_in": _l("Another matter was joined to this"),
    "file": _l("File"),
}


def step_words(kind: str) -> object:
    """Return the words for a step of the history."""
    if kind.startswith("moved."):
        return STATE_WORDS[kind.removeprefix("moved.")]
    return STEP_WORDS.get(kind, kind)
