"""The table of seats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "seats_0001"
down_revision = None
branch_labels = ("seats",)
depends_on = ("0001",)


def upgrade() -> None:
    op.create_table(
        "seats_seat",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("meeting_id", sa.Integer(), sa.ForeignKey("meeting.id", ondelete="CASCADE")),
    )


def downgrade() -> None:
    op.drop_table("seats_seat")
