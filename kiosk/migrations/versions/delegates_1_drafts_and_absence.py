"""Lists on their way in, absence excused before, seats and zones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "delegates_1"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=300), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_import_draft_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_draft")),
    )
    op.create_index(op.f("ix_import_draft_meeting_id"), "import_draft", ["meeting_id"])
    with op.batch_alter_table("delegate") as table:
        table.add_column(sa.Column("seat", sa.String(length=40), nullable=False, server_default=""))
        table.add_column(sa.Column("excused_at", UtcDateTime(), nullable=True))
        table.add_column(
            sa.Column("excused_reason", sa.String(length=200), nullable=False, server_default="")
        )
    with op.batch_alter_table("group") as table:
        table.add_column(sa.Column("zone", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("group") as table:
        table.drop_column("zone")
    with op.batch_alter_table("delegate") as table:
        table.drop_column("excused_reason")
        table.drop_column("excused_at")
        table.drop_column("seat")
    op.drop_table("import_draft")
