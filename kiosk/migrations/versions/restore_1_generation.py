"""The installation has a generation, made here and renewed at every restore."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.ops import generation

revision = "restore_1"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    installation = op.create_table(
        "installation",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_installation")),
    )
    first = {"key": generation.KEY, "value": generation.made()}
    op.bulk_insert(installation, [first])


def downgrade() -> None:
    op.drop_table("installation")
