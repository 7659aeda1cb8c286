"""Meetings whose ward was never entered give back the head of the paper they had borrowed."""

from __future__ import annotations

from alembic import op

revision = "facts_1"
down_revision = "0001"
branch_labels = None
depends_on = None

# Until now the default of the form, whosever meeting it was.
BORROWED = "ỦY BAN NHÂN DÂN\nPHƯỜNG TÂN DÂN"


def upgrade() -> None:
    op.execute(
        f"UPDATE meeting SET org_name = '' WHERE org_name = '{BORROWED}'"  # noqa: S608
        " AND ward = '' AND place_name = ''"
    )


def downgrade() -> None:
    """The borrowed head was wrong: it does not come back."""
