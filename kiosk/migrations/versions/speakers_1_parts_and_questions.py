"""The parts of a turn, the pace of the list, written questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "speakers_1"
down_revision = "0001"
branch_labels = None
depends_on = None

_TURN = sa.table(
    "turn",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("started_at", UtcDateTime()),
    sa.column("ended_at", UtcDateTime()),
    sa.column("part_started_at", UtcDateTime()),
    sa.column("seconds_paused", sa.Integer),
    sa.column("seconds_spoken", sa.Integer),
    sa.column("allotted", sa.Integer),
    sa.column("granted", sa.Integer),
)


def _number(name: str, default: int) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))


def _words(name: str, length: int, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default=default)


def upgrade() -> None:
    # Only columns are added: rebuilding `turn` on SQLite would lose its partial indexes.
    for column in (
        _words("part", 10, "speech"),
        sa.Column("part_started_at", UtcDateTime(), nullable=True),
        _number("seconds_spoken", 0),
        _number("seconds_answered", 0),
        _number("granted", 0),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
    ):
        op.add_column("turn", column)
    op.add_column(
        "turn",
        sa.Column(
            "answered_by",
            sa.Integer(),
            sa.ForeignKey("body.id", name=op.f("fk_turn_answered_by_body")),
            nullable=True,
        ),
        inline_references=True,
    )
    for column in (
        _words("pace", 10, "fixed"),
        _number("shortest", 60),
        _number("answer_seconds", 240),
        _number("closing_seconds", 1800),
        _words("seed", 64, ""),
        _number("moved_at", 0),
    ):
        op.add_column("floor", column)
    op.add_column("queue_step", sa.Column("turn_id", sa.Integer(), nullable=True))
    _questions()
    _carry_over()


def _questions() -> None:
    op.create_table(
        "written_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegate_id"],
            ["delegate.id"],
            name=op.f("fk_written_question_delegate_id_delegate"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_written_question_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_written_question_topic_id_topic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_question")),
    )
    op.create_index(
        op.f("ix_written_question_meeting_id"), "written_question", ["meeting_id"], unique=False
    )


def _carry_over() -> None:
    """Give turns that have begun the figures that used to be computed from their times."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(_TURN).where(_TURN.c.started_at.is_not(None))).all():
        values: dict[str, object] = {"granted": row.allotted}
        if row.ended_at is None:
            values["part_started_at"] = row.started_at
        else:
            lasted = int((row.ended_at - row.started_at).total_seconds())
            values["seconds_spoken"] = max(0, lasted - row.seconds_paused)
            values["seconds_paused"] = 0
        connection.execute(sa.update(_TURN).where(_TURN.c.id == row.id).values(values))
    # Steps taken before know nothing of the new columns: they cannot be taken back exactly.
    step = sa.table("queue_step", sa.column("undone", sa.Boolean))
    connection.execute(sa.update(step).values(undone=True))


def downgrade() -> None:
    op.drop_table("written_question")
    op.drop_column("queue_step", "turn_id")
    for name in ("moved_at", "seed", "closing_seconds", "answer_seconds", "shortest", "pace"):
        op.drop_column("floor", name)
    for name in (
        "answered_by",
        "removed_at",
        "granted",
        "seconds_answered",
        "seconds_spoken",
        "part_started_at",
        "part",
    ):
        op.drop_column("turn", name)
