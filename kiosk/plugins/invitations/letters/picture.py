"""The picture of an invitation for chat apps: PNG, 1080 x 1350, drawn with Pillow.

What all pictures of a meeting share is drawn once, in 128 colours of a palette; the
other entries are shades from the ground to the ink, so that words need no reckoning of
colours: a picture takes a third of the time.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image
from PIL import ImageColor
from PIL import ImageDraw
from PIL import ImageFont

from kiosk import clock
from kiosk.documents import qr
from kiosk.documents import typst
from kiosk.models import Meeting
from kiosk.paths import STATIC
from kiosk.paths import VENDOR
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.letters.pdf import addressed
from kiosk.plugins.invitations.letters.pdf import payload

WIDTH, HEIGHT = 1080, 1350
_PAPER, _WHITE, _INK, _INK_2, _INK_3 = "#F6F2EB", "#FFFFFF", "#1E1916", "#463E37", "#5E554C"
_ACCENT, _LINE = "#7F1420", "#E2DACE"
_LEFT, _ROOM = 64, WIDTH - 2 * 64
_BOX = (_LEFT, 430, WIDTH - _LEFT, 886)
_SHARED, _STEPS = 128, 32
# First palette entry of each ramp: name, role, number; then the black of the QR code.
_RAMPS = ((_PAPER, _INK), (_PAPER, _INK_2), (_WHITE, _INK))
_NAME, _ROLE, _NUMBER = (_SHARED + _STEPS * turn for turn in range(len(_RAMPS)))
_BLACK = _SHARED + _STEPS * len(_RAMPS)
_FACES = {
    500: "BeVietnamPro_500Medium.ttf",
    600: "BeVietnamPro_600SemiBold.ttf",
    700: "BeVietnamPro_700Bold.ttf",
    800: "BeVietnamPro_800ExtraBold.ttf",
}


@lru_cache(maxsize=64)
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    typst.check_fonts()
    return ImageFont.truetype(str(VENDOR / "fonts" / _FACES[weight]), size)


def _fits(words: str, size: int, weight: int, room: int = _ROOM) -> bool:
    return _font(size, weight).getlength(words) <= room


def _fitted(words: str, size: int, weight: int, room: int) -> int:
    """Return the greatest size, up to this one, at which the words fit in one line."""
    while size > 12 and not _fits(words, size, weight, room):
        size -= 2
    return size


def _write(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    words: str,
    size: int,
    weight: int,
    color: str | int = _INK,
    room: int = _ROOM,
) -> None:
    """Write one line, smaller when it would not fit: nothing is ever cut."""
    font = _font(_fitted(words, size, weight, room), weight)
    draw.text(at, words, font=font, fill=color, anchor="ls")


def _drawing(file: Path, side: int) -> Image.Image:
    """Return one of our SVG drawings, `side` pixels wide, on nothing."""
    svg = file.read_bytes().replace(b"currentColor", _ACCENT.encode())
    source = f"#set page(width: {side}pt, height: {side}pt, margin: 0pt, fill: none)\n"
    source += '#image("drawing.svg", width: 100%)'
    made = typst.compiled(source.encode(), {"drawing.svg": svg}, format="png", ppi=72)
    return Image.open(io.BytesIO(made)).convert("RGBA")


@lru_cache(maxsize=8)
def _background(org: str, title: str, when: str, doors: str, venue: str, address: str) -> Any:
    """Return what all pictures of a meeting share, drawn once, in 128 colours."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 16), fill=_ACCENT)
    for file, side, at in (
        (STATIC / "mark.svg", 84, (_LEFT, 60)),
        (VENDOR / "icons" / "calendar.svg", 60, (_LEFT, 976)),
        (VENDOR / "icons" / "map-pin.svg", 60, (_LEFT, 1104)),
    ):
        drawing = _drawing(file, side)
        picture.paste(drawing, at, drawing)
    _write(draw, (172, 98), org, 38, 700, room=_ROOM - 108)
    _write(draw, (172, 140), title, 32, 500, _INK_2, room=_ROOM - 108)
    _write(draw, (_LEFT, 222), "Trân trọng kính mời", 42, 600, _ACCENT)
    draw.rounded_rectangle(_BOX, 40, fill=_WHITE)
    _write(draw, (540, 552), "Số giấy mời", 32, 500, _INK_3, room=420)
    for line, words in enumerate(("Đưa ảnh này tại", "bàn đón tiếp là", "được vào ngay.")):
        _write(draw, (540, 690 + 50 * line), words, 36, 500, _INK_2, room=420)
    _write(draw, (152, 1000), when, 46, 700, room=_ROOM - 88)
    _write(draw, (152, 1050), doors, 38, 500, _INK_2, room=_ROOM - 88)
    _write(draw, (152, 1128), venue, 46, 700, room=_ROOM - 88)
    _write(draw, (152, 1178), address, 38, 500, _INK_2, room=_ROOM - 88)
    draw.line((_LEFT, 1232, WIDTH - _LEFT, 1232), fill=_LINE, width=2)
    _write(
        draw, (_LEFT, 1288), "Ảnh dùng thay giấy mời, xin không chuyển hộ khác.", 34, 500, _INK_2
    )
    shared = picture.quantize(_SHARED, dither=Image.Dither.NONE)
    colours = (shared.getpalette() or [])[: 3 * _SHARED]
    colours += [0] * (3 * _SHARED - len(colours))
    shared.putpalette(colours + _shades() + [0, 0, 0])
    return shared


