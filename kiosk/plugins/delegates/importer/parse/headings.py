"""What the words over a column say about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kiosk import vietnamese
from kiosk.plugins.delegates.importer.parse.names import begins_like_a_name

# Where several fit, the one that stands first in the heading wins; then the order here.
_WORDS: tuple[tuple[str, str], ...] = (
    ("number", r"^(?:so )?(?:s ?t ?t|t ?t|thu tu|so thu tu|so tt|no|stt ?so)$"),
    (
        "ignored",
        r"ghi ro ho ten|^ky$|dan toc|ton giao|nghe nghiep|trinh do|nhan khau|so khau|chu ky|ky nhan"
        r"|ky ten"
        r"|ngay cap|noi cap|quan he|q he|^qh|quoc tich|van hoa|chuyen mon|ly luan|ngay vao"
        r"|so tien|xac nhan|e ?mail|thu dien tu|suc khoe|tinh trang|ho ngheo|que quan|bhyt"
        r"|so the|di thay|thay the|uy quyen|so luong|vao dang|hon nhan",
    ),
    ("id_card", r"\b(?:cccd|cmnd|cmt|can cuoc|dinh danh|chung minh|so cc|cccd cmnd)\b"),
    (
        "phone",
        r"\b(?:dien thoai|dthoai|d thoai|dt|sdt|s dt|dtdd|dtlh|di dong|mobile|phone|tel|so may"
        r"|zalo|lien he|lien lac|hotline|cell)\b",
    ),
    ("family", r"^(?:chu dem|ten dem|dem|chu lot|ten lot|ho va ten lot|ho va chu|ho|ho dem"
        r"|ho va dem"
        r"|ho lot|ho va ten dem|ho ten dem|ho chu lot|ho va chu lot"
        r"|ho dem lot|ho va chu dem|ho tendem|last name|family name|surname)$"),
    ("given", r"^(?:ten|ten goi|given name|first name)$"),
    (
        "name",
        r"\b(?:ho va ten|ho chu dem(?: va)? ten|ho ten|hoten|ho va tên|h ten|ten dai bieu"
        r"|ten dai dien|nguoi dai dien"
        r"|dai dien ho|dai bieu|dai dien|ten nguoi|quy danh|full name|name|ten ong ba|ten khach"
        r"|khach moi|nguoi (?:di |tham )?du|nguoi (?:di )?hop|nguoi tham gia|ten thanh vien"
        r"|ten cong dan|nguoi duoc moi|thanh vien|cong dan)\b",
    ),
    ("head", r"\bchu ho\b"),
    (
        "birth_year",
        r"\b(?:nam sinh|ngay sinh|sinh nam|ntns|nsinh|n sinh|sinh ngay|ngay thang nam sinh"
        r"|ngay thang sinh|birth|dob|yob|born|nam ?sinh)\b|^(?:ns|n s|sinh)$",
    ),
    ("age", r"\b(?:tuoi|age)\b"),
    ("sex", r"\b(?:gioi tinh|nam nu|nu nam|phai|sex|gender)\b|^(?:gt|gioi)$"),
    ("household", r"\b(?:so ho|ho so|ma ho|ma so ho|so hk|household|shk|so so ho|so ho khau)\b"),
    ("salutation", r"\b(?:danh xung|xung ho|kinh xung|salutation)\b"),
    ("either", r"^(?:d c|ong ba|ong|ba|ho gia dinh|ho dan|ho)$"),
    (
        "address",
        r"\b(?:dia chi|noi o|cho o|so nha|thuong tru|cu tru|cu ngu|ho khau|address|duong|ngo"
        r"|tam tru|dchi|d chi)\b",
    ),
    (
        "title",
        r"\b(?:chuc vu|chuc danh|don vi|co quan|cong tac|vai tro|to chuc|position|title|chuc vi"
        r"|chuc trach|c vu|chucvu|office|ban nganh|co quan)\b|^(?:cv|chuc)$",
    ),
    ("group", r"\b(?:thanh phan|nhom|khoi|doi tuong|loai|group|doan)\b"),
    (
        "area",
        r"\b(?:khu|to dan pho|tdp|khu dan cu|kdc|khu pho|kp|thon|xom|ap|to|dia ban|cum|area"
        r"|lang|ban)\b",
    ),
    ("note", r"\b(?:ghi chu|note|notes|luu y|gc|g c|remark|remarks|chu thich|g chu)\b"),
)  # fmt: skip
_ROLES = tuple((role, re.compile(words)) for role, words in _WORDS)
_SUB = {"nam": "male", "nu": "female", "ngay": "ignored", "thang": "ignored"}
_SPEAKER = re.compile(r"dai dien|nguoi du|dai bieu|hoac")
LONGEST_HEAD = 70
_NUMBER = re.compile(r"^\W*\d+\W*$|\d{2}")
_TELLING = frozenset(
    ["name", "head", "either", "phone", "birth_year", "age", "number", "note", "title", "area",
     "address", "given", "family"]
)  # fmt: skip
NAMES = frozenset({"name", "head", "given", "family", "either"})


@lru_cache(maxsize=4096)
def plain(words: str) -> str:
    """Return a heading folded, without signs: "Họ & tên:" is "ho ten"."""
    return " ".join(re.findall(r"[a-z0-9]+", vietnamese.fold(words)))


@lru_cache(maxsize=4096)
def role_of(words: str) -> str:
    """Return what a heading promises: a role, "ignored", "either", or nothing."""
    folded = plain(words)
    if not folded or len(folded) > LONGEST_HEAD:
        return "number" if words.strip() == "#" else ""
    best, at = "", LONGEST_HEAD + 1
    for role, pattern in _ROLES:
        found = pattern.search(folded)
        if found and found.start() < at:
            best, at = role, found.start()
    if best == "name" and "chu ho" in folded and not _SPEAKER.search(folded):
        return "head"
    return best


def sub_role(over: str, words: str, beside: tuple[str, ...]) -> str:
    """Return what a heading under another promises: "Nữ" under "Năm sinh" is female.

    `beside` are all the headings of the lower row, folded.
    """
    folded, upper = plain(words), role_of(over)
    if not folded:
        return upper
    if upper in {"birth_year", "sex", "age"} and folded in _SUB:
        if folded == "nam" and ("thang" in beside or "ngay" in beside):
            return "birth_year"
        return _SUB[folded]
    below = role_of(words)
    if upper in {"name", "head"} and below == "ignored":
        return below
    return below or upper


def is_part_of(over: str, words: str) -> bool:
    """Whether a heading divides the one over it: "Tên" under "Họ và tên", "Nam" under a year."""
    upper = role_of(over)
    if upper in {"birth_year", "sex", "age"}:
        return plain(words) in _SUB
    return upper == "name" and role_of(words) in {"family", "given"}


def looks_like_one(words: Sequence[str]) -> bool:
    """Whether a row is a head: three different things that columns hold, and no person."""
    filled = [word for word in words if word]
    if any(_NUMBER.search(word) for word in filled):
        return False
    # "Ý kiến" and "Tôn giáo" begin like names too: one such word may be a heading.
    odd = sum(begins_like_a_name(word) and not role_of(word) for word in filled)
    return odd < 2 and len({role_of(w) for w in filled if len(w) < 40} & _TELLING) >= 3 + odd


def is_sub_head(words: str) -> bool:
    """Whether a cell of the row under a heading is itself heading."""
    folded = plain(words)
    return len(folded) < 30 and (not folded or folded in _SUB or role_of(words) != "")
