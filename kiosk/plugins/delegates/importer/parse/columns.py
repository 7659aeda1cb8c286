"""Which row is the head, and what each column holds: by its heading and by its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from kiosk.plugins.delegates.importer.parse import headings
from kiosk.plugins.delegates.importer.parse.areas import Areas
from kiosk.plugins.delegates.importer.parse.cells import Texts
from kiosk.plugins.delegates.importer.parse.column_content import FARTHEST
from kiosk.plugins.delegates.importer.parse.column_content import Look
from kiosk.plugins.delegates.importer.parse.column_content import look_at
from kiosk.plugins.delegates.importer.parse.names import begins_like_a_name

HEAD_WITHIN_ROWS = 40
ROLES = (
    "name", "family", "given", "head", "salutation", "sex", "birth_year", "male", "female", "age",
    "area", "address", "household", "phone", "title", "group", "note", "number", "id_card",
    "ignored",
)  # fmt: skip
_SURE = 0.6
_CLEAR = 3.2
_NONE = -1
NAMED = frozenset({"name", "given"})


@dataclass
class Layout:
    """A sheet understood: its head (a row from 0, or -1), and the columns of each role."""

    head: int = _NONE
    last_head: int = _NONE
    roles: dict[str, list[int]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    guessed: frozenset[int] = frozenset()

    def first(self, role: str) -> int:
        """Return the first column of a role, -1 when there is none."""
        found = self.roles.get(role)
        return found[0] if found else _NONE

    @property
    def has_names(self) -> bool:
        """Whether there is a column to read names from."""
        return any(role in self.roles for role in ("name", "head", "given"))


def understand(texts: Texts, areas: Areas, newest: int, at: int | None = None) -> Layout:
    """Return what a sheet's columns hold; `at` is the head's row (from 0) when it is known."""
    if at is None:
        head, last, titles, said = _find_head(texts)
    else:
        head, last, titles, said = _head_at(texts, at)
    width = max((len(row) for row in texts.sheet.rows[: head + 200]), default=0)
    end = _end(texts, last + 1, titles)
    looks = {c: look_at(texts, c, (last + 1, end), areas, newest) for c in range(width)}
    chosen = _by_heading(titles, said)
    _settle(chosen, looks)
    guessed = _by_content(chosen, titles, looks)
    _split_names(chosen, titles, looks)
    return Layout(head, last, _in_order(chosen, looks), titles, frozenset(guessed))


def _end(texts: Texts, first: int, titles: Titles) -> int:
    """Return where a second table begins with another head, else the end of the sheet."""
    rows = texts.sheet.rows
    for index in range(first, min(len(rows), first + FARTHEST)):
        row = rows[index]
        if any(isinstance(cell, float | int) for cell in row):
            continue
        words = texts.row(index)
        if headings.looks_like_one(words) and {w for w in words if w} != set(titles.values()):
            return index
    return len(rows)


def corrected(layout: Layout, chosen: Mapping[int, str]) -> Layout:
    """Return the layout with the roles that a person chose for columns."""
    roles = {role: [c for c in cs if c not in chosen] for role, cs in layout.roles.items()}
    for column, role in chosen.items():
        if role in ROLES and role != "ignored":
            roles[role] = [column, *roles.get(role, [])]
    left = {role: columns for role, columns in roles.items() if columns}
    return Layout(layout.head, layout.last_head, left, layout.titles)


Titles = dict[int, str]
_Head = tuple[int, int, Titles, Titles]


def _find_head(texts: Texts) -> _Head:
    """Return first and last row of the head, its titles, and roles that two rows tell."""
    best: tuple[float, _Head] = (1.5, (_NONE, _NONE, {}, {}))
    for index in range(min(HEAD_WITHIN_ROWS, len(texts.sheet.rows))):
        words = texts.row(index)
        if sum(map(bool, words)) >= 2:
            found = _head_at(texts, index)
            score = _score(found[2], found[3], words)
            if score > best[0]:
                best = (score, found)
                # A second table below may have the fuller head: the first one counts.
                if score >= _CLEAR:
                    break
    return best[1]


def _head_at(texts: Texts, index: int) -> _Head:
    words = texts.row(index)
    titles, said = _with_row_below(texts, index, words)
    if titles:
        return index, index + 1, titles, said
    return index, index, {c: w for c, w in enumerate(words) if w}, {}


def _score(titles: Titles, said: Titles, row: Sequence[str]) -> float:
    roles = Counter(
        role for c, words in titles.items() if (role := said.get(c) or headings.role_of(words))
    )
    known = set(roles) - {"ignored", "note"}
    if not headings.NAMES & known and len(known) < 3:
        return 0
    long = sum(len(headings.plain(words)) > headings.LONGEST_HEAD for words in titles.values())
    # People below a head are no head: names, numbers and phones speak against it.
    people = sum(
        words.isdecimal() or (begins_like_a_name(words) and not headings.role_of(words))
        for words in row
        if words
    )
    return len(roles) + 0.1 * sum(roles.values()) - long - 2 * people


def _with_row_below(texts: Texts, index: int, words: Sequence[str]) -> tuple[Titles, Titles]:
    """Return titles and roles of a head of two rows, or nothing when the lower row is data."""
    if index + 1 >= len(texts.sheet.rows):
        return {}, {}
    below = texts.row(index + 1)
    filled = [word for word in below if word]
    if not filled or not all(headings.is_sub_head(word) for word in filled):
        return {}, {}
    first = next((c for c, word in enumerate(words) if word), 0)
    under = below[first] if first < len(below) else ""
    if (
        under
        and not headings.is_part_of(words[first], under)
        and headings.plain(under) != headings.plain(words[first])
    ):
        # The first column counts: words below its heading begin a group.
        return {}, {}
    width = max(len(words), len(below))
    upper = [*words, *[""] * (width - len(words))]
    lower = [*below, *[""] * (width - len(below))]
    beside = tuple(headings.plain(word) for word in filled)
    titles: Titles = {}
    said: Titles = {}
    over = ""
    for column in range(width):
        over = upper[column] or (over if lower[column] else "")
        both = over if over == lower[column] else f"{over} {lower[column]}".strip()
        if both:
            titles[column] = both
        if lower[column]:
            said[column] = headings.sub_role(over, lower[column], beside)
    return titles, said


def _by_heading(titles: Titles, said: Titles) -> dict[int, str]:
    chosen = {}
    folded = {headings.plain(words) for words in titles.values()}
    for column, words in titles.items():
        role = said.get(column) or headings.role_of(words)
        plain = headings.plain(words)
        if not role and plain in {"nam", "nu"} and {"nam", "nu"} <= folded:
            role = "male" if plain == "nam" else "female"
        elif not role and plain == "nam" and "ă" in words.lower():
            role = "birth_year"
        chosen[column] = role
    return chosen


def _settle(chosen: dict[int, str], looks: Mapping[int, Look]) -> None:
    """Let the cells decide where the heading alone says too little."""
    for column, role in chosen.items():
        look = looks.get(column, Look())
        chosen[column] = _settled(role, look)
    if "given" in chosen.values() and "family" not in chosen.values():
        given = next(c for c, role in chosen.items() if role == "given")
        for column, role in chosen.items():
            # "Họ và tên" beside "Tên" with one word each is the part before it.
            if role == "name" and looks.get(given, Look()).word > _SURE:
                chosen[column] = "family"
                break
    names = [c for c, role in chosen.items() if role == "name"]
    if len(names) > 1:
        best = max(names, key=lambda c: (looks[c].name > 0, looks[c].name * looks[c].filled, -c))
        for column in names:
            if column != best:
                chosen[column] = "head"


def _settled(role: str, look: Look) -> str:
    if role == "either":
        return _either(look)
    if role == "phone" and look.id_card > _SURE:
        return "id_card"
    if role in {"title", "group", "household"} and look.area > _SURE:
        return "area"
    if role in {"title", "group", "area", "note"} and look.name > 0.9 and look.filled > 4:
        return ""
    if role == "birth_year" and look.age > _SURE and look.birth < 0.2:
        return "age" if look.filled > 2 else role
    if role == "given" and look.name > 0.5:
        return "name"
    if role in {"male", "female"} and look.filled and not (look.birth or look.age):
        return f"{role}_mark"
    return role


def _either(look: Look) -> str:
    if look.name > 0.5:
        return "name"
    if look.form + look.sex > 0.5:
        return "salutation"
    return "address" if look.counted < 0.5 else "household"


_WANTED = (
    ("name", "name", ("name", "head", "given")),
    ("phone", "phone", ("phone",)),
    ("birth", "birth_year", ("birth_year", "male", "age")),
    ("area", "area", ("area",)),
    ("form", "salutation", ("salutation",)),
    ("sex", "sex", ("sex", "male", "male_mark")),
    ("id_card", "id_card", ("id_card",)),
)


def _by_content(
    chosen: dict[int, str], titles: Mapping[int, str], looks: Mapping[int, Look]
) -> set[int]:
    """Give a role to columns whose heading says nothing; returns them."""
    guessed = _speakers(chosen, looks)
    for kind, role, instead in _WANTED:
        if any(found in instead for found in chosen.values()):
            continue
        free = [
            column
            for column, look in looks.items()
            if not chosen.get(column)
            and look.filled > 1
            and getattr(look, kind) >= (0.8 if column in titles else _SURE)
        ]
        if free:
            best = max(free, key=lambda column: (getattr(looks[column], kind), -column))
            chosen[best] = role
            guessed.add(best)
    return guessed or _lines(chosen, looks)


def _lines(chosen: dict[int, str], looks: Mapping[int, Look]) -> set[int]:
    """Find a column that holds everything of a person: "1. Name, born 1950, phone"."""
    if NAMED & set(chosen.values()) or "head" in chosen.values():
        return set()
    found = [c for c, look in looks.items() if look.filled > 1 and look.name + look.line > 0.5]
    if found:
        chosen[found[0]] = "name"
    return set(found[:1])


def _speakers(chosen: dict[int, str], looks: Mapping[int, Look]) -> set[int]:
    """Find, beside the heads of households, the column of those who come."""
    if "head" not in chosen.values() or NAMED & set(chosen.values()):
        return set()
    found = next((c for c, look in looks.items() if not chosen.get(c) and look.name > 0.8), None)
    if found is None:
        return set()
    chosen[found] = "name"
    return {found}


def _split_names(
    chosen: dict[int, str], titles: Mapping[int, str], looks: Mapping[int, Look]
) -> None:
    """Find a name in two columns under one heading: surnames left, one word right."""
    name = next((c for c, role in chosen.items() if role in {"name", "head"}), _NONE)
    beside = looks.get(name + 1)
    if name == _NONE or beside is None or any(r == "given" for r in chosen.values()):
        return
    empty = titles.get(name + 1, "") in ("", titles.get(name, ""))
    many = beside.filled >= 0.8 * looks[name].filled > 0
    if empty and many and beside.word > 0.8 and looks[name].family > 0.5:
        chosen[name], chosen[name + 1] = "family", "given"


def _in_order(chosen: Mapping[int, str], looks: Mapping[int, Look]) -> dict[str, list[int]]:
    roles: dict[str, list[int]] = {}
    for column in sorted(chosen):
        role = chosen[column]
        if role and role != "ignored":
            roles.setdefault(role, []).append(column)
    areas = roles.get("area", [])
    if len(areas) > 1:
        areas.sort(key=lambda c: -looks[c].area)
        roles["address"] = sorted([*roles.get("address", []), *areas[1:]])
        roles["area"] = areas[:1]
    if "family" in roles and "given" not in roles:
        roles.setdefault("name", roles.pop("family"))
    return roles
