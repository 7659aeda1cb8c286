"""Files with answers: what they really are, and where they lie outside the web's reach."""

from __future__ import annotations

import re
import secrets
import zipfile
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.documents import private_files
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.errors import TooLarge
from kiosk.plugins.opinions.matters import service as matters
from kiosk.plugins.opinions.models import MatterFile
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register.service import Who

LARGEST = 10 * 1024 * 1024
MOST_FILES = 10
FOLDER = "opinion-files"

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Endings by content; a name's own ending is never believed.
ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    _WORD: ".docx",
    _EXCEL: ".xlsx",
}
_IN_ZIP = {"word/document.xml": _WORD, "xl/workbook.xml": _EXCEL}


def kind_of(data: bytes) -> str:
    """Return the media type that the content itself tells; empty for what we do not take.

    Word and Excel files with macros are not taken: they are programs.
    """
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if not data.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(BytesIO(data)) as opened:
            names = set(opened.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".bat", ".js")) for name in names):
        return ""
    return next((kind for inside, kind in _IN_ZIP.items() if inside in names), "")


def safe_name(name: str, kind: str) -> str:
    """Return a name for downloading: its last part, plain letters, the ending of its kind."""
    stem = Path(vietnamese.clean(name).replace("\\", "/")).name
    stem = stem[: -len(Path(stem).suffix)] if Path(stem).suffix else stem
    plain = re.sub(r"[^a-z0-9]+", "-", vietnamese.fold(stem)).strip("-")
    return f"{plain[:80] or 'tep'}{ENDINGS[kind]}"


def check(data: bytes) -> str:
    """Return what a file is; Refused or TooLarge with a sentence when we do not take it."""
    if len(data) > LARGEST:
        raise TooLarge(
            "file_too_large", _l("The file is larger than 10 MB. Please make it smaller.")
        )
    kind = kind_of(data)
    if not kind:
        words = {"file": _l("Please choose a PDF, a picture (JPG, PNG), or a Word or Excel file.")}
        raise Refused("not_a_document", words["file"], fields=words)
    return kind


def attach(
    session: Session,
    meeting_id: int,
    matter_id: int,
    name: str,
    data: bytes,
    *,
    folder: Path,
    who: Who,
    now: datetime,
    body_id: int | None = None,
) -> int:
    """Keep a file with the answer of a matter; returns its id."""
    kind = check(data)
    matter = service.held(session, meeting_id, matter_id, who, None)
    matters.check_body_of(session, matter, body_id)
    count = session.scalar(
        select(func.count()).select_from(MatterFile).where(MatterFile.matter_id == matter_id)
    )
    if (count or 0) >= MOST_FILES:
        raise Conflict("too_many_files", _l("Ten files are there already."))
    made = MatterFile(
        matter_id=matter_id,
        name=safe_name(name, kind),
        stored=secrets.token_hex(24),
        kind=kind,
        size=len(data),
        added_at=now,
        added_by=who.name,
    )
    session.add(made)
    private_files.keep(folder / FOLDER, made.stored, data)
    session.flush()
    more = {"file": made.name}
    service.changed(session, matter, {}, "file", actor=who.name, now=now, more=more)
    return made.id


def read(session: Session, matter_id: int, file_id: int, folder: Path) -> tuple[str, str, bytes]:
    """Return (name, media type, content) of a file of a matter."""
    found = session.get(MatterFile, file_id)
    if found is not None and found.matter_id == matter_id:
        with suppress(FileNotFoundError):
            return found.name, found.kind, (folder / FOLDER / found.stored).read_bytes()
    raise NotFound("no_file", _l("This file is not there any more."))


def remove(
    session: Session,
    meeting_id: int,
    matter_id: int,
    file_id: int,
    *,
    who: Who,
    now: datetime,
    body_id: int | None = None,
) -> str:
    """Take a file away; its name stays in the history. Returns what `discard` needs."""
    matter = service.held(session, meeting_id, matter_id, who, None)
    matters.check_body_of(session, matter, body_id)
    found = session.get(MatterFile, file_id)
    if found is None or found.matter_id != matter_id:
        raise NotFound("no_file", _l("This file is not there any more."))
    session.delete(found)
    more = {"file_removed": found.name}
    service.changed(session, matter, {}, "file", actor=who.name, now=now, more=more)
    return found.stored


def discard(folder: Path, stored: str) -> None:
    """Delete the content of a file that was taken away: after the commit, not before."""
    (folder / FOLDER / stored).unlink(missing_ok=True)
