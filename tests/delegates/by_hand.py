"""Lists as ward offices write them by hand, each with who is in it.

Everybody is invented; the phones reach nobody.
"""

from __future__ import annotations

from typing import Any
from typing import NamedTuple

Rows = list[list[Any]]


class Written(NamedTuple):
    """A list by hand: sheets, and (name, phone, area, birth year) of everybody in it."""

    filename: str
    sheets: list[tuple[str, Rows]]
    people: list[tuple[str, str, str, int | None]]
    groups: tuple[str, ...] = ()


KD1, KD2, VC3 = "Khu Kim Đồng I", "Khu Kim Đồng II", "Tổ dân phố Vạn Chánh 3"

LISTS: dict[str, Written] = {
    "a table copied from Word, its lines broken, with notes under it": Written(
        "danh sach.xlsx",
        [("Sheet1", [
            ["ỦY BAN NHÂN DÂN\nPHƯỜNG TÂN DÂN", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"],
            ["DANH SÁCH HỘ GIA ĐÌNH THAM DỰ ĐỐI THOẠI"],
            ["S\nTT", "Họ và tên\nchủ hộ", "Năm\nsinh", "Địa chỉ\n(số nhà, ngõ)", "Số\nđiện thoại", "Khu"],
            ["1.", "Nguyễn\nVăn Hậu", "1958", "Số 5,\nngõ 2", "0900 000\n101", "Kim Đồng\nI"],
            ["2.", "Bà Trần Thị\nLụa ", "1961.", "SN 7 ngõ 2", "0900-000-102", "Kim Đồng II"],
            ["3.", "Lê Thị Mận (vợ ông Bền)", "", "", "0900000103 (c Hoa)", "KĐ 1"],
            ["Lưu ý: các hộ có mặt trước 13 giờ 15 phút, mang theo giấy mời"],
            ["* Hộ số 3 đi thay chồng"],
        ])],
        [("Nguyễn Văn Hậu", "0900000101", KD1, 1958), ("Trần Thị Lụa", "0900000102", KD2, 1961),
         ("Lê Thị Mận", "0900000103", KD1, None)],
    ),
    "a head of two rows, merged, capitals for names": Written(
        "ds.xls",
        [("KĐ I", [
            ["DANH SÁCH CỬ TRI"],
            ["STT", "HỌ VÀ TÊN", "NĂM SINH", "", "NƠI Ở", "ĐIỆN THOẠI", "GHI CHÚ"],
            ["", "", "NAM", "NỮ", "", "", ""],
            [1, "NGUYỄN VĂN MẠNH", 1960, "", "NGÕ 3", "0900000111", ""],
            [2, "ĐỖ THỊ XUÂN", "", 1955, "NGÕ 3", "900000112", ""],
            [3, "H' LAN NIÊ", "", "1970", "NGÕ 4", "", ""],
            [4, "HỒ THỊ BI", "", "01/01/1949", "NGÕ 5", "0900000114", ""],
        ])],
        [("Nguyễn Văn Mạnh", "0900000111", KD1, 1960), ("Đỗ Thị Xuân", "0900000112", KD1, 1955),
         ("H' Lan Niê", "", KD1, 1970), ("Hồ Thị Bi", "0900000114", KD1, 1949)],
    ),
    "couples as two rows, the number on the first only": Written(
        "ho.xlsx",
        [("Sheet1", [
            ["TT", "Họ và tên vợ, chồng", "Ngày, tháng, năm sinh", "Địa chỉ", "SĐT"],
            ["I", "Khu Kim Đồng I"],
            [1, "Phạm Văn Bốn", "12/3/1950", "Số nhà 4, ngõ 1", "0900.000.121"],
            ["", "Vũ Thị Năm", "5/1952", "nt", "nt"],
            [2, "Mạc Văn Sáu", "..../1948", "Số nhà 6, ngõ 1", "+84900000123"],
            ["", "Lê Thị Bảy", "khoảng 1950", "-//-", ""],
        ])],
        [("Phạm Văn Bốn", "0900000121", KD1, 1950), ("Vũ Thị Năm", "0900000121", KD1, 1952),
         ("Mạc Văn Sáu", "0900000123", KD1, 1948), ("Lê Thị Bảy", "", KD1, 1950)],
    ),
    "phones in every way": Written(
        "phones.csv",
        [("CSV", [
            ["Stt", "Họ tên", "Số ĐT", "Khu phố"],
            ["1", "Nguyễn Thị An", "(+84) 900.000.131", "kim đồng 1"],
            ["2", "Trần Văn Bình", "0900 000 132 - 0900 000 999", "kim đồng 2"],
            ["3", "Lê Thị Chi", "0900000133/ 0900000998", "KĐ2"],
            ["4", "Phạm Văn Dần", "ĐT: 0900000134", "Kim Đồng I"],
            ["5", "Hoàng Thị Én", "84-900-000-135", "Kim Đồng I"],
            ["6", "Vũ Văn Phú", "0220 3 822 136", "Kim Đồng I"],
            ["7", "Đặng Thị Ga", "9 0000 0137", "K. Đồng I"],
            ["8", "Bùi Văn Hạ", "`0900000138", "Kim Đồng I"],
            ["9", "Ngô Thị In", "0900000139, 0900000997", "Kim Đồng I"],
            ["10", "Đỗ Văn Kê", "090000014", "Kim Đồng I"],
            ["11", "Lý Thị Lan", "0900 000 142 hoặc 0900 000 996 (con)", "Kim Đồng I"],
            ["12", "Đinh Văn Mão", "0900.000.143.", "Kim Đồng I"],
            ["13", "Cao Thị Na", "Nhà riêng 02203822144", "Kim Đồng I"],
            ["14", "Lương Văn Ổn", "o9oo ooo 145", "Kim Đồng I"],
        ])],
        [("Nguyễn Thị An", "0900000131", KD1, None), ("Trần Văn Bình", "0900000132", KD2, None),
         ("Lê Thị Chi", "0900000133", KD2, None), ("Phạm Văn Dần", "0900000134", KD1, None),
         ("Hoàng Thị Én", "0900000135", KD1, None), ("Vũ Văn Phú", "02203822136", KD1, None),
         ("Đặng Thị Ga", "0900000137", KD1, None), ("Bùi Văn Hạ", "0900000138", KD1, None),
         ("Ngô Thị In", "0900000139", KD1, None), ("Đỗ Văn Kê", "", KD1, None),
         ("Lý Thị Lan", "0900000142", KD1, None), ("Đinh Văn Mão", "0900000143", KD1, None),
         ("Cao Thị Na", "02203822144", KD1, None), ("Lương Văn Ổn", "0900000145", KD1, None)],
    ),
    "years of birth in every way": Written(
        "births.xlsx",
        [("Kim Đồng 2", [
            ["TT", "Họ tên", "Ngày sinh"],
            [1, "Nguyễn Thị An", "14-08-1965"], [2, "Trần Văn Bình", "14/8/65"],
            [3, "Lê Thị Chi", 23603], [4, "Phạm Văn Dần", "1965"],
            [5, "Hoàng Thị Én", "'65"], [6, "Vũ Văn Phú", "58 tuổi"],
            [7, "Đặng Thị Ga", "14.8.1965"], [8, "Bùi Văn Hạ", "Ngày 14 tháng 8 năm 1965"],
            [9, "Ngô Thị In", "14/08/1965 "], [10, "Đỗ Văn Kê", "1965 (Ất Tỵ)"],
            [11, "Lý Thị Lan", "14081965"], [12, "Đinh Văn Mão", "00/00/1965"],
            [13, "Cao Thị Na", "08/1965"], [14, "Lương Văn Ổn", "1965-08-14"],
            [15, "Phan Văn Quý", "Sinh năm 1965"], [16, "Mai Thị Rí", "14 / 8 / 1965"],
            [17, "Tô Văn Sự", "1865"], [18, "Tạ Văn Tự", "1965-08-14 00:00:00"],
        ])],
        [(name, "", KD2, year) for name, year in (
            ("Nguyễn Thị An", 1965), ("Trần Văn Bình", 1965), ("Lê Thị Chi", 1964),
            ("Phạm Văn Dần", 1965), ("Hoàng Thị Én", 1965), ("Vũ Văn Phú", 1965),
            ("Đặng Thị Ga", 1965), ("Bùi Văn Hạ", 1965), ("Ngô Thị In", 1965),
            ("Đỗ Văn Kê", 1965), ("Lý Thị Lan", 1965), ("Đinh Văn Mão", 1965),
            ("Cao Thị Na", 1965), ("Lương Văn Ổn", 1965), ("Phan Văn Quý", 1965),
            ("Mai Thị Rí", 1965), ("Tô Văn Sự", None), ("Tạ Văn Tự", 1965))],
    ),
    "groups in Roman numerals, sums after each, signatures in three columns": Written(
        "thanh phan.xlsx",
        [("Đại biểu", [
            ["ĐẢNG BỘ PHƯỜNG TÂN DÂN"], ["BAN CHẤP HÀNH"], ["*"],
            ["TT", "HỌ VÀ TÊN", "CHỨC VỤ", "ĐIỆN THOẠI", "KÝ NHẬN"],
            ["I", "ĐẠI BIỂU THỊ XÃ", "", "", ""],
            [1, "Đ/c: Nguyễn Văn Mẫn", "Phó Chủ tịch UBMTTQ thị xã", "0900000151", ""],
            [2, "Đc Trần Thị Lành", "Thị ủy viên", "0900 000 152", ""],
            ["", "Cộng: 02 đ/c", "", "", ""],
            ["II", "LÃNH ĐẠO PHƯỜNG", "", "", ""],
            [1, "Đồng chí Lê Văn Hòa - Bí thư Đảng ủy", "", "0900000153", ""],
            [2, "PHẠM THỊ THU, PCT HĐND", "", "0900000154", ""],
            [3, "ThS. Bùi Văn Cương", "Phó Chủ tịch UBND", "", ""],
            ["", "Tổng (I+II): 05 đ/c", "", "", ""],
            ["III", "Các đoàn thể", "", "", ""],
            [1, "Bà: Vũ Thị Thắm", "CT Hội LHPN", "0900000156", ""],
            ["NGƯỜI LẬP BIỂU", "", "KẾ TOÁN", "", "T/M ỦY BAN"],
            ["", "", "", "", ""],
            ["Trần Thị Bưởi", "", "Lê Văn Cam", "", "Nguyễn Văn Quýt"],
        ])],
        [("Nguyễn Văn Mẫn", "0900000151", "", None), ("Trần Thị Lành", "0900000152", "", None),
         ("Lê Văn Hòa", "0900000153", "", None), ("Phạm Thị Thu", "0900000154", "", None),
         ("Bùi Văn Cương", "", "", None), ("Vũ Thị Thắm", "0900000156", "", None)],
        ("A", "A", "B", "B", "B", "C"),
    ),
    "names in two columns, small letters, area in the title only": Written(
        "to 3.xlsx",
        [("Sheet1", [
            ["danh sách nhân dân tổ dân phố vạn chánh 3 dự đối thoại"],
            [],
            ["stt", "họ và tên đệm", "tên", "sn", "sđt"],
            [1, "nguyễn văn", "tám", 1959, "900000161"],
            [2, "đỗ thị thu", "hà", 1966, "0900000162"],
            [3, "trần", "lực", 1971, ""],
        ])],
        [("Nguyễn Văn Tám", "0900000161", VC3, 1959), ("Đỗ Thị Thu Hà", "0900000162", VC3, 1966),
         ("Trần Lực", "", VC3, 1971)],
    ),
    "area only in the name of the file": Written(
        "DS ho gia dinh Kim Dong 2.csv",
        [("CSV", [
            ["TT", "Ho va ten", "Nam sinh", "So dien thoai"],
            ["1", "Nguyễn Văn Nhất", "1950", "0900000171"],
            ["2", "Trần Thị Nhì", "1951", "0900000172"],
        ])],
        [("Nguyễn Văn Nhất", "0900000171", KD2, 1950), ("Trần Thị Nhì", "0900000172", KD2, 1951)],
    ),
    "two tables in one sheet, the second with other columns": Written(
        "hai bang.xlsx",
        [("Tổng hợp", [
            ["1. Danh sách khu Kim Đồng I"],
            ["TT", "Họ và tên", "Năm sinh", "SĐT"],
            [1, "Nguyễn Văn Nhất", 1950, "0900000181"],
            [2, "Trần Thị Nhì", 1951, "0900000182"],
            [],
            ["2. Danh sách khu Kim Đồng II"],
            ["TT", "Số điện thoại", "Họ tên đại biểu", "Địa chỉ", "Tuổi"],
            [1, "0900000183", "Lê Văn Ba", "ngõ 7", 70],
            [2, "0900000184", "Phạm Thị Tư", "ngõ 8", 61],
        ])],
        [("Nguyễn Văn Nhất", "0900000181", KD1, 1950), ("Trần Thị Nhì", "0900000182", KD1, 1951),
         ("Lê Văn Ba", "0900000183", KD2, 1953), ("Phạm Thị Tư", "0900000184", KD2, 1962)],
    ),
    "no head at all": Written(
        "khong tieu de.csv",
        [("CSV", [
            ["1", "Nguyễn Văn Nhất", "1950", "Kim Đồng I", "0900000191"],
            ["2", "Trần Thị Nhì", "1951", "Kim Đồng II", "0900000192"],
            ["3", "Lê Văn Ba", "1952", "Kim Đồng II", ""],
        ])],
        [("Nguyễn Văn Nhất", "0900000191", KD1, 1950), ("Trần Thị Nhì", "0900000192", KD2, 1951),
         ("Lê Văn Ba", "", KD2, 1952)],
    ),
    "names that are words of offices, one-word and long names": Written(
        "ten la.xlsx",
        [("Kim Đồng I", [
            ["Số TT", "Họ và tên", "Năm sinh", "Chức danh"],
            [1, "Tổng Văn Cộng", 1950, ""],
            [2, "Ông Thị Bà", 1951, ""],
            [3, "Đoàn Thị Hội", 1952, "chủ hộ"],
            [4, "Ban Văn Khu", 1953, ""],
            [5, "Công Tằng Tôn Nữ Thị Ngọc Minh Châu", 1954, ""],
            [6, "Trưởng Văn Ký", 1955, ""],
            [7, "Nguyễn Ký", 1956, ""],
            [8, "Hội Văn Phường", 1957, ""],
            [9, "Y Blok Êban", 1958, ""],
            [10, "Anh Thị Chị", 1959, ""],
            [11, "Cộng Văn Hòa", 1960, ""],
        ])],
        [(name, "", KD1, 1950 + i) for i, name in enumerate((
            "Tổng Văn Cộng", "Ông Thị Bà", "Đoàn Thị Hội", "Ban Văn Khu",
            "Công Tằng Tôn Nữ Thị Ngọc Minh Châu", "Trưởng Văn Ký", "Nguyễn Ký", "Hội Văn Phường",
            "Y Blok Êban", "Anh Thị Chị", "Cộng Văn Hòa"))],
    ),
    "two people side by side, tables next to each other": Written(
        "ngang.xlsx",
        [("Kim Đồng I", [
            ["DANH SÁCH KHU KIM ĐỒNG I"],
            ["TT", "Họ và tên", "SĐT", "", "TT", "Họ và tên", "SĐT"],
            [1, "Nguyễn Văn Nhất", "0900000201", "", 3, "Lê Văn Ba", "0900000203"],
            [2, "Trần Thị Nhì", "0900000202", "", 4, "Phạm Thị Tư", "0900000204"],
        ])],
        [("Nguyễn Văn Nhất", "0900000201", KD1, None), ("Lê Văn Ba", "0900000203", KD1, None),
         ("Trần Thị Nhì", "0900000202", KD1, None), ("Phạm Thị Tư", "0900000204", KD1, None)],
    ),
    "titles in the middle, the head again on every page": Written(
        "trang.xlsx",
        [("in", [
            ["UBND PHƯỜNG TÂN DÂN"], ["DANH SÁCH ĐẠI BIỂU"],
            ["STT", "Họ và tên", "NS", "Khu", "ĐT"],
            [1, "Nguyễn Văn Nhất", 1950, "KĐ I", "0900000211"],
            [2, "Trần Thị Nhì", 1951, "KĐ II", "0900000212"],
            ["Trang 1/2"],
            ["UBND PHƯỜNG TÂN DÂN"], ["DANH SÁCH ĐẠI BIỂU (tiếp theo)"],
            ["STT", "Họ và tên", "NS", "Khu", "ĐT"],
            [3, "Lê Văn Ba", 1952, "nt", "0900000213"],
            [4, "Phạm Thị Tư", 1953, "\"", "0900000214"],
            ["Trang 2/2"],
        ])],
        [("Nguyễn Văn Nhất", "0900000211", KD1, 1950), ("Trần Thị Nhì", "0900000212", KD2, 1951),
         ("Lê Văn Ba", "0900000213", KD2, 1952), ("Phạm Thị Tư", "0900000214", KD2, 1953)],
    ),
    "everything of a person in one cell": Written(
        "mot cot.xlsx",
        [("KĐ1", [
            ["Danh sách các hộ"],
            ["1. Nguyễn Văn Nhất, sinh năm 1950, ĐT 0900000221"],
            ["2. Trần Thị Nhì, sinh năm 1951, ĐT 0900000222"],
            ["3. Lê Văn Ba - 1952 - 0900000223"],
        ])],
        [("Nguyễn Văn Nhất", "0900000221", KD1, 1950), ("Trần Thị Nhì", "0900000222", KD1, 1951),
         ("Lê Văn Ba", "0900000223", KD1, 1952)],
    ),
    "heads and notes nobody has met before": Written(
        "la.xlsx",
        [("Sheet1", [
            ["Số thứ tự", "Ông (bà)", "Tuổi tác", "Thuộc tổ, khu", "Máy liên lạc", "Ý kiến đăng ký"],
            ["01", "Nguyễn Văn Nhất", "73", "Kim Đồng I", "0900000231", "cống thoát nước"],
            ["02", "Trần Thị Nhì", "72", "Kim Đồng II", "0900000232", ""],
            ["03", "Lê Văn Ba", "71", "Kim Đồng II", "0900000233", "đèn đường"],
        ])],
        [("Nguyễn Văn Nhất", "0900000231", KD1, 1950), ("Trần Thị Nhì", "0900000232", KD2, 1951),
         ("Lê Văn Ba", "0900000233", KD2, 1952)],
    ),
    "representative and head of the house in two columns, relation between": Written(
        "dai dien.xlsx",
        [("Sheet1", [
            ["TT", "Chủ hộ", "Người đi dự họp", "Quan hệ với chủ hộ", "Năm sinh", "Tổ/Khu", "Số đt"],
            [1, "Nguyễn Văn Nhất", "Nguyễn Thị Con", "Con", 1980, "Kim Đồng 1", 900000241],
            [2, "Trần Thị Nhì", "Trần Thị Nhì", "Chủ hộ", 1951, "Kim Đồng 1", 900000242],
            [3, "Lê Văn Ba", "", "", 1952, "Kim Đồng 2", 900000243],
        ])],
        [("Nguyễn Thị Con", "0900000241", KD1, 1980), ("Trần Thị Nhì", "0900000242", KD1, 1951),
         ("Lê Văn Ba", "0900000243", KD2, 1952)],
    ),
}  # fmt: skip
