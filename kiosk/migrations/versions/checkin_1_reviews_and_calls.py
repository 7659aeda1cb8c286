"""Seats given out twice, calls for a helper, and what a scan says about its place in the order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "checkin_1"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Only columns are added: rebuilding `scan` on SQLite would meet its own foreign key.
    op.add_column(
        "scan",
        sa.Column("observer", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("scan", sa.Column("counts", sa.Boolean(), nullable=True))
    _carry_over()
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=30), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("added_id", sa.Integer(), nullable=True),
        _of_the_meeting("review"),
        sa.ForeignKeyConstraint(
            ["delegate_id"],
            ["delegate.id"],
            name=op.f("fk_review_delegate_id_delegate"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["added_id"],
            ["delegate.id"],
            name=op.f("fk_review_added_id_delegate"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("meeting_id", "seat", name=op.f("uq_review_meeting_id_seat")),
    )
    op.create_table(
        "door_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("sentence", sa.String(length=300), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=True),
        sa.Column("walk_in", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=5), nullable=False),
        sa.Column("taken_by", sa.String(length=200), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state in ('open', 'taken', 'done')", name=op.f("ck_door_call_state")),
        _of_the_meeting("door_call"),
        sa.ForeignKeyConstraint(
            ["delegate_id"],
            ["delegate.id"],
            name=op.f("fk_door_call_delegate_id_delegate"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_call")),
    )
    op.create_index(op.f("ix_door_call_meeting_id"), "door_call", ["meeting_id"])


def _of_the_meeting(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["meeting_id"],
        ["meeting.id"],
        name=op.f(f"fk_{table}_meeting_id_meeting"),
        ondelete="CASCADE",
    )


def _carry_over() -> None:
    """Say of the entries of observers that they were: only the presence knew."""
    scan = sa.table(
        "scan",
        sa.column("observer", sa.Boolean),
        sa.column("effect", sa.String),
        sa.column("delegate_id", sa.Integer),
    )
    presence = sa.table(
        "presence", sa.column("delegate_id", sa.Integer), sa.column("observer", sa.Boolean)
    )
    observers = sa.select(presence.c.delegate_id).where(presence.c.observer)
    op.execute(
        sa.update(scan)
        .where(scan.c.effect == "first", scan.c.delegate_id.in_(observers))
        .values(observer=True)
    )


def downgrade() -> None:
    op.drop_table("door_call")
    op.drop_table("review")
    op.drop_column("scan", "counts")
    op.drop_column("scan", "observer")
