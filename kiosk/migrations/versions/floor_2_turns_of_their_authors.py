"""Words that stood under another person's turn leave it: the minutes would name the wrong one."""

from __future__ import annotations

from alembic import op

revision = "floor_2"
down_revision = ("floor_1", "opinions_1")
branch_labels = None
depends_on = None


def upgrade() -> None:
    # An erased author may have been anybody: those words stay where they are.
    op.execute(
        """
        UPDATE opinion SET turn_id = NULL
        WHERE turn_id IS NOT NULL
          AND EXISTS (SELECT 1 FROM opinion_author a WHERE a.opinion_id = opinion.id)
          AND NOT EXISTS (
            SELECT 1 FROM opinion_author a
            LEFT JOIN turn t ON t.id = opinion.turn_id
            WHERE a.opinion_id = opinion.id
              AND (a.erased_at IS NOT NULL OR a.delegate_id = t.delegate_id))
        """
    )
    # Said aloud in a turn and stored without anybody: its person said it.
    op.execute(
        """
        INSERT INTO opinion_author (opinion_id, delegate_id, name, folded)
        SELECT o.id, t.delegate_id, '', ''
        FROM opinion o JOIN turn t ON t.id = o.turn_id
        WHERE NOT EXISTS (SELECT 1 FROM opinion_author a WHERE a.opinion_id = o.id)
          AND NOT EXISTS (
            SELECT 1 FROM matter m WHERE m.opinion_id = o.id AND m.kind = 'denunciation')
        """
    )
    op.execute(
        """
        UPDATE opinion SET anonymous = (1 = 0)
        WHERE turn_id IS NOT NULL
          AND EXISTS (SELECT 1 FROM opinion_author a WHERE a.opinion_id = opinion.id)
        """
    )


def downgrade() -> None:
    """What the words belong to stays: the old schema holds it too."""
