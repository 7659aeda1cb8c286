"""How the seed of a draw was given, when the meeting began and was closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "floor_1"
down_revision = "speakers_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "floor",
        sa.Column("seed_is_number", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("floor", sa.Column("began_at", UtcDateTime(), nullable=True))
    op.add_column("floor", sa.Column("closed_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    for column in ("closed_at", "began_at", "seed_is_number"):
        op.drop_column("floor", column)
