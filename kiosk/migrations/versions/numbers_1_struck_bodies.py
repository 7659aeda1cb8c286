"""A body of the plan that is not invited this time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "numbers_1"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("body", sa.Column("struck_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("body", "struck_at")
