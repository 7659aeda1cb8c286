"""What a device has guessed at, and when a meeting's people were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "scans_1"
down_revision = "checkin_1"
branch_labels = None
depends_on = None

_ERASED = """
    UPDATE meeting SET erased_at = (
        SELECT max(change.at) FROM change
        WHERE change.meeting_id = meeting.id AND change.kind = 'delegate.changed.erased'
    )
"""


def upgrade() -> None:
    op.create_table(
        "guess",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "meeting_id",
            sa.Integer(),
            sa.ForeignKey(
                "meeting.id", name=op.f("fk_guess_meeting_id_meeting"), ondelete="CASCADE"
            ),
            nullable=False,
        ),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("scan_id", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.CheckConstraint("kind in ('strange', 'ours', 'refused')", name=op.f("ck_guess_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guess")),
    )
    op.create_index("ix_guess_meeting_id_actor_at", "guess", ["meeting_id", "actor", "at"])
    op.add_column("device", sa.Column("guessing_at", UtcDateTime(), nullable=True))
    op.add_column("meeting", sa.Column("erased_at", UtcDateTime(), nullable=True))
    op.execute(_ERASED)


def downgrade() -> None:
    op.drop_column("meeting", "erased_at")
    op.drop_column("device", "guessing_at")
    op.drop_index("ix_guess_meeting_id_actor_at", "guess")
    op.drop_table("guess")
