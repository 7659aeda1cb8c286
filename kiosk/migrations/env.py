"""Alembic's environment: it runs on the connection that kiosk.db.migrate hands over."""

from __future__ import annotations

from alembic import context

from kiosk.db.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
