"""The one place that knows what time it is.

Stored in UTC, shown in Vietnam time (UTC+7, no daylight saving).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from zoneinfo import ZoneInfo

VN = ZoneInfo("Asia/Ho_Chi_Minh")

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _source()


def use(source: Callable[[], datetime] | None) -> None:
    """Take the time from `source`; None goes back to the system's clock."""
    global _source
    _source = source or _system


def local(moment: datetime) -> datetime:
    """Return the moment in Vietnam time."""
    return moment.astimezone(VN)


def rfc3339(moment: datetime) -> str:
    """Return the moment as RFC 3339 with Vietnam's offset, whole seconds."""
    return local(moment).isoformat(timespec="seconds")


def vi_time(moment: datetime) -> str:
    """Return the hour as papers write it: "13 giờ 30"."""
    return local(moment).strftime("%H giờ %M")


def hm(moment: datetime) -> str:
    """Return the hour as tables write it: "13:30"."""
    return local(moment).strftime("%H:%M")


def vi_weekday(moment: datetime) -> str:
    """Return the weekday in words: "thứ Năm"."""
    return _WEEKDAYS[local(moment).weekday()]


def vi_date(moment: datetime) -> str:
    """Return the date with its weekday: "thứ Năm, 26/10/2023"."""
    return f"{vi_weekday(moment)}, {dmy(moment)}"


def dmy(moment: datetime) -> str:
    """Return the date as dd/MM/yyyy."""
    return local(moment).strftime("%d/%m/%Y")


def paper_date(moment: datetime) -> str:
    """Return the date as Decree 30/2020 writes it.

    Days under 10 and months 1 and 2 take a leading zero, other months do not.
    """
    day = local(moment)
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
