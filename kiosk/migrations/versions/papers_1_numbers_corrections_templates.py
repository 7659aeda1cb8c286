"""Numbers of papers, corrections by hand, the ward's own templates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "papers_1"
down_revision = "0001"
branch_labels = None
depends_on = None


def _common(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f(f"fk_{table}_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.create_table(
        "issued_paper",
        *_common("issued_paper"),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("signing", sa.String(4), nullable=False),
        sa.Column("signer", sa.String(120), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        sa.UniqueConstraint("meeting_id", "kind", name=op.f("uq_issued_paper_meeting_id_kind")),
        sa.CheckConstraint("signing in ('TM', 'KT', 'TL')", name=op.f("ck_issued_paper_signing")),
    )
    op.create_table(
        "paper_correction",
        *_common("paper_correction"),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("made_from", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
    )
    op.create_index(
        "ix_paper_correction_meeting_id_kind", "paper_correction", ["meeting_id", "kind"]
    )
    op.create_table(
        "paper_template",
        *_common("paper_template"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("stored", sa.String(64), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.String(200), nullable=False),
        sa.UniqueConstraint("meeting_id", "kind", name=op.f("uq_paper_template_meeting_id_kind")),
        sa.UniqueConstraint("stored", name=op.f("uq_paper_template_stored")),
    )


def downgrade() -> None:
    for table in ("paper_template", "paper_correction", "issued_paper"):
        op.drop_table(table)
