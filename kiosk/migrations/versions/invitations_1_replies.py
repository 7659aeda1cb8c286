"""Answers to invitations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "invitations_1"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply",
        sa.Column("delegate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("answer in ('yes', 'other', 'no')", name=op.f("ck_reply_answer")),
        sa.ForeignKeyConstraint(
            ["delegate_id"],
            ["delegate.id"],
            name=op.f("fk_reply_delegate_id_delegate"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_reply_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_reply")),
    )
    op.create_index(op.f("ix_reply_meeting_id"), "reply", ["meeting_id"])


def downgrade() -> None:
    op.drop_table("reply")
