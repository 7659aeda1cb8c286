"""The register of opinions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.db.base import UtcDateTime

revision = "opinions_1"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_desk",
        sa.Column("meeting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=True),
        sa.Column("working_saturdays", sa.JSON(), nullable=False),
        sa.Column("deadlines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_opinion_desk_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_opinion_desk")),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind in ('notice', 'results', 'loudspeaker', 'sent')", name=op.f("ck_posting_kind")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_posting_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_meeting_id"), "posting", ["meeting_id"], unique=False)
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("read_back", sa.Boolean(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "channel in ('front', 'association', 'letter', 'phone', 'page', 'slip', 'spoken')",
            name=op.f("ck_opinion_channel"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_opinion_area_id_area")),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_opinion_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
    )
    op.create_index(op.f("ix_opinion_meeting_id"), "opinion", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_opinion_turn_id"), "opinion", ["turn_id"], unique=False)
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("competence", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("lead_body_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.String(length=200), nullable=False),
        sa.Column("proposed", sa.String(length=20), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "competence in ('ward', 'above', 'elsewhere')", name=op.f("ck_matter_competence")
        ),
        sa.CheckConstraint(
            "kind in ('request', 'report', 'suggestion', 'question', 'complaint', 'denunciation')",
            name=op.f("ck_matter_kind"),
        ),
        sa.CheckConstraint(
            "state in ('received', 'classified', 'assigned', 'preparing', 'answered_in_hall', "
            "'answered_in_writing', 'in_progress', 'settled', 'passed_up', "
            "'out_of_scope', 'duplicate', 'redirected')",
            name=op.f("ck_matter_state"),
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["matter.id"], name=op.f("fk_matter_duplicate_of_id_matter")
        ),
        sa.ForeignKeyConstraint(
            ["lead_body_id"], ["body.id"], name=op.f("fk_matter_lead_body_id_body")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_matter_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"],
            ["opinion.id"],
            name=op.f("fk_matter_opinion_id_opinion"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_matter_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_matter_meeting_id_number")),
    )
    op.create_index(op.f("ix_matter_duplicate_of_id"), "matter", ["duplicate_of_id"], unique=False)
    op.create_index(op.f("ix_matter_lead_body_id"), "matter", ["lead_body_id"], unique=False)
    op.create_index("ix_matter_meeting_id_state", "matter", ["meeting_id", "state"], unique=False)
    op.create_index(op.f("ix_matter_opinion_id"), "matter", ["opinion_id"], unique=False)
    op.create_table(
        "opinion_author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegate_id"],
            ["delegate.id"],
            name=op.f("fk_opinion_author_delegate_id_delegate"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"],
            ["opinion.id"],
            name=op.f("fk_opinion_author_opinion_id_opinion"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_author")),
    )
    op.create_index(
        op.f("ix_opinion_author_delegate_id"), "opinion_author", ["delegate_id"], unique=False
    )
    op.create_index(
        op.f("ix_opinion_author_opinion_id"), "opinion_author", ["opinion_id"], unique=False
    )
    op.create_table(
        "topic_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("lead_body_id", sa.Integer(), nullable=False),
        sa.Column("with_body_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_body_id"], ["body.id"], name=op.f("fk_topic_rule_lead_body_id_body")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_topic_rule_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_topic_rule_topic_id_topic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_rule")),
    )
    op.create_index(op.f("ix_topic_rule_meeting_id"), "topic_rule", ["meeting_id"], unique=False)
    op.create_table(
        "conclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'doing', 'done', 'passed_up')", name=op.f("ck_conclusion_state")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_conclusion_body_id_body")),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_conclusion_matter_id_matter")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_conclusion_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusion")),
    )
    op.create_index(op.f("ix_conclusion_matter_id"), "conclusion", ["matter_id"], unique=False)
    op.create_index(op.f("ix_conclusion_meeting_id"), "conclusion", ["meeting_id"], unique=False)
    op.create_table(
        "matter_body",
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_matter_body_body_id_body")),
        sa.ForeignKeyConstraint(
            ["matter_id"],
            ["matter.id"],
            name=op.f("fk_matter_body_matter_id_matter"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("matter_id", "body_id", name=op.f("pk_matter_body")),
    )
    op.create_index(op.f("ix_matter_body_body_id"), "matter_body", ["body_id"], unique=False)
    op.create_table(
        "matter_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"],
            ["matter.id"],
            name=op.f("fk_matter_file_matter_id_matter"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_file")),
        sa.UniqueConstraint("stored", name=op.f("uq_matter_file_stored")),
    )
    op.create_index(op.f("ix_matter_file_matter_id"), "matter_file", ["matter_id"], unique=False)
    op.create_table(
        "matter_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"],
            ["matter.id"],
            name=op.f("fk_matter_step_matter_id_matter"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_step")),
    )
    op.create_index(op.f("ix_matter_step_matter_id"), "matter_step", ["matter_id"], unique=False)
    op.create_table(
        "conclusion_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conclusion_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind in ('progress', 'supervision', 'reminder', 'change')",
            name=op.f("ck_conclusion_note_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["conclusion_id"],
            ["conclusion.id"],
            name=op.f("fk_conclusion_note_conclusion_id_conclusion"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusion_note")),
    )
    op.create_index(
        op.f("ix_conclusion_note_conclusion_id"), "conclusion_note", ["conclusion_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_conclusion_note_conclusion_id"), table_name="conclusion_note")
    op.drop_table("conclusion_note")
    op.drop_index(op.f("ix_matter_step_matter_id"), table_name="matter_step")
    op.drop_table("matter_step")
    op.drop_index(op.f("ix_matter_file_matter_id"), table_name="matter_file")
    op.drop_table("matter_file")
    op.drop_index(op.f("ix_matter_body_body_id"), table_name="matter_body")
    op.drop_table("matter_body")
    op.drop_index(op.f("ix_conclusion_meeting_id"), table_name="conclusion")
    op.drop_index(op.f("ix_conclusion_matter_id"), table_name="conclusion")
    op.drop_table("conclusion")
    op.drop_index(op.f("ix_topic_rule_meeting_id"), table_name="topic_rule")
    op.drop_table("topic_rule")
    op.drop_index(op.f("ix_opinion_author_opinion_id"), table_name="opinion_author")
    op.drop_index(op.f("ix_opinion_author_delegate_id"), table_name="opinion_author")
    op.drop_table("opinion_author")
    op.drop_index(op.f("ix_matter_opinion_id"), table_name="matter")
    op.drop_index("ix_matter_meeting_id_state", table_name="matter")
    op.drop_index(op.f("ix_matter_lead_body_id"), table_name="matter")
    op.drop_index(op.f("ix_matter_duplicate_of_id"), table_name="matter")
    op.drop_table("matter")
    op.drop_index(op.f("ix_opinion_turn_id"), table_name="opinion")
    op.drop_index(op.f("ix_opinion_meeting_id"), table_name="opinion")
    op.drop_table("opinion")
    op.drop_index(op.f("ix_posting_meeting_id"), table_name="posting")
    op.drop_table("posting")
    op.drop_table("opinion_desk")
