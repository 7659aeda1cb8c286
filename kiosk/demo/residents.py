"""Made-up people for the demo: names by the habits of the north, phones that reach nobody.

Weights of family names, ages and given names are rough (share of family names after
hoten.org, the rest our guess); no real person is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

_FAMILY = (
    ("Nguyễn", 34), ("Trần", 9), ("Phạm", 8), ("Lê", 6), ("Vũ", 6), ("Hoàng", 5), ("Đỗ", 4),
    ("Bùi", 4), ("Đặng", 3), ("Mạc", 2), ("Ngô", 2), ("Dương", 2), ("Đào", 2), ("Trương", 2),
    ("Lương", 2), ("Phan", 2), ("Cao", 1), ("Đinh", 1), ("Khúc", 1), ("Quách", 1), ("Tạ", 1),
)  # fmt: skip
_MEN_MIDDLE = ("Văn", "Văn", "Văn", "Đức", "Xuân", "Đình", "Hữu", "Quang", "Ngọc", "Công")
_WOMEN_MIDDLE = ("Thị", "Thị", "Thị", "Thị Kim", "Thị Thu", "Thị Thanh", "Thị Minh", "Thị Bích")
_MEN = (
    "Hùng", "Dũng", "Thắng", "Bền", "Lực", "Mẫn", "Sơn", "Hải", "Tuấn", "Cường", "Đạt",
    "Phượng", "Quý", "Ước", "Thủy", "Hòa", "Trường", "Đệ", "Bình", "An", "Ấn", "Chiến",
)  # fmt: skip
_WOMEN = (
    "Oanh", "Lựu", "Hoa", "Hằng", "Mười", "Bích", "Thúy", "Ánh", "Ngần", "Út", "Yến", "Quế",
    "Nhẫn", "Thơm", "Dậu", "Tý", "Hòa", "Bình", "Ảnh", "Dung", "Hương", "Huệ", "Lụa", "Sen",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A made-up person."""

    name: str
    salutation: str
    birth_year: int
    phone: str
    area: str = ""
    address: str = ""


def _name(draw: Random, woman: bool) -> str:
    family = draw.choices([name for name, _ in _FAMILY], [share for _, share in _FAMILY])[0]
    middle = draw.choice(_WOMEN_MIDDLE if woman else _MEN_MIDDLE)
    return f"{family} {middle} {draw.choice(_WOMEN if woman else _MEN)}"


def _phone(draw: Random) -> str:
    # 09000xxxxx is given to nobody.
    return f"09000{draw.randrange(100_000):05d}"


def officials(draw: Random, posts: Sequence[Any], chairman: str) -> list[Made]:
    """Return one person for each post; the chairman appears by office, without a name."""
    made: list[Made] = []
    taken: set[str] = set()
    for _, post in posts:
        name = _name(draw, draw.random() < 0.35)
        while name in taken:
            name = _name(draw, draw.random() < 0.35)
        taken.add(name)
        shown = "Chủ tịch UBND phường" if post.title == chairman else name
        made.append(Made(shown, "đồng chí", draw.randint(1963, 1992), _phone(draw)))
    return made


def households(draw: Random, count: int, areas: Sequence[str], year: int) -> list[Made]:
    """Return one representative a household, 56 of 100 in the first area.

    Ages from 25 to 88 with the middle near 58; some share a name, as in life.
    """
    made: list[Made] = []
    for number in range(count):
        woman = draw.random() < 0.42
        age = round(draw.triangular(25, 88, 60))
        salutation = ("bà" if woman else "ông") if age >= 50 else ("chị" if woman else "anh")
        in_first = number < round(count * 0.56) or len(areas) == 1
        lane = f"ngõ {draw.randint(1, 9)}"
        address = f"Số nhà {draw.randint(1, 96)}, {lane}" if draw.random() < 0.6 else lane.title()
        made.append(
            Made(
                name=_name(draw, woman),
                salutation=salutation,
                birth_year=year - age,
                phone=_phone(draw) if draw.random() < 0.85 else "",
                area=areas[0] if in_first else areas[1 + number % (len(areas) - 1)],
                address=address,
            )
        )
    return made
