"""Hostile and very long files, read by the command in a process of its own: time and memory."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.delegates import long_list

# Runs the command as its only child and tells the child's exit, words and peak of memory.
_MEASURE = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = used.ru_utime + used.ru_stime
print(json.dumps([done.returncode, done.stderr, used.ru_maxrss // 1024, seconds]))
"""
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Measured = tuple[int, str, int, float]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Measured]:
    """Return what imports a file in a process of its own: exit, words, MiB, seconds of CPU."""
    data = tmp_path_factory.mktemp("limits")
    environment = {**os.environ, "KIOSK_DATA": str(data), "KIOSK_DATABASE_URL": ""}
    environment = {key: value for key, value in environment.items() if value}
    kiosk = str(Path(sys.executable).parent / "kiosk")
    subprocess.run([kiosk, "demo", "--households", "3"], check=True, env=environment,
                   capture_output=True)  # fmt: skip

    def run(file: Path) -> Measured:
        told = subprocess.run(
            [sys.executable, "-c", _MEASURE, kiosk, "import", "kim-dong-2023", str(file),
             "--dry-run", "--json"],
            check=True, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        code, words, peak, seconds = json.loads(told.stdout)
        return code, words, peak, seconds

    return run


def packed(sheet: str, more: dict[str, bytes] | None = None) -> bytes:
    """Return a workbook of one sheet made by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
            '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        package.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, data in (more or {}).items():
            package.writestr(name, data)
    return out.getvalue()


def _blank_rows() -> bytes:
    rows = "".join(f'<row r="{number}"/>' for number in range(1, 5_000_001))
    return packed(_SHEET + rows + "</sheetData></worksheet>")


def _far_cell() -> bytes:
    cell = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    return packed(_SHEET + cell + "</sheetData></worksheet>")


def _bomb() -> bytes:
    return packed(_SHEET, {f"xl/media/{n}.bin": b"0" * (60 * 1024 * 1024) for n in range(5)})


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("x.xlsx", lambda: b""),
    "truncated": ("x.xlsx", lambda: long_list.workbook(300)[:9000]),
    "encrypted": (
        "x.xlsx",
        lambda: _OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
    ),
    "renamed": ("x.xls", lambda: b"%PDF-1.7 " + bytes(3000)),
    "a zip bomb": ("x.xlsx", _bomb),
    "5 million blank rows in a workbook": ("x.xlsx", _blank_rows),
    "5 million blank rows in a .csv": ("x.csv", lambda: b"TT;H\n" + b"\n" * 5_000_000),
    "one cell in the farthest corner": ("x.xlsx", _far_cell),
    "one line of nine million letters": ("x.csv", lambda: b"x" * 9_000_000),
    "quotes that never close": ("x.csv", lambda: b'TT;"Ho ten\n' + b"a;b\n" * 2_000_000),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_soon_with_one_sentence(
    command: Callable[[Path], Measured], tmp_path: Path, what: str
) -> None:
    name, make = HOSTILE[what]
    path = tmp_path / name
    path.write_bytes(make())
    code, words, peak, seconds = command(path)
    assert (code, len(words.strip().splitlines())) == (2, 1)
    assert seconds < 10
    assert peak < 500


def test_twenty_thousand_rows_stay_under_300_mb(
    command: Callable[[Path], Measured], tmp_path: Path
) -> None:
    path = tmp_path / "long.xlsx"
    path.write_bytes(long_list.workbook(20_000))
    code, words, peak, _seconds = command(path)
    assert (code, words) == (0, "")
    assert peak < 300
