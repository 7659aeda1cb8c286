"""What goes out opens clean: LibreOffice reads back the same text, nothing is a formula."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from kiosk.db.base import db
from kiosk.documents import spreadsheet
from kiosk.plugins.delegates import queries
from tests.conftest import Known

HOSTILE = ("=1+1", "+84900000001", "-2", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1", "😀 bé")


def test_libreoffice_reads_back_what_was_written(
    app: Flask, meeting: Known, add_delegate: Callable[..., int], tmp_path: Path
) -> None:
    for number, note in enumerate(HOSTILE):
        add_delegate("Nguyễn Thị Hoa", household=f"{number:03d}", note=note, phone="0900000001")
    with app.app_context():
        table = queries.table(db.session(), meeting.id)
        spreadsheet.write(table, tmp_path / "dai-bieu.xlsx")
    soffice = shutil.which("soffice")
    assert soffice is not None, "scripts/test installs LibreOffice"
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
         "--outdir", str(tmp_path), str(tmp_path / "dai-bieu.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with (tmp_path / "dai-bieu.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(HOSTILE)
    notes = {row["Ghi chú"].strip().removeprefix("'") for row in rows}
    assert notes == {note.strip() for note in HOSTILE}
    assert {row["Điện thoại"] for row in rows} == {"0900000001"}
    assert {row["Họ và tên"] for row in rows} == {"Nguyễn Thị Hoa"}
