"""The picture of an invitation for chat apps: PNG, 1080 x 1350, drawn with Pillow."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from PIL import Image
from PIL import ImageDraw
from PIL import ImageFont

from kiosk import clock
from kiosk import qr
from kiosk import text
from kiosk.model import Meeting
from kiosk.paths import VENDOR
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.letters import payload

WIDTH, HEIGHT = 1080, 1350
_PAPER, _INK, _INK_2, _ACCENT = "#F6F2EB", "#1E1916", "#463E37", "#7F1420"
_LINE, _GOLD, _CREAM = "#E2DACE", "#E9B872", "#FFF6E6"
_LEFT, _ROOM = 64, WIDTH - 2 * 64
_FACES = {
    500: "BeVietnamPro_500Medium.ttf",
    600: "BeVietnamPro_600SemiBold.ttf",
    700: "BeVietnamPro_700Bold.ttf",
    800: "BeVietnamPro_800ExtraBold.ttf",
}


@lru_cache(maxsize=64)
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(VENDOR / "fonts" / _FACES[weight]), size)


def _write(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    words: str,
    size: int,
    weight: int,
    color: str = _INK,
    room: int = _ROOM,
) -> None:
    """Write one line, smaller when it would not fit: a name is never cut."""
    while size > 24 and draw.textlength(words, font=_font(size, weight)) > room:
        size -= 2
    draw.text(at, words, font=_font(size, weight), fill=color, anchor="ls")


def _mark(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.rounded_rectangle((x, y, x + 84, y + 84), 21, fill=_ACCENT)
    draw.rounded_rectangle((x + 34, y + 32, x + 70, y + 62), 9, fill=_GOLD)
    draw.polygon([(x + 56, y + 60), (x + 66, y + 60), (x + 66, y + 72)], fill=_GOLD)
    draw.rounded_rectangle((x + 12, y + 14, x + 60, y + 50), 10, fill=_ACCENT)
    draw.rounded_rectangle((x + 14, y + 16, x + 57, y + 47), 9, fill=_CREAM)
    draw.polygon([(x + 20, y + 46), (x + 34, y + 46), (x + 20, y + 57)], fill=_CREAM)


@lru_cache(maxsize=8)
def _background(org: str, title: str, when: str, doors: str, venue: str, address: str) -> Any:
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 16), fill=_ACCENT)
    _mark(draw, _LEFT, 60)
    _write(draw, (172, 98), org, 38, 700, room=_ROOM - 108)
    _write(draw, (172, 140), title, 32, 500, _INK_2, room=_ROOM - 108)
    _write(draw, (_LEFT, 222), "Trân trọng kính mời", 42, 600, _ACCENT)
    draw.rounded_rectangle((_LEFT, 430, WIDTH - _LEFT, 886), 40, fill="#FFFFFF")
    _write(draw, (540, 552), "Số giấy mời", 32, 500, "#5E554C", room=420)
    for line, words in enumerate(("Đưa ảnh này tại", "bàn đón tiếp là", "được vào ngay.")):
        _write(draw, (540, 690 + 50 * line), words, 36, 500, _INK_2, room=420)
    _calendar(draw, 70, 962)
    _write(draw, (152, 1000), when, 46, 700, room=_ROOM - 88)
    _write(draw, (152, 1050), doors, 38, 500, _INK_2, room=_ROOM - 88)
    _pin(draw, 70, 1094)
    _write(draw, (152, 1128), venue, 46, 700, room=_ROOM - 88)
    _write(draw, (152, 1178), address, 38, 500, _INK_2, room=_ROOM - 88)
    draw.line((_LEFT, 1232, WIDTH - _LEFT, 1232), fill=_LINE, width=2)
    _write(
        draw, (_LEFT, 1288), "Ảnh dùng thay giấy mời, xin không chuyển hộ khác.", 34, 500, _INK_2
    )
    return picture


def _calendar(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.rounded_rectangle((x, y + 8, x + 48, y + 54), 8, outline=_ACCENT, width=5)
    draw.line((x, y + 24, x + 48, y + 24), fill=_ACCENT, width=5)
    for left in (14, 34):
        draw.line((x + left, y, x + left, y + 14), fill=_ACCENT, width=5)


def _pin(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.ellipse((x + 3, y, x + 45, y + 42), outline=_ACCENT, width=5)
    draw.polygon([(x + 8, y + 34), (x + 40, y + 34), (x + 24, y + 58)], fill=_ACCENT)
    draw.ellipse((x + 9, y + 6, x + 39, y + 36), fill=_PAPER)
    draw.ellipse((x + 16, y + 13, x + 32, y + 29), outline=_ACCENT, width=5)


def _code(picture: Image.Image, content: str) -> None:
    rows = qr.matrix(content)
    small = Image.new("1", (len(rows), len(rows)), 1)
    small.putdata([0 if cell else 1 for row in rows for cell in row])
    module = 416 // (len(rows) + 2 * qr.QUIET)
    side = module * len(rows)
    big = small.resize((side, side), Image.Resampling.NEAREST)
    picture.paste(big.convert("RGB"), (84 + (416 - side) // 2, 450 + (416 - side) // 2))


def png(meeting: Meeting, delegate: Listed, code: str, short: str, public_url: str | None) -> bytes:
    """Return the picture of one delegate's invitation."""
    picture = _background(
        f"UBND {meeting.ward[:1].lower()}{meeting.ward[1:]}" if meeting.ward else meeting.host,
        meeting.title,
        f"{clock.vi_time(meeting.starts_at)}, {clock.vi_date(meeting.starts_at).replace(',', '')}",
        f"đón khách từ {clock.vi_time(meeting.doors_open_at)}",
        meeting.venue,
        meeting.address,
    ).copy()
    draw = ImageDraw.Draw(picture)
    _write(draw, (_LEFT, 322), text.greeting(delegate.salutation, delegate.name), 92, 800)
    _write(draw, (_LEFT, 386), _role(delegate), 40, 500, _INK_2)
    _write(draw, (540, 620), rules.grouped(short), 60, 800, room=420)
    _code(picture, payload(code, public_url))
    out = io.BytesIO()
    picture.quantize(64).save(out, "PNG")
    return out.getvalue()


def _role(delegate: Listed) -> str:
    if delegate.group_kind == "official":
        return delegate.title or delegate.group
    parts = (f"Đại diện hộ {delegate.household}" if delegate.household else "", delegate.area)
    return ", ".join(part for part in parts if part)
