"""Words of the deadline table, of what is wrong with a fact, of the facts' fields."""

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

# By field and kind as the rules name it; a kind alone holds for every field.
FACT_WORDS = {
    ("title", "missing"): _l("Please enter the title."),
    ("venue", "missing"): _l("Please enter the place."),
    ("ward", "missing"): _l("Please enter the ward or commune, such as Xã Bình Minh."),
    ("ward", "unit"): _l("Please begin with Phường, Xã, Thị trấn or Đặc khu."),
    ("org_name", "missing"): _l("Please enter the head as it stands on your papers."),
    ("org_name", "lines"): _l("The head has at most two lines."),
    ("org_name", "other"): _l("The head must name the ward or commune that is entered beside it."),
    ("place_name", "missing"): _l("Please enter the place as the date line writes it."),
    ("host", "missing"): _l("Please enter who presides."),
    ("areas", "missing"): _l("Please enter at least one area."),
    ("areas", "twice"): _l("Each area only once."),
    ("", "long"): _l("This is too long. Please shorten it."),
    ("date", "year"): _l("Please choose a day from 2000 to 2100."),
    ("opens", "late"): _l("The doors must open before the start, or with it."),
    ("opens", "early"): _l("The doors open at most 6 hours before the start."),
    ("ends", "span"): _l(
        "The end must be later than the start, by at most 10 hours; an hour after midnight is on "
        "the next day."
    ),
    ("ends", "crowded"): _l("The programme has more points than the meeting has minutes."),
}

FACT_FIELDS = {
    "title": _l("Title"),
    "date": _l("Day"),
    "starts": _l("Starts at"),
    "ends": _l("Ends at"),
    "opens": _l("Doors open at"),
    "minutes": _l("Minutes for each speaker"),
    "minimum": _l("Minimum to open, in percent of those invited"),
    "venue": _l("Place"),
    "address": _l("Address of the place"),
    "ward": _l("Ward or commune"),
    "org_name": _l("Head of the papers"),
    "place_name": _l("Place in the date line"),
    "host": _l("Presided by"),
}