def _shades() -> list[int]:
    found: list[int] = []
    for ground, ink in _RAMPS:
        ends = list(zip(ImageColor.getrgb(ground), ImageColor.getrgb(ink), strict=True))
        for step in range(_STEPS):
            found += [a + (b - a) * step // (_STEPS - 1) for a, b in ends]
    return found


def _stamp(picture: Image.Image, mask: Image.Image, at: tuple[int, int], ramp: int) -> None:
    """Put words, drawn white on black, into the picture in the shades of a ramp."""
    shades = mask.point([ramp + value * (_STEPS - 1) // 255 for value in range(256)])
    ink = mask.point([0] + [255] * 255)
    picture.paste(Image.frombytes("P", mask.size, shades.tobytes()), at, ink)


def _line(
    picture: Image.Image, at: tuple[int, int], words: str, size: int, weight: int, ramp: int
) -> None:
    room = _ROOM - (at[0] - _LEFT)
    mask = Image.new("L", (room, 2 * size), 0)
    _write(ImageDraw.Draw(mask), (0, size + size // 3), words, size, weight, 255, room)
    _stamp(picture, mask, (at[0], at[1] - size - size // 3), ramp)


@dataclass(frozen=True)
class _Place:
    """Where words stand: in one line down to the size `least`, else in two smaller ones."""

    baseline: int
    size: int
    least: int
    baselines: tuple[int, int]
    smaller: int
    weight: int
    ramp: int


_NAME_AT = _Place(322, 92, 60, (276, 334), 50, 800, _NAME)
_ROLE_AT = _Place(390, 40, 30, (378, 416), 28, 500, _ROLE)


def _words(picture: Image.Image, words: str, place: _Place) -> None:
    weight, ramp = place.weight, place.ramp
    parts = words.split()
    if len(parts) < 2 or _fits(words, place.least, weight):
        _line(picture, (_LEFT, place.baseline), words, place.size, weight, ramp)
        return
    turn = min(range(1, len(parts)), key=lambda n: abs(2 * len(" ".join(parts[:n])) - len(words)))
    lines = (" ".join(parts[:turn]), " ".join(parts[turn:]))
    size = min(_fitted(line, place.smaller, weight, _ROOM) for line in lines)
    for baseline, line in zip(place.baselines, lines, strict=True):
        _line(picture, (_LEFT, baseline), line, size, weight, ramp)


def _code(picture: Image.Image, content: str) -> None:
    rows = qr.matrix(content)
    left, top, _right, bottom = _BOX
    # The white box gives the quiet zone; whole pixels a module keep the edges sharp.
    module = (bottom - top) // (len(rows) + 2 * qr.QUIET)
    side = module * len(rows)
    small = Image.new("1", (len(rows), len(rows)))
    small.putdata([255 if cell else 0 for row in rows for cell in row])
    edge = (bottom - top - side) // 2
    dark = small.resize((side, side), Image.Resampling.NEAREST)
    picture.paste(_BLACK, (left + edge, top + edge), dark)


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
    _words(picture, addressed(delegate), _NAME_AT)
    _words(picture, _role(delegate), _ROLE_AT)
    _line(picture, (540, 620), rules.grouped(short), 60, 800, _NUMBER)
    _code(picture, payload(code, public_url))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _role(delegate: Listed) -> str:
    if delegate.group_kind == "official":
        return delegate.title or delegate.group
    parts = (f"Đại diện hộ {delegate.household}" if delegate.household else "", delegate.area)
    return ", ".join(part for part in parts if part) or delegate.title
