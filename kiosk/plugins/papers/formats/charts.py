"""Charts of bars as pictures: the same drawing in Word and in print."""

from __future__ import annotations

import io

from PIL import Image
from PIL import ImageDraw
from PIL import ImageFont

from kiosk.paths import VENDOR
from kiosk.plugins.papers.values import Chart

# 165 mm, the width of the text, at 200 dots an inch.
WIDTH = 1300
ROW, BAR, TITLE = 62, 34, 76
LABELS = 470
NUMBERS = 110
LETTERS = 30
_INK, _BAR, _LINE = (30, 26, 24), (154, 106, 46), (200, 192, 184)


def drawn(chart: Chart) -> bytes:
    """Return the chart as PNG, black on white, 165 mm wide at 200 dots an inch."""
    face = ImageFont.truetype(str(VENDOR / "fonts" / "Tinos_400Regular.ttf"), LETTERS)
    bold = ImageFont.truetype(str(VENDOR / "fonts" / "Tinos_700Bold.ttf"), LETTERS)
    picture = Image.new("RGB", (WIDTH, TITLE + ROW * len(chart.bars) + 10), "white")
    pen = ImageDraw.Draw(picture)
    pen.text((WIDTH // 2, 16), chart.title, _INK, font=bold, anchor="ma")
    most = max((number for _, number in chart.bars), default=0) or 1
    for place, (label, number) in enumerate(chart.bars):
        top = TITLE + place * ROW
        middle = top + ROW // 2
        words = _fitting(label, face, LABELS - 20)
        pen.text((LABELS - 16, middle), words, _INK, font=face, anchor="rm")
        right = LABELS + round((WIDTH - LABELS - NUMBERS) * number / most)
        pen.rectangle((LABELS, middle - BAR // 2, max(right, LABELS + 2), middle + BAR // 2), _BAR)
        pen.text((right + 14, middle), str(number), _INK, font=bold, anchor="lm")
    pen.line((LABELS, TITLE, LABELS, TITLE + ROW * len(chart.bars)), _LINE, 3)
    out = io.BytesIO()
    picture.quantize(16).save(out, "PNG", dpi=(200, 200), optimize=True)
    return out.getvalue()


def _fitting(words: str, face: ImageFont.FreeTypeFont, room: int) -> str:
    """Return the words, or as many of them as there is room for."""
    if face.getlength(words) <= room:
        return words
    kept = words.split()
    while len(kept) > 1 and face.getlength(" ".join(kept) + " …") > room:
        kept.pop()
    return " ".join(kept) + " …"
