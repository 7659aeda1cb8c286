"""A template to begin with, for each kind: our own layout with placeholders in it."""

from __future__ import annotations

from kiosk.plugins.papers.values import Block
from kiosk.plugins.papers.values import Grid
from kiosk.plugins.papers.values import Paper
from kiosk.plugins.papers.values import Signer
from kiosk.plugins.papers.values import Text


class Starter(Paper):
    """A paper whose words are placeholders."""

    @property
    def date_line(self) -> str:
        """Place and date, to be filled."""
        return "{{ noi }}, {{ ngay }}"


def _loop(
    items: str, fields: tuple[str, ...], heads: tuple[str, ...], shares: tuple[int, ...]
) -> Grid:
    empty = ("",) * (len(heads) - 1)
    return Grid(
        heads,
        [
            (f"{{%tr for d in {items} %}}", *empty),
            tuple(f"{{{{ d.{field} }}}}" if field else "" for field in fields),
            ("{%tr endfor %}", *empty),
        ],
        shares,
    )


_PARAGRAPHS: tuple[Block, ...] = (
    Text("{%p for d in doan %}"),
    Text("{{ d.chu }}"),
    Text("{%p endfor %}"),
)
_TABLES: dict[str, Grid] = {
    "danh-sach": _loop(
        "dai_bieu",
        ("tt", "ho_ten", "chuc_vu", "khu"),
        ("TT", "Họ và tên", "Chức vụ", "Khu"),
        (8, 33, 30, 29),
    ),
    "diem-danh": _loop(
        "dai_bieu",
        ("tt", "ho_ten", "khu", "ma_so", ""),
        ("TT", "Họ và tên", "Khu, đơn vị", "Mã số", "Ký tên"),
        (8, 31, 27, 16, 18),
    ),
    "chuong-trinh": _loop(
        "chuong_trinh",
        ("gio", "noi_dung", "nguoi"),
        ("Giờ", "Nội dung", "Người thực hiện"),
        (12, 56, 32),
    ),
    "bien-ban": _loop(
        "thanh_phan",
        ("ten", "moi", "co_mat", "vang_co_ly_do", "vang"),
        ("Thành phần", "Triệu tập", "Có mặt", "Vắng có lý do", "Vắng"),
        (44, 14, 14, 14, 14),
    ),
    "bao-cao-tong-hop": _loop(
        "noi_dung",
        ("so", "noi_dung", "don_vi", "tra_loi", "tinh_trang"),
        ("Số", "Nội dung", "Đơn vị", "Trả lời", "Kết quả"),
        (8, 36, 18, 24, 14),
    ),
}


def starter(kind: str) -> Paper:
    """Return the template to begin with."""
    table = (_TABLES[kind],) if kind in _TABLES else ()
    return Starter(
        organ=("{{ co_quan }}",),
        symbol="{{ ky_hieu }}",
        place="",
        kind="{{ ten_loai }}",
        about="{{ trich_yeu }}",
        blocks=(*_PARAGRAPHS, *table),
        recipients=("{%p for d in noi_nhan %}", "{{ d.ten }}", "{%p endfor %}"),
        signers=(Signer(("{{ quyen_han }}",), "{{ nguoi_ky }}"),),
        dated=kind != "bien-ban",
        number="{{ so }}",
    )
