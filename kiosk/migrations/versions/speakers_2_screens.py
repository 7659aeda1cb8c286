"""What came of an answer, who was told to get ready, the slide of the hall."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "speakers_2"
down_revision = "speakers_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Only columns are added: rebuilding `turn` on SQLite would lose its partial indexes.
    outcome = sa.Column("outcome", sa.String(10), nullable=False, server_default="")
    op.add_column("turn", outcome)
    op.add_column("turn", sa.Column("told_at", UtcDateTime(), nullable=True))
    op.add_column("floor", sa.Column("slide", sa.String(12), nullable=False, server_default=""))
    op.add_column("floor", sa.Column("resumes_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    for column in ("resumes_at", "slide"):
        op.drop_column("floor", column)
    for column in ("told_at", "outcome"):
        op.drop_column("turn", column)
