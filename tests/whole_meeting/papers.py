"""The papers: other words, numbers from the records clerk, a template of the ward's own."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from kiosk import clock
from tests.whole_meeting.hands import Hands


def play(hands: Hands, matters: list[int]) -> None:
    """Correct, number and print papers of the meeting."""
    _words(hands)
    _template(hands)
    day = (clock.local(clock.now()) + timedelta(days=1)).date().isoformat()
    for kind, number in (("thong-bao-ket-luan", "87"), ("bao-cao-tong-hop", "88")):
        hands.press(f"/papers/{kind}/issue", number=number, dated_on=day, signing="TM")
    for path in ("bien-ban.docx", "thong-bao-ket-luan.pdf", f"phieu-chuyen/{matters[0]}.pdf"):
        answer = hands.organiser.get(f"/m/{hands.m}/papers/{path}")
        assert answer.status_code == 200, path


def _words(hands: Hands) -> None:
    """Put the first paragraph of the minutes in other words."""
    at = "/papers/bien-ban/words"
    key = re.search(r"[?&;]edit=([\w.:-]+)", hands.get(at))
    assert key is not None
    hands.send(f"{at}?edit={key[1]}", to=at, text="Hôm nay, tại nhà văn hóa khu Kim Đồng I.")


def _template(hands: Hands) -> None:
    starter = hands.organiser.get(f"/m/{hands.m}/papers/bien-ban/starter.docx")
    file = (io.BytesIO(starter.get_data()), "mau-bien-ban.docx")
    hands.press("/papers/bien-ban/template", file=file)
