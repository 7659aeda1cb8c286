"""A picture of a meeting's flow: one line a turn, speech and answer along the hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from xml.sax.saxutils import escape

from kiosk import clock

WIDTH = 1000
LINE = 34
TOP, BOTTOM, LEFT, RIGHT = 84, 46, 300, 128
# Dark enough for black-and-white printing to keep speech and answer apart.
INK, QUIET, RULE = "#1c2430", "#5a6472", "#d5dae1"
SPEECH, ANSWER, PLAN = "#0b5cad", "#e0a526", "#b3261e"
FONT = "'Be Vietnam Pro', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
LONGEST_NAME = 30
SHORTEST_SPAN = timedelta(minutes=20)
STEPS_MINUTES = (5, 10, 15, 30, 60, 120)
MOST_MARKS = 10


@dataclass(frozen=True)
class Bar:
    """One turn: who, what about, from when to when, seconds spoken and answered."""

    name: str
    about: str
    began_at: datetime
    ended_at: datetime
    spoken: int
    answered: int


def drawn(title: str, bars: Sequence[Bar], starts_at: datetime, ends_at: datetime) -> str:
    """Return the picture as SVG: no script, no link, nothing from elsewhere."""
    scale = _scale(bars, starts_at, ends_at)
    height = TOP + LINE * max(len(bars), 1) + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" font-family="{FONT}">',
        f"<title>{escape(title)}: diễn biến phát biểu</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(24, 32, _cut(title, 80), 17, INK, bold=True),
        *_legend(),
        *_hours(scale, height),
        *_plan(scale, ends_at, height),
    ]
    if not bars:
        parts.append(_text(LEFT, TOP + 22, "Chưa có lượt phát biểu nào", 15, QUIET))
    for index, bar in enumerate(bars):
        parts += _line(bar, scale, TOP + index * LINE)
    return "".join([*parts, "</svg>"])


@dataclass(frozen=True)
class _Scale:
    begins: datetime
    ends: datetime

    def x(self, moment: datetime) -> float:
        share = (moment - self.begins) / (self.ends - self.begins)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def wide(self, seconds: float) -> float:
        return self.x(self.begins + timedelta(seconds=seconds)) - LEFT


def _scale(bars: Sequence[Bar], starts_at: datetime, ends_at: datetime) -> _Scale:
    """Return the hours that are drawn: those of the speeches, the planned end if near."""
    if not bars:
        return _Scale(starts_at, max(ends_at, starts_at + SHORTEST_SPAN))
    begins = min(bar.began_at for bar in bars)
    begins -= timedelta(minutes=begins.minute % 5, seconds=begins.second)
    ends = max([begins + SHORTEST_SPAN, *(bar.ended_at for bar in bars)])
    if begins < ends_at <= ends + (ends - begins) / 3:
        ends = max(ends, ends_at)
    return _Scale(begins, ends)


def _text(
    x: float, y: float, words: str, size: int, color: str, *, bold: bool = False, end: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    anchor = ' text-anchor="end"' if end else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{color}"{weight}{anchor}>'
        f"{escape(words)}</text>"
    )


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _legend() -> list[str]:
    found = []
    for x, color, words in ((24, SPEECH, "Phát biểu"), (134, ANSWER, "Trả lời")):
        found.append(f'<rect x="{x}" y="48" width="14" height="14" rx="3" fill="{color}"/>')
        found.append(_text(x + 20, 60, words, 13, QUIET))
    return found


def _hours(scale: _Scale, height: int) -> list[str]:
    minutes = (scale.ends - scale.begins).total_seconds() / 60
    step = next((s for s in STEPS_MINUTES if minutes / s <= MOST_MARKS), STEPS_MINUTES[-1])
    mark = clock.local(scale.begins).replace(minute=0, second=0, microsecond=0)
    found = []
    while mark <= scale.ends:
        if mark >= scale.begins:
            x = scale.x(mark)
            found.append(
                f'<line x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{height - BOTTOM}" stroke="{RULE}"/>'
            )
            found.append(
                f'<text x="{x}" y="{height - BOTTOM + 20}" font-size="13" fill="{QUIET}" '
                f'text-anchor="middle">{clock.hm(mark)}</text>'
            )
        mark += timedelta(minutes=step)
    return found


def _plan(scale: _Scale, ends_at: datetime, height: int) -> list[str]:
    words = _text(WIDTH - 24, 60, f"Kết thúc dự kiến {clock.hm(ends_at)}", 13, PLAN, end=True)
    if not scale.begins <= ends_at <= scale.ends:
        return [words]
    x = scale.x(ends_at)
    return [
        f'<line x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{height - BOTTOM}" stroke="{PLAN}" '
        'stroke-dasharray="5 4"/>',
        words,
    ]


def _line(bar: Bar, scale: _Scale, y: float) -> list[str]:
    x, spoken = scale.x(bar.began_at), max(scale.wide(bar.spoken), 2)
    found = [
        _text(24, y + 14, _cut(bar.name, LONGEST_NAME), 14, INK, bold=True),
        _text(24, y + 28, _cut(bar.about, 44), 11, QUIET),
        f'<rect x="{x}" y="{y + 4}" width="{spoken:.1f}" height="20" rx="3" fill="{SPEECH}"/>',
    ]
    end = x + spoken
    if bar.answered:
        wide = max(scale.wide(bar.answered), 2)
        found.append(
            f'<rect x="{end:.1f}" y="{y + 4}" width="{wide:.1f}" height="20" rx="3" '
            f'fill="{ANSWER}"/>'
        )
    found.append(_text(WIDTH - 24, y + 19, _minutes(bar), 13, INK, end=True))
    return found


def _minutes(bar: Bar) -> str:
    def written(seconds: int) -> str:
        return f"{seconds // 60}:{seconds % 60:02d}"

    answer = f" + {written(bar.answered)}" if bar.answered else ""
    return written(bar.spoken) + answer
