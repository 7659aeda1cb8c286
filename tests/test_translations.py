"""Every sentence has its Vietnamese, and keeps the blanks of the English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
_KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
_METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
# Words that make a person feel at fault, or a machine speak like one.
_NEVER = ("lỗi", "thất bại", "không hợp lệ", "từ chối", "hệ thống", "vui lòng", "hãy nhập", "!")


def _sentences() -> Iterator[str]:
    for folder in ("kiosk", "templates"):
        found = extract_from_dir(
            ROOT / folder,
            _METHODS,
            keywords=_KEYWORDS,
            options_map={"**.html": {"silent": "false"}},
        )
        for _file, _line, message, _comments, _context in found:
            yield message if isinstance(message, str) else str(message[0])


def _catalogs() -> list[Catalog]:
    found = []
    for path in (ROOT / "kiosk").rglob("vi/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            found.append(read_po(file))
    return found


def _vietnamese() -> dict[str, str]:
    texts: dict[str, str] = {}
    for catalog in _catalogs():
        for message in catalog:
            if message.id:
                many = isinstance(message.id, tuple | list)
                key = message.id[0] if many else message.id
                text = message.string or ""
                texts[str(key)] = text if isinstance(text, str) else str(text[0])
    return texts


def test_every_sentence_is_there_in_vietnamese() -> None:
    texts = _vietnamese()
    missing = sorted({words for words in _sentences() if not texts.get(words)})
    assert missing == []


def test_no_translation_is_left_over() -> None:
    assert sorted(set(_vietnamese()) - set(_sentences())) == []


def test_translations_fill_only_blanks_that_are_given() -> None:
    # The form of address and its capital are given where Vietnamese needs them.
    extra = {"%(form)s", "%(Form)s", "%(who)s", "%(begin)s"}
    wrong = [
        english
        for english, vietnamese in _vietnamese().items()
        if set(re.findall(r"%\(\w+\)s", vietnamese))
        - set(re.findall(r"%\(\w+\)s", english))
        - extra
    ]
    assert wrong == []


def test_nobody_is_blamed_or_shouted_at() -> None:
    wrong = [
        vietnamese
        for vietnamese in _vietnamese().values()
        if any(word in vietnamese.lower() for word in _NEVER)
    ]
    assert wrong == []


def test_scripts_hold_no_vietnamese_of_their_own() -> None:
    letters = re.compile("[ạảãàáâậầấẩẫăắằặẳẵóòọõỏôộổỗồốơờớợởỡéèẻẹẽêếềệểễúùụủũưựữửừứíìịỉĩýỳỷỵỹđ]")
    wrong = []
    for path in (ROOT / "static").rglob("*.js"):
        if "vendor" in path.parts:
            continue
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            code = line.split("//")[0]
            if letters.search(code) and not line.lstrip().startswith(("*", "/**")):
                wrong.append(f"{path.name}:{number}")
    # đ has no decomposition and the unknown form of address is data, not a sentence.
    assert [place for place in wrong if not place.startswith(("board.js", "verdicts.js"))] == []


def test_one_sentence_has_one_translation() -> None:
    # Catalogues are laid over one another: the later would speak for the earlier.
    spoken: dict[str, set[str]] = {}
    for catalog in _catalogs():
        for message in catalog:
            if message.id:
                spoken.setdefault(str(message.id), set()).add(str(message.string))
    assert {words: texts for words, texts in spoken.items() if len(texts) > 1} == {}
