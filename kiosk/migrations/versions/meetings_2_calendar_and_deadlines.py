"""The ward's calendar and the deadline table move from the register to the meeting."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "meetings_2"
down_revision = "meetings_1"
branch_labels = None
depends_on = None

_MONDAY_TO_FRIDAY = 5
_KEYS = {
    "Báo cho dân biết thời gian, địa điểm, nội dung": "notice",
    "Phát thông báo trên hệ thống truyền thanh": "loudspeaker",
    "Trao giấy mời tận tay": "invitations",
    "Thông báo kết luận": "conclusion_notice",
    "Công khai kết quả đối thoại": "results",
}


def upgrade() -> None:
    calendar = op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_calendar_day_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("meeting_id", "day", name=op.f("uq_calendar_day_meeting_id")),
    )
    deadlines = op.create_table(
        "meeting_deadline",
        sa.Column("meeting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_meeting_deadline_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meeting_id", "key", name=op.f("pk_meeting_deadline")),
    )
    op.add_column("task", sa.Column("key", sa.String(length=24), nullable=False, server_default=""))
    task = sa.table("task", sa.column("title", sa.String()), sa.column("key", sa.String()))
    for title, key in _KEYS.items():
        op.execute(sa.update(task).where(task.c.title == title).values(key=key))
    # The register of opinions has kept both until now; it has not where it is new.
    if "opinion_desk" in sa.inspect(op.get_bind()).get_table_names():
        _take_over(calendar, deadlines)


def _take_over(calendar: sa.Table, deadlines: sa.Table) -> None:
    desk = sa.table(
        "opinion_desk",
        sa.column("meeting_id", sa.Integer()),
        sa.column("holidays", sa.JSON()),
        sa.column("working_saturdays", sa.JSON()),
        sa.column("deadlines", sa.JSON()),
    )
    for row in op.get_bind().execute(sa.select(desk)).all():
        days = {
            **dict.fromkeys(row.holidays or [], False),
            **dict.fromkeys(row.working_saturdays or [], True),
        }
        made = [
            {
                "meeting_id": row.meeting_id,
                "day": date.fromisoformat(day),
                "works": works,
                "name": "",
            }
            for day, works in sorted(days.items())
            # A free Saturday or Sunday needs no entry.
            if works or date.fromisoformat(day).weekday() < _MONDAY_TO_FRIDAY
        ]
        if made:
            op.bulk_insert(calendar, made)
        kept = [
            {"meeting_id": row.meeting_id, "key": key, "days": count}
            for key, count in (row.deadlines or {}).items()
        ]
        if kept:
            op.bulk_insert(deadlines, kept)


def downgrade() -> None:
    op.drop_column("task", "key")
    op.drop_table("meeting_deadline")
    op.drop_table("calendar_day")
