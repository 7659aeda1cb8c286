"""A sign-in link knows the meeting in which it was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "entry_2"
down_revision = "entry_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in_link") as table:
        table.add_column(sa.Column("meeting_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_sign_in_link_meeting_id_meeting"),
            "meeting",
            ["meeting_id"],
            ["id"],
            ondelete="CASCADE",
        )
    # Who made a link of before is not known: it may be in the hands of somebody who has no
    # part in all that it opens. Only those of a first password in one meeting live on.
    op.execute(
        """
        DELETE FROM sign_in_link WHERE user_id IN (
            SELECT id FROM "user" WHERE password_hash IS NOT NULL
            OR (SELECT COUNT(DISTINCT m.meeting_id) FROM membership m
                WHERE m.user_id = "user".id) > 1
            OR (EXISTS (SELECT 1 FROM membership m
                        WHERE m.user_id = "user".id AND m.meeting_id IS NULL)
                AND EXISTS (SELECT 1 FROM membership m
                            WHERE m.user_id = "user".id AND m.meeting_id IS NOT NULL))
        )
        """
    )
    op.execute(
        """
        UPDATE sign_in_link SET meeting_id = (
            SELECT MIN(m.meeting_id) FROM membership m WHERE m.user_id = sign_in_link.user_id
        )
        """
    )


def downgrade() -> None:
    with op.batch_alter_table("sign_in_link") as table:
        table.drop_constraint(op.f("fk_sign_in_link_meeting_id_meeting"), type_="foreignkey")
        table.drop_column("meeting_id")
