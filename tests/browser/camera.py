"""A camera that sees our own letter: paper on a noisy, slightly turned background."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

from PIL import Image
from PIL import ImageFilter

from kiosk.documents import qr

SIZE = (1280, 720)
FRAMES = 20


def page_of(pdf: Path, page: int, folder: Path) -> Image.Image:
    """Render one page of a PDF at 150 dpi."""
    target = folder / f"page-{page}"
    command = ["pdftoppm", "-r", "150", "-f", str(page), "-l", str(page), "-png", "-singlefile"]
    subprocess.run([*command, str(pdf), str(target)], check=True)
    with Image.open(target.with_suffix(".png")) as picture:
        return picture.convert("RGB")


def video(letter: Image.Image, folder: Path, seed: int = 1) -> Path:
    """Return a looping .mjpeg in which somebody holds the letter up."""
    draw = random.Random(seed)
    noise = Image.frombytes("RGB", (320, 180), draw.randbytes(320 * 180 * 3))
    background = noise.resize(SIZE).filter(ImageFilter.GaussianBlur(6))
    # The lower half of the letter, where the code is, fills the frame as at arm's length.
    width, height = letter.size
    paper = letter.crop((0, height // 2, width, height)).resize((1180, 416))
    for number in range(FRAMES):
        frame = background.copy()
        turned = paper.rotate(
            -4 + draw.uniform(-0.6, 0.6),
            expand=True,
            fillcolor=(120, 110, 100),
            resample=Image.Resampling.BICUBIC,
        )
        frame.paste(turned, (240 + draw.randint(-4, 4), 120 + draw.randint(-4, 4)))
        frame.filter(ImageFilter.GaussianBlur(0.6)).save(folder / f"f{number:03d}.png")
    path = folder / "camera.mjpeg"
    command = [
        "ffmpeg",
        "-loglevel",
        "error",
        "-y",
        "-framerate",
        "10",
        "-i",
        f"{folder}/f%03d.png",
    ]
    subprocess.run(
        [*command, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "4", str(path)], check=True
    )
    return path


def film(pictures: list[Image.Image], folder: Path) -> Path:
    """Return a looping .mjpeg of these pictures, half a second each."""
    for number, picture in enumerate(pictures):
        picture.convert("RGB").resize((1280, 720)).save(folder / f"p{number:03d}.png")
    path = folder / "camera.mjpeg"
    command = ["ffmpeg", "-loglevel", "error", "-y", "-framerate", "2", "-i", f"{folder}/p%03d.png"]
    form = ["-r", "10", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3", str(path)]
    subprocess.run([*command, *form], check=True)
    return path


def drawn(text: str) -> Image.Image:
    """Return a frame with a QR code of this text."""
    rows = qr.matrix(text)
    picture = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + 4, y + 4), 0)
    scale = max(1, 700 // picture.width)
    frame = Image.new("L", (1280, 720), 255)
    large = picture.resize(
        (picture.width * scale, picture.height * scale), Image.Resampling.NEAREST
    )
    frame.paste(large, ((1280 - large.width) // 2, (720 - large.height) // 2))
    return frame
