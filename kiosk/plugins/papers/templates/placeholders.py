"""What a Word template of the ward's own may ask for: names that a clerk can read and type.

`SHAPE` is the promise: single values, and lists whose items have these fields. The values
come from the same facts and the same paper as our own layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from kiosk import clock
from kiosk import vietnamese
from kiosk.plugins.opinions import queries as opinions
from kiosk.plugins.papers import values as rules
from kiosk.plugins.papers.texts import after_meeting
from kiosk.plugins.papers.texts import minutes
from kiosk.plugins.papers.texts.before_meeting import OPEN
from kiosk.plugins.papers.texts.facts import Facts
from kiosk.plugins.papers.values import Paper
from kiosk.plugins.papers.values import Text

NUMBER_GAP = " " * 8
ADDED = "Khách tham dự thêm"

MEANINGS: Mapping[str, object] = {
    "co_quan": _l("The issuing body, from the meeting"),
    "so": _l("The number, blank until the records clerk gives it"),
    "ky_hieu": _l("The symbol, such as TB-UBND"),
    "noi": _l("The place of the place-and-date line"),
    "ngay": _l("The date, blank until it is recorded"),
    "ten_loai": _l("The type of the paper, in capitals"),
    "trich_yeu": _l("What the paper is about"),
    "hoi_nghi": _l("The meeting's title"),
    "chu_tri": _l("Who chairs"),
    "thoi_gian": _l("Hour, weekday and date of the beginning"),
    "dia_diem": _l("Venue and address"),
    "quyen_han": _l("The words of authority above the signature"),
    "nguoi_ky": _l("The name of who signs"),
    "so_moi": _l("How many were invited"),
    "so_co_mat": _l("How many of the invited came"),
    "so_ho": _l("How many household delegates came"),
    "so_khach": _l("How many came without having been invited"),
    "so_vang": _l("How many of the invited did not come"),
    "so_luot": _l("How many spoke"),
    "so_noi_dung": _l("How many matters there are"),
    "so_da_tra_loi": _l("How many matters are answered"),
    "so_cap_tren": _l("How many matters are passed up"),
    "doan": _l("The paragraphs of our own layout, in order"),
    "thanh_phan": _l("Groups with who was invited and who came"),
    "dai_bieu": _l("Delegates by group and given name; without telephone numbers"),
    "chuong_trinh": _l("The points of the programme"),
    "linh_vuc": _l("The topics"),
    "phat_bieu": _l("Speeches in order, each with what was said"),
    "ket_luan": _l("The chairman's conclusions"),
    "noi_dung": _l("All matters, without names"),
    "noi_nhan": _l("Who receives the paper"),
}

ITEMS: Mapping[str, tuple[str, ...]] = {
    "doan": ("kieu", "chu"),
    "thanh_phan": ("ten", "moi", "co_mat", "vang_co_ly_do", "vang"),
    "dai_bieu": ("tt", "ho_ten", "chuc_vu", "khu", "thanh_phan", "ma_so"),
    "chuong_trinh": ("gio", "noi_dung", "nguoi"),
    "linh_vuc": ("ten",),
    "phat_bieu": ("tt", "ho_ten", "luc", "thoi_luong", "linh_vuc", "noi_dung"),
    "phat_bieu.noi_dung": ("y_kien", "tra_loi"),
    "ket_luan": ("tt", "noi_dung", "don_vi", "han"),
    "noi_dung": ("so", "noi_dung", "linh_vuc", "don_vi", "tra_loi", "han", "tinh_trang"),
    "noi_nhan": ("ten",),
}


def sample() -> dict[str, Any]:
    """Return values of the promised shape, one item a list: what a template is tried on."""

    def item(name: str) -> dict[str, Any]:
        return {
            field: [item(f"{name}.{field}")] if f"{name}.{field}" in ITEMS else "…"
            for field in ITEMS[name]
        }

    return {name: [item(name)] if name in ITEMS else "…" for name in MEANINGS}


def values(facts: Facts, paper: Paper, *, with_codes: bool) -> dict[str, Any]:
    """Return what a template is filled with. Short codes only on the roll: they open the door."""
    return {
        **_head(facts, paper),
        **_counts(facts),
        "doan": [
            {"kieu": block.style, "chu": block.text}
            for block in paper.blocks
            if isinstance(block, Text)
        ],
        "thanh_phan": [
            dict(zip(ITEMS["thanh_phan"], row, strict=True))
            for row in minutes.composition(facts).rows
        ],
        "dai_bieu": _delegates(facts, with_codes),
        "chuong_trinh": [
            {
                "gio": clock.hm(datetime.fromisoformat(item["at"])),
                "noi_dung": item["what"],
                "nguoi": item.get("who") or "",
            }
            for item in facts.meeting.programme
        ],
        "linh_vuc": [{"ten": topic} for topic in facts.topics],
        "phat_bieu": _speeches(facts),
        "ket_luan": [
            {
                "tt": number,
                "noi_dung": one.text,
                "don_vi": one.body,
                "han": f"{one.due_on:%d/%m/%Y}" if one.due_on else "",
            }
            for number, one in enumerate(facts.conclusions, start=1)
        ],
        "noi_dung": [_matter(matter.without_names()) for matter in facts.matters],
        "noi_nhan": [{"ten": words} for words in paper.recipients],
    }


def _head(facts: Facts, paper: Paper) -> dict[str, Any]:
    signer = paper.signers[-1] if paper.signers else rules.Signer(())
    return {
        "co_quan": " ".join(paper.organ),
        "so": paper.number or NUMBER_GAP,
        "ky_hieu": paper.symbol,
        "noi": paper.place,
        "ngay": rules.dated(paper.dated_on),
        "ten_loai": paper.kind,
        "trich_yeu": paper.about,
        "hoi_nghi": facts.meeting.title,
        "chu_tri": facts.meeting.host or OPEN,
        "thoi_gian": facts.when,
        "dia_diem": facts.where,
        "quyen_han": " ".join(signer.lines),
        "nguoi_ky": signer.name,
    }


def _counts(facts: Facts) -> dict[str, Any]:
    came, figures = facts.came, facts.figures
    return {
        "so_moi": came["invited"],
        "so_co_mat": came["came"],
        "so_ho": came["households_present"],
        "so_khach": came["added"],
        "so_vang": came["absent_count"] + came["excused_count"],
        "so_luot": len(facts.floor["done"]),
        "so_noi_dung": figures.matters,
        "so_da_tra_loi": figures.answered,
        "so_cap_tren": figures.passed_up,
    }


def _delegates(facts: Facts, with_codes: bool) -> list[dict[str, Any]]:
    return [
        {
            "tt": number,
            "ho_ten": vietnamese.greeting(person.salutation, person.name),
            "chuc_vu": person.title,
            "khu": person.area,
            "thanh_phan": person.group if person.origin == "invited" else ADDED,
            "ma_so": facts.codes.get(person.id, "") if with_codes else "",
        }
        for number, person in enumerate((*facts.invited, *facts.added), start=1)
    ]


def _speeches(facts: Facts) -> list[dict[str, Any]]:
    done = [entry for entry in facts.floor["done"] if entry["started_at"]]
    return [
        {
            "tt": number,
            "ho_ten": minutes.speaker(entry),
            "luc": clock.vi_time(datetime.fromisoformat(entry["started_at"])),
            "thoi_luong": rules.minutes(entry["seconds_spoken"]),
            "linh_vuc": entry["topic"],
            "noi_dung": [
                {"y_kien": matter.text, "tra_loi": minutes.answer(matter)}
                for matter in facts.said.get(entry["id"], [])
            ],
        }
        for number, entry in enumerate(sorted(done, key=lambda e: e["started_at"]), start=1)
    ]


def _matter(matter: opinions.MatterView) -> dict[str, Any]:
    return {
        "so": f"{matter.number:02d}" if matter.number else "",
        "noi_dung": after_meeting.words_for_many(matter),
        "linh_vuc": matter.topic,
        "don_vi": matter.lead,
        "tra_loi": matter.answer,
        "han": f"{matter.due_on:%d/%m/%Y}" if matter.due_on else "",
        "tinh_trang": str(opinions.STATE_WORDS[matter.state]),
    }
