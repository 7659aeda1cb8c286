"""The wording of letters, e-mail addresses, what was sent to whom and how."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "invitations_2"
down_revision = "0001"
branch_labels = None
depends_on = None

_LIVE = sa.text("state in ('waiting', 'sending', 'made')")


def upgrade() -> None:
    op.add_column("delegate", sa.Column("email", sa.String(200), nullable=False, server_default=""))
    op.create_table(
        "letter_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        _foreign("letter_wording", "meeting"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_wording")),
    )
    op.create_index(
        op.f("ix_letter_wording_meeting_id_form"), "letter_wording", ["meeting_id", "form"]
    )
    _batches()
    _deliveries()


def _foreign(table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{other}_id"],
        [f"{other}.id"],
        name=op.f(f"fk_{table}_{other}_id_{other}"),
        ondelete="CASCADE",
    )


def _batches() -> None:
    op.create_table(
        "delivery_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("round", sa.String(length=40), nullable=False),
        sa.Column("carrier", sa.String(length=120), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        _foreign("delivery_batch", "meeting"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_batch")),
    )
    op.create_index(op.f("ix_delivery_batch_meeting_id"), "delivery_batch", ["meeting_id"])


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_batch_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'sending', 'made', 'sent', 'refused', 'unsure', 'dropped')",
            name=op.f("ck_delivery_state"),
        ),
        _foreign("delivery", "delivery_batch"),
        _foreign("delivery", "invitation"),
        _foreign("delivery", "delegate"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_delivery_batch_id"), "delivery", ["delivery_batch_id"])
    op.create_index(op.f("ix_delivery_delegate_id"), "delivery", ["delegate_id"])
    op.create_index(
        "uq_delivery_live",
        "delivery",
        ["invitation_id", "channel"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
