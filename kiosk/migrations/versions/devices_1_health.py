"""What a device tells of its health, where it stands, and when a meeting may open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "devices_1"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("place", sa.String(length=120)),
    ("beat_at", UtcDateTime()),
    ("waiting", sa.Integer()),
    ("roster_at", UtcDateTime()),
    ("battery", sa.Integer()),
    ("charging", sa.Boolean()),
    ("skew", sa.Integer()),
    ("camera", sa.String(length=20)),
    ("persisted", sa.Boolean()),
)


def upgrade() -> None:
    for name, kind in _COLUMNS:
        needed = name == "place"
        op.add_column(
            "device",
            sa.Column(name, kind, nullable=not needed, server_default="" if needed else None),
        )
    # A token is one device: two beats at once must not make two of it.
    op.create_index("uq_device_token_id", "device", ["token_id"], unique=True)
    op.add_column(
        "meeting",
        sa.Column("minimum_percent", sa.Integer(), nullable=False, server_default="50"),
    )


def downgrade() -> None:
    op.drop_column("meeting", "minimum_percent")
    op.drop_index("uq_device_token_id", "device")
    for name, _kind in reversed(_COLUMNS):
        op.drop_column("device", name)
